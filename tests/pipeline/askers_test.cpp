// SPDX-License-Identifier: GPL-3.0-or-later
// Several command lines on one workstation, through the protocol they speak: what one of them holds is of no
// use to another. And limits that hold for as long as an axis moves. On the real driver and virtual servos.
#include "core/access/read/access_board.h"
#include "drivers/ipc/service.h"
#include "tests/pipeline/bodies.h"
#include "tests/support/test_registry.h"

#include <QtTest/QTest>
#include <cmath>
#include <nlohmann/json.hpp>

using namespace servolane;
using namespace std::chrono_literals;
using api::Asker;
using api::AskerKind;
using api::RejectionCode;
using drivers::ipc::Visitor;
using journal::CommandEntry;
using journal::CommandState;
using nlohmann::json;
using registers::OperatingMode;
using registers::Role;
using tests::Bodies;
using tests::Workbench;

namespace {

/// What a journal would store, to be looked at.
struct SeenFacts final : journal::JournalWriter {
    std::vector<std::string>& askers;
    explicit SeenFacts(std::vector<std::string>& into)
        : askers(into) {}
    Result<void> append(std::span<const api::Event> facts, std::uint64_t) override {
        for (const api::Event& fact : facts) {
            if (const auto* accepted = std::get_if<api::CommandAccepted>(&fact.body))
                askers.push_back(accepted->description.kind + " by " + api::toString(accepted->asker));
            if (const auto* rejected = std::get_if<api::CommandRejected>(&fact.body))
                askers.push_back(rejected->description.kind + " not by " + api::toString(rejected->asker));
            if (const auto* off = std::get_if<motion::TorqueDisabled>(&fact.body); off && off->borrower)
                askers.push_back("torque given back for " + api::toString(*off->borrower));
            if (const auto* left = std::get_if<access::AskerLeft>(&fact.body))
                askers.push_back(api::toString(left->asker) + " left");
        }
        return {};
    }
};

/// One process of the command line: lines in, lines out.
struct CommandLine {
    drivers::ipc::Service& service;
    Workbench& bench;
    Visitor visitor{};

    json ask(json request) {
        request["v"] = 1;
        return json::parse(service.answer(request.dump(), visitor));
    }
    CommandEntry perform(json command) {
        const json answer = ask({{"ask", "send"}, {"command", std::move(command)}});
        return bench.follow({answer.at("answer").at("command").get<std::uint64_t>()});
    }
    CommandEntry jog(double velocity) {
        renew(300ms);
        return perform({{"kind", "StartJog"}, {"axis", 1}, {"velocity", velocity}});
    }
    void renew(Duration span) { ask({{"ask", "renew"}, {"axis", 1}, {"valid_for_ns", span.count()}}); }
    CommandEntry move(double target) {
        return perform(
            {{"kind", "MoveAxis"}, {"axis", 1}, {"target", target}, {"velocity", 20.0}, {"attended", true}});
    }
    json borrowTorque() {
        return ask({{"ask", "send"},
                    {"command", {{"kind", "SetTorque"}, {"axis", 1}, {"on", true}, {"borrowed", true}}}});
    }
    CommandEntry borrowedTorque() {
        return bench.follow({borrowTorque().at("answer").at("command").get<std::uint64_t>()});
    }
    void close() { service.leave(visitor); }
};

/// Bus 1 with three servos, torque of the first on.
struct Desk {
    Bodies bodies;
    std::vector<std::string> journaled;
    Workbench bench;
    drivers::ipc::Service service;
    CommandLine one{service, bench};
    CommandLine two{service, bench};

