// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/help_window.h"

#include "ui/theme/tokens.h"
#include "ui/widgets/figure_table.h"
#include "ui/widgets/text.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QFileInfo>
#include <QtCore/QUrl>
#include <QtGui/QAction>
#include <QtGui/QDesktopServices>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QLabel>
#include <QtWidgets/QMenu>
#include <QtWidgets/QMenuBar>
#include <QtWidgets/QTabWidget>
#include <QtWidgets/QTableWidget>
#include <QtWidgets/QTextBrowser>
#include <QtWidgets/QVBoxLayout>

namespace servolane::ui {

namespace {

constexpr QSize helpSize{760, 560};
constexpr int deepest = 6; ///< folders above the program's: a build lies in its repository

struct HelpChapter {
    const char* title;
    const char* file; ///< below the folder of the guide
};
constexpr HelpChapter helpChapters[] = {{"Read me first", "README.md"},
                                        {"Guide", "resources/GUIDE.md"},
                                        {"Command line", "app/cli/COMMANDS.md"},
                                        {"A servo of one's own", "resources/servos/OWN_SERVO.md"},
                                        {"Files of servos", "resources/servos/README.md"},
                                        {"What is in a recording", "drivers/sqlite/SCHEMA.md"},
                                        {"What is in a backup", "drivers/backup/SCHEMA.md"},
                                        {"Other programs as clients", "drivers/ipc/PROTOCOL.md"},
                                        {"How it is built", "ARCHITECTURE.md"}};

struct HelpPart {
    const char* name;
    const char* licence;
    const char* what;
};
constexpr HelpPart helpParts[] = {
    {"Qt 6", "LGPL-3.0-only or GPL", "the window"},
    {"Qt Charts", "GPL-3.0-or-later", "axes and grid of the scope"},
    {"SQLite", "public domain", "recordings and journal"},
    {"zstd", "BSD-3-Clause", "compressed samples"},
    {"HDF5", "BSD-3-Clause", "export"},
    {"matio", "BSD-2-Clause", "export"},
    {"zlib", "Zlib", "export"},
    {"libserialport", "LGPL-3.0-or-later", "serial ports"},
    {"nlohmann/json", "MIT", "files and messages"},
    {"CLI11", "BSD-3-Clause", "command line"},
    {"tl::expected", "CC0-1.0", "results"},
    {"muParser", "BSD-2-Clause", "math channels"},
    {"FFTW", "GPL-2.0-or-later", "spectra"},
    {"Lucide", "ISC", "icons"},
};

/// Installed beside the program, or in the repository that it was built in; empty: on neither place.
QString guideFolder() {
    const QDir program(QCoreApplication::applicationDirPath());
    const QString installed = program.absoluteFilePath(QStringLiteral("../share/doc/servolane"));
    if (QFile::exists(installed + QStringLiteral("/README.md"))) return QDir::cleanPath(installed);
    QDir folder = program;
    for (int up = 0; up < deepest && folder.cdUp(); ++up)
        if (folder.exists(QStringLiteral("README.md")) && folder.exists(QStringLiteral("resources/servos")))
            return folder.absolutePath();
    return {};
}

struct HelpKey {
    QString menu;
    QString action;
    QString keys;
};

void collectKeys(const QMenu& menu, const QString& title, std::vector<HelpKey>& keys) {
    for (const QAction* action : menu.actions()) {
        if (const QMenu* inner = action->menu()) {
            collectKeys(*inner, title + QStringLiteral(" · ") + inner->title().remove(QLatin1Char('&')),
                        keys);
            continue;
        }
        if (action->isSeparator()) continue;
        const QStringList words = action->text().remove(QLatin1Char('&')).split(QLatin1Char('\t'));
        const QString key =
            words.size() > 1 ? words[1] : action->shortcut().toString(QKeySequence::NativeText);
        if (!key.isEmpty()) keys.push_back({title, words[0], key});
    }
}

} // namespace

HelpWindow::HelpWindow(const QMenuBar& menus, QWidget* window)
    : QDialog(window)
    , menus_(menus)
    , pages_(new QTabWidget(this)) {
    setObjectName(QStringLiteral("helpWindow"));
    setWindowTitle(QStringLiteral("Servolane help"));
    setModal(false);
    resize(helpSize);
    pages_->setObjectName(QStringLiteral("helpPages"));
    pages_->addTab(makeKeys(), QStringLiteral("Keys"));
    pages_->addTab(makeGuide(), QStringLiteral("Guide"));
    pages_->addTab(makeAbout(), QStringLiteral("About"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(space::small, space::small, space::small, space::small);
    column->addWidget(pages_);
}

void HelpWindow::open(Page page) {
    if (page == keys) listKeys();
    if (page == guide) showGuide(chapters_->currentIndex());
    pages_->setCurrentIndex(page);
    show();
    raise();
    activateWindow();
}

QWidget* HelpWindow::makeKeys() {
    keys_ =
        makeTable(QStringLiteral("helpKeys"),
                  {QStringLiteral("Menu"), QStringLiteral("What it does"), QStringLiteral("Keys")}, 99, this);
    keys_->setAccessibleName(QStringLiteral("Actions and their keys"));
    keys_->horizontalHeader()->setStretchLastSection(false);
    keys_->horizontalHeader()->setSectionResizeMode(1, QHeaderView::Stretch);
    keys_->setColumnWidth(0, 150);
    keys_->setColumnWidth(2, 150);
    return keys_;
}

/// As they are now: some change with what is shown.
void HelpWindow::listKeys() {
    std::vector<HelpKey> found;
    for (const QAction* action : menus_.actions())
        if (const QMenu* menu = action->menu())
            collectKeys(*menu, menu->title().remove(QLatin1Char('&')), found);
    keys_->setRowCount(static_cast<int>(found.size()));
    for (int row = 0; row < keys_->rowCount(); ++row) {
        const HelpKey& key = found[static_cast<std::size_t>(row)];
        showCell(keys_, row, 0, key.menu);
        showCell(keys_, row, 1, key.action);
        showCell(keys_, row, 2, key.keys);
    }
}

QWidget* HelpWindow::makeGuide() {
    auto* page = new QWidget(this);
    chapters_ = new QComboBox(page);
    chapters_->setObjectName(QStringLiteral("helpChapters"));
    chapters_->setAccessibleName(QStringLiteral("Chapter"));
    text_ = new QTextBrowser(page);
    text_->setObjectName(QStringLiteral("helpText"));
    text_->setOpenLinks(false); // pages of the web are for a browser of the web
    const QString folder = guideFolder();
    for (const auto& [title, file] : helpChapters)
        if (const QString path = folder + QLatin1Char('/') + QLatin1String(file);
            !folder.isEmpty() && QFile::exists(path))
            chapters_->addItem(QString::fromLatin1(title), path);
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(space::small, space::small, space::small, space::small);
    column->setSpacing(space::small);
    column->addWidget(chapters_);
    column->addWidget(text_, 1);
    chapters_->setVisible(chapters_->count() > 0);
    connect(chapters_, &QComboBox::currentIndexChanged, this, &HelpWindow::showGuide);
    connect(text_, &QTextBrowser::anchorClicked, this, &HelpWindow::follow);
    return page;
}

void HelpWindow::showGuide(int place) {
    if (place < 0)
        return text_->setPlainText(
            QStringLiteral("The pages of the guide are not on this machine. They belong to the sources of "
                           "Servolane, from README.md on; installed, they lie in share/doc/servolane."));
    QFile file(chapters_->itemData(place).toString());
    if (!file.open(QIODevice::ReadOnly))
        return text_->setPlainText(
            QStringLiteral("%1 cannot be read: %2").arg(file.fileName(), file.errorString()));
    text_->setSearchPaths({QFileInfo(file).absolutePath()}); // of its pictures
    text_->setMarkdown(QString::fromUtf8(file.readAll()));
}

/// To another page of the guide here; what is of the web goes where the web is shown.
void HelpWindow::follow(const QUrl& link) {
    if (!link.scheme().isEmpty() && !link.isLocalFile()) {
        QDesktopServices::openUrl(link);
        return;
    }
    if (link.path().isEmpty()) return text_->scrollToAnchor(link.fragment());
    const QDir from = QFileInfo(chapters_->currentData().toString()).absoluteDir();
    QString path = QDir::cleanPath(from.absoluteFilePath(link.path()));
    if (QFileInfo(path).isDir()) path += QStringLiteral("/README.md");
    int place = chapters_->findData(path);
    if (place < 0 && path.endsWith(QStringLiteral(".md")) && QFile::exists(path)) {
        place = chapters_->count();
        chapters_->addItem(QDir(guideFolder()).relativeFilePath(path), path);
    }
    if (place >= 0) chapters_->setCurrentIndex(place);
}

QWidget* HelpWindow::makeAbout() {
    auto* page = new QWidget(this);
    auto* title = makeLabel(QStringLiteral("Servolane %1").arg(QCoreApplication::applicationVersion()),
                            "heading", page);
    auto* licence = makeLabel(
        QStringLiteral("Free software, under the GNU General Public License, version 3 or later: it may be "
                       "used, changed and passed on under its terms, and comes without any warranty. It is "
                       "no substitute for a stop that is wired."),
        "plain", page);
    licence->setObjectName(QStringLiteral("helpLicence"));
    licence->setWordWrap(true);
    auto* table =
        makeTable(QStringLiteral("helpParts"),
                  {QStringLiteral("Made with"), QStringLiteral("Licence"), QStringLiteral("For")}, 99, page);
    table->setAccessibleName(QStringLiteral("Parts and their licences"));
    table->setColumnWidth(0, 180);
    table->setColumnWidth(1, 200);
    for (const auto& [name, terms, what] : helpParts) {
        const int row = table->rowCount();
        table->insertRow(row);
        showCell(table, row, 0, QString::fromLatin1(name));
        showCell(table, row, 1, QString::fromLatin1(terms));
        showCell(table, row, 2, QString::fromLatin1(what));
    }
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(space::medium, space::medium, space::medium, space::medium);
    column->setSpacing(space::small);
    column->addWidget(title);
    column->addWidget(licence);
    column->addWidget(table, 1);
    return page;
}

} // namespace servolane::ui
