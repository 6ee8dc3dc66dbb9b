// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/runtime/wire/axis_rest.h"
#include "core/runtime/wire/bus_context.h"

#include <optional>
#include <span>
#include <vector>

namespace servolane::runtime {

/// Brings axes to rest whose motion went wrong or ended: a jog whose last goal may be lost, a motion command
/// that failed and may have been heard all the same, a halt that was not confirmed. What is owed is tried
/// between the cycles until the servo says so. Of one that stays silent torque is taken, in case it hears;
/// its bus watchdog may have helped before. A stop, and a newer motion of the axis, take over. Bus thread
/// only.
class RestKeeper {
public:
    /// What is told once the axis is at rest.
    enum class Told : std::uint8_t { jogEnded, axisHalted };

    RestKeeper(const BusContext& context, bus::ServoBus& servos)
        : context_(context)
        , rest_(servos) {}

    /// A few tries at once; true and told if it is at rest, else owed from now on.
    bool bring(const PolledAxis& polled, motion::EndReason reason, Told told);
    void owe(AxisId axis, motion::EndReason reason, Told told);
    /// Something else has taken the axis over. An end of a jog that is still owed is told.
    void forgive(AxisId axis);
    void forgiveAll();
    [[nodiscard]] bool owes(AxisId axis) const;
    /// As AxisRest::turns(): a few reads of the servo.
    [[nodiscard]] bool turns(const PolledAxis& polled) { return rest_.turns(polled); }

    /// The line is open again: who owes has not been asked yet, and is silent for no other reason.
    void lineIsBack(Time now);
    /// One try for one axis whose time has come; false if there was none.
    bool advance(std::span<const PolledAxis> axes, Time now);
    /// When advance() wants to be called; absent while nobody owes and answers.
    [[nodiscard]] std::optional<Time> due(std::span<const PolledAxis> axes) const;

    /// For the end of the line: a few tries to bring what moves to rest. False: it may go on.
    [[nodiscard]] bool settle(const PolledAxis& polled);

private:
    struct Debt {
        AxisId axis;
        motion::EndReason reason = motion::EndReason::asked;
        Told told = Told::axisHalted;
        int tries = 0;
        Time due{};
        Time since{};
        int cuts = 0; ///< times that it was told to let go while silent
    };
    [[nodiscard]] static std::optional<Time> dueOf(const Debt& debt, const PolledAxis* polled);
    void cutTorque(Debt& debt, const PolledAxis& polled);
    void tell(const Debt& debt);
    [[nodiscard]] bool tryAll(const PolledAxis& polled);

    const BusContext& context_;
    AxisRest rest_;
    std::vector<Debt> debts_;
};

} // namespace servolane::runtime
