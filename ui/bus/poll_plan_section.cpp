// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bus/poll_plan_section.h"

#include "ui/binding/replay_lock.h"
#include "ui/binding/state_text.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/command_note.h"
#include "ui/widgets/figure_table.h"
#include "ui/widgets/number_field.h"
#include "ui/widgets/text.h"

#include <QtWidgets/QComboBox>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QTableWidget>
#include <QtWidgets/QVBoxLayout>
#include <algorithm>
#include <span>

namespace servolane::ui {

using telemetry::Channel;

namespace {

/// Registers that are watched are no part of the plan.
constexpr auto planned = std::span(telemetry::allChannels).first<telemetry::usualChannelCount>();

enum Column { channelName, source, pace };

/// What the plan needs to stay safe is not offered otherwise: see refusePlanWithoutPosition and its kin.
bool isOffered(Channel channel, bus::Pace pace) {
    if (channel == Channel::position) return pace == bus::Pace::everyCycle;
    return channel != Channel::hardwareError || pace != bus::Pace::never;
}

QString paceText(bus::Pace pace) {
    switch (pace) {
    case bus::Pace::never:
        return QStringLiteral("Not read");
    case bus::Pace::slow:
        return QStringLiteral("Between cycles");
    case bus::Pace::everyCycle:
        break;
    }
    return QStringLiteral("Every cycle");
}

QComboBox* makePaceChoice(Channel channel, QWidget* parent) {
    auto* box = new QComboBox(parent);
    box->setObjectName(QStringLiteral("pace_") + QString::fromUtf8(telemetry::toString(channel).data()));
    box->setAccessibleName(textOf(channel));
    for (const auto pace : {bus::Pace::everyCycle, bus::Pace::slow, bus::Pace::never})
        if (isOffered(channel, pace)) box->addItem(paceText(pace), static_cast<int>(pace));
    box->setEnabled(box->count() > 1);
    if (channel == Channel::position)
        box->setToolTip(QStringLiteral("Travel limits and stops are watched by the position"));
    return box;
}

/// "132 · present_position"; of the first axis on the bus, with a word if others differ.
QString sourceText(Channel channel, BusId bus, const motion::AxisBoard& axes) {
    QString text;
    for (const motion::AxisView& view : axes.axes) {
        if (view.axis->bus != bus) continue;
        const auto* found = motion::registerOf(channel, *view.axis->model);
        const QString own =
            found ? QStringLiteral("%1 · %2").arg(registerPlace(*found), QString::fromStdString(found->name))
                  : QStringLiteral("none");
        if (text.isEmpty()) text = own;
        if (text != own) return QStringLiteral("by model");
    }
    return text.isEmpty() ? QStringLiteral("—") : text;
}

} // namespace

PollPlanSection::PollPlanSection(const PanelContext& context, QWidget* parent)
    : Panel(parent)
    , context_(context)
    , table_(makeTable(QStringLiteral("pollPlanTable"),
                       {QStringLiteral("Channel"), QStringLiteral("Register"), QStringLiteral("Read")},
                       pace + 1, this))
    , interval_(new NumberField("s", QStringLiteral("slowInterval"), this))
    , apply_(makeButton(QStringLiteral("Apply"), QStringLiteral("applyPollPlan"), this))
    , usual_(makeButton(QStringLiteral("Back to defaults"), QStringLiteral("usualPollPlan"), this))
    , note_(new CommandNote(context.theme, QStringLiteral("pollPlanNote"), this)) {
    setObjectName(QStringLiteral("pollPlan"));
    usual_->setToolTip(
        QStringLiteral("What moves in every cycle; supply, temperature and errors between cycles"));
    table_->setSelectionMode(QAbstractItemView::NoSelection);
    table_->setRowCount(static_cast<int>(telemetry::usualChannelCount));
    for (const Channel channel : planned) {
        auto* box = makePaceChoice(channel, table_);
        const auto row = static_cast<int>(indexOf(channel));
        paces_[indexOf(channel)] = box;
        showCell(table_, row, channelName, textOf(channel));
        table_->setCellWidget(row, pace, box);
        connect(box, &QComboBox::activated, this, [this] { edited_ = true; });
    }
    table_->setColumnWidth(channelName, 134);
    table_->setColumnWidth(source, 178);
    interval_->setDecimals(2);
    connect(interval_, &NumberField::edited, this, [this] { edited_ = true; });
    connect(interval_, &NumberField::submitted, this, &PollPlanSection::apply);
    for (QWidget* control : std::initializer_list<QWidget*>{interval_, apply_, usual_})
        markAsCommand(control, "SetPollPlan");
    connect(apply_, &QPushButton::clicked, this, &PollPlanSection::apply);
    connect(usual_, &QPushButton::clicked, this, &PollPlanSection::restoreUsual);
    auto* row = new QHBoxLayout;
    row->setContentsMargins(space::medium, space::small, space::medium, space::small);
    row->setSpacing(space::small);
    row->addWidget(makeLabel(QStringLiteral("Others every"), "muted", this));
    row->addWidget(interval_);
    row->addWidget(usual_);
    row->addWidget(apply_);
    row->addStretch(1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(table_, 1);
    column->addWidget(makeRule(this));
    column->addLayout(row);
    column->addWidget(note_);
}

void PollPlanSection::setBus(BusId bus) {
    if (bus == bus_) return;
    bus_ = bus;
    edited_ = false;
    interval_->settle();
    note_->dismiss();
}

bus::PollPlan PollPlanSection::chosen() const {
    bus::PollPlan plan;
    for (const Channel channel : planned)
        plan[channel] = static_cast<bus::Pace>(paces_[indexOf(channel)]->currentData().toInt());
    return plan;
}

void PollPlanSection::show(const bus::PollPlan& plan) {
    for (const Channel channel : planned) {
        QComboBox* box = paces_[indexOf(channel)];
        box->setCurrentIndex(std::max(0, box->findData(static_cast<int>(plan[channel]))));
    }
}

void PollPlanSection::restoreUsual() {
    show({});
    edited_ = true;
}

void PollPlanSection::apply() {
    const auto interval = interval_->value();
    if (!interval) return note_->say(Tone::warn, QStringLiteral("The interval is a number of seconds"));
    if (bus_ == BusId{}) return note_->say(Tone::warn, QStringLiteral("Connect a bus first"));
    note_->follow(context_.send(bus::SetPollPlan{bus_, chosen(), *interval}));
    edited_ = false;
    interval_->settle();
}

void PollPlanSection::showRegisters(const Frame& frame) {
    for (const Channel channel : planned) {
        const auto row = static_cast<int>(indexOf(channel));
        showCell(table_, row, source, sourceText(channel, bus_, *frame.axes));
        table_->item(row, source)->setToolTip(table_->item(row, source)->text());
    }
}

void PollPlanSection::tick(const Frame& frame) {
    note_->tick(frame);
    if (!frame.figuresDue) return;
    const bus::BusView* view = frame.buses->find(bus_);
    setEnabled(view != nullptr);
    showRegisters(frame);
    if (!view || edited_ || note_->isPending()) return;
    show(view->link.plan);
    interval_->showCurrent(view->link.slowInterval);
}

} // namespace servolane::ui
