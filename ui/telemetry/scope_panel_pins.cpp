// SPDX-License-Identifier: GPL-3.0-or-later
// Traces of the bench's scope that stay whichever axis is shown.
#include "ui/telemetry/channel_menu.h"
#include "ui/telemetry/scope_panel.h"

#include <QtGui/QAction>
#include <QtWidgets/QMenu>
#include <algorithm>

namespace servolane::ui {

using telemetry::Channel;

void ScopePanel::followAxes(const Frame& frame) {
    const auto& axes = pins_.axes();
    const bool isSame =
        std::equal(axes.begin(), axes.end(), frame.axes->axes.begin(), frame.axes->axes.end(),
                   [](const auto& axis, const motion::AxisView& view) { return axis == view.axis; });
    if (isSame) return;
    // Traces stay when the bus goes: they are what is looked at then.
    if (frame.axes->axes.empty()) return;
    ScopePins::Axes known;
    for (const motion::AxisView& view : frame.axes->axes)
        known.push_back(view.axis);
    const AxisId lane = view_->look().lane.axis;
    if (std::none_of(known.begin(), known.end(), [lane](const auto& axis) { return axis->id == lane; }))
        awaitLaneAxis();
    pins_.setAxes(known, identitiesOf(*frame.axes, *frame.buses));
    channels_->offerAxes(known);
    std::vector<std::pair<AxisId, QString>> named;
    for (const auto& axis : known)
        named.emplace_back(axis->id, pins_.nameOf(*axis));
    view_->setLaneAxes(std::move(named));
    chooseTraces();
    showAwaitedTrigger();
    showAwaitedLane();
}

void ScopePanel::pin(AxisId axis, Channel channel, bool on) {
    if (on && isFull()) {
        channels_->sayFull();
        sayFull();
    } else {
        pins_.set(axis, channel, on);
    }
    channels_->showTicks();
    chooseTraces();
}

/// Of this axis what may stay when another one is shown, and what was pinned.
void ScopePanel::offerPins(QMenu& menu) {
    if (!axis_) return;
    auto* pins = menu.addMenu(QStringLiteral("Keep in the scope for every axis"));
    pins->setObjectName(QStringLiteral("scopePins"));
    const QString name = pins_.nameOf(*axis_);
    std::vector<scope::TraceChoice> offered = pins_.choices();
    for (scope::TraceChoice& own : ownChoices())
        if (!pins_.isPinned(own.axis, own.channel)) {
            own.label = name + QLatin1Char(' ') + own.label;
            offered.push_back(std::move(own));
        }
    for (const scope::TraceChoice& choice : offered) {
        QAction* action = pins->addAction(choice.label);
        action->setCheckable(true);
        action->setChecked(pins_.isPinned(choice.axis, choice.channel));
        connect(action, &QAction::toggled, this,
                [this, axis = choice.axis, channel = choice.channel](bool on) { pin(axis, channel, on); });
    }
}

} // namespace servolane::ui
