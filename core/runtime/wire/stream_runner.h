// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/runtime/wire/bus_context.h"
#include "core/runtime/wire/poll_group.h"
#include "core/runtime/wire/rest_keeper.h"

#include <vector>

namespace servolane::runtime {

/// Streams of goals, evaluated once per cycle: jogs that hold while their lease does. Every goal is checked
/// against the envelope that the write model granted: the speed changes within its acceleration, at the
/// start, at a change, before the end of the travel and when the key is released or the lease lapses. A goal
/// is never further ahead of the actual position than the axis goes in 100 ms, however much it lags, so that
/// a killed host stops the axis. Bus thread only.
class StreamRunner {
public:
    StreamRunner(const BusContext& context, bus::ServoBus& servos, RestKeeper& rests)
        : context_(context)
        , servos_(servos)
        , rests_(rests) {}

    void begin(const bus::JogStream& jog, PollGroup& group);
    /// Comes to rest within the acceleration of its envelope and ends then; at once where it has none.
    void rampDown(AxisId axis, motion::EndReason reason, PollGroup& group);
    /// At once: the axis comes to rest at its last goal. One that follows a speed has ended once its servo
    /// says that the speed was taken back.
    void end(AxisId axis, motion::EndReason reason, PollGroup& group);
    void endAll(motion::EndReason reason, PollGroup& group);
    [[nodiscard]] bool isIdle() const { return streams_.empty(); }
    [[nodiscard]] bool holds(AxisId axis) const;
    /// Writes the goals of this cycle, all in one frame where the family can.
    [[nodiscard]] Result<void> evaluate(Time now, PollGroup& group);

private:
    struct Stream {
        bus::JogStream jog;
        Position reference{}; ///< where the axis should be by now
        Velocity speed{};     ///< of the reference
        Time lastGoal{};
        Time begun{}; ///< 0: not yet
        bool atLimit = false;
        std::optional<motion::EndReason> ending{}; ///< ramps down for this reason
    };
    struct Step {
        std::optional<std::int64_t> raw; ///< goal to write
        std::optional<motion::EndReason> end;
    };
    [[nodiscard]] Step advance(Stream& stream, const PolledAxis& polled, Time now);
    [[nodiscard]] Step advancePosition(Stream& stream, const PolledAxis& polled, Position actual,
                                       Duration passed);
    [[nodiscard]] Step advanceVelocity(Stream& stream, const PolledAxis& polled, Position actual,
                                       Duration passed);
    /// Feedback of the axis that is not lost.
    [[nodiscard]] std::optional<motion::AxisPresent> presentOf(AxisId axis, Time now) const;
    void halt(const Stream& stream, const PolledAxis* polled, motion::EndReason reason);
    [[nodiscard]] Result<void>
    writeGoals(const std::vector<std::pair<const PolledAxis*, std::int64_t>>& goals, registers::Role role);

    const BusContext& context_;
    bus::ServoBus& servos_;
    RestKeeper& rests_;
    std::vector<Stream> streams_;
};

} // namespace servolane::runtime
