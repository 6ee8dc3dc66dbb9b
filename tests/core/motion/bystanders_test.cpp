// SPDX-License-Identifier: GPL-3.0-or-later
// Whom a fact does not concern is left alone: axes nobody has configured, links nobody has opened, axes of
// another bus, axes that are silent and axes whose place another servo has taken.
#include "tests/core/motion/odd_models.h"

// After the line above: moc 6.4 trips over <concepts> when <compare> is the first thing it meets.
#include "core/motion/write/steps.h"
#include "tests/support/test_registry.h"

#include <QtTest/QTest>
#include <algorithm>

using namespace servolane;
using namespace servolane::tests;
using namespace std::chrono_literals;
using registers::Role;

namespace {

bool isNothing(const api::Decision& decision) {
    return decision.events.empty() && decision.requests.empty() && decision.whenConfirmed.empty();
}

/// Axes 1 and 2 on a bus each, their torque switched on by this program.
Given twoBuses() {
    Given given;
    given.connected(1).connected(2).axis(1).axis(2, true, OperatingMode::position, 2);
    return given.happened(motion::TorqueEnabled{{1}}).happened(motion::TorqueEnabled{{2}});
}

/// Servo 1 of bus 1 was axis 1 until another model answered in its place: axis 3.
Given displacedAxis() {
    Given given = readyAxis();
    given.happened(motion::TorqueEnabled{{1}});
    return given.happened(motion::AxisConfigured{sampleAxis(3, 1, 1, sampleModelWithoutCurrent())});
}

bool concerns(const api::Decision& decision, ServoId servo) {
    for (const auto& step : stepsOf(decision)) {
        const auto* write = std::get_if<bus::WatchdogStep>(&step);
        const auto* read = std::get_if<bus::ReadStep>(&step);
        if ((write && write->servo == servo) || (read && read->servo == servo)) return true;
    }
    return false;
}

api::EventBody jogAccepted(std::uint16_t axis, std::uint64_t command) {
    api::CommandAccepted accepted;
    accepted.command = {command};
    accepted.description.kind = "StartJog";
    accepted.description.axis = {axis};
    return accepted;
}

} // namespace

