// SPDX-License-Identifier: GPL-3.0-or-later
// What the host keeps of a machine, roles and raw packets: through the real driver, on the simulated bus.
#include "tests/pipeline/workbench.h"

// After the line above: moc 6.4 trips over <concepts> when <compare> is the first thing it meets.
#include "core/access/read/access_board.h"
#include "core/motion/read/machine_board.h"
#include "tests/support/test_registry.h"

#include <QtTest/QTest>

using namespace servolane;
using namespace std::chrono_literals;
using journal::CommandState;
using registers::OperatingMode;
using tests::Workbench;

namespace {

const char* one = "dynamixel2:1@1000000,model=XM430-W350";

bus::SendRawPacket ping() {
    // header, id 1, length 3, PING, CRC
    return {{1}, {0xFF, 0xFF, 0xFD, 0x00, 0x01, 0x03, 0x00, 0x01, 0x19, 0x4E}};
}

std::string codeOf(const journal::CommandEntry& entry) {
    return entry.state == CommandState::rejected ? std::string(toString(entry.rejection.code)) : "";
}

bool isDone(const journal::CommandEntry& entry) {
    return entry.state == CommandState::confirmed || entry.state == CommandState::sentOnly;
}

} // namespace

class MachinePipeline : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aRawPacketBringsBackWhatTheServoSays() {
        Workbench bench;
        bench.connect(one);
        QCOMPARE(codeOf(bench.perform(ping())), std::string("not-armed"));
        QVERIFY(isDone(bench.perform(access::Arm{60s})));
        QVERIFY(bench.perform(ping()).state == CommandState::sentOnly);
        bench.run(50ms);
        const auto board = bench.workstation->readModels().buses.read();
        const auto& raw = board->buses.at(0).lastRaw;
        QVERIFY(raw.has_value());
        QVERIFY(raw->sent == ping().bytes);
        // header, id 1, length 7, status, no error, model 1020, firmware, CRC
        QVERIFY(raw->received.size() >= 14);
        QVERIFY((Bytes(raw->received.begin(), raw->received.begin() + 11) ==
                 Bytes{0xFF, 0xFF, 0xFD, 0x00, 0x01, 0x07, 0x00, 0x55, 0x00, 0xFC, 0x03}));
        // The link goes on as before.
        QVERIFY(bench.runUntil([&] { return bench.axis(1).torque == false; }));
        QVERIFY(isDone(bench.perform(motion::SetTorque{{1}, true})));
    }

    void noRawPacketWhileStopIsLatchedNorAfterIt() {
        Workbench bench;
        bench.connect(one);
        QVERIFY(isDone(bench.perform(access::Arm{60s})));
        static_cast<void>(bench.follow(bench.workstation->stop(api::Asker::window)));
        QCOMPARE(codeOf(bench.perform(ping())), std::string("stop-latched"));
        QVERIFY(isDone(bench.perform(motion::ResetStop{bench.stopView().generation})));
        QCOMPARE(codeOf(bench.perform(ping())), std::string("not-armed"));
    }

    void anArmingExpiresByItself() {
        Workbench bench;
        bench.connect(one);
        QVERIFY(isDone(bench.perform(access::Arm{1s})));
        QVERIFY(!bench.workstation->readModels().access.read()->armedUntil.empty());
        bench.run(1100ms);
        QVERIFY(bench.workstation->readModels().access.read()->armedUntil.empty());
        QCOMPARE(codeOf(bench.perform(ping())), std::string("arming-expired"));
    }

    void aViewersWindowStopsButDoesNotMove() {
        Workbench bench;
        bench.connect(one);
        QVERIFY(isDone(bench.perform(access::SetRole{access::Role::viewer})));
        QCOMPARE(codeOf(bench.perform(motion::SetTorque{{1}, true})), std::string("role-not-allowed"));
        QVERIFY(isDone(bench.follow(bench.workstation->stop(api::Asker::window))));
        QVERIFY(bench.stopView().latched);
    }

    void anAxisIsFoundWithTheSettingsOfTheMachineAndKeepsItsZero() {
        Workbench bench;
        motion::Machine machine;
        machine.axes.push_back({{std::string("sim:") + one, "dynamixel2", ServoId{1}, "XM430-W350"},
                                {"Lift", {1.0, 0.0, true, 10.0, "mm"}, {}, motion::StopReaction::hold}});
        QVERIFY(isDone(bench.perform(motion::LoadMachine{std::make_shared<const motion::Machine>(machine)})));
        bench.connect(one);
        QCOMPARE(bench.axis(1).axis->name, std::string("Lift"));
        QVERIFY(bench.position(1) < 0.0);
        QVERIFY(isDone(bench.perform(motion::SetZeroHere{{1}})));
        QVERIFY(bench.runUntil([&] { return std::abs(bench.position(1)) < 0.01; }));
        QVERIFY(isDone(bench.perform(motion::SetTorque{{1}, true})));
        QVERIFY(isDone(bench.perform(motion::MoveAxis{{1}, {2.0}, Velocity{5.0}, {}})));
        QVERIFY(bench.runUntil([&] { return bench.axis(1).activity == motion::Activity::none; }, 10s));
        QVERIFY2(std::abs(bench.position(1) - 2.0) < 0.05, qPrintable(QString::number(bench.position(1))));
        const auto kept = bench.workstation->readModels().machine.read()->machine;
        QVERIFY(kept.axes.at(0).settings.scale == bench.axis(1).axis->scale);
    }

    void aRebootedServoHasLostItsTurns() {
        Workbench bench;
        bench.connect(one);
        QVERIFY(isDone(bench.perform(motion::SetOperatingMode{{1}, OperatingMode::extendedPosition})));
        QVERIFY(isDone(bench.perform(motion::SetTorque{{1}, true})));
        QVERIFY(isDone(bench.perform(motion::MoveAxis{{1}, {720.0}, Velocity{200.0}, {}})));
        QVERIFY(bench.runUntil([&] { return bench.axis(1).activity == motion::Activity::none; }, 20s));
        QVERIFY(bench.position(1) > 700.0);
        QVERIFY(isDone(bench.perform(motion::SetTorque{{1}, false})));
        static_cast<void>(bench.perform(motion::RebootAxis{{1}}));
        QVERIFY(bench.runUntil([&] { return !bench.axis(1).silent && bench.position(1) < 361.0; }));
        bench.run(500ms);
        QVERIFY(isDone(bench.perform(motion::SetTorque{{1}, true})));
        QVERIFY(!bench.axis(1).referenced);
        const motion::MoveAxis move{{1}, {100.0}, Velocity{200.0}, {}};
        QCOMPARE(codeOf(bench.perform(move)), std::string("not-referenced"));
        QVERIFY(isDone(bench.perform(motion::ReferenceAxis{{1}})));
        QVERIFY(isDone(bench.perform(move)));
    }

    void severalAxesMoveTogetherOrNotAtAll() {
        Workbench bench;
        bench.connect("dynamixel2:2@1000000,model=XM430-W350");
        for (const AxisId id : {AxisId{1}, AxisId{2}})
            QVERIFY(isDone(bench.perform(motion::SetTorque{id, true})));
        const Velocity speed{100.0};
        QCOMPARE(
            codeOf(bench.perform(motion::MoveAxes{{{{1}, {200.0}, speed, {}}, {{2}, {400.0}, speed, {}}}})),
            std::string("outside-travel-limits"));
        bench.run(300ms);
        QVERIFY(std::abs(bench.position(1) - 180.0) < 1.0);
        QVERIFY(
            isDone(bench.perform(motion::MoveAxes{{{{1}, {200.0}, speed, {}}, {{2}, {160.0}, speed, {}}}})));
        QVERIFY(bench.runUntil([&] {
            return std::abs(bench.position(1) - 200.0) < 1.0 && std::abs(bench.position(2) - 160.0) < 1.0;
        }));
    }
};

SERVOLANE_TEST(MachinePipeline)
#include "machine_test.moc"
