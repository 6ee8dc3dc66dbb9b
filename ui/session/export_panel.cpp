// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/export_panel.h"

#include "ui/binding/number_entry.h"
#include "ui/binding/refusal_text.h"
#include "ui/binding/value_text.h"
#include "ui/theme/theme.h"
#include "ui/widgets/figure_table.h"
#include "ui/widgets/job_strip.h"
#include "ui/widgets/text.h"

#include <QtCore/QFileInfo>
#include <QtCore/QStandardPaths>
#include <QtCore/QUrl>
#include <QtGui/QDesktopServices>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QFileDialog>
#include <QtWidgets/QGridLayout>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QTableWidget>
#include <QtWidgets/QVBoxLayout>

namespace servolane::ui {

namespace {

constexpr std::size_t previewRows = 5;
constexpr int lowestWithPreview = 180;
/// Whoever types is not followed letter by letter.
constexpr Duration previewPause = std::chrono::milliseconds{250};
enum ChannelChoice { allChannels, shownChannels, namedChannels };

} // namespace

ExportPanel::ExportPanel(const PanelContext& context, session::SessionExporter& exporter, QWidget* parent)
    : QWidget(parent)
    , context_(context)
    , exporter_(exporter)
    , formats_(exporter.formats()) {
    setObjectName(QStringLiteral("exportPanel"));
    table_ = makeTable(QStringLiteral("exportPreview"), {}, 0, this);
    table_->setAccessibleName(QStringLiteral("First rows of the export"));
    table_->setFocusPolicy(Qt::NoFocus);
    table_->setSelectionMode(QAbstractItemView::NoSelection);
    table_->verticalHeader()->setDefaultSectionSize(22);
    table_->setMinimumHeight(0); // the first to give way in a low window
    table_->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Ignored);
    strip_ = new JobStrip(QStringLiteral("exportJob"), this);
    result_ = makeLabel({}, "small", this);
    result_->setObjectName(QStringLiteral("exportResult"));
    result_->setWordWrap(true);
    result_->hide();
    folder_ = makeButton(QStringLiteral("Open folder"), QStringLiteral("exportFolder"), this);
    folder_->hide();
    // One place for both, as high as either: what stands around it stays where it is when an export begins
    // and when it ends.
    progress_ = new QStackedWidget(this);
    progress_->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    auto* told = new QWidget(progress_);
    auto* outcome = new QHBoxLayout(told);
    outcome->setContentsMargins(0, 0, 0, 0);
    outcome->setSpacing(space::small);
    outcome->addWidget(result_, 1);
    outcome->addWidget(folder_);
    progress_->addWidget(told);
    progress_->addWidget(strip_);
    progress_->setFixedHeight(std::max(strip_->sizeHint().height(), folder_->sizeHint().height()));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space::tiny);
    column->addWidget(makeChoices());
    column->addWidget(makeTarget());
    column->addWidget(progress_);
    // Its place stays when it goes: what stands above it would spread.
    auto* rows = new QWidget(this);
    rows->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Ignored);
    auto* only = new QVBoxLayout(rows);
    only->setContentsMargins(0, 0, 0, 0);
    only->addWidget(table_);
    column->addWidget(rows, 1);
    connect(export_, &QPushButton::clicked, this, &ExportPanel::start);
    connect(strip_, &JobStrip::cancelled, this, [this] { job_.cancel(); });
    connect(folder_, &QPushButton::clicked, this, &ExportPanel::openFolder);
}

ExportPanel::~ExportPanel() = default;

/// Of less than its header and a row there would be the scroll bar alone.
void ExportPanel::resizeEvent(QResizeEvent*) {
    table_->setVisible(height() >= lowestWithPreview);
}

