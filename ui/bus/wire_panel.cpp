// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bus/wire_panel.h"

#include "core/bus/read/wire_table.h"
#include "ui/binding/selection.h"
#include "ui/binding/value_text.h"
#include "ui/bus/wire_rows.h"
#include "ui/theme/theme.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/job_strip.h"
#include "ui/widgets/text.h"

#include <QtCore/QSaveFile>
#include <QtGui/QFontDatabase>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QFileDialog>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QScrollBar>
#include <QtWidgets/QSplitter>
#include <QtWidgets/QStackedLayout>
#include <QtWidgets/QTableView>
#include <algorithm>
#include <utility>

namespace servolane::ui {

namespace {

const char* const emptyText =
    "Every packet of a bus, both ways, with its time and in words. Nothing is kept until you watch, so it "
    "costs nothing until then.";
constexpr int bytesInALine = 8;
constexpr bus::WireWatcher ownWatch{};
/// Rows of an export between two looks at Cancel.
constexpr std::uint64_t rowsInAPiece = 4096;

QPushButton* makeToggle(const QString& text, const QString& name, QWidget* parent) {
    QPushButton* button = makeButton(text, name, parent);
    button->setCheckable(true);
    return button;
}

QComboBox* makeChoice(const QString& name, const QString& tip, QWidget* parent) {
    auto* box = new QComboBox(parent);
    box->setObjectName(name);
    box->setAccessibleName(tip);
    box->setToolTip(tip);
    box->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    return box;
}

/// "0010  55 00 12 …  U.."
QString dump(ByteView bytes) {
    QStringList lines;
    for (std::size_t at = 0; at < bytes.size(); at += bytesInALine) {
        const ByteView line = bytes.subspan(at, std::min<std::size_t>(bytesInALine, bytes.size() - at));
        QString letters;
        for (const std::uint8_t byte : line)
            letters += byte >= 0x20 && byte < 0x7F ? QLatin1Char(static_cast<char>(byte)) : QLatin1Char('.');
        lines << QStringLiteral("%1  %2  %3")
                     .arg(at, 4, 16, QLatin1Char('0'))
                     .arg(QString::fromStdString(bus::hexText(line)), -(3 * bytesInALine - 1))
                     .arg(letters);
    }
    return lines.join(QLatin1Char('\n'));
}

QString writeTable(const bus::WireLog& log, const bus::WireFilter& filter, const QString& path,
                   session::JobProgress& progress) {
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly))
        return QStringLiteral("Nothing was written: %1: %2").arg(path, file.errorString());
    const bus::WireSieve sieve(filter);
    const auto form = path.endsWith(QLatin1String(".csv"), Qt::CaseInsensitive) ? bus::WireTableForm::csv
                                                                                : bus::WireTableForm::jsonl;
    std::string text = bus::wireTableHead(form);
    std::uint64_t rows = 0;
    const Time start = log.size() > 0 ? log.at(log.first()).at : Time{};
    for (std::uint64_t number = log.first(); number < log.end; ++number) {
        if (const bus::WirePacket packet = log.at(number); sieve.passes(packet)) {
            appendWireRow(text, packet, start, form);
            ++rows;
        }
        if ((number - log.first()) % rowsInAPiece != 0) continue;
        file.write(text.data(), static_cast<qint64>(text.size()));
        text.clear();
        progress.done = static_cast<double>(number - log.first()) / static_cast<double>(log.size());
        if (progress.cancel) return QStringLiteral("Cancelled; nothing was written.");
    }
    file.write(text.data(), static_cast<qint64>(text.size()));
    if (!file.commit()) return QStringLiteral("Nothing was written: %1: %2").arg(path, file.errorString());
    return QStringLiteral("%1 packets written to %2").arg(countText(rows), path);
}

} // namespace