    Desk()
        : bench({.buses = bodies.factory(), .journal = std::make_unique<SeenFacts>(journaled)})
        , service({*bench.workstation, bench.workstation->readModels(), [] { return Sequence{}; },
                   [] { return false; }, "servolane", "1"}) {
        bench.connect("anything");
        switchOn();
    }
    void switchOn() { static_cast<void>(bench.perform(motion::SetTorque{{1}, true})); }
    void switchOff() { static_cast<void>(bench.perform(motion::SetTorque{{1}, false})); }
    /// The first one asks, for 90 degrees; torque was off.
    void moveOnBorrowedTorque(Duration underWay) {
        switchOff();
        QVERIFY(one.borrowedTorque().state == CommandState::confirmed);
        QVERIFY(one.move(bodies.position(0) + 90.0).state == CommandState::confirmed);
        bench.run(underWay);
    }
    bool isJogging() { return bench.axis(1).activity == motion::Activity::jog; }
    bool journal(const std::string& what) const {
        return std::find(journaled.begin(), journaled.end(), what) != journaled.end();
    }
    void mode(OperatingMode mode) {
        static_cast<void>(bench.perform(motion::SetTorque{{1}, false}));
        static_cast<void>(bench.perform(motion::SetOperatingMode{{1}, mode}));
        switchOn();
        bench.run(100ms);
    }
    CommandEntry limit(motion::OwnLimits limits) { return bench.perform(motion::SetAxisLimits{{1}, limits}); }
    /// Degrees per second, as the servo has it.
    double speed() { return static_cast<double>(bodies.value(0, Role::presentVelocity)) * 0.229 * 6.0; }
};

class AskersTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whoJogsIsNamedToTheOtherCommandLineAndKeepsTheAxis() {
        Desk desk;
        QVERIFY(desk.one.jog(40.0).state == CommandState::confirmed);
        for (int i = 0; i < 10; ++i) {
            desk.one.renew(300ms);
            desk.bench.run(100ms);
        }
        const CommandEntry refused = desk.two.jog(-40.0);
        QVERIFY(refused.state == CommandState::rejected);
        QVERIFY(refused.rejection.code == RejectionCode::leaseHeld);
        QCOMPARE(refused.rejection.subject, std::string("command-line 1"));
        QVERIFY(std::abs(refused.rejection.requested - 1.0) < 0.3);
        QCOMPARE(refused.rejection.unit, std::string("s"));
        QVERIFY(desk.two.perform({{"kind", "MoveAxis"}, {"axis", 1}, {"target", 90.0}}).rejection.code ==
                RejectionCode::leaseHeld);
        desk.one.renew(300ms);
        desk.bench.run(100ms);
        QVERIFY(desk.isJogging());
        QVERIFY(desk.journal("StartJog by command-line 1"));
        QVERIFY(desk.journal("StartJog not by command-line 2"));
    }

    void theOthersRenewalsKeepNoJogAlive() {
        Desk desk;
        QVERIFY(desk.one.jog(40.0).state == CommandState::confirmed);
        for (int i = 0; i < 6; ++i) {
            desk.two.renew(1s);
            desk.bench.run(100ms);
        }
        QVERIFY(!desk.isJogging());
        QVERIFY(desk.bench.axis(1).lastEnd->reason == motion::EndReason::leaseLapsed);
    }

    void aClosedConnectionGivesItsJogUpAtOnce() {
        Desk desk;
        desk.one.renew(300ms);
        QVERIFY(desk.one.jog(40.0).state == CommandState::confirmed);
        desk.one.renew(1s); // as long as a client may
        desk.bench.run(100ms);
        const double before = desk.bodies.position(0);
        desk.one.close();
        desk.bench.run(400ms);
        QVERIFY(!desk.isJogging());
        QVERIFY2(desk.bodies.position(0) - before <= 40.0 * 0.1 + 0.5,
                 qPrintable(QString::number(desk.bodies.position(0) - before)));
        QVERIFY(std::abs(desk.speed()) < 3.0);
        QVERIFY(desk.journal("command-line 1 left"));
        // And the axis is free.
        QVERIFY(desk.two.jog(-40.0).state == CommandState::confirmed);
    }

    void aSpeedEndsWithTheConnectionThatAskedForItAndAMoveGoesOn() {
        Desk desk;
        desk.mode(OperatingMode::velocity);
        QVERIFY(desk.one.perform({{"kind", "SetVelocity"}, {"axis", 1}, {"velocity", 30.0}}).state ==
                CommandState::confirmed);
        desk.bench.run(500ms);
        QVERIFY(desk.speed() > 20.0);
        desk.two.close(); // has asked for nothing
        desk.bench.run(200ms);
        QVERIFY(desk.speed() > 20.0);
        desk.one.close();
        desk.bench.run(500ms);
        QVERIFY(std::abs(desk.speed()) < 3.0); // one step of the register is 1.4
        QVERIFY(desk.bench.axis(1).lastEnd->reason == motion::EndReason::askerLeft);
        desk.mode(OperatingMode::position);
        CommandLine three{desk.service, desk.bench};
        QVERIFY(three
                    .perform({{"kind", "MoveAxis"},
                              {"axis", 1},
                              {"target", 60.0},
                              {"velocity", 60.0},
                              {"acceleration", nullptr}})
                    .state == CommandState::confirmed);
        three.close();
        QVERIFY(desk.bench.runUntil([&] { return std::abs(desk.bodies.position(0) - 60.0) < 1.0; }, 10s));
    }

