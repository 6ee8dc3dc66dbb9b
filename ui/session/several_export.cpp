// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/several_export.h"

#include "ui/binding/refusal_text.h"
#include "ui/binding/value_text.h"
#include "ui/theme/theme.h"
#include "ui/widgets/job_strip.h"
#include "ui/widgets/text.h"

#include <QtCore/QDir>
#include <QtCore/QFileInfo>
#include <QtCore/QStandardPaths>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QFileDialog>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QVBoxLayout>
#include <algorithm>
#include <set>

namespace servolane::ui {

namespace {

/// Lines of one kind that stand in the panel; with more of them the rest is on its tool tip.
constexpr std::size_t mostLines = 4;

QString fileName(const std::string& path) {
    return QFileInfo(QString::fromStdString(path)).fileName();
}

QString linesOf(const std::vector<QString>& all, std::size_t most) {
    QString text;
    for (std::size_t each = 0; each < std::min(all.size(), most); ++each)
        text += QLatin1Char('\n') + all[each];
    if (all.size() > most) text += QStringLiteral("\n… and %1 more").arg(countText(all.size() - most));
    return text;
}

/// What is missing from it though it was written; empty: nothing.
QString doubtsOf(const session::ExportReport& report) {
    QString text;
    if (const auto lost = report.unreadable + report.missing; lost > 0)
        text += QStringLiteral("%1 damaged or missing samples are left out").arg(countText(lost));
    if (report.missingFacts > 0)
        text += (text.isEmpty() ? QString() : QStringLiteral(" · ")) +
                QStringLiteral("%1 events are missing").arg(countText(report.missingFacts));
    if (report.duplicateFacts > 0)
        text += (text.isEmpty() ? QString() : QStringLiteral(" · ")) +
                QStringLiteral("%1 events stand there again").arg(countText(report.duplicateFacts));
    if (!report.damage.empty())
        text += (text.isEmpty() ? QString() : QStringLiteral(" · ")) +
                QStringLiteral("damaged: %1").arg(QString::fromStdString(report.damage));
    return text;
}

} // namespace

SeveralExport::SeveralExport(const PanelContext& context, session::SessionExporter& exporter, QWidget* parent)
    : QWidget(parent)
    , exporter_(exporter)
    , formats_(exporter.formats()) {
    setObjectName(QStringLiteral("severalExport"));
    title_ = makeLabel({}, "small", this);
    title_->setObjectName(QStringLiteral("severalTitle"));
    auto* whole = makeLabel(QStringLiteral("Each of them whole, with all channels. From, to and a choice of "
                                           "channels are offered for one recording alone."),
                            "small", this);
    whole->setObjectName(QStringLiteral("severalWhole"));
    whole->setWordWrap(true);
    format_ = new QComboBox(this);
    format_->setObjectName(QStringLiteral("severalFormat"));
    format_->setAccessibleName(QStringLiteral("Format of all of them"));
    for (const session::ExportFormat& format : formats_)
        format_->addItem(QString::fromStdString(format.title));
    folder_ = new QLineEdit(this);
    folder_->setObjectName(QStringLiteral("severalFolder"));
    folder_->setAccessibleName(QStringLiteral("Folder for the exports"));
    folder_->setPlaceholderText(QStringLiteral("Folder"));
    auto* browse = makeButton(QStringLiteral("Browse…"), QStringLiteral("severalBrowse"), this);
    export_ = makeButton(QStringLiteral("Export all"), QStringLiteral("severalStart"), this);
    export_->setProperty("role", QStringLiteral("primary"));
    context.theme.keepIcon(export_, QStringLiteral("download"));
    result_ = makeLabel({}, "small", this);
    result_->setObjectName(QStringLiteral("severalResult"));
    result_->setWordWrap(true);
    result_->hide();
    strip_ = new JobStrip(QStringLiteral("severalJob"), this);
    strip_->hide();
    auto* first = new QHBoxLayout;
    first->setSpacing(space::small);
    first->addWidget(format_, 1);
    first->addWidget(export_);
    auto* second = new QHBoxLayout;
    second->setSpacing(space::small);
    second->addWidget(folder_, 1);
    second->addWidget(browse);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space::tiny);
    column->addWidget(title_);
    column->addWidget(whole);
    column->addLayout(first);
    column->addLayout(second);
    column->addWidget(strip_);
    column->addWidget(result_);
    connect(export_, &QPushButton::clicked, this, &SeveralExport::start);
    connect(folder_, &QLineEdit::returnPressed, this, &SeveralExport::start);
    connect(browse, &QPushButton::clicked, this, &SeveralExport::browse);
    connect(strip_, &JobStrip::cancelled, this, [this] { job_.cancel(); });
    hide();
}

SeveralExport::~SeveralExport() = default;

void SeveralExport::browse() {
    auto* dialog = new QFileDialog(this, QStringLiteral("Export to"), folder_->text());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    // The desktop's own dialog would be modal, and stop would wait behind it.
    dialog->setOption(QFileDialog::DontUseNativeDialog);
    dialog->setModal(false);
    dialog->setFileMode(QFileDialog::Directory);
    connect(dialog, &QFileDialog::fileSelected, folder_, &QLineEdit::setText);
    dialog->show();
}

void SeveralExport::offer(std::vector<Recording> recordings) {
    recordings_ = std::move(recordings);
    std::uint64_t bytes = 0;
    for (const Recording& recording : recordings_)
        bytes += recording.bytes;
    if (recordings_.size() > 1) {
        showText(title_, QStringLiteral("%1 recordings selected, %2")
                             .arg(countText(recordings_.size()), bytesText(bytes)));
        if (folder_->text().isEmpty()) {
            const QString documents = QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation);
            folder_->setText(QFileInfo(documents).isDir() ? documents : QDir::homePath());
        }
    }
    if (!job_.isRunning()) result_->hide();
    setVisible(recordings_.size() > 1 || job_.isRunning());
}