WirePanel::WirePanel(const PanelContext& context, api::WireMonitor* monitor, std::function<UtcTime()> utcNow,
                     QWidget* parent)
    : Panel(parent)
    , context_(context)
    , monitor_(monitor)
    , utcNow_(std::move(utcNow))
    , rows_(new WireRows(context.theme, this))
    , stack_(new QStackedLayout) {
    setObjectName(QStringLiteral("wirePanel"));
    empty_ = new EmptyState(context.theme, QStringLiteral("activity"), QStringLiteral("No packets yet"),
                            QString::fromLatin1(emptyText), this);
    stack_->addWidget(empty_);
    stack_->addWidget(makeList());
    strip_ = new JobStrip(QStringLiteral("wireJob"), this);
    strip_->hide();
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(makeBar());
    column->addWidget(makeRule(this));
    column->addLayout(stack_, 1);
    column->addWidget(strip_);
    connect(strip_, &JobStrip::cancelled, this, [this] { job_.cancel(); });
    setEnabled(monitor_ != nullptr);
}

WirePanel::~WirePanel() {
    if (monitor_) monitor_->leave(ownWatch);
}

QWidget* WirePanel::makeBar() {
    auto* bar = new QWidget(this);
    bus_ = makeChoice(QStringLiteral("wireBus"), QStringLiteral("Which bus"), bar);
    watch_ = makeToggle(QStringLiteral("Watch"), QStringLiteral("wireWatch"), bar);
    hold_ = makeToggle(QStringLiteral("Hold"), QStringLiteral("wireHold"), bar);
    hold_->setToolTip(QStringLiteral("The list stands still; packets go on being kept"));
    clear_ = makeButton(QStringLiteral("Clear"), QStringLiteral("wireClear"), bar);
    export_ = makeButton(QStringLiteral("Export…"), QStringLiteral("wireExport"), bar);
    counts_ = makeLabel({}, "muted", bar);
    counts_->setObjectName(QStringLiteral("wireCounts"));
    told_ = makeLabel({}, "muted", bar);
    told_->setObjectName(QStringLiteral("wireTold"));
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(space::medium, space::tiny, space::medium, space::tiny);
    row->setSpacing(space::small);
    for (QWidget* widget : std::initializer_list<QWidget*>{bus_, watch_, hold_, clear_, makeFilters()})
        row->addWidget(widget);
    row->addStretch(1);
    for (QWidget* widget : std::initializer_list<QWidget*>{told_, counts_, export_})
        row->addWidget(widget);
    connect(watch_, &QPushButton::clicked, this, &WirePanel::setWatching);
    connect(clear_, &QPushButton::clicked, this, [this] {
        hold_->setChecked(false);
        monitor_->clear();
    });
    connect(export_, &QPushButton::clicked, this, &WirePanel::chooseFile);
    connect(bus_, &QComboBox::currentIndexChanged, this, &WirePanel::readFilters);
    return bar;
}

QWidget* WirePanel::makeFilters() {
    auto* filters = new QWidget(this);
    id_ = makeChoice(QStringLiteral("wireId"), QStringLiteral("Which servo"), filters);
    id_->addItem(QStringLiteral("All ids"));
    instruction_ =
        makeChoice(QStringLiteral("wireInstruction"), QStringLiteral("Which instruction"), filters);
    instruction_->addItem(QStringLiteral("All instructions"));
    troubles_ = new QCheckBox(QStringLiteral("Errors only"), filters);
    troubles_->setObjectName(QStringLiteral("wireTroubles"));
    find_ = new QLineEdit(filters);
    find_->setObjectName(QStringLiteral("wireFind"));
    find_->setPlaceholderText(QStringLiteral("Find text, or bytes: FF FD"));
    find_->setClearButtonEnabled(true);
    find_->setMinimumWidth(150);
    find_->setMaximumWidth(220);
    auto* row = new QHBoxLayout(filters);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(space::small);
    for (QWidget* widget : std::initializer_list<QWidget*>{id_, instruction_, troubles_, find_})
        row->addWidget(widget);
    for (QComboBox* box : {id_, instruction_})
        connect(box, &QComboBox::currentIndexChanged, this, &WirePanel::readFilters);
    connect(troubles_, &QCheckBox::toggled, this, &WirePanel::readFilters);
    connect(find_, &QLineEdit::textChanged, this, &WirePanel::readFilters);
    return filters;
}