    /// Found: a move that a killed command line had forwarded went on, and torque that was on for it stayed.
    void anAttendedMoveAndItsTorqueEndWithTheConnection() {
        Desk desk;
        desk.moveOnBorrowedTorque(500ms);
        QVERIFY(desk.bench.axis(1).activity == motion::Activity::move);
        desk.two.close(); // has asked for nothing
        desk.bench.run(200ms);
        QVERIFY(desk.bench.axis(1).activity == motion::Activity::move);
        const double before = desk.bodies.position(0);
        desk.one.close();
        QVERIFY(desk.bench.runUntil([&] { return desk.bench.axis(1).torque == false; }, 2s));
        QVERIFY(std::abs(desk.bodies.position(0) - before) < 10.0);
        QCOMPARE(desk.bodies.value(0, Role::torqueEnable), std::int64_t{0});
        QVERIFY(desk.bench.axis(1).lastEnd->reason == motion::EndReason::askerLeft);
        QVERIFY(desk.journal("command-line 1 left"));
        QVERIFY(desk.journal("torque given back for command-line 1"));
    }

    void anAttendedMoveEndsAndTorqueThatWasOnBeforeStays() {
        Desk desk;
        QVERIFY(desk.one.borrowedTorque().state == CommandState::confirmed); // it was on
        QVERIFY(desk.one.move(desk.bodies.position(0) + 90.0).state == CommandState::confirmed);
        desk.bench.run(300ms);
        desk.one.close();
        desk.bench.run(1s);
        QVERIFY(desk.bench.axis(1).activity == motion::Activity::none);
        QVERIFY(std::abs(desk.speed()) < 3.0);
        QCOMPARE(desk.bodies.value(0, Role::torqueEnable), std::int64_t{1});
    }

    void whatSomebodyElseHasBegunSinceGoesOn() {
        Desk desk;
        desk.moveOnBorrowedTorque(200ms);
        const double target = desk.bodies.position(0) + 20.0;
        QVERIFY(desk.bench.perform(motion::MoveAxis{{1}, {target}, Velocity{40.0}, {}}).state ==
                CommandState::confirmed);
        desk.one.close();
        QVERIFY(desk.bench.runUntil([&] { return std::abs(desk.bodies.position(0) - target) < 1.0; }, 5s));
        desk.bench.run(500ms);
        QCOMPARE(desk.bodies.value(0, Role::torqueEnable), std::int64_t{1});
    }

    void whatIsOnItsWayWhenTheConnectionClosesEndsToo() {
        Desk desk;
        desk.switchOff();
        static_cast<void>(desk.one.borrowTorque());
        desk.one.close();
        QVERIFY(
            desk.bench.runUntil([&] { return desk.journal("torque given back for command-line 1"); }, 2s));
        QCOMPARE(desk.bodies.value(0, Role::torqueEnable), std::int64_t{0});
        desk.switchOn();
        const double before = desk.bodies.position(0);
        static_cast<void>(desk.two.ask({{"ask", "send"},
                                        {"command",
                                         {{"kind", "MoveAxis"},
                                          {"axis", 1},
                                          {"target", before + 90.0},
                                          {"velocity", 20.0},
                                          {"attended", true}}}}));
        desk.two.close();
        desk.bench.run(2s);
        QVERIFY(std::abs(desk.bodies.position(0) - before) < 10.0);
        QVERIFY(desk.bench.axis(1).lastEnd->reason == motion::EndReason::askerLeft);
        QCOMPARE(desk.bodies.value(0, Role::torqueEnable), std::int64_t{1});
    }

