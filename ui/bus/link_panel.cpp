// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bus/link_panel.h"

#include "ui/binding/replay_lock.h"
#include "ui/binding/selection.h"
#include "ui/binding/state_text.h"
#include "ui/binding/value_text.h"
#include "ui/bus/connect_panel.h"
#include "ui/bus/poll_plan_section.h"
#include "ui/theme/theme.h"
#include "ui/widgets/command_note.h"
#include "ui/widgets/figure_table.h"
#include "ui/widgets/state_mark.h"
#include "ui/widgets/text.h"

#include <QtWidgets/QComboBox>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QTableWidget>
#include <QtWidgets/QVBoxLayout>

namespace servolane::ui {

namespace {
/// Channel, register and pace side by side.
constexpr int planWidth = 460;
constexpr int leastBytes = 120; ///< "888.8 MB / 888.8 MB" is elided, smaller ones are not
/// What the errors were, as far as the line tells.
QString errorsText(const bus::LinkCounters& counters) {
    return QStringLiteral("%1 time-outs, %2 corrupt answers, %3 refusals by servos, %4 bytes of no answer, "
                          "%5 double answers (two servos may share an id)")
        .arg(countText(counters.timeouts), countText(counters.corruptFrames), countText(counters.refused),
             countText(counters.foreignBytes), countText(counters.doubleAnswers));
}
/// What tells whether a bus is well comes first: the last ones need a wide window.
enum Column { name, state, rate, asked, errors, lost, wire, jitter, limit, baud, bytes };
} // namespace

LinkPanel::LinkPanel(const PanelContext& context, QWidget* parent)
    : Panel(parent)
    , context_(context)
    , table_(
          makeTable(QStringLiteral("linkTable"),
                    {QStringLiteral("Bus"), QStringLiteral("State"), QStringLiteral("Cycle rate"),
                     QStringLiteral("Asked"), QStringLiteral("Errors"), QStringLiteral("Lost"),
                     QStringLiteral("Wire used"), QStringLiteral("Jitter p99"), QStringLiteral("Wire allows"),
                     QStringLiteral("Line"), QStringLiteral("Bytes in / out")},
                    rate, this))
    , rate_(new QComboBox(this))
    , note_(new CommandNote(context.theme, QStringLiteral("linkNote"), this))
    , plan_(new PollPlanSection(context, this)) {
    setObjectName(QStringLiteral("linkPanel"));
    rate_->setObjectName(QStringLiteral("linkPollRate"));
    rate_->setEditable(true);
    offerPollRates(rate_);
    rate_->setMinimumWidth(200);
    auto* apply = makeButton(QStringLiteral("Apply"), QStringLiteral("applyPollRate"), this);
    auto* row = new QHBoxLayout;
    row->setContentsMargins(space::medium, space::small, space::medium, space::small);
    row->setSpacing(space::small);
    row->addWidget(makeLabel(QStringLiteral("Poll rate of the selected bus"), "muted", this));
    row->addWidget(rate_);
    row->addWidget(apply);
    row->addWidget(note_, 1);
    row->addStretch(1);
    auto* column = new QVBoxLayout;
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(table_, 1);
    column->addWidget(makeRule(this));
    column->addLayout(row);
    auto* both = new QHBoxLayout(this);
    both->setContentsMargins(0, 0, 0, 0);
    both->setSpacing(0);
    both->addLayout(column, 1);
    plan_->setFixedWidth(planWidth);
    both->addWidget(plan_);
    const int widths[] = {96, 80, 76, 64, 56, 48, 80, 80, 92, 84, 150};
    for (int at = 0; at < table_->columnCount(); ++at)
        table_->setColumnWidth(at, widths[at]);
    markAsCommand(rate_, "SetPollRate");
    markAsCommand(apply, "SetPollRate");
    connect(apply, &QPushButton::clicked, this, &LinkPanel::applyRate);
}

/// The last one gives way where it would be cut off; the cell of the line tells it then.
void LinkPanel::resizeEvent(QResizeEvent* event) {
    Panel::resizeEvent(event);
    int needed = leastBytes;
    for (int at = 0; at < bytes; ++at)
        needed += table_->columnWidth(at);
    table_->setColumnHidden(bytes, width() - planWidth < needed);
}

BusId LinkPanel::chosenBus() const {
    const int row = table_->currentRow();
    if (row >= 0 && row < static_cast<int>(rows_.size())) return rows_[static_cast<std::size_t>(row)];
    if (context_.selection.bus() != BusId{}) return context_.selection.bus();
    return rows_.empty() ? BusId{} : rows_.front();
}

void LinkPanel::applyRate() {
    const auto wanted = pollRateFrom(rate_);
    if (!wanted) return note_->say(Tone::warn, QStringLiteral("The poll rate is a number in Hz"));
    if (chosenBus() == BusId{}) return note_->say(Tone::warn, QStringLiteral("Connect a bus first"));
    note_->follow(context_.send(bus::SetPollRate{chosenBus(), *wanted}));
}

void LinkPanel::tick(const Frame& frame) {
    note_->tick(frame);
    plan_->setBus(chosenBus());
    plan_->tick(frame);
    if (!frame.figuresDue) return;
    const auto count = frame.buses->buses.size();
    if (rows_.size() != count) table_->setRowCount(static_cast<int>(count));
    rows_.clear();
    for (const bus::BusView& bus : frame.buses->buses) {
        showBus(static_cast<int>(rows_.size()), bus);
        rows_.push_back(bus.id);
    }
}

void LinkPanel::showBus(int row, const bus::BusView& bus) {
    const bus::LinkMeasured& m = bus.measured;
    const auto hertz = [](double value) { return QStringLiteral("%1 Hz").arg(value, 0, 'f', 0); };
    const QString unknown = QStringLiteral("—");
    showCell(table_, row, name, QString::fromStdString(bus.name));
    const StateLook look = lookOf(bus.state);
    showCell(table_, row, state, QString(shapeOf(look.tone)) + QLatin1Char(' ') + look.word);
    table_->item(row, state)->setForeground(colorOf(look.tone, context_.theme.tokens()));
    showCell(table_, row, baud, baudText(bus.link.line.baud));
    showCell(table_, row, rate, hertz(m.cyclesPerSecond));
    showCell(table_, row, asked,
             bus.link.pollRate > 0 ? hertz(bus.link.pollRate) : QStringLiteral("fastest"));
    showCell(table_, row, limit, m.wireLimit > 0 ? hertz(m.wireLimit) : unknown);
    showCell(table_, row, wire,
             m.wireLimit > 0 ? QStringLiteral("%1 %").arg(m.wireShare * 100, 0, 'f', 0) : unknown);
    // A recording tells the rate alone.
    const bool counted = m.answers + m.errors > 0;
    showCell(table_, row, jitter, counted ? latencyText(fromSeconds(m.jitterP99)) : unknown);
    showCell(table_, row, errors, counted ? countText(m.errors) : unknown);
    table_->item(row, errors)->setToolTip(counted ? errorsText(m.counters) : QString());
    showCell(table_, row, lost, counted ? countText(m.lost) : unknown);
    const QString passed =
        bytesText(m.counters.bytesIn) + QStringLiteral(" / ") + bytesText(m.counters.bytesOut);
    showCell(table_, row, bytes, counted ? passed : unknown);
    table_->item(row, baud)->setToolTip(counted ? QStringLiteral("Bytes in / out: ") + passed : QString());
}

} // namespace servolane::ui
