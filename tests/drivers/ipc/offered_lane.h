// SPDX-License-Identifier: GPL-3.0-or-later
// A workstation's face without one: read models filled by hand and a CommandBus that records.
#pragma once

#include "core/access/read/access_board.h"
#include "core/motion/read/machine_board.h"
#include "core/registers/read/register_board.h"
#include "core/telemetry/read/trace_set.h"
#include "drivers/ipc/service.h"
#include "tests/support/sample_model.h"

#include <mutex>
#include <vector>

namespace servolane::tests {

class OfferedLane final : public api::CommandBus {
public:
    CommandId send(api::CommandBody body, api::Asker asker) override {
        const std::lock_guard lock(mutex_);
        sent_.push_back({{sent_.size() + 1}, asker, {}, std::move(body)});
        return sent_.back().id;
    }
    CommandId stop(api::Asker asker) override { return send(motion::Stop{}, asker); }
    void renewLease(AxisId, Duration validFor, api::Asker asker) override {
        const std::lock_guard lock(mutex_);
        leases_.push_back(validFor);
        renewer_ = asker;
    }
    void leave(api::Asker asker) override {
        const std::lock_guard lock(mutex_);
        left_.push_back(asker);
    }

    [[nodiscard]] std::vector<api::Command> sent() const {
        const std::lock_guard lock(mutex_);
        return sent_;
    }
    [[nodiscard]] std::vector<Duration> leases() const {
        const std::lock_guard lock(mutex_);
        return leases_;
    }

    [[nodiscard]] api::Asker renewer() const {
        const std::lock_guard lock(mutex_);
        return renewer_;
    }
    [[nodiscard]] std::vector<api::Asker> left() const {
        const std::lock_guard lock(mutex_);
        return left_;
    }

    [[nodiscard]] drivers::ipc::Offer offer() {
        return {*this,
                {buses, axes, log, lane, traces, registers, recording, access, machine},
                [] { return Sequence{40}; },
                [] { return false; },
                "servolane",
                "1.2.3",
                wire};
    }

    void tell(CommandId id, journal::CommandState state) {
        auto next = std::make_shared<journal::CommandLog>(*log.read());
        next->upTo = {next->upTo.value + 1};
        journal::CommandEntry entry;
        entry.id = id;
        entry.state = state;
        entry.latency = std::chrono::milliseconds{7};
        next->entries.push_back(entry);
        log.publish(std::move(next));
    }

    void showPort(const std::string& path) {
        bus::BusView view;
        view.id = {1};
        view.link.line.path = path;
        view.measured.cycles = 1234;
        auto board = std::make_shared<bus::BusBoard>();
        board->upTo = {5};
        board->buses.push_back(view);
        buses.publish(std::move(board));
    }

    void showAxis(motion::Activity activity = motion::Activity::none) {
        motion::AxisView view;
        view.axis = sampleAxis();
        view.torque = true;
        view.mode = registers::OperatingMode::position;
        view.activity = activity;
        view.state = motion::AxisState::ready;
        view.latest[indexOf(telemetry::Channel::position)] = {123.456, Time{std::chrono::seconds{9}}};
        auto board = std::make_shared<motion::AxisBoard>();
        board->upTo = {++axisSequence_};
        board->axes.push_back(view);
        axes.publish(std::move(board));
    }

    void showRegister(const std::string& name, std::int64_t raw, Time at) {
        auto board = std::make_shared<registers::RegisterBoard>(*registers.read());
        board->axes[{1}][name] = {raw, at};
        registers.publish(std::move(board));
    }

    api::WireMonitor* wire = nullptr;
    SnapshotCell<bus::BusBoard> buses;
    SnapshotCell<motion::AxisBoard> axes;
    SnapshotCell<journal::CommandLog> log;
    SnapshotCell<journal::EventLane> lane;
    SnapshotCell<telemetry::TraceSet> traces;
    SnapshotCell<servolane::registers::RegisterBoard> registers;
    SnapshotCell<session::RecordingBoard> recording;
    SnapshotCell<servolane::access::AccessBoard> access;
    SnapshotCell<motion::MachineBoard> machine;

private:
    mutable std::mutex mutex_;
    std::vector<api::Command> sent_;
    std::vector<Duration> leases_;
    api::Asker renewer_;
    std::vector<api::Asker> left_;
    std::uint64_t axisSequence_ = 10;
};

} // namespace servolane::tests
