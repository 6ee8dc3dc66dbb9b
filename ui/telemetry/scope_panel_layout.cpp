// SPDX-License-Identifier: GPL-3.0-or-later
// How the bench's scope is kept and shown again: servos by name, since ids of another run mean other axes,
// and what waits until its servo is there.
#include "ui/telemetry/scope_layouts.h"
#include "ui/telemetry/scope_panel.h"
#include "ui/telemetry/scope_trigger.h"

#include <utility>

namespace servolane::ui {

void ScopePanel::openLayouts(const QString& folder) {
    layouts_->open(folder);
}

void ScopePanel::keepLayout() {
    layouts_->keep();
}

ScopeLayout ScopePanel::layout() const {
    ScopeLayout layout{{}, channels_->chosen(), view_->look(), trigger_->setup(), pins_.all()};
    if (AxisId& lane = layout.look.lane.axis; lane != AxisId{}) {
        if (const motion::Axis* of = pins_.find(lane)) layout.laneOf = pins_.servoOf(*of);
        lane = {};
    } else {
        layout.laneOf = awaitedLane_;
    }
    if (!layout.trigger) return layout;
    auto* fact = std::get_if<telemetry::FactCondition>(&layout.trigger->settings.condition);
    if (fact && fact->axis != AxisId{}) fact->axis = AxisId{1};
    AxisId& axis = layout.trigger->axis;
    if (telemetry::isMath(axis)) return layout;
    const motion::Axis* other = axis_ && axis == axis_->id ? nullptr : pins_.find(axis);
    if (other) layout.triggerOf = pins_.servoOf(*other);
    if (awaited_) layout.triggerOf = awaited_->triggerOf;
    axis = AxisId{1};
    return layout;
}

void ScopePanel::show(const ScopeLayout& layout) {
    pins_.restore(layout.pinned);
    channels_->choose(layout.channels);
    view_->setLook(layout.look);
    awaitedLane_ = layout.laneOf;
    showAwaitedLane();
    awaited_.reset();
    if (layout.trigger && layout.triggerOf && !pins_.find(*layout.triggerOf))
        awaited_ = std::make_shared<const ScopeLayout>(layout);
    showTrigger(layout);
    view_->armTrigger();
}

/// In a layout, 1 is the axis that is shown or the one that the trigger is of. Where that is not there, the
/// trigger looks at the same channel of the axis that is shown until it is.
void ScopePanel::showTrigger(const ScopeLayout& layout) {
    auto trigger = layout.trigger;
    if (trigger && !telemetry::isMath(trigger->axis)) {
        const motion::Axis* named = layout.triggerOf ? pins_.find(*layout.triggerOf) : nullptr;
        const AxisId axis = named ? named->id : axis_ ? axis_->id : AxisId{};
        trigger->axis = axis;
        auto* fact = std::get_if<telemetry::FactCondition>(&trigger->settings.condition);
        if (fact && fact->axis != AxisId{} && axis != AxisId{}) fact->axis = axis;
    }
    trigger_->show(trigger);
}

/// The lane shows events of all axes until the one that it is limited to is there.
void ScopePanel::showAwaitedLane() {
    const motion::Axis* of = awaitedLane_ ? pins_.find(*awaitedLane_) : nullptr;
    if (!of) return;
    scope::LaneFilter filter = view_->look().lane;
    filter.axis = of->id;
    view_->setLaneFilter(filter);
    awaitedLane_.reset();
}

void ScopePanel::showAwaitedTrigger() {
    if (!awaited_ || !pins_.find(*awaited_->triggerOf)) return;
    showTrigger(*std::exchange(awaited_, nullptr));
}

/// The lane is limited to an axis that is no longer there, or whose id means another one from now on: it is
/// when that axis is back.
void ScopePanel::awaitLaneAxis() {
    const AxisId lane = view_->look().lane.axis;
    if (lane == AxisId{}) return;
    if (const motion::Axis* of = pins_.find(lane)) awaitedLane_ = pins_.servoOf(*of);
    view_->forgetLaneAxis();
}

} // namespace servolane::ui