class Bystanders final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void factsOfAnAxisNobodyHasConfiguredChangeNothing() {
        Given given = readyAxis();
        const auto before = given.model.motion().axes;
        const std::vector<api::EventBody> facts{
            motion::ModeChanged{{9}, OperatingMode::velocity},
            registers::RegisterRead{{9}, "velocity_limit", 5},
            bus::WatchdogTripped{{1}, {9}},
            bus::AxisFellSilent{{1}, {9}, {}},
            bus::AxisReturned{{1}, {9}},
            motion::AxisObserved{{9}, false, OperatingMode::position},
            motion::HardwareErrorRaised{{9}, 4},
            motion::TorqueEnabled{{9}},
            motion::TorqueDisabled{{9}},
            motion::AxisStopped{{1}, {{9}, true, {}, motion::StopDoubt::none}},
            motion::StopFinished{{1}, {{{9}, false, {}, motion::StopDoubt::silent}}, {}}};
        for (const auto& fact : facts) {
            QVERIFY2(isNothing(given.reacting(fact)), std::string(api::kindOf(fact)).c_str());
            QVERIFY2(given.model.motion().axes == before, std::string(api::kindOf(fact)).c_str());
        }
    }

    void theModelThatHasThePlaceIsKeptAndNotTheOneBeforeIt() {
        const auto numbered = [](std::uint32_t number, const char* name) {
            return modelWith([&](registers::ServoModel& model) {
                model.number = number;
                model.name = name;
            });
        };
        Given given;
        given.connected()
            .happened(motion::AxisConfigured{sampleAxis(5, 1, 1, numbered(901, "the first"))})
            .happened(motion::AxisConfigured{sampleAxis(6, 1, 1, numbered(902, "the second"))});
        const auto found = given.reacting(bus::ServoFound{{1}, {{1}, sampleModelNumber, 48}, 1'000'000});
        const auto other = std::find_if(found.events.begin(), found.events.end(), [](const auto& event) {
            return std::holds_alternative<motion::OtherModelFound>(event);
        });
        QVERIFY(other != found.events.end());
        QCOMPARE(std::get<motion::OtherModelFound>(*other).kept, std::string("the second"));
    }

    void anIdThatAnAxisHasAlreadyChangesNothing() {
        Given given = readyAxis();
        QVERIFY(isNothing(given.reacting(registers::ServoIdChanged{{9}, {1}, {2}})));
        QVERIFY(isNothing(given.reacting(registers::ServoIdChanged{{1}, {1}, {1}})));
    }

    void factsOfALinkNobodyHasOpenedChangeNothing() {
        Given given = readyAxis();
        const auto before = given.model.motion().axes;
        for (const api::EventBody& fact :
             std::vector<api::EventBody>{bus::BusLost{{9}, {}}, bus::BusRestored{{9}}, bus::ScanStarted{{9}},
                                         bus::ServoFound{{9}, {{1}, sampleModelNumber, 48}, 57600},
                                         bus::ScanFinished{{9}, 1, {}, false}, bus::BusDisconnected{{9}}}) {
            QVERIFY2(isNothing(given.reacting(fact)), std::string(api::kindOf(fact)).c_str());
            QVERIFY(given.model.motion().axes == before);
            QVERIFY(!given.model.motion().isUp({9}));
        }
    }

    void anAxisOfAClosedLinkIsKnownAndCannotBeReached() {
        Given given;
        given.happened(motion::AxisConfigured{sampleAxis(1, 5, 1)});
        QVERIFY(recordOf(given).path.empty());
        QCOMPARE(outcomeOf(given.when(motion::Halt{{1}})), std::string("bus-down"));
        QVERIFY(given.watching().events.empty());
    }

    void aNewPollRateArmsTheGuardsOfItsBusAlone() {
        Given given = twoBuses();
        const auto decision = given.reacting(bus::PollRateSet{{1}, 50.0});
        QVERIFY(concerns(decision, {1}));
        QVERIFY(!concerns(decision, {2}));
    }

    void aNewPollRateArmsNobodyWhoDoesNotAnswerOrHoldsByNobodysDoing() {
        QVERIFY(isNothing(
            twoBuses().happened(bus::AxisFellSilent{{1}, {1}, {}}).reacting(bus::PollRateSet{{1}, 50.0})));
        QVERIFY(!concerns(displacedAxis().reacting(bus::PollRateSet{{1}, 50.0}), {1}));
        QVERIFY(isNothing(readyAxis().reacting(bus::PollRateSet{{1}, 50.0}))); // found with torque on
        Given off = readyAxis();
        off.happened(motion::TorqueEnabled{{1}}).happened(motion::StopLatched{{1}});
        QVERIFY(isNothing(off.reacting(bus::PollRateSet{{1}, 50.0})));
        Given bare = axisOf(modelWithout({Role::busWatchdog}));
        bare.happened(motion::TorqueEnabled{{1}});
        QVERIFY(isNothing(bare.reacting(bus::PollRateSet{{1}, 50.0})));
    }

    void afterARawPacketOnlyTheAxesOfItsBusThatAnswerAreLookedAt() {
        const auto packet = [](std::uint16_t bus) { return bus::RawPacketExchanged{{bus}, {1}, {}, {}}; };
        Given given = twoBuses();
        const auto decision = given.reacting(packet(1));
        QVERIFY(concerns(decision, {1}));
        QVERIFY(!concerns(decision, {2}));
        QVERIFY(isNothing(readyAxis().happened(bus::AxisFellSilent{{1}, {1}, {}}).reacting(packet(1))));
        QVERIFY(isNothing(readyAxis().happened(bus::BusLost{{1}, {}}).reacting(packet(1))));
        const auto displaced = displacedAxis().reacting(packet(1)).requests;
        const auto reads = std::count_if(displaced.begin(), displaced.end(), [](const auto& request) {
            return request.priority != bus::Priority::background;
        });
        QCOMPARE(reads, std::ptrdiff_t{2}); // torque and mode of the one that has the place now
    }

    void aGuardIsWantedOnlyWhereItCanBeSet() {
        Given given = readyAxis();
        given.happened(motion::TorqueEnabled{{1}});
        const motion::MotionState& state = given.model.motion();
        QVERIFY(motion::wantsGuard(state, recordOf(given)));
        for (const auto& change : std::vector<std::function<void(motion::AxisRecord&)>>{
                 [](auto& r) { r.silent = true; }, [](auto& r) { r.displaced = true; },
                 [](auto& r) { r.torqueOurs = false; }, [](auto& r) { r.torque = false; },
                 [](auto& r) { r.guard = motion::Guard::armed; }}) {
            motion::AxisRecord record = recordOf(given);
            change(record);
            QVERIFY(!motion::wantsGuard(state, record));
        }
        given.happened(bus::BusLost{{1}, {}});
        QVERIFY(!motion::wantsGuard(state, recordOf(given)));
    }

    void noGuardIsSetOnAnAxisThatIsSilentOrWhoseBusIsDown() {
        QVERIFY(isNothing(
            readyAxis().happened(bus::AxisFellSilent{{1}, {1}, {}}).reacting(motion::TorqueEnabled{{1}})));
        QVERIFY(isNothing(readyAxis().happened(bus::BusLost{{1}, {}}).reacting(motion::TorqueEnabled{{1}})));
    }

    void anAxisWhosePlaceIsTakenIsNotLookedAtWhenItsServoAnswersAgain() {
        QVERIFY(isNothing(displacedAxis().reacting(bus::AxisReturned{{1}, {1}})));
        QVERIFY(isNothing(displacedAxis().reacting(motion::ModeChanged{{1}, OperatingMode::velocity})));
    }

    void aHardwareErrorHoldsNoAxisThatHasNoTorqueOrIsStopped() {
        const auto holds = [](const api::Decision& decision) {
            for (const auto& request : decision.requests)
                if (request.priority == bus::Priority::motion) return true;
            return false;
        };
        const auto moving = [] { return readyAxis().happened(motion::MoveStarted{{1}, {180.0}, 3s}); };
        QVERIFY(holds(moving().reacting(motion::HardwareErrorRaised{{1}, 4})));
        Given stopped = moving();
        stopped.happened(motion::StopLatched{{1}});
        QVERIFY(!holds(stopped.reacting(motion::HardwareErrorRaised{{1}, 4})));
        Given limp = moving();
        limp.happened(motion::AxisObserved{{1}, false, OperatingMode::position});
        QVERIFY(!holds(limp.reacting(motion::HardwareErrorRaised{{1}, 4})));
    }

    void afterAStopAnAxisThatCannotAnswerIsNotAsked() {
        const motion::StoppedAxis doubtful{{1}, false, {}, motion::StopDoubt::silent};
        Given silent = readyAxis();
        silent.happened(bus::AxisFellSilent{{1}, {1}, {}});
        QVERIFY(isNothing(silent.reacting(motion::AxisStopped{{1}, doubtful})));
        Given lost = readyAxis();
        lost.happened(bus::BusLost{{1}, {}});
        QVERIFY(isNothing(lost.reacting(motion::AxisStopped{{1}, doubtful})));
        QVERIFY(!isNothing(readyAxis().reacting(motion::AxisStopped{{1}, doubtful})));
    }

    void aResetSetsNoGoalsOfAxesThatDoNotAnswer() {
        Given given = twoBuses();
        given.axis(4)
            .happened(motion::StopLatched{{1}})
            .happened(motion::StopFinished{{1}, {}, {}})
            .happened(bus::AxisFellSilent{{1}, {1}, {}});
        const auto reset = given.when(motion::ResetStop{{1}});
        QVERIFY(reset.has_value());
        for (const auto& step : stepsOf(*reset))
            if (const auto* copy = std::get_if<bus::CopyStep>(&step)) QVERIFY(copy->servo != ServoId{1});
        Given displaced = displacedAxis();
        displaced.happened(motion::StopLatched{{1}}).happened(motion::StopFinished{{1}, {}, {}});
        const auto second = displaced.when(motion::ResetStop{{1}});
        QCOMPARE(std::count_if(second->requests.begin(), second->requests.end(),
                               [](const auto& r) { return std::holds_alternative<bus::RestWork>(r.work); }),
                 1);
    }

    void theFailureOfAnotherCommandTakesNobodysLease() {
        Given given;
        given.connected().axis(1).axis(2);
        given.happened(jogAccepted(1, 40));
        given.happened(api::CommandFailed{{41}, {}, {}, 0});
        QVERIFY(recordOf(given).lease.has_value());
        given.happened(api::CommandFailed{{40}, {}, {}, 0});
        QVERIFY(!recordOf(given).lease);
    }

    void anAxisThatIsOnAnotherBusNowIsBegunAnew() {
        Given given = readyAxis();
        given.connected(2).happened(motion::AxisConfigured{sampleAxis(1, 2, 1)});
        QVERIFY(!recordOf(given).torque && !recordOf(given).mode);
        QCOMPARE(recordOf(given).path, std::string("/dev/ttyUSB2"));
    }

    void anAxisThatGetsItsPlaceBackIsBegunAnew() {
        Given given = displacedAxis();
        given.happened(motion::AxisConfigured{sampleAxis(1, 1, 1)});
        QVERIFY(!recordOf(given).displaced && !recordOf(given).torque);
        QVERIFY(recordOf(given, 3).displaced);
    }

    void torqueIsToldWithoutAModeToo() {
        Given given;
        given.connected().happened(motion::AxisConfigured{sampleAxis(1)});
        given.happened(motion::AxisObserved{{1}, true, std::nullopt});
        QVERIFY(recordOf(given).torque == true && !recordOf(given).mode);
        QVERIFY(recordOf(given).referenced);
    }

    void theEndOfAMoveLeavesTheJogThatFollowedIt() {
        Given given = readyAxis();
        given.happened(motion::JogStarted{{1}, {20.0}});
        given.happened(motion::MoveEnded{{1}, motion::EndReason::superseded});
        QVERIFY(recordOf(given).motion.kind == motion::MotionKind::jog);
    }

    void aRegisterWithoutARoleOrANameTellsNothingOfMotion() {
        Given given = readyAxis();
        const auto before = recordOf(given);
        given.happened(registers::RegisterRead{{1}, "led", 1});
        given.happened(registers::RegisterRead{{1}, "warp_drive", 1});
        QVERIFY(recordOf(given) == before);
    }

    void aWatchdogFoundArmedIsNotATrippedOne() {
        Given given = readyAxis();
        given.happened(registers::RegisterRead{{1}, "bus_watchdog", 10});
        QVERIFY(recordOf(given).guard == motion::Guard::none);
        given.happened(registers::RegisterRead{{1}, "bus_watchdog", -1});
        QVERIFY(recordOf(given).guard == motion::Guard::tripped);
    }

    void torqueOffWhileAStopIsLatchedWaitsForNoStream() {
        Given given = readyAxis();
        given.happened(jogAccepted(1, 40)).happened(motion::StopLatched{{1}});
        const auto verdict = given.when(motion::SetTorque{{1}, false});
        QCOMPARE(verdict->requests.size(), std::size_t{1});
        QVERIFY(verdict->requests[0].priority == bus::Priority::stop);
        Given jogging = readyAxis();
        jogging.happened(jogAccepted(1, 40));
        QCOMPARE(jogging.when(motion::SetTorque{{1}, false})->requests.size(), std::size_t{2});
    }

    void torqueOffEndsAJogWithoutALease() {
        Given given = readyAxis();
        given.happened(motion::JogStarted{{1}, {20.0}});
        const auto verdict = given.when(motion::SetTorque{{1}, false});
        QCOMPARE(textOf(verdict->requests.at(0)), std::string("bus 1 motion: end stream of 1"));
    }

    void aServoOfAnotherLinkOrIdIsNotTheOneThatWasFound() {
        Given given = twoBuses();
        // The same id and model on bus 2, and another id on bus 1: both are new.
        for (const bus::ServoFound& fact : {bus::ServoFound{{2}, {{1}, sampleModelNumber, 48}, 1'000'000},
                                            bus::ServoFound{{1}, {{2}, sampleModelNumber, 48}, 1'000'000}}) {
            const auto decision = given.reacting(fact);
            QCOMPARE(textOf(decision.events.at(0)), std::string("AxisConfigured 3"));
        }
    }

    void aServoFoundAtNoParticularRateIsAtThatOfItsLink() {
        Given given;
        given.connected();
        QCOMPARE(textOf(given.reacting(bus::ServoFound{{1}, {{7}, sampleModelNumber, 48}, 0}).events.at(0)),
                 std::string("AxisConfigured 1"));
    }

    void anotherModelInThePlaceOfOneIsNotDrivenUntilItIsAdopted() {
        Given given;
        given.connected().connected(2).axis(1).axis(2).axis(4, true, OperatingMode::position, 2);
        // Places with other ids, on other links and already taken are no hindrance; that of axis 1 is.
        const auto decision =
            given.reacting(bus::ServoFound{{1}, {{1}, sampleModelWithoutCurrentNumber, 48}, 1'000'000});
        QCOMPARE(std::get<motion::OtherModelFound>(decision.events.at(1)).kept, std::string("XM430-W350"));
        const auto elsewhere =
            given.reacting(bus::ServoFound{{1}, {{4}, sampleModelWithoutCurrentNumber, 48}, 1'000'000});
        QCOMPARE(elsewhere.events.size(), std::size_t{1});
        for (const auto& event : decision.events)
            given.happened(event);
        // The first is gone from its place; when it is found again it is itself.
        const auto again = given.reacting(bus::ServoFound{{1}, {{1}, sampleModelNumber, 48}, 1'000'000});
        QCOMPARE(textOf(again.events.at(0)), std::string("AxisConfigured 1"));
        QCOMPARE(again.events.size(), std::size_t{1});
    }

    void aNewFirmwareIsToldOfTheSameAxis() {
        Given given = readyAxis();
        const auto decision = given.reacting(bus::ServoFound{{1}, {{1}, sampleModelNumber, 52}, 1'000'000});
        QCOMPARE(std::get<motion::AxisConfigured>(decision.events.at(0)).axis->firmware, 52U);
        QCOMPARE(textOf(decision.events.at(0)), std::string("AxisConfigured 1"));
    }

    void anAxisFromAnotherLinkThatWasClosedIsFoundAgainUnderItsPath() {
        Given given = readyAxis();
        given.happened(bus::BusDisconnected{{1}});
        bus::LinkSettings link;
        link.line.path = "/dev/ttyUSB1";
        link.line.baud = 1'000'000;
        given.happened(bus::BusOpening{{7}, link}).happened(bus::BusConnected{{7}, link, false});
        const auto decision = given.reacting(bus::ServoFound{{7}, {{1}, sampleModelNumber, 48}, 1'000'000});
        QCOMPARE(std::get<motion::AxisConfigured>(decision.events.at(0)).axis->bus.value, 7);
        QCOMPARE(textOf(decision.events.at(0)), std::string("AxisConfigured 1"));
    }

    void onlyTheAxesThatStandInTheirPlacesArePolled() {
        Given given = displacedAxis();
        given.axis(5);
        const auto changed = sampleAxis(6, 1, 5); // takes the id of axis 5
        const auto request = motion::pollRequest(given.model.motion(), changed);
        QCOMPARE(textOf(request), std::string("bus 1 registers: poll 3 6"));
    }

    void aMoveThatFollowsASpeedEndsIt() {
        Given given = readyAxis();
        given.happened(motion::VelocityStarted{{1}, {20.0}, api::Asker::window});
        const auto verdict = given.when(motion::MoveAxis{{1}, {100.0}, {}, {}});
        QCOMPARE(textOf(verdict->whenConfirmed.at(0)), std::string("MoveEnded 1 superseded"));
    }

    void theWatchPassesOverAxesThatCannotTell() {
        Given given = displacedAxis();
        given.set(1, telemetry::Channel::hardwareError, 4);
        QVERIFY(given.watching().events.empty());
        Given silent = readyAxis();
        silent.happened(bus::AxisFellSilent{{1}, {1}, {}}).set(1, telemetry::Channel::hardwareError, 4);
        QVERIFY(silent.watching().events.empty());
        Given lost = readyAxis();
        lost.happened(bus::BusLost{{1}, {}}).set(1, telemetry::Channel::hardwareError, 4);
        QVERIFY(lost.watching().events.empty());
    }

    void aMoveOfWhichNothingWasEverHeardIsHaltedInTheEnd() {
        Given given;
        given.connected().happened(motion::AxisConfigured{sampleAxis(1)});
        given.happened(motion::AxisObserved{{1}, true, OperatingMode::position});
        given.happened(motion::MoveStarted{{1}, {180.0}, 3s});
        QVERIFY(given.after(100ms).watching().events.empty());
        COMPARE_TEXTS(textsOf(given.after(200ms).watching().events), {"MoveEnded 1 feedback-lost"});
    }

    void aHaltWritesNoGoalToAnAxisWithoutTorque() {
        Given given = readyAxis();
        given.happened(motion::MoveStarted{{1}, {180.0}, 3s, api::Asker::window});
        given.happened(motion::AxisObserved{{1}, false, OperatingMode::position});
        const auto decision = given.after(1s).watching();
        COMPARE_TEXTS(textsOf(decision.events), {"MoveEnded 1 feedback-lost"});
        QVERIFY(decision.requests.empty());
    }
};

SERVOLANE_TEST(Bystanders)
#include "bystanders_test.moc"