QWidget* WirePanel::makeList() {
    auto* split = new QSplitter(Qt::Horizontal, this);
    view_ = new QTableView(split);
    view_->setObjectName(QStringLiteral("wireTable"));
    view_->setModel(rows_);
    view_->setShowGrid(false);
    view_->setWordWrap(false);
    view_->setSelectionBehavior(QAbstractItemView::SelectRows);
    view_->setSelectionMode(QAbstractItemView::SingleSelection);
    view_->setTabKeyNavigation(false);
    view_->verticalHeader()->hide();
    view_->verticalHeader()->setDefaultSectionSize(benchControlHeight);
    view_->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    view_->horizontalHeader()->setHighlightSections(false);
    const int widths[] = {152, 76, 60, 44, 116, 280, 276};
    for (int column = 0; column < WireRows::columns; ++column)
        view_->setColumnWidth(column, widths[column]);
    view_->horizontalHeader()->setSectionResizeMode(WireRows::text, QHeaderView::Stretch);
    details_ = new QPlainTextEdit(split);
    details_->setObjectName(QStringLiteral("wireDetails"));
    details_->setAccessibleName(QStringLiteral("Bytes of the chosen packet"));
    details_->setReadOnly(true);
    details_->setFrameShape(QFrame::NoFrame);
    details_->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    details_->setPlaceholderText(QStringLiteral("Choose a packet to see its bytes."));
    split->setChildrenCollapsible(false);
    split->setStretchFactor(0, 4);
    split->setStretchFactor(1, 1);
    connect(view_->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &WirePanel::showPacket);
    return split;
}

BusId WirePanel::chosenBus() const {
    const int at = bus_->currentIndex();
    return at >= 0 && at < static_cast<int>(buses_.size()) ? buses_[static_cast<std::size_t>(at)] : BusId{};
}

void WirePanel::setWatching(bool on) {
    if (on)
        watch_->setChecked(monitor_->watch(chosenBus(), ownWatch));
    else
        monitor_->unwatch(chosenBus(), ownWatch);
}

bus::WireFilter WirePanel::chosenFilter() const {
    bus::WireFilter filter;
    if (chosenBus() != BusId{}) filter.bus = chosenBus();
    if (id_->currentIndex() > 0) filter.id = id_->currentData().toInt();
    if (instruction_->currentIndex() > 0) filter.instruction = instruction_->currentText().toStdString();
    filter.troublesOnly = troubles_->isChecked();
    filter.text = find_->text().trimmed().toStdString();
    return filter;
}

void WirePanel::readFilters() {
    rows_->setFilter(chosenFilter());
}

