// SPDX-License-Identifier: GPL-3.0-or-later
// What the host keeps of an axis: scale and limits in a person's units, the reference, the machine file.
#include "tests/core/motion/given.h"

// After the line above: moc 6.4 trips over <concepts> when <compare> is the first thing it meets.
#include "core/motion/read/machine_board_projection.h"
#include "tests/support/test_registry.h"

#include <QtTest/QTest>

using namespace servolane;
using namespace servolane::tests;
using namespace std::chrono_literals;

namespace {

const motion::Axis& settledAxis(const Given& given, std::uint16_t id = 1) {
    return *given.model.motion().find(AxisId{id})->axis;
}

bool isNear(double a, double b) {
    return std::fabs(a - b) < 1e-9;
}

constexpr motion::MoveAxis move{{1}, {100.0}, {}, {}};

/// Axis 1 in extended position mode, with a gear that ties its numbers to a machine.
Given multiTurn(bool torque) {
    Given given;
    given.connected().axis(1, torque, OperatingMode::position);
    given.doing(motion::SetAxisScale{{1}, {2.0, 0.0, false, 360.0, "deg"}});
    given.happened(motion::ModeChanged{{1}, OperatingMode::extendedPosition});
    return given.feedback(1, 90.0);
}

bus::ServoFound found(std::uint8_t id, std::uint32_t model = sampleModelNumber) {
    return {{1}, {ServoId{id}, model, 48}, 1'000'000};
}

/// What the core loop does with a fact: it happens, and what follows from it happens.
void live(Given& given, const api::EventBody& fact) {
    for (const auto& event : given.reacting(fact).events)
        given.happened(event);
}

std::shared_ptr<motion::Machine> machineWith(const std::string& model,
                                             const std::string& bus = "/dev/ttyUSB1") {
    motion::AxisSettings lift{"Lift", {2.0, 5.0, true, 10.0, "mm"}, {}, motion::StopReaction::hold};
    lift.limits.travel = Range<Position>{{1.0}, {4.0}};
    auto machine = std::make_shared<motion::Machine>();
    machine->axes.push_back({{bus, "dynamixel2", ServoId{7}, model}, lift});
    return machine;
}

} // namespace

