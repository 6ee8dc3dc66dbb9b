// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/telemetry/scope_layouts.h"

#include "ui/theme/theme.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/text.h"

#include <QtGui/QAction>
#include <QtGui/QKeyEvent>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QMenu>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QToolButton>

namespace servolane::ui {

namespace {
constexpr Duration passingAfter = std::chrono::seconds{6};
}

ScopeLayouts::ScopeLayouts(Theme& theme, std::function<ScopeLayout()> capture,
                           std::function<void(const ScopeLayout&)> apply, QWidget* parent)
    : QWidget(parent)
    , capture_(std::move(capture))
    , apply_(std::move(apply))
    , text_(makeLabel({}, "muted", this))
    , name_(new QLineEdit(this))
    , accept_(makeButton({}, QStringLiteral("layoutAccept"), this))
    , saveAsAction_(new QAction(QStringLiteral("Save layout as…"), this)) {
    setObjectName(QStringLiteral("layoutRow"));
    text_->setObjectName(QStringLiteral("layoutText"));
    text_->setWordWrap(true);
    name_->setObjectName(QStringLiteral("layoutName"));
    name_->setMaxLength(80);
    name_->setMinimumHeight(benchControlHeight);
    name_->setAccessibleName(QStringLiteral("Name of the layout"));
    auto* close = makeIconButton(theme, QStringLiteral("x"), QStringLiteral("Close"),
                                 QStringLiteral("layoutClose"), this);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(space::small, 0, space::small, space::tiny);
    row->setSpacing(space::small);
    row->addWidget(text_, 1);
    row->addWidget(name_, 1);
    row->addWidget(accept_);
    row->addWidget(close);
    hide();
    saveAsAction_->setShortcut(Qt::CTRL | Qt::SHIFT | Qt::Key_S);
    saveAsAction_->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    parent->addAction(saveAsAction_);
    connect(saveAsAction_, &QAction::triggered, this, [this] { ask(Ask::saveAs); });
    connect(name_, &QLineEdit::returnPressed, this, &ScopeLayouts::answer);
    connect(accept_, &QPushButton::clicked, this, &ScopeLayouts::answer);
    connect(close, &QToolButton::clicked, this, &QWidget::hide);
}

void ScopeLayouts::open(const QString& folder) {
    openShelf(folder);
    const auto last = shelf_->loadLast();
    if (!last) return tell(last.error(), "warn");
    if (!*last) return;
    current_ = (*last)->name;
    apply_(**last);
}

void ScopeLayouts::openShelf(const QString& folder) {
    shelf_.emplace(folder);
    list();
}

void ScopeLayouts::tick(Time now) {
    while (const auto done = files_.take())
        finish(*done);
    if (!passing_ || isHidden()) return;
    if (!toldAt_) toldAt_ = now;
    if (now - *toldAt_ > passingAfter) hide();
}

void ScopeLayouts::keep() {
    if (!shelf_) return;
    ScopeLayout layout = capture_();
    layout.name = current_;
    files_.add([shelf = *shelf_, layout = std::move(layout)] {
        (void)shelf.saveLast(layout); // the window is closing: nobody reads a sentence any more
        return Done{.names = shelf.names(), .isListing = true};
    });
}

void ScopeLayouts::list() {
    files_.add([shelf = *shelf_] { return Done{.names = shelf.names(), .isListing = true}; });
}

/// Shows the names as they are known, and looks for those that somebody has put there meanwhile.
void ScopeLayouts::fillMenu(QMenu& menu) {
    menu_ = &menu;
    listIn(menu);
    connect(&menu, &QMenu::aboutToShow, this, [this, &menu] {
        menu_ = &menu;
        listIn(menu);
        if (shelf_) list();
    });
}

void ScopeLayouts::listIn(QMenu& menu) {
    menu.clear();
    for (const QString& name : names_) {
        QAction* action = menu.addAction(QString(name).replace(QLatin1Char('&'), QStringLiteral("&&")));
        action->setCheckable(true);
        action->setChecked(name == current_);
        connect(action, &QAction::triggered, this, [this, name] { load(name); });
    }
    if (names_.isEmpty()) menu.addAction(QStringLiteral("No layout is saved yet"))->setEnabled(false);
    menu.addSeparator();
    const bool isSaved = names_.contains(current_);
    if (isSaved)
        connect(menu.addAction(QStringLiteral("Save “%1”").arg(current_)), &QAction::triggered, this, [this] {
            ScopeLayout layout = capture_();
            layout.name = current_;
            change([layout](const LayoutShelf& shelf) { return shelf.save(layout, true); },
                   QStringLiteral("Layout “%1” is saved").arg(current_), current_);
        });
    menu.addAction(saveAsAction_);
    if (!isSaved) return;
    connect(menu.addAction(QStringLiteral("Rename “%1”…").arg(current_)), &QAction::triggered, this,
            [this] { ask(Ask::rename); });
    connect(menu.addAction(QStringLiteral("Delete “%1”…").arg(current_)), &QAction::triggered, this,
            [this] { ask(Ask::remove); });
}

void ScopeLayouts::load(const QString& name) {
    if (!shelf_) return;
    files_.add([shelf = *shelf_, name] {
        Done done;
        done.names = shelf.names();
        done.name = name;
        if (auto layout = shelf.load(name))
            done.loaded = std::move(*layout);
        else
            done.error = layout.error();
        return done;
    });
}

void ScopeLayouts::saveAs(const QString& name) {
    if (!shelf_) return;
    ScopeLayout layout = capture_();
    layout.name = name.trimmed();
    change([layout](const LayoutShelf& shelf) { return shelf.save(layout, false); },
           QStringLiteral("Layout “%1” is saved").arg(layout.name), layout.name);
}

void ScopeLayouts::ask(Ask what) {
    asked_ = what;
    passing_ = false;
    setRole(text_, "muted");
    showText(text_, what == Ask::saveAs ? QStringLiteral("Save the scope's layout as")
                    : what == Ask::rename
                        ? QStringLiteral("Rename “%1” to").arg(current_)
                        : QStringLiteral("Delete the layout “%1”? Its file is removed.").arg(current_));
    accept_->setText(what == Ask::saveAs   ? QStringLiteral("Save")
                     : what == Ask::rename ? QStringLiteral("Rename")
                                           : QStringLiteral("Delete"));
    name_->setVisible(what != Ask::remove);
    name_->setText(what == Ask::rename ? current_ : QString());
    accept_->show();
    show();
    (what == Ask::remove ? static_cast<QWidget*>(accept_) : name_)->setFocus(Qt::ShortcutFocusReason);
    name_->selectAll();
}

void ScopeLayouts::answer() {
    if (!shelf_) return;
    const QString name = name_->text().trimmed();
    if (asked_ == Ask::saveAs) return saveAs(name);
    if (asked_ == Ask::rename)
        return change([from = current_, name](const LayoutShelf& shelf) { return shelf.rename(from, name); },
                      QStringLiteral("The layout is now “%1”").arg(name), name);
    change([name = current_](const LayoutShelf& shelf) { return shelf.remove(name); },
           QStringLiteral("Layout “%1” is deleted").arg(current_), {});
}

void ScopeLayouts::change(std::function<tl::expected<void, QString>(const LayoutShelf&)> deed,
                          const QString& sentence, const QString& name) {
    files_.add([shelf = *shelf_, deed = std::move(deed), sentence, name] {
        const auto outcome = deed(shelf);
        Done done;
        done.sentence = sentence;
        done.name = name;
        done.isEntered = true;
        if (!outcome) done.error = outcome.error();
        done.names = shelf.names();
        return done;
    });
}

void ScopeLayouts::finish(const Done& done) {
    const bool isOther = names_ != done.names;
    names_ = done.names;
    if (done.isListing) {
        if (isOther && menu_) listIn(*menu_);
        return;
    }
    if (!done.error.isEmpty() && done.isEntered) {
        setRole(text_, "warn"); // the entry stays: another name may do
        showText(text_, done.error);
        show();
        return;
    }
    if (!done.error.isEmpty()) return tell(done.error, "warn");
    current_ = done.name;
    if (menu_) listIn(*menu_);
    if (done.loaded) {
        apply_(*done.loaded);
        return hide();
    }
    tell(done.sentence, "muted");
    parentWidget()->setFocus(Qt::OtherFocusReason); // not the button that closes the row
}

void ScopeLayouts::tell(const QString& sentence, const char* role) {
    setRole(text_, role);
    showText(text_, sentence);
    passing_ = role == std::string_view("muted");
    toldAt_.reset();
    name_->hide();
    accept_->hide();
    show();
}

} // namespace servolane::ui
