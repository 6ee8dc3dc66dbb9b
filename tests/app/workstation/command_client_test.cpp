// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workstation/command_client.h"
#include "core/access/read/access_board.h"
#include "core/motion/read/machine_board.h"
#include "core/registers/read/register_board.h"
#include "core/session/read/recording_board.h"
#include "core/telemetry/read/trace_set.h"
#include "tests/support/test_registry.h"

#include <QtTest/QTest>

namespace servolane::app {

using journal::CommandState;

namespace {

/// Read models filled by hand, and a CommandBus that only counts.
struct Lane final : api::CommandBus {
    CommandId send(api::CommandBody, api::Asker) override { return {++sent}; }
    CommandId stop(api::Asker) override { return {++sent}; }
    void renewLease(AxisId, Duration, api::Asker) override { ++renewed; }

    void tell(CommandId id, CommandState state, std::uint64_t sequence = 1) {
        auto next = std::make_shared<journal::CommandLog>();
        next->upTo = {sequence};
        journal::CommandEntry entry;
        entry.id = id;
        entry.state = state;
        next->entries.push_back(entry);
        log.publish(std::move(next));
    }

    [[nodiscard]] CommandClient client() {
        const api::ReadModels models{buses, axes, log, lane, traces, registers, recording, access, machine};
        return CommandClient({*this, models, clock, interrupt, [this] { return stored; }});
    }

    std::uint64_t sent = 0;
    int renewed = 0;
    Sequence stored;
    TestClock clock;
    Waker interrupt;
    SnapshotCell<bus::BusBoard> buses;
    SnapshotCell<motion::AxisBoard> axes;
    SnapshotCell<journal::CommandLog> log;
    SnapshotCell<journal::EventLane> lane;
    SnapshotCell<telemetry::TraceSet> traces;
    SnapshotCell<registers::RegisterBoard> registers;
    SnapshotCell<session::RecordingBoard> recording;
    SnapshotCell<access::AccessBoard> access;
    SnapshotCell<motion::MachineBoard> machine;
};

void showAxis(Lane& lane, std::optional<bool> torque, Time positionAt) {
    auto axis = std::make_shared<motion::Axis>();
    axis->id = {1};
    axis->bus = {1};
    motion::AxisView view;
    view.axis = axis;
    view.torque = torque;
    view.latest[indexOf(telemetry::Channel::position)] = {180.0, positionAt};
    auto board = std::make_shared<motion::AxisBoard>();
    board->axes.push_back(view);
    lane.axes.publish(std::move(board));
}

} // namespace

class CommandClientTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void waitsThroughPendingAndSentToTheEnd() {
        Lane lane;
        CommandClient client = lane.client();
        int looks = 0;
        const Fate fate = client.perform(motion::Halt{{1}}, std::chrono::seconds{1}, [&] {
            const CommandState states[] = {CommandState::pending, CommandState::sent,
                                           CommandState::confirmed};
            lane.tell({1}, states[std::min(looks++, 2)]);
        });
        QVERIFY(fate.isDone());
        QVERIFY(fate.entry.state == CommandState::confirmed);
        QCOMPARE(looks, 3);
    }

    void aRejectionIsAnEndButNotDone() {
        Lane lane;
        lane.tell({1}, CommandState::rejected);
        CommandClient client = lane.client();
        const Fate fate = client.perform(motion::Halt{{1}});
        QVERIFY(fate.wait == WaitEnd::reached);
        QVERIFY(!fate.isDone());
    }

    void whatNobodyAnswersTimesOutAfterItsPatience() {
        Lane lane;
        CommandClient client = lane.client();
        const Time began = lane.clock.now();
        QVERIFY(client.perform(motion::Halt{{1}}, std::chrono::seconds{2}).wait == WaitEnd::timedOut);
        QCOMPARE(lane.clock.now() - began, Duration(std::chrono::seconds{2}));
    }

    void anInterruptEndsAWaitAtOnce() {
        Lane lane;
        lane.interrupt.wake();
        CommandClient client = lane.client();
        const Time began = lane.clock.now();
        QVERIFY(client.pause(std::chrono::hours{1}) == WaitEnd::interrupted);
        QCOMPARE(lane.clock.now(), began);
    }

    void whatMustBePutRightIsNotInterrupted() {
        Lane lane;
        lane.interrupt.wake();
        CommandClient client = lane.client();
        {
            const CommandClient::Undisturbed undisturbed(client);
            QVERIFY(client.pause(std::chrono::milliseconds{20}) == WaitEnd::reached);
        }
        QVERIFY(client.pause(std::chrono::milliseconds{20}) == WaitEnd::interrupted);
    }

    void anAxisIsObservedOnceTorqueAndPositionAreKnown() {
        Lane lane;
        CommandClient client = lane.client();
        const Duration patience = std::chrono::milliseconds{50};
        showAxis(lane, std::nullopt, lane.clock.now());
        QVERIFY(client.waitObserved({1}, patience) == WaitEnd::timedOut);
        showAxis(lane, true, Time{});
        QVERIFY(client.waitObserved({1}, patience) == WaitEnd::timedOut);
        QVERIFY(client.waitObserved({2}, patience) == WaitEnd::reached);
        showAxis(lane, false, lane.clock.now());
        QVERIFY(client.waitObserved({1}, patience) == WaitEnd::reached);
    }

    void storedMeansThatTheJournalHasCaughtUp() {
        Lane lane;
        lane.tell({1}, CommandState::confirmed, 42);
        CommandClient client = lane.client();
        lane.stored = {41};
        QVERIFY(client.waitStored(std::chrono::milliseconds{50}) == WaitEnd::timedOut);
        lane.stored = {42};
        QVERIFY(client.waitStored(std::chrono::milliseconds{50}) == WaitEnd::reached);
    }
};

SERVOLANE_TEST(CommandClientTest)

} // namespace servolane::app

#include "command_client_test.moc"