void WirePanel::chooseFile() {
    auto* dialog = new QFileDialog(window(), QStringLiteral("Export packets"), {},
                                   QStringLiteral("Table (*.csv);;Lines of JSON (*.jsonl)"));
    dialog->setObjectName(QStringLiteral("wireFileDialog"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    // The desktop's own dialog would be modal, and stop would wait behind it.
    dialog->setOption(QFileDialog::DontUseNativeDialog);
    dialog->setModal(false);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(QStringLiteral("csv"));
    dialog->selectFile(QStringLiteral("packets.csv"));
    connect(dialog, &QFileDialog::filterSelected, dialog, [dialog](const QString& filter) {
        dialog->setDefaultSuffix(filter.contains(QLatin1String("csv")) ? QStringLiteral("csv")
                                                                       : QStringLiteral("jsonl"));
    });
    connect(dialog, &QFileDialog::fileSelected, this, &WirePanel::exportTo);
    dialog->show();
}

void WirePanel::exportTo(const QString& path) {
    job_.start([log = rows_->sharedLog(), filter = chosenFilter(),
                path](session::JobProgress& progress) { return writeTable(*log, filter, path, progress); },
               now_);
    showText(told_, QString());
}

void WirePanel::followExport(Time now) {
    if (auto outcome = job_.take()) showText(told_, *outcome);
    strip_->setVisible(job_.isRunning());
    if (job_.isRunning())
        strip_->showProgress(QStringLiteral("Writing packets"), job_.done(),
                             JobStrip::estimate(now - job_.began(), job_.done()));
}

void WirePanel::tick(const Frame& frame) {
    now_ = frame.now;
    if (!monitor_) return;
    followExport(frame.now);
    if (!frame.figuresDue && rows_->isUpToDate()) return;
    showChoices();
    offerBuses(*frame.buses);
    // Whoever looks at the end goes on seeing it.
    const QScrollBar* bar = view_->verticalScrollBar();
    const bool atEnd = bar->value() >= bar->maximum();
    const auto log = logToShow();
    rows_->show(log, utcNow_().time_since_epoch() - frame.now.time_since_epoch());
    if (atEnd && !hold_->isChecked()) view_->scrollToBottom();
    showCounts(frame);
}

/// What is kept for a command line alone does not fill a list that a person has left standing.
std::shared_ptr<const bus::WireLog> WirePanel::logToShow() {
    auto newest = monitor_->log();
    const bool listened = std::exchange(listens_, newest->isWatchedBy(ownWatch));
    const bool cleared = newest->first() != rows_->log().first();
    if (hold_->isChecked() || !(listened || listens_ || cleared)) return rows_->sharedLog();
    return newest;
}

void WirePanel::offerBuses(const bus::BusBoard& board) {
    const bool same = std::equal(buses_.begin(), buses_.end(), board.buses.begin(), board.buses.end(),
                                 [](BusId known, const bus::BusView& view) { return known == view.id; });
    if (same) return;
    const BusId before = chosenBus() != BusId{} ? chosenBus() : context_.selection.bus();
    const QSignalBlocker quiet(bus_);
    bus_->clear();
    buses_.clear();
    for (const bus::BusView& view : board.buses) {
        bus_->addItem(QString::fromStdString(view.name));
        buses_.push_back(view.id);
        if (view.id == before) bus_->setCurrentIndex(bus_->count() - 1);
    }
    readFilters();
}

void WirePanel::showChoices() {
    for (int at = instruction_->count() - 1; at < rows_->instructions().size(); ++at)
        instruction_->addItem(rows_->instructions()[at]);
    for (std::size_t at = static_cast<std::size_t>(id_->count()) - 1; at < rows_->ids().size(); ++at) {
        const int id = rows_->ids()[at];
        const std::string text = bus::idText(id);
        id_->addItem(text.empty()                     ? QStringLiteral("No id")
                     : id == bus::WireWords::everyone ? QStringLiteral("To all")
                                                      : QStringLiteral("Id ") + QString::fromStdString(text),
                     id);
    }
}

void WirePanel::showCounts(const Frame& frame) {
    const auto newest = monitor_->log();
    const bool watched = newest->isWatched(chosenBus(), ownWatch);
    const QSignalBlocker quiet(watch_);
    watch_->setEnabled(frame.buses->find(chosenBus()) != nullptr);
    watch_->setChecked(watched);
    showText(watch_, watched ? QStringLiteral("Watching") : QStringLiteral("Watch"));
    const bus::WireLog& log = rows_->log();
    const bool any = log.size() > 0;
    hold_->setEnabled(any);
    clear_->setEnabled(any);
    export_->setEnabled(any && !job_.isRunning());
    stack_->setCurrentIndex(any ? 1 : 0);
    QString text =
        any ? QStringLiteral("%1 of %2 packets")
                  .arg(countText(static_cast<std::uint64_t>(rows_->rowCount())), countText(log.size()))
            : QString();
    if (const std::uint64_t waiting = newest->end - log.end; waiting > 0 && hold_->isChecked())
        text += QStringLiteral(" · %1 new behind the hold").arg(countText(waiting));
    if (newest->letGo > 0) text += QStringLiteral(" · %1 let go").arg(countText(newest->letGo));
    if (newest->unheardBytes > 0) text += QStringLiteral(" · %1 missed").arg(bytesText(newest->unheardBytes));
    showText(counts_, text);
}

void WirePanel::showPacket() {
    const QModelIndex current = view_->currentIndex();
    if (!current.isValid() || current.row() >= rows_->rowCount()) return details_->clear();
    const bus::WirePacket packet = rows_->packet(current.row());
    const QString head =
        rows_->data(rows_->index(current.row(), WireRows::instruction), Qt::DisplayRole).toString() +
        QStringLiteral(" · %1 bytes").arg(packet.bytes.size());
    const QString words = QString::fromUtf8(packet.text.data(), static_cast<qsizetype>(packet.text.size()));
    details_->setPlainText(head + QLatin1Char('\n') +
                           (words.isEmpty() ? QString() : words + QLatin1Char('\n')) + QLatin1Char('\n') +
                           dump(packet.bytes));
}

} // namespace servolane::ui
