// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/telemetry/scope_export.h"

#include "ui/binding/refusal_text.h"
#include "ui/scope/scope_view.h"
#include "ui/scope/tool_row.h"
#include "ui/telemetry/sample_wait.h"
#include "ui/theme/theme.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/job_strip.h"
#include "ui/widgets/text.h"

#include <QtCore/QBuffer>
#include <QtCore/QDateTime>
#include <QtCore/QDir>
#include <QtCore/QSaveFile>
#include <QtCore/QStandardPaths>
#include <QtGui/QAction>
#include <QtGui/QClipboard>
#include <QtGui/QGuiApplication>
#include <QtGui/QImage>
#include <QtGui/QPainter>
#include <QtGui/QPdfWriter>
#include <QtWidgets/QFileDialog>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QMenu>
#include <QtWidgets/QToolButton>

namespace servolane::ui {

namespace {

constexpr Duration doneShownFor = std::chrono::seconds{8};
constexpr QSize smallestPage{1200, 700};
constexpr double pictureScale = 2.0; ///< a picture goes into reports: twice the pixels of the screen
constexpr int pageResolution =
    96; ///< units an inch; lines are no dots, so this rounds nothing but text boxes

QString utcText(UtcTime time) {
    const auto since = std::chrono::duration_cast<std::chrono::microseconds>(time.time_since_epoch()).count();
    const auto whole = QDateTime::fromMSecsSinceEpoch(since / 1000, Qt::UTC);
    return whole.toString(QStringLiteral("yyyy-MM-dd HH:mm:ss.")) +
           QStringLiteral("%1 UTC").arg(since % 1'000'000, 6, 10, QLatin1Char('0'));
}

} // namespace

ScopeExport::ScopeExport(scope::ScopeView& view, Theme& theme, Source source)
    : QWidget(&view)
    , view_(view)
    , source_(std::move(source))
    , strip_(new JobStrip(QStringLiteral("scopeTableJob"), this))
    , text_(makeLabel({}, "muted", this))
    , toldRow_(new QWidget(this)) {
    setObjectName(QStringLiteral("scopeExport"));
    text_->setObjectName(QStringLiteral("scopeExportText"));
    text_->setWordWrap(true);
    auto* close = makeIconButton(theme, QStringLiteral("x"), QStringLiteral("Close"),
                                 QStringLiteral("scopeExportClose"), this);
    auto* told = new QHBoxLayout(toldRow_);
    told->setContentsMargins(0, 0, 0, 0);
    told->addWidget(text_, 1);
    told->addWidget(close);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(space::small, 0, space::small, space::tiny);
    column->addWidget(strip_);
    column->addWidget(toldRow_);
    strip_->hide();
    hide();
    connect(close, &QToolButton::clicked, this, &QWidget::hide);
    connect(strip_, &JobStrip::cancelled, this, [this] { job_.cancel(); });
    addAction(QStringLiteral("Copy picture"), QStringLiteral("scopeCopy"), QKeySequence::Copy, {}, theme,
              [this] { copyPicture(); });
    addAction(QStringLiteral("Save picture as PNG…"), QStringLiteral("scopePng"), Qt::CTRL | Qt::Key_P,
              QStringLiteral("download"), theme, [this] {
                  choose(QStringLiteral("Save picture"), QStringLiteral("Pictures (*.png)"),
                         QStringLiteral("png"), &ScopeExport::savePicture);
              });
    addAction(QStringLiteral("Save page as PDF…"), QStringLiteral("scopePdf"),
              Qt::CTRL | Qt::SHIFT | Qt::Key_P, QStringLiteral("download"), theme, [this] {
                  choose(QStringLiteral("Save page"), QStringLiteral("Pages (*.pdf)"), QStringLiteral("pdf"),
                         &ScopeExport::savePage);
              });
    addAction(QStringLiteral("Save visible data as CSV…"), QStringLiteral("scopeCsv"),
              Qt::CTRL | Qt::SHIFT | Qt::Key_E, QStringLiteral("table-2"), theme, [this] {
                  choose(QStringLiteral("Save visible data"), QStringLiteral("Tables (*.csv)"),
                         QStringLiteral("csv"), &ScopeExport::saveTable);
              });
}

QAction* ScopeExport::addAction(const QString& text, const QString& name, const QKeySequence& key,
                                const QString& icon, Theme& theme, std::function<void()> deed) {
    auto* action = new QAction(text, this);
    action->setObjectName(name);
    action->setShortcut(key);
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    if (!icon.isEmpty()) theme.keepIcon(action, icon);
    view_.addAction(action);
    connect(action, &QAction::triggered, this, std::move(deed));
    actions_.push_back(action);
    return action;
}

void ScopeExport::fillMenu(QMenu& menu) const {
    for (QAction* action : actions_)
        menu.addAction(action);
}

void ScopeExport::choose(const QString& title, const QString& filter, const QString& ending,
                         void (ScopeExport::*save)(const QString&)) {
    auto* dialog = new QFileDialog(window(), title, {}, filter);
    dialog->setObjectName(QStringLiteral("scopeFileDialog"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    // The desktop's own dialog would be modal, and stop would wait behind it.
    dialog->setOption(QFileDialog::DontUseNativeDialog);
    dialog->setModal(false);
    dialog->setDefaultSuffix(ending);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    const QString documents = QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation);
    dialog->setDirectory(QDir(documents).exists() ? documents : QDir::homePath());
    const UtcTime start = source_.dating()(view_.visibleRange().first);
    QString name = QStringLiteral("scope ") + utcText(start).left(19);
    dialog->selectFile(name.replace(QLatin1Char(':'), QString()).replace(QLatin1Char(' '), QLatin1Char('_')) +
                       QLatin1Char('.') + ending);
    connect(dialog, &QFileDialog::fileSelected, this,
            [this, save](const QString& path) { (this->*save)(path); });
    dialog->show();
}

QString ScopeExport::details() const {
    const auto [from, to] = view_.visibleRange();
    QString text = QStringLiteral("Left edge %1  ·  %2")
                       .arg(utcText(source_.dating()(from)), scope::spanText(to - from));
    if (source_.isSimulated()) text += QStringLiteral("  ·  SIMULATED");
    return text;
}

QImage ScopeExport::page() const {
    const QSize size = view_.size().expandedTo(smallestPage);
    QImage image(size * pictureScale, QImage::Format_RGB32);
    image.setDevicePixelRatio(pictureScale);
    QPainter painter(&image);
    painter.setFont(view_.font());
    view_.print(painter, QRect(QPoint(), size), source_.title(), details(), view_.colours());
    return image;
}

void ScopeExport::copyPicture() {
    QGuiApplication::clipboard()->setImage(page());
    tell(QStringLiteral("The picture is on the clipboard"), "muted");
}

void ScopeExport::write(const QString& path, std::function<bool(QIODevice&)> content) {
    files_.add([path, content = std::move(content)]() -> Told {
        QSaveFile file(path);
        if (file.open(QIODevice::WriteOnly) && content(file) && file.commit())
            return {QStringLiteral("Saved to %1").arg(path), "muted"};
        return {QStringLiteral("%1 cannot be written: %2").arg(path, file.errorString()), "fault"};
    });
}

/// Compressing takes several times as long as a frame.
void ScopeExport::savePicture(const QString& path) {
    write(path, [image = page()](QIODevice& file) { return image.save(&file, "PNG"); });
}

void ScopeExport::savePage(const QString& path) {
    QByteArray pdf;
    {
        QBuffer buffer(&pdf);
        buffer.open(QIODevice::WriteOnly);
        QPdfWriter writer(&buffer);
        writer.setResolution(pageResolution);
        writer.setPageLayout({QPageSize(QPageSize::A4), QPageLayout::Landscape, QMarginsF(10, 10, 10, 10),
                              QPageLayout::Millimeter});
        writer.setTitle(source_.title());
        writer.setCreator(QStringLiteral("Servolane"));
        QPainter painter(&writer);
        painter.setFont(view_.font());
        view_.print(painter, QRect(0, 0, writer.width(), writer.height()), source_.title(), details(),
                    scope::ScopePalette::light());
    }
    write(path, [pdf = std::move(pdf)](QIODevice& file) { return file.write(pdf) == pdf.size(); });
}

void ScopeExport::saveTable(const QString& path) {
    if (job_.isRunning()) return;
    telemetry::TableRequest request;
    std::tie(request.from, request.to) = view_.shownRange();
    request.to += Duration{1}; // the right edge is on the screen too
    request.utcAt = source_.dating();
    const auto set = view_.traceSet();
    for (const scope::TraceChoice& choice : view_.traces())
        if (const auto* view = set->find(choice.axis, choice.channel))
            request.columns.push_back(
                {source_.nameOf(choice), source_.unitOf(choice), view->trace, choice.axis});
    request.simulated = source_.isSimulated();
    if (request.columns.empty())
        return tell(QStringLiteral("No trace is shown: there is nothing to save"), "warn");
    job_.start(
        [request, path](session::JobProgress& progress) mutable -> Written {
            request.awaitSamples = SampleWait(progress.cancel);
            QSaveFile file(path);
            const auto failed = [&file, &path] {
                return failure(ErrorCode::inputOutput,
                               (path + QStringLiteral(": ") + file.errorString()).toStdString());
            };
            if (!file.open(QIODevice::WriteOnly)) return {failed(), path};
            const auto sink = [&](std::string_view text) -> Result<void> {
                const auto size = static_cast<qint64>(text.size());
                if (file.write(text.data(), size) != size) return failed();
                return {};
            };
            auto rows = telemetry::writeTable(request, sink, [&progress](double share) {
                progress.done = share;
                return !progress.cancel;
            });
            if (rows && !file.commit()) return {failed(), path};
            return {std::move(rows), path};
        },
        now_);
    tick(now_);
}

void ScopeExport::tick(Time now) {
    now_ = now;
    if (const auto written = job_.take()) finish(*written);
    if (const auto told = files_.take()) tell(told->sentence, told->role);
    if (passes_ && now > *passes_) {
        passes_.reset();
        hide();
    }
    // What is done within half a second needs no strip.
    const bool shown = job_.isRunning() && now - job_.began() > std::chrono::milliseconds{500};
    if (strip_->isVisibleTo(this) != shown) strip_->setVisible(shown);
    if (!shown) return;
    passes_.reset();
    toldRow_->hide();
    show();
    strip_->showProgress(QStringLiteral("Saving the visible data · %1 %").arg(job_.done() * 100.0, 0, 'f', 0),
                         job_.done(), JobStrip::estimate(now - job_.began(), job_.done()));
}

void ScopeExport::finish(const Written& written) {
    if (written.rows)
        return tell(QStringLiteral("Saved %1 rows to %2").arg(*written.rows).arg(written.path), "muted");
    if (written.rows.error().code == ErrorCode::interrupted)
        return tell(QStringLiteral("Saving was cancelled; nothing is left behind"), "muted");
    tell(QStringLiteral("The data were not saved. %1")
             .arg(QString::fromStdString(written.rows.error().detail)),
         "fault");
}

void ScopeExport::tell(const QString& sentence, const char* role) {
    setRole(text_, role);
    showText(text_, sentence);
    // That it worked is soon known; a failure stays until it is seen.
    passes_ = role == std::string_view("muted") ? std::optional(now_ + doneShownFor) : std::nullopt;
    toldRow_->show();
    show();
}

} // namespace servolane::ui