QWidget* ExportPanel::makeChoices() {
    auto* box = new QWidget(this);
    format_ = new QComboBox(box);
    format_->setObjectName(QStringLiteral("exportFormat"));
    format_->setAccessibleName(QStringLiteral("Format"));
    for (const session::ExportFormat& format : formats_)
        format_->addItem(QString::fromStdString(format.title));
    channels_ = new QComboBox(box);
    channels_->setObjectName(QStringLiteral("exportChannels"));
    channels_->setAccessibleName(QStringLiteral("Channels"));
    channels_->addItems(
        {QStringLiteral("All channels"), QStringLiteral("Those in the scope"), QStringLiteral("Named")});
    pattern_ = new QLineEdit(box);
    pattern_->setObjectName(QStringLiteral("exportPattern"));
    pattern_->setPlaceholderText(QStringLiteral("Pan.position, *.current"));
    pattern_->setMinimumWidth(120);
    rows_ = new QComboBox(box);
    rows_->setObjectName(QStringLiteral("exportRows"));
    rows_->setAccessibleName(QStringLiteral("Resampling"));
    rows_->addItems({QStringLiteral("Rows as recorded"), QStringLiteral("Nearest sample"),
                     QStringLiteral("Linear between"), QStringLiteral("Mean around")});
    rate_ = new QLineEdit(box);
    rate_->setObjectName(QStringLiteral("exportRate"));
    rate_->setPlaceholderText(QStringLiteral("as the bus"));
    rate_->setAlignment(Qt::AlignRight);
    rate_->setFixedWidth(84);
    rateUnit_ = makeLabel(QStringLiteral("rows/s"), "unit", box);
    facts_ = new QCheckBox(QStringLiteral("Include events"), box);
    facts_->setObjectName(QStringLiteral("exportFacts"));
    facts_->setToolTip(QStringLiteral("In a second file beside it, as JSON lines: NAME.facts.jsonl"));
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(space::small);
    for (QWidget* widget :
         std::initializer_list<QWidget*>{format_, channels_, pattern_, rows_, rate_, rateUnit_, facts_})
        row->addWidget(widget);
    row->addStretch(1);
    connect(format_, &QComboBox::currentIndexChanged, this, &ExportPanel::chooseFormat);
    connect(channels_, &QComboBox::currentIndexChanged, this, &ExportPanel::changed);
    connect(pattern_, &QLineEdit::textEdited, this, &ExportPanel::changed);
    connect(rows_, &QComboBox::currentIndexChanged, this, &ExportPanel::changed);
    connect(rate_, &QLineEdit::textEdited, this, &ExportPanel::changed);
    return box;
}

QWidget* ExportPanel::makeTarget() {
    auto* box = new QWidget(this);
    path_ = new QLineEdit(box);
    path_->setObjectName(QStringLiteral("exportPath"));
    path_->setAccessibleName(QStringLiteral("File to be written"));
    export_ = makeButton(QStringLiteral("Export"), QStringLiteral("exportStart"), box);
    export_->setProperty("role", QStringLiteral("primary"));
    context_.theme.keepIcon(export_, QStringLiteral("download"));
    size_ = makeLabel({}, "small", box);
    size_->setObjectName(QStringLiteral("exportSize"));
    auto* row = new QHBoxLayout;
    row->setSpacing(space::small);
    row->addWidget(makeLabel(QStringLiteral("To"), "muted", box));
    auto* browse = makeButton(QStringLiteral("Browse…"), QStringLiteral("exportBrowse"), box);
    connect(browse, &QPushButton::clicked, this, &ExportPanel::browse);
    row->addWidget(path_, 1);
    row->addWidget(browse);
    row->addWidget(export_);
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space::tiny);
    column->addLayout(row);
    column->addWidget(size_);
    connect(path_, &QLineEdit::returnPressed, this, &ExportPanel::start);
    return box;
}

