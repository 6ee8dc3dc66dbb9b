// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/runtime/core_inbox.h"
#include "core/runtime/wire/axis_rest.h"
#include "core/runtime/wire/bus_context.h"
#include "core/runtime/wire/poll_group.h"

#include <optional>
#include <vector>

namespace servolane::runtime {

/// What one bus does on a stop. First one frame for all: a broadcast where every model seen has torque at
/// that address and all axes are to lose it, else a group write to those that are. Then each axis by its own
/// reaction, those that answer before those that were silent. What is not settled by then is repeated between
/// the cycles until it is, so that nobody waits for a dead axis: after a bounded time it is reported as not
/// confirmed, and stopped when it answers again all the same. To hold, a servo must say where it is: one that
/// answers pings only is told to take its torque off, whatever its reaction. Bus thread only.
class StopService {
public:
    /// Servos of unknown models on the line: a broadcast could hit any register of theirs.
    enum class Strangers : std::uint8_t { none, some };

    StopService(const BusContext& context, bus::ServoBus& servos, Waker& breakOff)
        : context_(context)
        , servos_(servos)
        , rest_(servos)
        , breakOff_(breakOff) {}

    /// From now on every axis owes its stopped state.
    void begin(StopGeneration generation, const std::vector<PolledAxis>& axes);
    /// While a stop is latched: axes that were not there when it was pressed owe it too.
    void adopt(const std::vector<PolledAxis>& axes);
    /// Frames for all, then once through all that owe. Bounded: 100 ms beyond the axes that answer.
    void rush(std::vector<PolledAxis>& axes, Strangers strangers);
    /// Goes on with one axis whose time has come; false if there was none.
    bool advance(std::vector<PolledAxis>& axes, Time now);
    /// An axis that owes and has not been tried yet.
    [[nodiscard]] bool hasFresh() const;
    /// When advance() wants to be called; absent while nobody owes.
    [[nodiscard]] std::optional<Time> due(const std::vector<PolledAxis>& axes) const;
    [[nodiscard]] bool isOwed() const;
    /// Once per stop: when each axis has confirmed or was given up. `patience` is added to the time after
    /// which an axis is given up (answers to a scan may still be on the line).
    [[nodiscard]] std::optional<StopServed> takeReport(Time now, Duration patience);
    /// The line is gone: the report is due as it stands.
    void reportLineDown();
    /// A reset: what is left to do is to stop the axes that are silent, when they answer again.
    void resume(const std::vector<PolledAxis>& axes);

private:
    enum class Stage : std::uint8_t {
        owed,
        settling, ///< holds; its speed is not near zero yet
        holding,  ///< at rest; torque goes off when it is due
        paid      ///< kept until the reset, since a servo may come back otherwise than it left
    };
    struct Debt {
        motion::StoppedAxis outcome;
        Stage stage = Stage::owed;
        bool fresh = true;     ///< not tried on its own yet
        bool told = false;     ///< reached by a frame for all
        bool late = false;     ///< not part of the report: told by an event of its own
        bool hopeless = false; ///< nothing more to find out before it answers again
        bool letsGo = false;   ///< was to hold, and cannot
        int tries = 0;
        int unheld = 0; ///< tries to hold in a row that the servo answered, and did not follow
        int unread = 0; ///< tries to hold in a row that were answered with a ping alone
        bool wasSilent = false;
        bool wasOut = false; ///< silent, and not because it answers pings only
        Time due{};
    };
    using Doubt = motion::StopDoubt;

    void tellAll(const std::vector<PolledAxis>& axes, Strangers strangers);
    void markTold(const std::vector<AxisId>& axes);
    void noteSilence(Debt& debt, const PolledAxis& polled);
    [[nodiscard]] bool isWorthATry(const Debt& debt, const PolledAxis& polled) const;
    void serve(Debt& debt, const PolledAxis& polled);
    void settle(Debt& debt, const PolledAxis& polled, Doubt doubt);
    void pay(Debt& debt, const PolledAxis& polled);
    [[nodiscard]] Doubt attempt(Debt& debt, const PolledAxis& polled);
    [[nodiscard]] Doubt halt(Debt& debt, const PolledAxis& polled);
    [[nodiscard]] Doubt switchOff(Debt& debt, const PolledAxis& polled);
    [[nodiscard]] Debt* find(AxisId axis);
    [[nodiscard]] bool isSettled(const Debt& debt, Time now, Duration patience) const;

    const BusContext& context_;
    bus::ServoBus& servos_;
    AxisRest rest_;
    Waker& breakOff_;
    StopGeneration generation_;
    Time asked_{};
    std::vector<Debt> debts_;
    bool unreported_ = false;
    bool lineDown_ = false;
};

} // namespace servolane::runtime
