// SPDX-License-Identifier: GPL-3.0-or-later
// The recording that the benchmarks of the store write: what a bus of moving servos sends, with the jitter of
// a real clock, noise in the low bits, and slow registers read one at a time.
#pragma once

#include "core/motion/axis.h"
#include "core/session/session_store.h"

#include <cmath>
#include <memory>
#include <numbers>
#include <random>
#include <string>
#include <vector>

namespace servolane::bench {

class BenchSession {
public:
    explicit BenchSession(std::uint16_t axes, Duration period = std::chrono::milliseconds{1})
        : axes_(axes)
        , period_(period) {}

    [[nodiscard]] static session::SessionStart start() {
        return {"bench", "bench", UtcTime{std::chrono::hours{500000}}, Time{std::chrono::seconds{1000}},
                false};
    }

    [[nodiscard]] std::vector<api::Event> configuration() const {
        auto model = std::make_shared<registers::ServoModel>();
        model->name = "bench";
        std::vector<api::Event> events;
        for (std::uint16_t id = 1; id <= axes_; ++id) {
            auto axis = std::make_shared<motion::Axis>();
            axis->id = AxisId{id};
            axis->name = "axis" + std::to_string(id);
            axis->bus = BusId{1};
            axis->model = model;
            axis->channels.fill({0.01, 0.0});
            axis->channels[indexOf(telemetry::Channel::setpoint)] = {360.0 / 4096.0, -180.0};
            axis->channels[indexOf(telemetry::Channel::position)] = {360.0 / 4096.0, -180.0};
            axis->channels[indexOf(telemetry::Channel::velocity)] = {0.229 * 6.0, 0.0};
            axis->channels[indexOf(telemetry::Channel::current)] = {0.00269, 0.0};
            events.push_back({Sequence{id}, start().time, {}, motion::AxisConfigured{axis}});
        }
        return events;
    }

    /// The next cycle, a period after the one before.
    [[nodiscard]] std::shared_ptr<const telemetry::FeedbackCycle> next() {
        using telemetry::Channel;
        auto cycle = std::make_shared<telemetry::FeedbackCycle>();
        cycle->bus = BusId{1};
        cycle->cycle = count_;
        cycle->time = start().time + period_ * static_cast<std::int64_t>(count_) + Duration{noise(20'000)};
        cycle->samples.resize(axes_);
        for (std::uint16_t i = 0; i < axes_; ++i) {
            auto& sample = cycle->samples[i];
            sample.axis = AxisId{static_cast<std::uint16_t>(i + 1)};
            sample.offsetNs = 40'000 * i;
            const double phase = 2.0 * std::numbers::pi * (static_cast<double>(count_) / 4000.0 + i / 7.0);
            const auto setpoint = static_cast<std::int32_t>(std::lround(2048.0 + 1500.0 * std::sin(phase)));
            const auto speed = static_cast<std::int32_t>(std::lround(140.0 * std::cos(phase)));
            sample.set(Channel::setpoint, setpoint);
            sample.set(Channel::position, setpoint + noise(2));
            sample.set(Channel::velocitySetpoint, speed);
            sample.set(Channel::velocity, speed + noise(3));
            sample.set(Channel::current, speed / 2 + noise(6));
            sample.set(Channel::load, speed / 4 + noise(3));
            sample.set(Channel::moving, 1);
            sample.set(Channel::hardwareError, 0);
            sample.set(Channel::voltage, 120 + noise(1) / 2);
            sample.set(Channel::temperature, 40 + static_cast<std::int32_t>(count_ / 100'000));
        }
        ++count_;
        return cycle;
    }

private:
    std::int32_t noise(std::int32_t amplitude) {
        return static_cast<std::int32_t>(random_() % static_cast<unsigned>(2 * amplitude + 1)) - amplitude;
    }

    std::uint16_t axes_;
    Duration period_;
    std::uint64_t count_ = 0;
    std::minstd_rand random_{7};
};

} // namespace servolane::bench