void ExportPanel::browse() {
    const QString ending = QString::fromStdString(format().ending);
    auto* dialog =
        new QFileDialog(this, QStringLiteral("Export to"), path_->text(),
                        QString::fromStdString(format().title) + QStringLiteral(" (*%1)").arg(ending));
    dialog->setObjectName(QStringLiteral("exportDialog"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    // The desktop's own dialog would be modal, and stop would wait behind it.
    dialog->setOption(QFileDialog::DontUseNativeDialog);
    dialog->setModal(false);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setFileMode(QFileDialog::AnyFile);
    connect(dialog, &QFileDialog::fileSelected, this, [this, ending](const QString& path) {
        path_->setText(path.endsWith(ending) ? path : path + ending);
        changed();
    });
    dialog->show();
}

/// Beside the recording, but not in a hidden folder, as the store is one: nobody would find the file there.
QString ExportPanel::proposedFolder() const {
    const QString beside = QFileInfo(QString::fromStdString(summary_.path)).absolutePath();
    const QString documents = QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation);
    return beside.contains(QStringLiteral("/.")) && QFileInfo(documents).isDir() ? documents : beside;
}

void ExportPanel::show(const session::SessionSummary& summary) {
    const bool isOther = summary.path != summary_.path;
    summary_ = summary;
    if (!isOther) return;
    result_->hide();
    folder_->hide();
    const QFileInfo file(QString::fromStdString(summary.path));
    path_->setText(proposedFolder() + QLatin1Char('/') + file.completeBaseName() +
                   QString::fromStdString(format().ending));
    table_->setRowCount(0);
    table_->setColumnCount(0);
    changed();
}

const session::ExportFormat& ExportPanel::format() const {
    return formats_.at(static_cast<std::size_t>(std::max(0, format_->currentIndex())));
}

void ExportPanel::chooseFormat() {
    QString path = path_->text();
    for (const session::ExportFormat& each : formats_)
        if (const QString ending = QString::fromStdString(each.ending); path.endsWith(ending)) {
            path.chop(ending.size());
            path_->setText(path + QString::fromStdString(format().ending));
            break;
        }
    changed();
}

void ExportPanel::setShownChannels(std::vector<std::string> channels) {
    if (channels == shown_) return;
    shown_ = std::move(channels);
    if (channels_->currentIndex() == shownChannels) changed();
}

void ExportPanel::setRange(std::optional<TimeRange> range, bool isWhole) {
    if (range == range_ && isWhole == isWhole_) return;
    range_ = range;
    isWhole_ = isWhole;
    changed();
}

void ExportPanel::changed() {
    dirty_ = true;
    dirtySince_ = now_;
    showFits();
    // What was written was another choice.
    result_->hide();
    folder_->hide();
}

/// Only what the format can do is offered.
void ExportPanel::showFits() {
    const bool hasSamples = format().samples;
    for (QWidget* widget : std::initializer_list<QWidget*>{channels_, rows_})
        widget->setEnabled(hasSamples);
    pattern_->setVisible(hasSamples && channels_->currentIndex() == namedChannels);
    const bool isGrid = hasSamples && rows_->currentIndex() > 0;
    rate_->setVisible(isGrid);
    rateUnit_->setVisible(isGrid);
    facts_->setVisible(!format().facts);
}

QString ExportPanel::problem() const {
    if (!range_) return QStringLiteral("The range is none of this recording");
    if (path_->text().trimmed().isEmpty()) return QStringLiteral("Name the file to be written");
    if (rate_->isHidden() || rate_->text().trimmed().isEmpty()) return {};
    const auto rate = numberFrom(rate_->text());
    if (!rate || !(*rate > 0.0 && *rate <= 1e6))
        return QStringLiteral("Rows per second: a number above 0, at most 1000000");
    return {};
}

std::optional<session::ExportRequest> ExportPanel::request() const {
    if (!problem().isEmpty() || summary_.path.empty()) return std::nullopt;
    session::ExportRequest request;
    request.sessionPath = summary_.path;
    request.format = format().name;
    request.outPath = path_->text().trimmed().toStdString();
    if (!isWhole_) {
        request.fromSeconds = seconds(range_->first - summary_.start);
        request.toSeconds = seconds(range_->second - summary_.start);
    }
    request.factsBeside = !format().facts && facts_->isChecked();
    if (!format().samples) return request;
    if (channels_->currentIndex() == shownChannels) request.channels = shown_;
    if (channels_->currentIndex() == namedChannels)
        for (const QString& part : pattern_->text().split(QLatin1Char(','), Qt::SkipEmptyParts))
            if (const QString name = part.trimmed(); !name.isEmpty())
                request.channels.push_back(name.toStdString());
    request.resampling = static_cast<session::Resampling>(rows_->currentIndex());
    if (!rate_->isHidden()) request.rowsPerSecond = numberFrom(rate_->text());
    return request;
}

void ExportPanel::start() {
    if (job_.isRunning()) return;
    const auto wanted = request();
    if (!wanted) {
        showText(result_, problem());
        setRole(result_, "fault");
        result_->show();
        return;
    }
    result_->hide();
    folder_->hide();
    job_.start(
        [this, wanted = *wanted](session::JobProgress& progress) { return exporter_.run(wanted, progress); },
        now_);
}

void ExportPanel::tick(const Frame& frame) {
    now_ = frame.now;
    if (const auto outcome = job_.take()) finish(*outcome);
    export_->setEnabled(!job_.isRunning());
    progress_->setCurrentIndex(job_.isRunning() ? 1 : 0);
    if (job_.isRunning())
        strip_->showProgress(QStringLiteral("Exporting · %1 %").arg(job_.done() * 100.0, 0, 'f', 0),
                             job_.done(), JobStrip::estimate(frame.now - job_.began(), job_.done()));
    if (isVisible()) tickPreview(frame);
}

void ExportPanel::tickPreview(const Frame& frame) {
    if (const auto preview = preview_.take(); preview && !dirty_) showPreview(*preview);
    if (!dirty_ || frame.now - dirtySince_ < previewPause) return;
    if (preview_.isRunning()) return preview_.cancel(); // the next frame takes it and begins anew
    dirty_ = false;
    const auto wanted = request();
    if (!wanted) {
        showText(size_, problem());
        setRole(size_, "warn");
        return;
    }
    preview_.start(
        [this, wanted = *wanted](session::JobProgress& progress) {
            return exporter_.preview(wanted, previewRows, progress);
        },
        frame.now);
}

void ExportPanel::showPreview(const Previewed& preview) {
    if (!preview) {
        showText(size_, textOf(preview.error()));
        setRole(size_, "warn");
        table_->setRowCount(0);
        return;
    }
    QString text = QStringLiteral("about %1 rows, about %2")
                       .arg(roughCountText(preview->estimatedRows), roughBytesText(preview->estimatedBytes));
    if (QFileInfo::exists(path_->text().trimmed()))
        text += QStringLiteral(" · replaces the file that is there");
    if (!format().samples) text = QStringLiteral("Events of the range: ") + text;
    showText(size_, text);
    setRole(size_, "small");
    QStringList headers;
    for (const std::string& column : preview->columns)
        headers << QString::fromStdString(column);
    table_->setColumnCount(static_cast<int>(headers.size()));
    table_->setHorizontalHeaderLabels(headers);
    table_->setRowCount(static_cast<int>(preview->rows.size()));
    for (int row = 0; row < table_->rowCount(); ++row)
        for (int column = 0; column < table_->columnCount(); ++column) {
            const auto& cells = preview->rows[static_cast<std::size_t>(row)];
            const auto at = static_cast<std::size_t>(column);
            showCell(table_, row, column, at < cells.size() ? QString::fromStdString(cells[at]) : QString());
        }
    table_->resizeColumnsToContents();
}

void ExportPanel::finish(const Result<session::ExportReport>& outcome) {
    if (!outcome) {
        const bool isCancelled = outcome.error().code == ErrorCode::interrupted;
        showText(result_,
                 isCancelled ? QStringLiteral("Cancelled; nothing was written") : textOf(outcome.error()));
        setRole(result_, isCancelled ? "small" : "fault");
        result_->show();
        return;
    }
    QString text =
        QStringLiteral("Wrote %1 rows, %2, in %3: %4")
            .arg(countText(outcome->rows), bytesText(outcome->bytes),
                 latencyText(fromSeconds(outcome->seconds)), QString::fromStdString(outcome->path));
    if (!outcome->factsPath.empty())
        text += QStringLiteral(" · events: %1")
                    .arg(QFileInfo(QString::fromStdString(outcome->factsPath)).fileName());
    if (outcome->unreadable > 0)
        text += QStringLiteral(" · %1 damaged samples are left out, the first in %2")
                    .arg(countText(outcome->unreadable), QString::fromStdString(outcome->damage));
    else if (!outcome->damage.empty())
        text += QStringLiteral(" · damaged: %1").arg(QString::fromStdString(outcome->damage));
    if (outcome->missing > 0)
        text += QStringLiteral(" · %1 samples that the recording counts are not in it any more")
                    .arg(countText(outcome->missing));
    if (outcome->missingFacts > 0)
        text += QStringLiteral(" · %1 events that the recording counts are not in it any more")
                    .arg(countText(outcome->missingFacts));
    if (outcome->duplicateFacts > 0)
        text += QStringLiteral(" · %1 events stand in the recording again")
                    .arg(countText(outcome->duplicateFacts));
    written_ = QString::fromStdString(outcome->path);
    // Now there is a file that the next one replaces.
    dirty_ = true;
    dirtySince_ = now_ - previewPause;
    showText(result_, text);
    const bool isWhole = outcome->damage.empty() && outcome->unreadable == 0 && outcome->missing == 0 &&
                         outcome->missingFacts == 0 && outcome->duplicateFacts == 0;
    setRole(result_, isWhole ? "ok" : "warn");
    result_->show();
    folder_->show();
}

void ExportPanel::openFolder() {
    const QString folder = QFileInfo(written_).absolutePath();
    if (QDesktopServices::openUrl(QUrl::fromLocalFile(folder))) return;
    showText(result_, QStringLiteral("No program of this desktop opens folders: %1").arg(folder));
    setRole(result_, "warn");
}

void ExportPanel::focusFormat() {
    format_->setFocus(Qt::OtherFocusReason);
}

} // namespace servolane::ui
