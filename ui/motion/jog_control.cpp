// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/motion/jog_control.h"

namespace servolane::ui {

JogControl::JogControl(api::CommandBus& commands, QObject* parent)
    : QObject(parent)
    , commands_(commands) {}

CommandId JogControl::begin(AxisId axis, double velocity, std::function<bool()> isHeld, Time now) {
    end();
    axis_ = axis;
    velocity_ = velocity;
    isHeld_ = std::move(isHeld);
    lastTick_ = renewed_ = now;
    const CommandId id = commands_.send(motion::StartJog{axis, Velocity{velocity}}, api::Asker::window);
    started_ = id;
    commands_.renewLease(axis, lease, api::Asker::window);
    Q_EMIT began(id);
    return id;
}

void JogControl::end() {
    if (!axis_) return;
    const AxisId axis = *axis_;
    axis_.reset();
    isHeld_ = nullptr;
    if (!isRefused_ || !isRefused_(started_)) commands_.send(motion::EndJog{axis}, api::Asker::window);
    Q_EMIT ended();
}

void JogControl::tick(Time now) {
    if (!axis_) return;
    const bool wasFrozen = now - lastTick_ > lease;
    lastTick_ = now;
    if (wasFrozen || !isHeld_()) return end();
    if (now - renewed_ < renewal) return;
    renewed_ = now;
    commands_.renewLease(*axis_, lease, api::Asker::window);
}

} // namespace servolane::ui
