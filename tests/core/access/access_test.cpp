// SPDX-License-Identifier: GPL-3.0-or-later
// Who may send what, and for how long raw packets are armed.
#include "tests/core/motion/given.h"

// After the line above: moc 6.4 trips over <concepts> when <compare> is the first thing it meets.
#include "core/access/read/access_board_projection.h"
#include "core/access/write/policies.h"
#include "tests/support/test_registry.h"

#include <QtTest/QTest>
#include <map>

using namespace servolane;
using namespace servolane::tests;
using namespace std::chrono_literals;
using access::Attempt;
using access::Role;
using api::Asker;
using api::RejectionCode;

namespace {

struct Case {
    RejectionCode code;
    std::vector<api::EventBody> history;
    Attempt refused;
    Attempt passes;
};

constexpr Time noon{12h};
constexpr Asker first{api::AskerKind::commandLine, 1};
constexpr Asker second{api::AskerKind::commandLine, 2};

const std::map<std::string, Case>& cases() {
    static const access::AccessState any;
    static const std::map<std::string, Case> table{
        {"refuseRoleNotAllowed",
         {RejectionCode::roleNotAllowed,
          {access::RoleChanged{Asker::window, Role::viewer}},
          {any, Asker::window, noon, "MoveAxis", {}},
          {any, Asker::commandLine, noon, "MoveAxis", {}}}},
        {"refuseClientsToBoundThemselves",
         {RejectionCode::roleBounded, {}, {any, second, noon, {}, {}}, {any, Asker::window, noon, {}, {}}}},
        {"refuseArmingOutOfRange",
         {RejectionCode::invalidArgument,
          {},
          {any, Asker::window, noon, {}, access::longestArming + 1ns},
          {any, Asker::window, noon, {}, access::longestArming}}},
        {"refuseWithoutArming",
         {RejectionCode::notArmed,
          {access::Armed{Asker::window, noon}},
          {any, Asker::commandLine, noon, {}, {}},
          {any, Asker::window, noon, {}, {}}}},
        {"refuseExpiredArming",
         {RejectionCode::armingExpired,
          {access::Armed{Asker::window, noon}},
          {any, Asker::window, noon, {}, {}},
          {any, Asker::window, noon - 1ns, {}, {}}}},
    };
    return table;
}

/// One of every command that a role could be refused.
bus::SendRawPacket ping() {
    return {{1}, {0xFF, 0xFF, 0xFD, 0x00, 0x01, 0x03, 0x00, 0x01, 0x19, 0x4E}, 10ms};
}

Given armed(Duration span = 60s) {
    Given given = readyAxis();
    return given.doing(access::Arm{span});
}

} // namespace

