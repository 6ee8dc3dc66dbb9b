// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/bus/answers.h"
#include "core/bus/events.h"
#include "core/bus/poll_plan.h"
#include "core/bus/servo_bus.h"
#include "core/motion/axis.h"
#include "core/motion/other_servo.h"
#include "core/telemetry/feedback.h"

#include <memory>
#include <span>
#include <vector>

namespace servolane::runtime {

/// Where one channel's bytes stand in the bytes of a span.
struct ChannelBytes {
    telemetry::Channel channel{};
    std::uint16_t offset = 0;
    registers::NumberForm form;
    std::int64_t shift = 0; ///< taken from the number; see motion::sampleShift
};

/// A stretch of registers that one read fetches, and the channels in it.
struct ChannelSpan {
    bus::RegisterSpan span;
    std::vector<ChannelBytes> channels;

    /// The read of the error register, which an alert calls for.
    [[nodiscard]] bool isErrors() const {
        return channels.front().channel == telemetry::Channel::hardwareError;
    }
    /// Of registers that a person watches.
    [[nodiscard]] bool isWatch() const { return telemetry::isWatch(channels.front().channel); }
    /// `bytes` holds at least span.size bytes.
    void decode(ByteView bytes, telemetry::AxisSample& into) const;
};

/// Counts how one servo answers. Bus thread only.
class ServoMeter {
public:
    void asked(bus::SlotState state);
    /// Of an answer to a single request; zero: the family does not tell.
    void timed(Duration turnaround);
    /// As its registers say.
    void learned(std::optional<Duration> returnDelay, std::optional<std::int64_t> returnLevel);
    [[nodiscard]] bus::ServoMeasured figures(AxisId axis) const;

private:
    bus::ServoMeasured figures_;
    double squares_ = 0.0; ///< of the distances from the mean, s²
};

/// An axis as the bus thread polls it: the fast registers with the group in every cycle, the slow ones now
/// and then.
struct PolledAxis {
    std::shared_ptr<const motion::Axis> axis;
    ChannelSpan fast;
    std::vector<ChannelSpan> slow;
    std::vector<Time> slowDue;        ///< one per slow span
    telemetry::AxisSample slowSample; ///< slow values that wait for the next cycle
    bool silent = false;
    bool alert = false;
    int misses = 0; ///< in a row
    Time lastAnswer{};
    Time nextProbe{};
    Duration probeWait{}; ///< while silent: until the probe after the next
    Duration returnDelay{};
    bool learned = false; ///< return delay and answers are known
    ServoMeter meter;
    bus::Answers answers = bus::Answers::all;
    std::optional<motion::OtherServo> other; ///< silent, since this one answers under its id
    std::optional<std::int64_t> returnLevel; ///< as it was read; absent: its model has none, or never

    explicit PolledAxis(std::shared_ptr<const motion::Axis> polled);
    /// What is read with the group and what between the cycles, from now on. `watched`: registers of its
    /// model that some axis watches; those close to what the group reads anyway are read with it, of every
    /// axis of the model, since servos whose spans differ may not share a request. Empty where a longer
    /// read costs more than its bytes.
    void follow(const bus::PollPlan& plan, std::span<const registers::Register* const> watched);
    [[nodiscard]] const registers::Register* find(registers::Role role) const {
        return axis->model->find(role);
    }
    /// What switches torque off of the servo that answers, be it another one; nullptr: it has none, or none
    /// is known.
    [[nodiscard]] const registers::Register* findTorque() const {
        return (other ? other->model : axis->model)->find(registers::Role::torqueEnable);
    }
};

} // namespace servolane::runtime
