// SPDX-License-Identifier: GPL-3.0-or-later
// The read models of many axes as the runtime keeps them, behind the same event queue and on a projector
// thread of their own, fed with the feedback of buses that are not there: what a window costs, and nothing
// else.
#pragma once

#include "core/access/read/access_board_projection.h"
#include "core/api/read_models.h"
#include "core/bus/read/bus_board_projection.h"
#include "core/journal/read/command_log_projection.h"
#include "core/journal/read/event_lane_projection.h"
#include "core/kernel/thread_setup.h"
#include "core/motion/read/axis_board_projection.h"
#include "core/motion/read/machine_board_projection.h"
#include "core/registers/read/register_board_projection.h"
#include "core/runtime/event_bus.h"
#include "core/runtime/projector.h"
#include "core/runtime/run_loop.h"
#include "core/session/read/recording_board.h"
#include "core/telemetry/read/trace_store.h"
#include "tests/support/sample_model.h"

#include <array>
#include <atomic>
#include <cmath>
#include <pthread.h>
#include <thread>

namespace servolane::bench {

constexpr std::uint16_t fedBuses = 8;
constexpr std::uint16_t fedAxes = 250;
constexpr Duration fedPeriod = std::chrono::milliseconds{10};

/// Seconds that a thread of this process has run for.
inline double threadSeconds(pthread_t thread) {
    clockid_t clock{};
    timespec time{};
    if (pthread_getcpuclockid(thread, &clock) != 0) return 0.0;
    clock_gettime(clock, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

class FedModels {
public:
    FedModels() {
        events_.subscribe(queue_);
        introduce();
        projectorThread_ = std::thread([this] {
            nameThread("projector");
            lowerPriority();
            runtime::runLoop(
                clock, waker_, [this] { return ending_.load(); },
                [this](Time now) { return projector_.step(now); });
        });
        feederThread_ = std::thread([this] {
            nameThread("feeder");
            feed();
        });
    }
    ~FedModels() {
        ending_ = true;
        waker_.wake();
        feederThread_.join();
        projectorThread_.join();
    }
    FedModels(const FedModels&) = delete;
    FedModels& operator=(const FedModels&) = delete;

    [[nodiscard]] api::ReadModels models() const {
        return {busBoard_.board(),  axisBoard_.board(), commandLog_.log(),    eventLane_.lane(), traceCell_,
                registers_.board(), recordingCell_,     accessBoard_.board(), machine_.board()};
    }
    [[nodiscard]] double projectorSeconds() { return threadSeconds(projectorThread_.native_handle()); }
    [[nodiscard]] double feederSeconds() { return threadSeconds(feederThread_.native_handle()); }
    /// Samples (axis × cycle) that the queue had no room for.
    [[nodiscard]] std::uint64_t lostSamples() const { return queue_.lostSamples(); }

    SystemClock clock;

private:
    static constexpr std::uint16_t axesOf(std::uint16_t bus) {
        return static_cast<std::uint16_t>(fedAxes / fedBuses + (bus < fedAxes % fedBuses ? 1 : 0));
    }

    void introduce() {
        std::uint16_t id = 0;
        for (std::uint16_t bus = 0; bus < fedBuses; ++bus) {
            bus::LinkSettings link;
            link.line.path = "/dev/ttyUSB" + std::to_string(bus);
            link.line.baud = 4'000'000;
            link.pollRate = 100.0;
            const BusId busId{static_cast<std::uint16_t>(bus + 1)};
            events_.publish(clock.now(), {}, bus::BusConnected{busId, link, true});
            cycles_[bus].bus = busId;
            for (std::uint16_t servo = 1; servo <= axesOf(bus); ++servo) {
                auto axis = tests::sampleAxis(++id, busId.value, static_cast<std::uint8_t>(servo));
                events_.publish(clock.now(), {}, motion::AxisConfigured{axis});
                events_.publish(clock.now(), {},
                                motion::AxisObserved{axis->id, true, registers::OperatingMode::position});
                cycles_[bus].samples.push_back({axis->id});
            }
        }
    }

    void feed() {
        Time next = clock.now();
        for (std::uint64_t turn = 0; !ending_; ++turn) {
            next += fedPeriod / fedBuses; // buses do not answer at the same moment
            std::this_thread::sleep_for(next - clock.now());
            publishCycle(turn % fedBuses, turn / fedBuses);
            if (turn % (fedBuses * 25) < fedBuses) measure(turn % fedBuses, turn / fedBuses);
            if (turn % (fedBuses * 50) == 0) happen(turn / (fedBuses * 50));
        }
    }

    void publishCycle(std::size_t bus, std::uint64_t count) {
        using telemetry::Channel;
        auto cycle = std::make_shared<telemetry::FeedbackCycle>(cycles_[bus]);
        cycle->cycle = count;
        for (telemetry::AxisSample& sample : cycle->samples) {
            const double phase = static_cast<double>(count) * 0.01 + sample.axis.value;
            const auto swing = static_cast<std::int32_t>(1500.0 * std::sin(phase));
            sample.set(Channel::setpoint, 2048 + swing);
            sample.set(Channel::position, 2047 + swing);
            sample.set(Channel::velocitySetpoint, swing / 10);
            sample.set(Channel::velocity, swing / 10 + 1);
            sample.set(Channel::current, swing / 20);
            sample.set(Channel::voltage, 120 + static_cast<std::int32_t>(count / 50 % 3));
            sample.set(Channel::temperature, 40 + static_cast<std::int32_t>(count / 100 % 5));
            sample.set(Channel::moving, 1);
        }
        const Time now = clock.now(); // of its own: which argument is made first is not said
        cycle->time = now;
        events_.publish(now, {}, api::FeedbackPointer(std::move(cycle)));
    }

    void measure(std::size_t bus, std::uint64_t count) {
        bus::LinkMeasured measured;
        measured.bus = cycles_[bus].bus;
        measured.cyclesPerSecond = 100.0;
        measured.wireLimit = 350.0;
        measured.wireShare = 0.3;
        measured.cycles = count;
        measured.answers = count * axesOf(static_cast<std::uint16_t>(bus));
        events_.publish(clock.now(), {}, measured);
    }

    /// Twice a second an axis begins to move, another arrives, and every other second one has a fault.
    void happen(std::uint64_t count) {
        const auto axisAt = [](std::uint64_t place) {
            return AxisId{static_cast<std::uint16_t>(1 + place % fedAxes)};
        };
        const CommandId command{count + 1};
        const AxisId moving = axisAt(count * 37);
        events_.publish(
            clock.now(), command,
            api::CommandAccepted{command, api::Asker::window, {"MoveAxis", moving, {}, "target=90"}});
        events_.publish(clock.now(), command, motion::MoveStarted{moving, Position{90.0}, {}});
        events_.publish(clock.now(), command,
                        api::CommandConfirmed{command, true, std::chrono::microseconds{900}});
        if (count > 3)
            events_.publish(clock.now(), {},
                            motion::MoveArrived{axisAt((count - 4) * 37), Position{90.0}, {}});
        if (count % 4 == 0)
            events_.publish(clock.now(), {}, motion::HardwareErrorRaised{axisAt(count * 11), 32});
        if (count % 4 == 2)
            events_.publish(clock.now(), {}, motion::HardwareErrorCleared{axisAt((count - 2) * 11)});
    }

    runtime::EventBus events_;
    Waker waker_;
    runtime::EventQueue queue_{16384, waker_};
    bus::BusBoardProjection busBoard_;
    motion::AxisBoardProjection axisBoard_;
    journal::CommandLogProjection commandLog_;
    journal::EventLaneProjection eventLane_;
    registers::RegisterBoardProjection registers_;
    access::AccessBoardProjection accessBoard_;
    motion::MachineBoardProjection machine_;
    SnapshotCell<session::RecordingBoard> recordingCell_;
    SnapshotCell<telemetry::TraceSet> traceCell_;
    telemetry::TraceStore traces_{traceCell_};
    runtime::Projector projector_{
        queue_,
        {&busBoard_, &axisBoard_, &eventLane_, &registers_, &accessBoard_, &machine_, &traces_},
        commandLog_};
    std::array<telemetry::FeedbackCycle, fedBuses> cycles_;
    std::atomic<bool> ending_ = false;
    std::thread projectorThread_;
    std::thread feederThread_;
};

} // namespace servolane::bench