class AccessDecisions final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void eachPolicyRefusesOnceAndPassesOnce() {
        QCOMPARE(cases().size(), access::allPolicies().size());
        for (const auto& policy : access::allPolicies()) {
            const auto found = cases().find(std::string(policy.name));
            QVERIFY2(found != cases().end(), std::string(policy.name).c_str());
            access::AccessState state;
            for (const auto& event : found->second.history)
                evolve(state, event, noon);
            const auto ask = [&](const Attempt& wish) {
                return policy.refusal({state, wish.asker, wish.now, wish.kind, wish.span});
            };
            const auto refusal = ask(found->second.refused);
            QVERIFY(refusal.has_value());
            QCOMPARE(toString(refusal->code).data(), toString(found->second.code).data());
            QVERIFY(!ask(found->second.passes));
        }
    }

    void everyCommandHasItsNameAndAnEngineerMaySendIt() {
        QCOMPARE(api::commandKinds().size(), std::variant_size_v<api::CommandBody>);
        QCOMPARE(std::string(api::kindOf(motion::LoadMachine{})), std::string("LoadMachine"));
        QCOMPARE(std::string(api::kindOf(access::Disarm{})), std::string("Disarm"));
        QCOMPARE(api::describe(ping()).kind, std::string(api::kindOf(ping())));
        QCOMPARE(api::describe(motion::SetZeroHere{{1}}).kind, std::string("SetZeroHere"));
        for (const auto kind : api::commandKinds())
            QVERIFY(access::defaultRights().allows(Role::engineer, kind));
    }

    void everyKindInTheDefaultRightsIsACommand() {
        const auto known = api::commandKinds();
        for (const auto& kinds : {access::defaultRights().viewer, access::defaultRights().lineOperator})
            for (const auto& kind : kinds)
                QVERIFY2(std::find(known.begin(), known.end(), kind) != known.end(), kind.c_str());
    }

    void anArmingThatNeverEndsOrNeverBeginsIsRefused() {
        const Given given = readyAxis();
        for (const Duration span : {Duration{}, Duration{-1s}, Duration{24h}}) {
            const auto verdict = given.when(access::Arm{span});
            QCOMPARE(outcomeOf(verdict), std::string("invalid-argument"));
            QCOMPARE(verdict.error().subject, std::string("arming"));
        }
    }

    void aViewerStopsAndNothingElseThatActs() {
        Given given = readyAxis();
        given.doing(access::SetRole{Role::viewer});
        QCOMPARE(outcomeOf(given.when(motion::Stop{})), std::string("decided"));
        QCOMPARE(outcomeOf(given.when(registers::ReadRegister{{1}, "led"})), std::string("decided"));
        for (const api::CommandBody& body :
             {api::CommandBody{motion::MoveAxis{{1}, {10.0}, {}, {}}}, api::CommandBody{motion::Halt{{1}}},
              api::CommandBody{motion::ResetStop{}}, api::CommandBody{motion::SetTorque{{1}, false}},
              api::CommandBody{bus::DisconnectBus{{1}}}, api::CommandBody{ping()}}) {
            const auto verdict = given.when(body);
            QCOMPARE(outcomeOf(verdict), std::string("role-not-allowed"));
            QCOMPARE(verdict.error().subject, std::string("viewer"));
        }
    }

    void anOperatorResetsTheStopWhateverTheRightsSay() {
        const access::Rights none{{}, {}};
        QVERIFY(none.allows(Role::lineOperator, "ResetStop"));
        QVERIFY(none.allows(Role::lineOperator, "Stop"));
        QVERIFY(!none.allows(Role::viewer, "ResetStop"));
        QVERIFY(!none.allows(Role::lineOperator, "Halt"));
        const access::Rights all{{"SendRawPacket"}, {"SendRawPacket", "Arm", "LoadMachine", "AdoptModel"}};
        for (const auto& kind : all.lineOperator)
            QVERIFY(!all.allows(Role::lineOperator, kind));
    }

    void theRoleComesBeforeAllOtherReasons() {
        Given given = readyAxis();
        given.happened(motion::StopLatched{{1}}).doing(access::SetRole{Role::lineOperator});
        QCOMPARE(outcomeOf(given.when(motion::MoveAxis{{99}, {1e9}, {}, {}})),
                 std::string("role-not-allowed"));
    }

    void aRoleIsTheAskersOwn() {
        Given given = readyAxis();
        given.doing(access::SetRole{Role::viewer}, Asker::window);
        const motion::MoveAxis move{{1}, {100.0}, {}, {}};
        QCOMPARE(outcomeOf(given.when(move, Asker::window)), std::string("role-not-allowed"));
        QCOMPARE(outcomeOf(given.when(move, Asker::commandLine)), std::string("decided"));
        given.doing(access::SetRole{Role::engineer}, Asker::window);
        QCOMPARE(outcomeOf(given.when(move, Asker::window)), std::string("decided"));
    }

    void whatOneCommandLineArmedOrChoseIsNotTheOthers() {
        Given given = readyAxis();
        given.doing(access::Arm{60s}, first);
        QCOMPARE(outcomeOf(given.when(ping(), first)), std::string("decided"));
        QCOMPARE(outcomeOf(given.when(ping(), second)), std::string("not-armed"));
        QCOMPARE(outcomeOf(given.when(ping(), Asker::commandLine)), std::string("not-armed"));
        given.doing(access::SetRole{Role::viewer}, second);
        const motion::MoveAxis move{{1}, {100.0}, {}, {}};
        QCOMPARE(outcomeOf(given.when(move, second)), std::string("role-not-allowed"));
        QCOMPARE(outcomeOf(given.when(move, first)), std::string("decided"));
    }

    void whoLeavesGivesUpArmingAndRole() {
        Given given = readyAxis();
        given.doing(access::Arm{60s}, first).doing(access::SetRole{Role::viewer}, second);
        given.happened(access::AskerLeft{first}).happened(access::AskerLeft{second});
        QCOMPARE(outcomeOf(given.when(ping(), first)), std::string("not-armed"));
        QVERIFY(given.model.access().roles.empty());
    }

    void theWindowBoundsWhatClientsMayDoAndNoClientMayWidenIt() {
        Given given = readyAxis();
        given.doing(access::Arm{60s}, first);
        COMPARE_TEXTS(textsOf(given.when(access::BoundClients{Role::lineOperator})->events),
                      {"Disarmed", "ClientsBounded"});
        given.doing(access::BoundClients{Role::lineOperator});
        const motion::MoveAxis move{{1}, {100.0}, {}, {}};
        const auto bounded = given.when(move, first);
        QCOMPARE(outcomeOf(bounded), std::string("role-bounded"));
        QCOMPARE(bounded.error().subject, std::string("operator"));
        QCOMPARE(outcomeOf(given.when(motion::Halt{{1}}, first)), std::string("decided"));
        QCOMPARE(outcomeOf(given.when(motion::Stop{}, first)), std::string("decided"));
        // Neither by a role, nor by the bound itself; the window and a process of its own are not clients.
        given.doing(access::SetRole{Role::engineer}, first);
        QCOMPARE(outcomeOf(given.when(move, first)), std::string("role-bounded"));
        QCOMPARE(outcomeOf(given.when(access::BoundClients{Role::engineer}, first)),
                 std::string("role-bounded"));
        QCOMPARE(outcomeOf(given.when(move, Asker::window)), std::string("decided"));
        QCOMPARE(outcomeOf(given.when(move, Asker::commandLine)), std::string("decided"));
        // The lesser of the two, and the reason names which it was.
        given.doing(access::SetRole{Role::viewer}, first);
        QCOMPARE(outcomeOf(given.when(motion::Halt{{1}}, first)), std::string("role-not-allowed"));
        given.doing(access::BoundClients{Role::engineer});
        QCOMPARE(outcomeOf(given.when(move, second)), std::string("decided"));
        QCOMPARE(outcomeOf(given.when(access::BoundClients{Role::viewer}, second)),
                 std::string("role-bounded"));
    }

    void aBatchNeedsTheRightsOfItsParts() {
        Given given = readyAxis();
        given.axis(2, false);
        auto machine = std::make_shared<motion::Machine>();
        machine->rights = {{}, {"WriteRegisters"}};
        given.doing(motion::LoadMachine{machine}).doing(access::SetRole{Role::lineOperator});
        const auto ask = [&](std::vector<registers::StagedRegister> writes) {
            return given.when(registers::WriteRegisters{{2}, std::move(writes), "restore"});
        };
        const auto gain = ask({{"position_p_gain", 900}});
        QCOMPARE(outcomeOf(gain), std::string("role-not-allowed"));
        QCOMPARE(gain.error().entry, std::string("position_p_gain"));
        machine = std::make_shared<motion::Machine>();
        machine->rights = {{}, {"WriteRegisters", "WriteRegister"}};
        given.doing(access::SetRole{Role::engineer}).doing(motion::LoadMachine{machine});
        given.doing(access::SetRole{Role::lineOperator});
        QCOMPARE(outcomeOf(ask({{"position_p_gain", 900}})), std::string("decided"));
        const auto mode = ask({{"position_p_gain", 900}, {"operating_mode", 4}});
        QCOMPARE(outcomeOf(mode), std::string("role-not-allowed"));
        QCOMPARE(mode.error().entry, std::string("operating_mode"));
    }

    void rightsComeFromTheMachineFile() {
        Given given = readyAxis();
        auto machine = std::make_shared<motion::Machine>();
        machine->rights = {{}, {"MoveAxis"}};
        given.doing(motion::LoadMachine{machine}).doing(access::SetRole{Role::lineOperator});
        QCOMPARE(outcomeOf(given.when(motion::MoveAxis{{1}, {100.0}, {}, {}})), std::string("decided"));
        QCOMPARE(outcomeOf(given.when(motion::Halt{{1}})), std::string("role-not-allowed"));
    }

    void aRawPacketNeedsArmingAndTravelsAsMotion() {
        Given given = readyAxis();
        QCOMPARE(outcomeOf(given.when(ping())), std::string("not-armed"));
        given.doing(access::Arm{60s});
        const auto verdict = given.when(ping());
        QVERIFY(verdict);
        COMPARE_TEXTS(textsOf(verdict->requests), {"bus 1 motion: raw FF FF FD 00 01 03 00 01 19 4E"});
        QCOMPARE(outcomeOf(given.when(ping(), Asker::commandLine)), std::string("not-armed"));
    }

    void whatIsWrongWithThePacketIsSaidBeforeTheArming() {
        QCOMPARE(outcomeOf(readyAxis().when(bus::SendRawPacket{{9}, {1}, 10ms})), std::string("bus-unknown"));
    }

    void armingExpiresAndSaysSinceWhen() {
        Given given = armed(2s);
        QVERIFY(given.after(1999ms).watching().events.empty());
        QCOMPARE(outcomeOf(given.when(ping())), std::string("decided"));
        given.after(501ms);
        const auto late = given.when(ping());
        QCOMPARE(outcomeOf(late), std::string("arming-expired"));
        QCOMPARE(late.error().requested, 0.5);
        COMPARE_TEXTS(textsOf(given.watching().events), {"ArmingExpired"});
        given.happened(access::ArmingExpired{Asker::window});
        QVERIFY(given.watching().events.empty());
        QCOMPARE(outcomeOf(given.when(ping())), std::string("arming-expired"));
        given.doing(access::Arm{2s});
        QCOMPARE(outcomeOf(given.when(ping())), std::string("decided"));
    }

    void aStopAnotherRoleOrAWishDisarm() {
        Given stopped = armed();
        stopped.happened(motion::StopLatched{{1}});
        QCOMPARE(outcomeOf(stopped.when(ping())), std::string("stop-latched"));
        stopped.happened(motion::StopReset{{1}});
        QCOMPARE(outcomeOf(stopped.when(ping())), std::string("not-armed"));
        Given changed = armed();
        COMPARE_TEXTS(textsOf(changed.when(access::SetRole{Role::engineer})->events),
                      {"Disarmed", "RoleChanged"});
        Given wished = armed();
        COMPARE_TEXTS(textsOf(wished.when(access::Disarm{})->events), {"Disarmed"});
        QVERIFY(readyAxis().when(access::Disarm{})->events.empty());
        wished.doing(access::Disarm{});
        QCOMPARE(outcomeOf(wished.when(ping())), std::string("not-armed"));
    }

    void afterARawPacketTorqueAndModeAreReadAgain() {
        Given given = armed();
        const auto decision = given.reacting(bus::RawPacketExchanged{{1}, {7}, {0xFF}, {}});
        const auto requests = textsOf(decision.requests);
        QCOMPARE(requests[0], std::string("bus 1 observing: read #1 64/1"));
        QCOMPARE(requests[1], std::string("bus 1 observing: read #1 11/1"));
        QVERIFY(requests.size() > 2); // and the settings, which it may have changed as well
        QCOMPARE(outcomeOf(given.when(motion::MoveAxis{{1}, {100.0}, {}, {}})), std::string("value-stale"));
    }

    void theBoardSaysWhoMayDoWhatAndWhoIsArmed() {
        access::AccessBoardProjection projection;
        const auto tell = [&](api::EventBody body) {
            projection.apply({{1}, noon, {}, std::move(body)});
            projection.publish(noon);
            return projection.board().read();
        };
        QVERIFY(projection.board().read()->roleOf(Asker::window) == Role::engineer);
        QVERIFY(tell(access::Armed{Asker::window, noon + 1s})->armedUntil.contains(Asker::window));
        QVERIFY(tell(access::ArmingExpired{Asker::window})->armedUntil.empty());
        tell(access::Armed{Asker::window, noon + 1s});
        QVERIFY(tell(motion::StopLatched{{1}})->armedUntil.empty());
        tell(access::Armed{Asker::window, noon + 1s});
        QVERIFY(tell(access::Disarmed{Asker::window})->armedUntil.empty());
        const auto viewing = tell(access::RoleChanged{Asker::window, Role::viewer});
        QVERIFY(!viewing->allows(Asker::window, "MoveAxis"));
        QVERIFY(viewing->allows(Asker::commandLine, "MoveAxis"));
        auto machine = std::make_shared<motion::Machine>();
        machine->rights.viewer = {"MoveAxis"};
        QVERIFY(tell(motion::MachineLoaded{machine})->allows(Asker::window, "MoveAxis"));
    }
};

SERVOLANE_TEST(AccessDecisions)
#include "access_test.moc"