class AxisSettings final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void limitsFollowTheScaleOfTheAxis() {
        Given given = readyAxis();
        given.doing(motion::SetAxisScale{{1}, {2.0, 10.0, true, 5.0, "mm"}});
        const auto& axis = settledAxis(given);
        // A turn of the servo is half a turn of the axis: −2.5 mm, from 10 mm down.
        QVERIFY(isNear(axis.limits.travel.high.value, 10.0));
        QVERIFY(isNear(axis.limits.travel.low.value, 10.0 - 2.5 * 4095 / 4096));
        QVERIFY(isNear(axis.limits.velocity.value, 200 * sampleSpeed / 360.0 * 2.5));
        QVERIFY(isNear(axis.limits.followingError.value, 5.0 / 12.0));
        QVERIFY(isNear(axis.positionFromRaw(2048).value, 8.75));
        QCOMPARE(axis.rawFromPosition({8.75}), 2048);
        QVERIFY(axis.channels == channelScalesOf(*axis.model, axis.scale));
    }

    void ownLimitsKeepTheirPlacesOnTheMachineWhenTheScaleIsCorrected() {
        Given given = readyAxis();
        given.own([](auto& own) {
            own = {Range<Position>{{90.0}, {180.0}},
                   Velocity{100.0},
                   Acceleration{50.0},
                   Current{1.0},
                   Temperature{60.0},
                   Position{8.0},
                   Position{4.0}};
        });
        given.doing(motion::SetAxisScale{{1}, {2.0, 10.0, true, 360.0, "deg"}});
        const motion::OwnLimits& own = settledAxis(given).own;
        QVERIFY(isNear(own.travel->low.value, 10.0 - 90.0) && isNear(own.travel->high.value, 10.0 - 45.0));
        QVERIFY(isNear(own.velocity->value, 50.0) && isNear(own.acceleration->value, 25.0));
        QVERIFY(isNear(own.followingError->value, 4.0) && isNear(own.step->value, 2.0));
        QVERIFY(own.current == Current{1.0} && own.temperature == Temperature{60.0});
    }

    void scalesThatAreNoneAreRefused() {
        const Given given = readyAxis();
        const double nan = std::numeric_limits<double>::quiet_NaN();
        for (const motion::AxisScale& scale : {motion::AxisScale{-1.0, 0.0, false, 360.0, "deg"},
                                               {nan, 0.0, false, 360.0, "deg"},
                                               {1e7, 0.0, false, 360.0, "deg"},
                                               {1.0, nan, false, 360.0, "deg"},
                                               {1.0, 0.0, false, 0.0, "deg"},
                                               {1.0, 0.0, false, 360.0, " "},
                                               {1.0, 0.0, false, 360.0, "a unit too long"}})
            QCOMPARE(outcomeOf(given.when(motion::SetAxisScale{{1}, scale})),
                     std::string("invalid-argument"));
    }

    void ownLimitsAreStricterThanTheServos() {
        Given given = readyAxis();
        given.own([](auto& own) {
            own.velocity = Velocity{30.0};
            own.current = Current{0.5};
            own.temperature = Temperature{55.0};
        });
        QCOMPARE(settledAxis(given).limits.velocity.value, 30.0);
        QCOMPARE(settledAxis(given).limits.current.value, 0.5);
        QCOMPARE(settledAxis(given).limits.temperature.value, 55.0);
        QCOMPARE(outcomeOf(given.when(motion::MoveAxis{{1}, {100.0}, Velocity{31.0}, {}})),
                 std::string("above-velocity-limit"));
        // The servo may be set lower still.
        live(given, registers::RegisterRead{{1}, "temperature_limit", 50});
        QCOMPARE(settledAxis(given).limits.temperature.value, 50.0);
    }

    void ownLimitsWiderThanTheServosAreRefusedWithBoth() {
        const Given given = readyAxis();
        const auto refused = [&](auto change) {
            motion::OwnLimits own;
            change(own);
            return given.when(motion::SetAxisLimits{{1}, own});
        };
        const auto fast = refused([](auto& own) { own.velocity = Velocity{1000.0}; });
        QCOMPARE(outcomeOf(fast), std::string("above-velocity-limit"));
        QCOMPARE(fast.error().requested, 1000.0);
        QCOMPARE(fast.error().high, 200 * sampleSpeed);
        QCOMPARE(outcomeOf(refused([](auto& own) { own.current = Current{9.0}; })),
                 std::string("above-current-limit"));
        QCOMPARE(outcomeOf(refused([](auto& own) {
                     own.travel = Range<Position>{{-90.0}, {90.0}};
                 })),
                 std::string("outside-travel-limits"));
        for (const double none : {0.0, -1.0}) {
            QCOMPARE(outcomeOf(refused([&](auto& own) { own.velocity = Velocity{none}; })),
                     std::string("invalid-argument"));
            QCOMPARE(outcomeOf(refused([&](auto& own) { own.acceleration = Acceleration{none}; })),
                     std::string("invalid-argument"));
            QCOMPARE(outcomeOf(refused([&](auto& own) { own.current = Current{none}; })),
                     std::string("invalid-argument"));
            QCOMPARE(outcomeOf(refused([&](auto& own) { own.temperature = Temperature{none}; })),
                     std::string("invalid-argument"));
            QCOMPARE(outcomeOf(refused([&](auto& own) { own.followingError = Position{none}; })),
                     std::string("invalid-argument"));
        }
    }

    void ownTravelThatMeetsTheServosNowhereIsNotWidened() {
        Given given = readyAxis();
        given.own([](auto& own) { own.travel = Range<Position>{{100.0}, {200.0}}; });
        live(given, registers::RegisterRead{{1}, "max_position_limit", 512});
        QVERIFY((settledAxis(given).limits.travel == Range<Position>{{100.0}, {200.0}}));
    }

    void aJumpIsRefusedUnlessSomethingLimitsItsSpeed() {
        Given given = readyAxis();
        given.own([](auto& own) { own.step = Position{5.0}; });
        const auto jump = given.when(move);
        QCOMPARE(outcomeOf(jump), std::string("above-step-limit"));
        QCOMPARE(jump.error().requested, 10.0);
        QCOMPARE(jump.error().high, 5.0);
        QCOMPARE(outcomeOf(given.when(motion::MoveAxis{{1}, {94.0}, {}, {}})), std::string("decided"));
        QCOMPARE(outcomeOf(given.when(motion::MoveAxis{{1}, {100.0}, Velocity{20.0}, {}})),
                 std::string("decided"));
        given.happened(registers::RegisterRead{{1}, "profile_velocity", 0});
        QCOMPARE(outcomeOf(given.when(move)), std::string("above-step-limit"));
        given.own([](auto& own) { own.velocity = Velocity{50.0}; });
        QCOMPARE(outcomeOf(given.when(move)), std::string("decided"));
    }

    void zeroHereMovesTheOffsetAndNothingInTheServo() {
        Given given = readyAxis();
        given.own([](auto& own) { own.travel = Range<Position>{{45.0}, {135.0}}; });
        const auto verdict = given.when(motion::SetZeroHere{{1}});
        QVERIFY(verdict);
        COMPARE_TEXTS(textsOf(verdict->events), {"AxisConfigured 1", "AxisReferenced 1"});
        COMPARE_TEXTS(textsOf(verdict->requests), {"bus 1 registers: poll 1"});
        given.doing(motion::SetZeroHere{{1}});
        QCOMPARE(settledAxis(given).scale.offset, -90.0);
        QCOMPARE(settledAxis(given).positionFromRaw(1024).value, 0.0);
        QVERIFY((settledAxis(given).limits.travel == Range<Position>{{-45.0}, {45.0}}));
    }

    void nothingOfThisIsChangedWhileTheAxisMoves() {
        Given given = readyAxis();
        given.happened(motion::MoveStarted{{1}, {180.0}, {}});
        for (const api::CommandBody& body :
             {api::CommandBody{motion::SetAxisScale{{1}, {}}},
              api::CommandBody{motion::SetAxisLimits{{1}, {}}}, api::CommandBody{motion::SetZeroHere{{1}}},
              api::CommandBody{motion::SetTravelLimits{{1}, {{10.0}, {20.0}}}},
              api::CommandBody{motion::LoadMachine{machineWith("XM430-W350")}}})
            QCOMPARE(outcomeOf(given.when(body)), std::string("axis-moving"));
    }

    void enteringAModeThatCountsTurnsFromPositionModeKeepsTheReference() {
        QCOMPARE(outcomeOf(multiTurn(true).when(move)), std::string("decided"));
    }

    void aPowerCycleLosesTheReference() {
        // It falls silent with torque on and comes back with torque off: it was without power.
        Given given = multiTurn(true);
        live(given, bus::AxisFellSilent{{1}, {1}, given.now});
        live(given, bus::AxisReturned{{1}, {1}});
        live(given, motion::AxisObserved{{1}, false, {}});
        given.happened(motion::TorqueEnabled{{1}});
        QCOMPARE(outcomeOf(given.when(move)), std::string("not-referenced"));
        QCOMPARE(outcomeOf(given.when(motion::StartJog{{1}, {10.0}})), std::string("decided"));
        given.doing(motion::ReferenceAxis{{1}});
        QCOMPARE(outcomeOf(given.when(move)), std::string("decided"));
    }

    void aLooseCableDoesNotLoseTheReferenceOfAnAxisThatHolds() {
        Given given = multiTurn(true);
        live(given, bus::AxisFellSilent{{1}, {1}, given.now});
        live(given, bus::AxisReturned{{1}, {1}});
        live(given, motion::AxisObserved{{1}, true, {}});
        QCOMPARE(outcomeOf(given.when(move)), std::string("decided"));
    }

    void torqueOnBeforeTheAnswerMakesTheReferenceDoubtful() {
        Given given = multiTurn(false);
        live(given, bus::AxisFellSilent{{1}, {1}, given.now});
        live(given, bus::AxisReturned{{1}, {1}});
        given.doing(motion::SetTorque{{1}, true});
        QCOMPARE(outcomeOf(given.when(move)), std::string("not-referenced"));
    }

    void aRebootLosesTheReference() {
        Given given = multiTurn(false);
        given.doing(motion::RebootAxis{{1}}).happened(motion::AxisObserved{{1}, true, {}});
        QCOMPARE(outcomeOf(given.when(move)), std::string("not-referenced"));
    }

    void aPowerCycleInPositionModeLosesNothing() {
        Given given = readyAxis();
        live(given, bus::AxisFellSilent{{1}, {1}, given.now});
        live(given, bus::AxisReturned{{1}, {1}});
        live(given, motion::AxisObserved{{1}, false, OperatingMode::position});
        given.happened(motion::TorqueEnabled{{1}});
        QCOMPARE(outcomeOf(given.when(move)), std::string("decided"));
    }

    void positionModeFoldsTheTurnsOfATiedAxis() {
        Given given = multiTurn(false);
        const auto folding = given.when(motion::SetOperatingMode{{1}, OperatingMode::position});
        COMPARE_TEXTS(textsOf(folding->whenConfirmed), {"ModeChanged 1", "ReferenceLost 1"});
        Given plain;
        plain.connected().axis(1, false, OperatingMode::extendedPosition);
        COMPARE_TEXTS(
            textsOf(plain.when(motion::SetOperatingMode{{1}, OperatingMode::position})->whenConfirmed),
            {"ModeChanged 1"});
    }

    void anAxisTiedToAMachineIsFoundWithoutAReference() {
        Given given;
        given.connected().doing(motion::LoadMachine{machineWith("XM430-W350")});
        live(given, found(7));
        live(given, motion::AxisObserved{{1}, true, OperatingMode::extendedPosition});
        given.feedback(1, 2.0);
        QCOMPARE(outcomeOf(given.when(motion::MoveAxis{{1}, {3.0}, {}, {}})), std::string("not-referenced"));
        given.doing(motion::SetZeroHere{{1}}).feedback(1, 0.0);
        QCOMPARE(outcomeOf(given.when(motion::MoveAxis{{1}, {1.0}, {}, {}})), std::string("decided"));
    }

    void aServosOwnCountNeedsNoReference() {
        Given given;
        given.connected().axis(1, true, OperatingMode::extendedPosition);
        QCOMPARE(outcomeOf(given.when(move)), std::string("decided"));
    }

    void anAxisGetsItsSettingsWhenItIsFound() {
        Given given;
        given.connected().doing(motion::LoadMachine{machineWith("XM430-W350")});
        live(given, found(7));
        QVERIFY(settingsOf(settledAxis(given)) == machineWith("XM430-W350")->axes[0].settings);
        QVERIFY((settledAxis(given).limits.travel == Range<Position>{{1.0}, {4.0}}));
        live(given, found(8));
        QCOMPARE(settledAxis(given, 2).name, std::string("Axis 2"));
    }

    void aBusIsKnownByItsAliasToo() {
        Given given;
        bus::LinkSettings link;
        link.alias = "left arm";
        link.line = {"/dev/ttyUSB1", 1'000'000};
        given.happened(bus::BusConnected{{1}, link, false});
        given.doing(motion::LoadMachine{machineWith("XM430-W350", "left arm")});
        live(given, found(7));
        QCOMPARE(settledAxis(given).name, std::string("Lift"));
    }

    void aMachineFileIsAppliedToAxesThatAreThere() {
        Given given;
        given.connected();
        live(given, found(7));
        live(given, found(8));
        const auto verdict = given.when(motion::LoadMachine{machineWith("XM430-W350")});
        COMPARE_TEXTS(textsOf(verdict->events), {"MachineLoaded", "AxisConfigured 1"});
        given.doing(motion::LoadMachine{machineWith("XM430-W350")});
        COMPARE_TEXTS(textsOf(given.when(motion::LoadMachine{machineWith("XM430-W350")})->events),
                      {"MachineLoaded"});
        COMPARE_TEXTS(textsOf(given.when(motion::LoadMachine{machineWith("XL430-W250")})->events),
                      {"MachineLoaded"});
    }

    void anotherModelIsOnlyLookedAtUntilItIsAdopted() {
        Given given;
        given.connected().doing(motion::LoadMachine{machineWith("XM430-W350")});
        live(given, found(7, sampleModelWithoutCurrentNumber));
        live(given, motion::AxisObserved{{1}, false, OperatingMode::position});
        given.feedback(1, 90.0);
        QCOMPARE(settledAxis(given).name, std::string("Axis 1"));
        const auto refused = given.when(motion::SetTorque{{1}, true});
        QCOMPARE(outcomeOf(refused), std::string("other-model"));
        QCOMPARE(refused.error().subject, std::string("XM430-W350"));
        QCOMPARE(outcomeOf(given.when(registers::WriteRegister{{1}, "led", 1})), std::string("other-model"));
        QCOMPARE(outcomeOf(given.when(registers::ReadRegister{{1}, "led"})), std::string("decided"));
        given.doing(motion::AdoptModel{{1}});
        QCOMPARE(settledAxis(given).name, std::string("Lift"));
        QCOMPARE(outcomeOf(given.when(motion::SetTorque{{1}, true})), std::string("decided"));
        QCOMPARE(outcomeOf(given.when(motion::AdoptModel{{1}})), std::string("invalid-argument"));
    }

    void aModelSwappedWhileConnectedTakesTheSettingsOfItsForerunner() {
        Given given;
        given.connected();
        live(given, found(7));
        given.doing(motion::RenameAxis{{1}, "Pan"});
        live(given, found(7, sampleModelWithoutCurrentNumber));
        QCOMPARE(given.model.motion().find(AxisId{2})->keptModel, std::string("XM430-W350"));
        given.doing(motion::AdoptModel{{2}});
        QCOMPARE(settledAxis(given, 2).name, std::string("Pan"));
    }

    void theMachineBoardKeepsWhatAPersonHasSet() {
        motion::MachineBoardProjection projection;
        Given given;
        std::size_t told = 0;
        const auto board = [&] {
            for (; told < given.history.size(); ++told)
                projection.apply({{told + 1}, given.now, {}, given.history[told]});
            projection.publish(given.now);
            return projection.board().read();
        };
        given.connected();
        live(given, found(7));
        QCOMPARE(board()->revision, 0U);
        QVERIFY(board()->machine.axes.empty());
        given.doing(motion::RenameAxis{{1}, "Pan"});
        QCOMPARE(board()->machine.axes.size(), std::size_t{1});
        QCOMPARE(board()->machine.axes[0].identity.bus, std::string("/dev/ttyUSB1"));
        QCOMPARE(board()->machine.axes[0].settings.name, std::string("Pan"));
        // Another model does not take over what is kept for the place before it is adopted.
        live(given, found(7, sampleModelWithoutCurrentNumber));
        QCOMPARE(board()->machine.axes[0].identity.model, std::string("XM430-W350"));
        given.doing(motion::AdoptModel{{2}});
        QCOMPARE(board()->machine.axes.size(), std::size_t{1});
        QCOMPARE(board()->machine.axes[0].identity.model, std::string("XL430-W250"));
        QCOMPARE(board()->machine.axes[0].settings.name, std::string("Pan"));
        given.doing(motion::LoadMachine{std::make_shared<motion::Machine>()});
        QCOMPARE(board()->machine.axes.size(), std::size_t{1});
    }
};

SERVOLANE_TEST(AxisSettings)
#include "axis_settings_test.moc"
