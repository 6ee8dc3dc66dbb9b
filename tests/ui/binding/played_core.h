// SPDX-License-Identifier: GPL-3.0-or-later
// A core that a test plays: what commands of the window's controls become, as events; and the controls.
#pragma once

#include <QtCore/QRegularExpression>

#include "core/api/event.h"
#include "tests/support/sample_model.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <vector>

namespace servolane::tests {

/// One control: how a person uses it, what its command asks for, and what it shows. Numbers as text, rounded
/// to what the servo can tell apart.
struct Control {
    std::string name;
    std::function<void()> use; ///< sends its command
    /// Of its command; empty: it is not about this control.
    std::function<std::string(const api::CommandBody&)> wanted;
    std::function<bool()> isPending;
    std::function<std::string()> shown;
    std::string expected = {}; ///< of the newest command; empty: none yet
    int checked = 0;
};

/// What the core makes of a command, as events, with the axis as it is then.
class PlayedCore {
public:
    std::shared_ptr<const motion::Axis> axis = sampleAxis();

    std::vector<api::EventBody> effects(const api::CommandBody& body) {
        return std::visit([this](const auto& command) { return make(command); }, body);
    }

private:
    using Events = std::vector<api::EventBody>;

    template <class Other>
    Events make(const Other&) {
        return {};
    }
    Events make(const motion::SetTorque& c) {
        if (c.on) return {motion::TorqueEnabled{c.axis}};
        return {motion::TorqueDisabled{c.axis}};
    }
    Events make(const motion::SetOperatingMode& c) { return {motion::ModeChanged{c.axis, c.mode}}; }
    Events make(const motion::SetStopReaction& c) {
        return configured([&](motion::Axis& changed) { changed.stopReaction = c.reaction; });
    }
    Events make(const motion::RenameAxis& c) {
        return configured([&](motion::Axis& changed) { changed.name = c.name; });
    }
    Events make(const motion::SetAxisScale& c) {
        return configured([&](motion::Axis& changed) { changed.scale = c.scale; });
    }
    Events make(const motion::SetZeroHere&) {
        return configured([](motion::Axis& changed) { changed.scale.offset -= 1.0; });
    }
    Events make(const motion::SetAxisLimits& c) {
        return configured([&](motion::Axis& changed) {
            changed.own = c.limits;
            motion::AxisLimits& limits = changed.limits;
            limits.travel = c.limits.travel.value_or(limits.travel);
            limits.velocity = c.limits.velocity.value_or(limits.velocity);
            limits.acceleration = c.limits.acceleration.value_or(limits.acceleration);
            limits.current = c.limits.current.value_or(limits.current);
            limits.temperature = c.limits.temperature.value_or(limits.temperature);
            limits.followingError = c.limits.followingError.value_or(limits.followingError);
            limits.step = c.limits.step.value_or(limits.step);
        });
    }
    Events make(const motion::SetTravelLimits& c) {
        Events events =
            configured([&](motion::Axis& changed) { changed.own.travel = changed.limits.travel = c.travel; });
        events.emplace_back(motion::TravelLimitsSet{c.axis, c.travel});
        return events;
    }
    Events make(const motion::SetProfile& c) {
        const auto raw = [&](const char* name, double value) {
            return registers::RegisterRead{c.axis, name, axis->model->find(name)->rawFromValue(value)};
        };
        return {raw("profile_acceleration", c.acceleration.value), raw("profile_velocity", c.velocity.value),
                motion::ProfileSet{c.axis, c.velocity, c.acceleration}};
    }
    Events make(const registers::WriteRegister& c) {
        return {registers::RegisterRead{c.axis, c.name, c.raw},
                registers::RegisterWritten{c.axis, c.name, {}, c.raw}};
    }
    Events make(const registers::WriteRegisters& c) {
        Events events;
        for (const registers::StagedRegister& write : c.writes)
            events.emplace_back(registers::RegisterWritten{c.axis, write.name, {}, write.raw});
        return events;
    }
    template <class Change>
    Events configured(Change change) {
        motion::Axis changed = *axis;
        change(changed);
        changed.channels = motion::channelScalesOf(*changed.model, changed.scale);
        axis = std::make_shared<const motion::Axis>(changed);
        return {motion::AxisConfigured{axis}};
    }
};

/// "12" of "12.3 deg/s": within half of it is the same.
inline std::string whole(const QString& text) {
    const QString number = text.split(QRegularExpression(QStringLiteral("[^-0-9.]"))).first();
    bool good = false;
    const double value = number.toDouble(&good);
    return good ? std::to_string(std::lround(value)) : text.toStdString();
}

} // namespace servolane::tests