std::vector<session::ExportRequest> SeveralExport::requests() const {
    std::vector<session::ExportRequest> requests;
    const auto& format = formats_.at(static_cast<std::size_t>(std::max(0, format_->currentIndex())));
    const QDir folder(folder_->text().trimmed());
    for (const Recording& recording : recordings_) {
        session::ExportRequest request;
        request.sessionPath = recording.path;
        request.format = format.name;
        const QString name = QFileInfo(QString::fromStdString(recording.path)).completeBaseName();
        request.outPath = folder.filePath(name + QString::fromStdString(format.ending)).toStdString();
        requests.push_back(std::move(request));
    }
    return requests;
}

QString SeveralExport::problem() const {
    const QString folder = folder_->text().trimmed();
    if (folder.isEmpty() || !QFileInfo(folder).isDir())
        return QStringLiteral("There is no folder %1")
            .arg(folder.isEmpty() ? QStringLiteral("named") : folder);
    std::set<std::string> outs;
    for (const auto& request : requests())
        if (!outs.insert(request.outPath).second)
            return QStringLiteral("Two recordings would become %1: export them to different folders")
                .arg(QString::fromStdString(request.outPath));
    return {};
}

void SeveralExport::start() {
    if (job_.isRunning() || recordings_.size() < 2) return;
    if (const QString wrong = problem(); !wrong.isEmpty()) return say("fault", wrong);
    result_->hide();
    auto wanted = requests();
    count_ = wanted.size();
    at_ = std::make_shared<std::atomic<std::size_t>>(0);
    job_.start(
        [at = at_, wanted = std::move(wanted), &exporter = exporter_](session::JobProgress& progress) {
            Outcome outcome;
            outcome.wanted = wanted.size();
            for (const session::ExportRequest& request : wanted) {
                progress.done = 0.0;
                auto report = exporter.run(request, progress);
                outcome.isCancelled =
                    progress.cancel || (!report && report.error().code == ErrorCode::interrupted);
                if (report)
                    outcome.written.push_back(std::move(*report));
                else if (!outcome.isCancelled)
                    outcome.failed.push_back({request.sessionPath, report.error()});
                if (outcome.isCancelled && outcome.written.size() < wanted.size()) return outcome;
                ++*at;
            }
            return outcome;
        },
        now_);
}

void SeveralExport::tick(const Frame& frame) {
    now_ = frame.now;
    if (const auto outcome = job_.take()) finish(*outcome);
    const bool isRunning = job_.isRunning();
    export_->setEnabled(!isRunning);
    strip_->setVisible(isRunning);
    if (!isRunning) return;
    const std::size_t at = std::min(at_->load(), count_ - 1); // written or failed
    const double done = (static_cast<double>(at) + job_.done()) / static_cast<double>(count_);
    strip_->showProgress(QStringLiteral("Exporting %1 of %2").arg(at + 1).arg(count_), done,
                         JobStrip::estimate(frame.now - job_.began(), done));
}

void SeveralExport::finish(const Outcome& outcome) {
    std::uint64_t rows = 0;
    std::uint64_t bytes = 0;
    std::vector<QString> written;
    std::vector<QString> doubts;
    for (const session::ExportReport& report : outcome.written) {
        rows += report.rows;
        bytes += report.bytes;
        written.push_back(fileName(report.path));
        if (const QString doubt = doubtsOf(report); !doubt.isEmpty())
            doubts.push_back(fileName(report.path) + QStringLiteral(": ") + doubt);
    }
    std::vector<QString> failed;
    for (const Failed& each : outcome.failed) // the place of the file need not be said twice
        failed.push_back(fileName(each.path) + QStringLiteral(": ") +
                         textOf(each.error).remove(QString::fromStdString(each.path) + QStringLiteral(": ")));
    const bool isAll = written.size() == outcome.wanted;
    const auto told = [&](std::size_t most) {
        QString text = outcome.isCancelled && !isAll ? QStringLiteral("Cancelled; ") : QString();
        text += isAll ? QStringLiteral("Wrote %1 files").arg(countText(outcome.wanted))
                      : QStringLiteral("%1 of %2 written").arg(written.size()).arg(outcome.wanted);
        if (!written.empty())
            text += QStringLiteral(" to %1: %2 rows, %3")
                        .arg(QFileInfo(QString::fromStdString(outcome.written.front().path)).absolutePath(),
                             countText(rows), bytesText(bytes));
        if (!isAll) text += linesOf(written, most);
        if (!doubts.empty()) text += QStringLiteral("\nWritten, but not whole:") + linesOf(doubts, most);
        if (!failed.empty()) text += QStringLiteral("\nNot written:") + linesOf(failed, most);
        return text;
    };
    const char* role = !failed.empty() ? "fault" : !doubts.empty() ? "warn" : isAll ? "ok" : "small";
    const QString shown = told(mostLines);
    const QString all = told(outcome.wanted);
    say(role, shown, all == shown ? QString() : all);
    setVisible(true);
}

void SeveralExport::say(const char* role, const QString& text, const QString& all) {
    showText(result_, text);
    result_->setToolTip(all.toHtmlEscaped().replace(QLatin1Char('\n'), QStringLiteral("<br>")));
    setRole(result_, role);
    result_->show();
}

} // namespace servolane::ui
