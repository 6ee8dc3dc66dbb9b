// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/bus/servo_bus.h"
#include "core/motion/events.h"
#include "core/runtime/wire/polled_axis.h"

namespace servolane::runtime {

/// How one servo is brought to rest, and how it is known to be: every write is read back. Bus thread only.
class AxisRest {
public:
    using Doubt = motion::StopDoubt;
    /// In modes that hold no place there are two ways to stop.
    enum class WithoutPlace : std::uint8_t { torqueOff, goalOfZero };

    explicit AxisRest(bus::ServoBus& servos)
        : servos_(servos) {}

    /// Worth more than one time-out a try; off while others wait.
    void setThorough(bool thorough) { thorough_ = thorough; }

    /// Speeds to zero, places to where it is. Nothing holds an axis without torque: then there is none to do.
    [[nodiscard]] Doubt hold(const PolledAxis& polled, WithoutPlace otherwise);
    [[nodiscard]] Doubt atRest(const PolledAxis& polled);
    /// Has torque and moves, as the servo itself says; false where that cannot be read.
    [[nodiscard]] bool turns(const PolledAxis& polled);
    /// Does it move, or is it told to? True as well where that cannot be read.
    [[nodiscard]] bool isUnderWay(const PolledAxis& polled);
    [[nodiscard]] Doubt writeAndVerify(const PolledAxis& polled, const registers::Register& target,
                                       std::int64_t raw);
    [[nodiscard]] Result<std::int64_t> readRaw(const PolledAxis& polled, const registers::Register& source);
    [[nodiscard]] Doubt doubtOf(const PolledAxis& polled, const Error& error);

private:
    [[nodiscard]] Doubt holdPlace(const PolledAxis& polled);
    [[nodiscard]] Result<std::optional<registers::OperatingMode>> modeOf(const PolledAxis& polled);
    [[nodiscard]] std::optional<double> valueOf(const PolledAxis& polled, registers::Role role);

    bus::ServoBus& servos_;
    bool thorough_ = false;
};

} // namespace servolane::runtime
