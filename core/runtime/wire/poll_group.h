// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/bus/request.h"
#include "core/runtime/wire/bus_context.h"
#include "core/runtime/wire/polled_axis.h"

#include <optional>
#include <vector>

namespace servolane::runtime {

/// The feedback of one bus: the group read of every cycle, the slow registers between, and who belongs to the
/// group. An axis that misses three cycles in a row leaves, is probed twice a second, and comes back by
/// itself, once the servo that answers is found to be its own. One whose status return level forbids it to
/// answer reads stays out until the level allows it. Bus thread only.
class PollGroup {
public:
    PollGroup(const BusContext& context, bus::ServoBus& servos)
        : context_(context)
        , servos_(servos) {}

    /// Replaces the list; what is known of axes that stay is kept.
    /// A register that an axis watches is read from the next cycle on.
    void setAxes(const std::vector<std::shared_ptr<const motion::Axis>>& axes);
    /// From the next cycle on; `slowInterval` lies between two reads of a slow channel.
    void setPlan(const bus::PollPlan& plan, Duration slowInterval);

    /// The step changes how its servo answers: return delay or status return level.
    [[nodiscard]] bool changesAnswers(const bus::Step& step) const;
    /// Reads again how the servos answer before the next cycle.
    void learnAgain();

    /// One group read, published as one event. `period`: what consumers may expect between two answers.
    [[nodiscard]] Result<void> readCycle(Duration period);
    /// One read of a slow span whose time has come; false if there was none.
    [[nodiscard]] Result<bool> readSlow(Time now);
    /// One ping of a silent axis whose time has come; false if there was none.
    [[nodiscard]] Result<bool> probeSilent(Time now);
    /// Something was written to a servo: what it answers from now on may have changed.
    void noteWritten(ServoId servo, std::uint16_t address, ByteView bytes);
    /// The servo was told to restart: it is silent until it answers anew, however seldom it is asked.
    void noteRestart(ServoId servo);
    /// Every axis falls silent: the line is gone.
    void loseAll();
    /// Silent axes are asked at once: the line has another rate now.
    void askAgain();

    [[nodiscard]] bool hasActive() const;
    [[nodiscard]] std::vector<PolledAxis>& axes() { return axes_; }
    [[nodiscard]] PolledAxis* find(AxisId axis);
    /// How each servo of the list answers.
    [[nodiscard]] std::vector<bus::ServoMeasured> servoFigures() const;
    /// wireTime() if no servo waited before it answers.
    [[nodiscard]] Duration bareWireTime() const { return bareWireTime_; }
    /// Zero on an unpaced line.
    [[nodiscard]] Duration wireTime() const { return wireTime_; }
    /// The next cycle follows a break that consumers must see.
    void markGap() {
        gapBefore_ = true;
        ++cycle_; // the cycles that there were none of
    }

    struct Counters {
        std::uint64_t cycles = 0;
        std::uint64_t answers = 0;
        std::uint64_t errors = 0;
    };
    [[nodiscard]] const Counters& counters() const { return counters_; }

private:
    [[nodiscard]] Result<void> prepare();
    /// Lays out again what each axis is asked for.
    void followPlan();
    [[nodiscard]] std::vector<const registers::Register*> watchedOf(const registers::ServoModel& model) const;
    /// Reads what the family must know of a servo before it joins the group.
    [[nodiscard]] Result<void> learn(PolledAxis& polled);
    [[nodiscard]] Result<std::optional<std::int64_t>> readOnce(const PolledAxis& polled,
                                                               registers::Role role);
    /// Whether a read of its status return level is answered, tried so often; takes over what it says.
    [[nodiscard]] Result<bool> saysItsLevel(PolledAxis& polled, int tries);
    /// Whether it is one that hears and answers pings, but no reads.
    [[nodiscard]] Result<bool> isMute(PolledAxis& polled);
    void setAnswers(PolledAxis& polled, bus::Answers answers);
    void takeAnswer(PolledAxis& polled, const bus::GroupSlot& slot, telemetry::FeedbackCycle& cycle);
    /// `suspect`: it was silent, and no servo before it in the chain was.
    void takeMiss(PolledAxis& polled, bool suspect);
    void fallSilent(PolledAxis& polled);
    void fallMute(PolledAxis& polled);
    void tellSilent(const PolledAxis& polled);
    /// Never null; without registers where no model file tells of it.
    [[nodiscard]] std::shared_ptr<const registers::ServoModel> modelOf(const bus::ServoIdentity& found,
                                                                       const motion::Axis& axis) const;
    /// Another servo answers under the axis' id.
    void meet(PolledAxis& polled, motion::OtherServo other);
    static void forgetOther(PolledAxis& polled, ServoId before);
    /// A ping of a silent axis was answered.
    [[nodiscard]] Result<void> greet(PolledAxis& polled);
    /// A slow span of an axis; no axis: nothing is due.
    struct SlowRead {
        PolledAxis* polled = nullptr;
        std::size_t span = 0;
    };
    [[nodiscard]] SlowRead nextSlow(Time now);

    const BusContext& context_;
    bus::ServoBus& servos_;
    bus::PollPlan plan_;
    std::vector<PolledAxis> axes_;
    std::vector<std::size_t> order_; ///< slot → index into axes_
    bus::GroupRead group_;
    bool prepared_ = false;
    bool gapBefore_ = false;
    Duration wireTime_{};
    Duration bareWireTime_{};
    Duration slowInterval_ = std::chrono::milliseconds{200};
    Counters counters_;
    Time lastAnswered_{}; ///< the newest cycle with an answer
    std::uint64_t cycle_ = 0;
};

} // namespace servolane::runtime