    void armingIsOneConnectionsAndEndsWithIt() {
        Desk desk;
        const json arm{{"kind", "Arm"}, {"span_ns", 60'000'000'000}};
        const json raw{{"kind", "SendRawPacket"},
                       {"bus", 1},
                       {"bytes", "FF FF FD 00 01 03 00 01 19 4E"},
                       {"wait_ns", 10'000'000}};
        QVERIFY(desk.one.perform(arm).state == CommandState::confirmed);
        QVERIFY(desk.two.perform(raw).rejection.code == RejectionCode::notArmed);
        QVERIFY(desk.one.perform(raw).state != CommandState::rejected);
        desk.one.close();
        QVERIFY(desk.one.perform(raw).rejection.code == RejectionCode::notArmed);
        QVERIFY(desk.bench.workstation->readModels().access.read()->armedUntil.empty());
    }

    void theWindowBoundsWhatTheCommandLineMayDo() {
        Desk desk;
        const json move{{"kind", "MoveAxis"}, {"axis", 1}, {"target", 90.0}, {"velocity", 60.0}};
        QVERIFY(desk.bench.perform(access::BoundClients{access::Role::viewer}).state ==
                CommandState::confirmed);
        const CommandEntry refused = desk.one.perform(move);
        QVERIFY(refused.rejection.code == RejectionCode::roleBounded);
        QCOMPARE(refused.rejection.subject, std::string("viewer"));
        QVERIFY(desk.one.perform({{"kind", "BoundClients"}, {"most", "engineer"}}).state ==
                CommandState::rejected);
        QVERIFY(desk.one.perform({{"kind", "SetRole"}, {"role", "engineer"}}).state ==
                CommandState::confirmed);
        QVERIFY(desk.one.perform(move).state == CommandState::rejected);
        const json stop = desk.one.ask({{"ask", "stop"}});
        QVERIFY(desk.bench.follow({stop["answer"]["command"].get<std::uint64_t>()}).state ==
                CommandState::confirmed);
        QVERIFY(desk.bench.perform(motion::ResetStop{desk.bench.stopView().generation}).state ==
                CommandState::confirmed);
        QVERIFY(desk.bench.perform(access::BoundClients{access::Role::engineer}).state ==
                CommandState::confirmed);
        desk.switchOn();
        QVERIFY(desk.one.perform(move).state == CommandState::confirmed);
        QVERIFY(desk.two.perform({{"kind", "SetRole"}, {"role", "operator"}}).state ==
                CommandState::confirmed);
        QVERIFY(desk.two.perform(move).rejection.code == RejectionCode::roleNotAllowed);
    }

    void aBatchWithARegisterOfMotionIsRefusedWholeWithItsName() {
        Desk desk;
        const auto gain = desk.bodies.value(1, Role::positionPGain);
        for (const char* name : {"goal_position", "torque_enable", "id", "baud_rate", "goal_current"}) {
            const CommandEntry entry = desk.bench.perform(
                registers::WriteRegisters{{2}, {{"position_p_gain", gain + 1}, {name, 1}}, "restore"});
            QVERIFY2(entry.state == CommandState::rejected, name);
            QCOMPARE(entry.rejection.entry, std::string(name));
        }
        desk.bench.run(200ms);
        QCOMPARE(desk.bodies.value(1, Role::positionPGain), gain);
        QCOMPARE(desk.bodies.value(1, Role::torqueEnable), std::int64_t{0});
    }

    void aJogThatPushesTooHardEnds() {
        Desk desk;
        motion::OwnLimits limits;
        limits.current = Current{0.005}; // less than its own friction takes
        QVERIFY(desk.limit(limits).state == CommandState::confirmed);
        QVERIFY(desk.one.jog(60.0).state == CommandState::confirmed);
        desk.one.renew(1s);
        QVERIFY(desk.bench.runUntil([&] { return !desk.isJogging(); }, 900ms));
        QVERIFY(desk.bench.axis(1).lastEnd->reason == motion::EndReason::aboveCurrentLimit);
    }

    void aJogBringsTheGoalCurrentWithinTheLimitOfItsAxis() {
        Desk desk;
        desk.mode(OperatingMode::currentBasedPosition);
        const auto shipped = desk.bodies.value(0, Role::goalCurrent);
        motion::OwnLimits limits;
        limits.current = Current{1.0};
        QVERIFY(desk.limit(limits).state == CommandState::confirmed);
        QVERIFY(desk.one.jog(20.0).state == CommandState::confirmed);
        const auto bounded = desk.bodies.value(0, Role::goalCurrent);
        QVERIFY(bounded < shipped);
        QVERIFY(static_cast<double>(bounded) * 2.69e-3 <= 1.0);
        // One that is lower already is left alone.
        desk.bench.run(600ms);
        QVERIFY(desk.bench.perform(motion::SetGoalCurrent{{1}, {0.5}}).state == CommandState::confirmed);
        const auto lower = desk.bodies.value(0, Role::goalCurrent);
        QVERIFY(desk.one.jog(20.0).state == CommandState::confirmed);
        QCOMPARE(desk.bodies.value(0, Role::goalCurrent), lower);
    }

    /// Found: a person's limit of acceleration bound moves and jogs, but not a speed.
    void aSpeedIsReachedWithinTheAccelerationLimitOfItsAxis() {
        Desk desk;
        desk.mode(OperatingMode::velocity);
        motion::OwnLimits limits;
        limits.acceleration = Acceleration{100.0};
        QVERIFY(desk.limit(limits).state == CommandState::confirmed);
        QVERIFY(desk.bench.perform(motion::SetVelocity{{1}, {100.0}}).state == CommandState::confirmed);
        const std::int64_t ramp = desk.bodies.value(0, Role::profileAcceleration);
        QVERIFY(ramp > 0);
        QVERIFY2(static_cast<double>(ramp) * 21.4577 <= 100.0, qPrintable(QString::number(ramp)));
        // Without the limit it is there in a tenth of a second.
        desk.bench.run(300ms);
        QVERIFY2(desk.speed() < 100.0 * 0.3 + 15.0, qPrintable(QString::number(desk.speed())));
        desk.bench.run(1500ms);
        QVERIFY2(desk.speed() > 85.0, qPrintable(QString::number(desk.speed())));
    }
};

SERVOLANE_TEST(AskersTest)

} // namespace
#include "askers_test.moc"
