// SPDX-License-Identifier: GPL-3.0-or-later
// Where a rule ends: numbers that are none, limits that are not set, values that were never measured, and
// servos whose models lack a register.
#include "tests/core/motion/odd_models.h"

// After the line above: moc 6.4 trips over <concepts> when <compare> is the first thing it meets.
#include "core/motion/write/policies.h"
#include "core/motion/write/steps.h"
#include "core/motion/write/travel.h"
#include "tests/support/test_registry.h"

#include <QtTest/QTest>
#include <cmath>
#include <functional>
#include <limits>

using namespace servolane;
using namespace servolane::tests;
using namespace std::chrono_literals;
using motion::Attempt;
using registers::Role;
using telemetry::Channel;

namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

/// What one policy says of a wish; the state is that of `given`.
motion::Refusal ask(
    const Given& given, motion::Policy policy, const std::function<void(Attempt&)>& wish = [](Attempt&) {}) {
    Attempt attempt{
        given.model.motion(), given.present, given.now, api::Asker::window, {1}, {}, {}, {}, {}, {}, {}, {}};
    wish(attempt);
    return policy(attempt);
}

motion::AxisRecord recordWith(std::shared_ptr<const registers::ServoModel> model) {
    motion::AxisRecord record;
    record.axis = sampleAxis(1, 1, 1, std::move(model));
    return record;
}

/// An axis looked at without a mode, though its model has one.
Given unreadMode() {
    return axisOf(sampleModel(), std::nullopt);
}

Given limitedTo(const std::function<void(motion::AxisLimits&)>& change) {
    Given given = readyAxis();
    motion::AxisLimits limits = given.limits();
    change(limits);
    return given.limited(1, limits);
}

} // namespace

class Edges final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void eachNumberOfAWishMustBeOne() {
        const Given given = readyAxis();
        const motion::Policy rule = motion::refuseNumbersThatAreNone;
        QVERIFY(ask(given, rule, [](Attempt& a) { a.target = Position{none}; }));
        QVERIFY(ask(given, rule, [](Attempt& a) { a.velocity = Velocity{none}; }));
        QVERIFY(ask(given, rule, [](Attempt& a) { a.acceleration = Acceleration{none}; }));
        QVERIFY(ask(given, rule, [](Attempt& a) { a.current = Current{none}; }));
        QVERIFY(ask(given, rule, [](Attempt& a) { a.travel = Range<Position>{{none}, {1.0}}; }));
        QVERIFY(ask(given, rule, [](Attempt& a) { a.travel = Range<Position>{{1.0}, {none}}; }));
        QVERIFY(!ask(given, rule, [](Attempt& a) { a.travel = Range<Position>{{1.0}, {2.0}}; }));
    }

    void eachLimitOfOnesOwnMustBeANumber() {
        const Given given = readyAxis();
        const std::vector<std::function<void(motion::OwnLimits&)>> slips{
            [](auto& own) {
                own.travel = Range<Position>{{none}, {1.0}};
            },
            [](auto& own) { own.velocity = Velocity{none}; },
            [](auto& own) { own.acceleration = Acceleration{none}; },
            [](auto& own) { own.current = Current{none}; },
            [](auto& own) { own.temperature = Temperature{none}; },
            [](auto& own) { own.followingError = Position{none}; },
            [](auto& own) { own.step = Position{none}; }};
        for (const auto& slip : slips) {
            motion::OwnLimits own;
            slip(own);
            QVERIFY(ask(given, motion::refuseNumbersThatAreNone, [&](Attempt& a) { a.limits = &own; }));
        }
        const motion::OwnLimits sound;
        QVERIFY(!ask(given, motion::refuseNumbersThatAreNone, [&](Attempt& a) { a.limits = &sound; }));
    }

    void speedsBelowZeroAndOfZeroAreToldApart() {
        const Given given = readyAxis();
        const auto velocity = [](double value) {
            return [value](Attempt& a) { a.velocity = Velocity{value}; };
        };
        const auto acceleration = [](double value) {
            return [value](Attempt& a) { a.acceleration = Acceleration{value}; };
        };
        QCOMPARE(ask(given, motion::refuseSpeedsBelowZero, velocity(-1.0))->subject, std::string("velocity"));
        QCOMPARE(ask(given, motion::refuseSpeedsBelowZero, acceleration(-1.0))->subject,
                 std::string("acceleration"));
        QVERIFY(!ask(given, motion::refuseSpeedsBelowZero, velocity(0.0)));
        QVERIFY(!ask(given, motion::refuseSpeedsBelowZero, acceleration(0.0)));
        QVERIFY(!ask(given, motion::refuseSpeedsBelowZero));
        QCOMPARE(ask(given, motion::refuseProfileOfZero, velocity(0.0))->subject, std::string("velocity"));
        QCOMPARE(ask(given, motion::refuseProfileOfZero, acceleration(0.0))->subject,
                 std::string("acceleration"));
        QVERIFY(!ask(given, motion::refuseProfileOfZero, velocity(1.0)));
    }

    void whereTheModeIsNotReadNothingThatNeedsOneIsDone() {
        const Given given = unreadMode();
        for (const motion::Policy rule :
             {motion::refuseOutsidePositionModes, motion::refuseOutsideVelocityMode,
              motion::refuseModesWithoutJog, motion::refuseOutsideCurrentModes}) {
            const auto refusal = ask(given, rule);
            QVERIFY(refusal && refusal->code == api::RejectionCode::wrongMode);
            QVERIFY(refusal->subject.empty()); // no mode is named that nobody has read
        }
        Given unreferenced = unreadMode();
        unreferenced.happened(motion::ReferenceLost{{1}});
        QVERIFY(!ask(unreferenced, motion::refuseWithoutReference));
    }

    void aModelWithoutModesIsInPositionMode() {
        const Given given = axisOf(modelWithout({Role::operatingMode}), std::nullopt);
        QVERIFY(!ask(given, motion::refuseOutsidePositionModes));
        QVERIFY(!ask(given, motion::refuseModesWithoutJog));
        const auto wish = [](Attempt& a) { a.mode = OperatingMode::velocity; };
        QVERIFY(ask(given, motion::refuseModeTheModelLacks, wish));
        QVERIFY(ask(axisOf(sampleModelWithoutCurrent()), motion::refuseModeTheModelLacks,
                    [](Attempt& a) { a.mode = OperatingMode::current; }));
        QCOMPARE(motion::observeRequests(*recordOf(given).axis).size(), std::size_t{1}); // torque alone
    }

    void aSilentAxisIsKnownByItsFeedbackBeforeItsFactComes() {
        Given given = readyAxis();
        given.present[AxisId{1}].silent = true;
        const auto refusal = ask(given.after(2s), motion::refuseSilentAxis);
        QCOMPARE(refusal->requested, 2.0);
        QCOMPARE(refusal->unit, std::string("s"));
        given.present[AxisId{1}].lastAnswer = {};
        QVERIFY(ask(given, motion::refuseSilentAxis)->unit.empty());
        given.happened(bus::AxisFellSilent{{1}, {1}, {}}).present.clear();
        QVERIFY(ask(given, motion::refuseSilentAxis)->unit.empty());
    }

    void feedbackWithoutAPositionIsStale() {
        Given given;
        given.connected().happened(motion::AxisConfigured{sampleAxis(1)});
        QVERIFY(ask(given, motion::refuseStaleFeedback));
        given.set(1, Channel::temperature, 30);
        QCOMPARE(ask(given, motion::refuseStaleFeedback)->subject, std::string("present_position"));
        given.set(1, Channel::position, 2048);
        QVERIFY(!ask(given, motion::refuseStaleFeedback));
    }

    void whatWasNeverMeasuredIsOutsideOfNoLimit() {
        Given given = limitedTo([](auto& limits) {
            limits.temperature = {30.0};
            limits.step = {1.0};
        });
        given.present.clear();
        QVERIFY(!ask(given, motion::refuseAboveTemperatureLimit));
        QVERIFY(!ask(given, motion::refuseJumpWithoutProfile, [](Attempt& a) { a.target = Position{10.0}; }));
        QVERIFY(!ask(given, motion::refuseSpeedOutOfTravelLimits,
                     [](Attempt& a) { a.velocity = Velocity{10.0}; }));
        given.set(1, Channel::voltage, 120);
        QVERIFY(!ask(given, motion::refuseAboveTemperatureLimit));
    }

    void aLimitThatIsNotSetForbidsNothing() {
        const Given given = limitedTo([](auto& limits) {
            limits.temperature = {0.0};
            limits.step = {0.0};
            limits.acceleration = {0.0};
            limits.current = {0.0};
        });
        QVERIFY(!ask(given, motion::refuseAboveTemperatureLimit));
        QVERIFY(
            !ask(given, motion::refuseJumpWithoutProfile, [](Attempt& a) { a.target = Position{300.0}; }));
        QVERIFY(!ask(given, motion::refuseAccelerationAboveLimit,
                     [](Attempt& a) { a.acceleration = Acceleration{1e5}; }));
        // Bug: more than the register can say wrapped round to none, and was confirmed.
        QVERIFY(ask(given, motion::refuseAccelerationAboveLimit,
                    [](Attempt& a) { a.acceleration = Acceleration{1e9}; }));
        QVERIFY(!ask(given, motion::refuseAccelerationAboveLimit));
        QVERIFY(!ask(given, motion::refuseCurrentAboveLimit, [](Attempt& a) { a.current = Current{100.0}; }));
    }

    void anAccelerationIsMeasuredAgainstItsLimit() {
        const Given given = limitedTo([](auto& limits) { limits.acceleration = {100.0}; });
        const auto wish = [](double value) {
            return [value](Attempt& a) { a.acceleration = Acceleration{value}; };
        };
        QVERIFY(!ask(given, motion::refuseAccelerationAboveLimit, wish(100.0)));
        QCOMPARE(ask(given, motion::refuseAccelerationAboveLimit, wish(100.1))->high, 100.0);
        QVERIFY(!ask(given, motion::refuseAccelerationAboveLimit));
    }

    void anOddLayoutIsWrittenRegisterByRegister() {
        // The profile of axis 2 does not stand in front of its goal: not one frame with all of it.
        const auto apart = modelWith([](auto& model) {
            for (auto& r : model.registers) {
                if (r.role == Role::profileVelocity) r.address = 600;
                if (r.role == Role::profileAcceleration) r.address = 604;
            }
        });
        const auto one = sampleAxis(1);
        const auto two = sampleAxis(2, 1, 2, apart);
        const motion::MoveAxis first{{1}, {100.0}, Velocity{20.0}, Acceleration{}};
        const motion::MoveAxis second{{2}, {100.0}, Velocity{20.0}, Acceleration{}};
        const auto steps = motion::groupMoveSteps({{one.get(), first}, {two.get(), second}});
        QVERIFY(steps.size() > 1);
        // The goals go out last, in one frame.
        QCOMPARE(std::get<bus::GroupWriteStep>(steps.back()).items.size(), std::size_t{2});
        const motion::MoveAxis plain{{2}, {100.0}, {}, {}};
        QVERIFY(motion::groupMoveSteps({{one.get(), first}, {two.get(), plain}}).size() > 1);
    }

    void aMoveThatNamesItsSpeedIsNoJump() {
        const Given given = limitedTo([](auto& limits) { limits.step = {1.0}; });
        QVERIFY(ask(given, motion::refuseJumpWithoutProfile, [](Attempt& a) { a.target = Position{300.0}; }));
        QVERIFY(!ask(given, motion::refuseJumpWithoutProfile, [](Attempt& a) {
            a.target = Position{300.0};
            a.velocity = Velocity{10.0};
        }));
    }

    void anOwnVelocityLimitIsNoProfileWhereTheServoHasNone() {
        Given given = axisOf(modelWithout({Role::profileVelocity, Role::profileAcceleration}));
        motion::Axis axis = *recordOf(given).axis;
        axis.own.velocity = Velocity{50.0};
        axis.limits.step = {1.0};
        given.happened(motion::AxisConfigured{std::make_shared<const motion::Axis>(axis)});
        QVERIFY(ask(given, motion::refuseJumpWithoutProfile, [](Attempt& a) { a.target = Position{300.0}; }));
        QCOMPARE(ask(given, motion::refuseProfileTheModelLacks,
                     [](Attempt& a) { a.acceleration = Acceleration{10.0}; })
                     ->subject,
                 std::string("profile_acceleration"));
        // Nor does it go out with a goal: there is nowhere to write it.
        axis.own.acceleration = Acceleration{10.0};
        given.happened(motion::AxisConfigured{std::make_shared<const motion::Axis>(axis)});
        const auto move = motion::bounded(recordOf(given), {{1}, {100.0}, {}, {}});
        QVERIFY(!move.velocity && !move.acceleration);
    }

    void aProfileInTheServoThatIsSlowEnoughIsLeftAsItIs() {
        Given given = readyAxis();
        given.own([](auto& own) {
            own.velocity = Velocity{50.0};
            own.acceleration = Acceleration{500.0};
        });
        const motion::MoveAxis plain{{1}, {100.0}, {}, {}};
        QVERIFY(motion::bounded(recordOf(given), plain).velocity);
        QVERIFY(motion::bounded(recordOf(given), plain).acceleration);
        given.happened(registers::RegisterRead{{1}, "profile_velocity", 10});
        given.happened(registers::RegisterRead{{1}, "profile_acceleration", 10});
        QVERIFY(!motion::bounded(recordOf(given), plain).velocity);
        QVERIFY(!motion::bounded(recordOf(given), plain).acceleration);
        given.happened(registers::RegisterRead{{1}, "profile_velocity", 1000});
        given.happened(registers::RegisterRead{{1}, "profile_acceleration", 1000});
        QVERIFY(motion::bounded(recordOf(given), plain).velocity);
        QVERIFY(motion::bounded(recordOf(given), plain).acceleration);
    }

    void anAxisAboutToJogMayNotBeChanged() {
        Given given = readyAxis();
        api::CommandAccepted accepted;
        accepted.command = {40};
        accepted.description.kind = "StartJog";
        accepted.description.axis = {1};
        given.happened(accepted);
        QVERIFY(ask(given, motion::refuseWhileMoving));
    }

    void ownLimitsWhereTheServoTellsNoneAreTakenAsTheyAre() {
        Given given = axisOf(sampleModelWithoutCurrent());
        motion::OwnLimits own;
        own.current = Current{5.0};
        QVERIFY(!ask(given, motion::refuseLimitsBeyondTheServo, [&](Attempt& a) { a.limits = &own; }));
        given.own([](auto& limits) { limits.current = Current{5.0}; });
        QCOMPARE(given.limits().current.value, 5.0);
    }

    void aMachineWithAnEmptyTravelIsRefusedWithItsNumbers() {
        motion::Machine machine;
        machine.axes.push_back({});
        machine.axes.back().settings.name = "Lift";
        machine.axes.back().settings.limits.travel = Range<Position>{{20.0}, {10.0}};
        const auto verdict =
            readyAxis().when(motion::LoadMachine{std::make_shared<const motion::Machine>(machine)});
        QCOMPARE(verdict.error().subject, std::string("travel"));
        QCOMPARE(verdict.error().low, 20.0);
        QVERIFY(verdict.error().unit.empty());
    }

    void anAxisMayKeepItsNameAndTakeAFreeOne() {
        Given given;
        given.connected().axis(1).axis(2);
        QVERIFY(given.when(motion::RenameAxis{{1}, "Axis 1"}));
        QVERIFY(given.when(motion::RenameAxis{{1}, "Pan"}));
        QVERIFY(!given.when(motion::RenameAxis{{1}, "Axis 2"}));
    }

    void aStopReactionIsThatOfAnAxisThatIsKnown() {
        QCOMPARE(outcomeOf(readyAxis().when(motion::SetStopReaction{{9}, motion::StopReaction::hold})),
                 std::string("axis-unknown"));
    }

    void onlyPositionModeFoldsTheTurnsOfAnAxisTiedToAMachine() {
        const auto changing = [](OperatingMode from, OperatingMode to, bool tied) {
            Given given = axisOf(sampleModel(), from);
            given.happened(motion::TorqueDisabled{{1}});
            if (tied) {
                motion::Axis axis = *recordOf(given).axis;
                axis.own.travel = Range<Position>{{0.0}, {90.0}};
                given.happened(motion::AxisConfigured{std::make_shared<const motion::Axis>(axis)});
            }
            return given.when(motion::SetOperatingMode{{1}, to})->whenConfirmed.size() > 1;
        };
        QVERIFY(changing(OperatingMode::extendedPosition, OperatingMode::position, true));
        QVERIFY(!changing(OperatingMode::extendedPosition, OperatingMode::position, false));
        QVERIFY(!changing(OperatingMode::extendedPosition, OperatingMode::currentBasedPosition, true));
        QVERIFY(!changing(OperatingMode::position, OperatingMode::position, true));
        Given unread = unreadMode();
        unread.happened(motion::AxisObserved{{1}, false, std::nullopt});
        QCOMPARE(unread.when(motion::SetOperatingMode{{1}, OperatingMode::position})->whenConfirmed.size(),
                 std::size_t{1});
    }

    void anAdoptedModelTakesTheSettingsOfTheOneWhosePlaceItHas() {
        Given given;
        given.connected().connected(2);
        const auto named = [](std::uint16_t id, std::uint16_t bus, std::uint8_t servo, const char* name,
                              std::shared_ptr<const registers::ServoModel> model) {
            motion::Axis axis = *sampleAxis(id, bus, servo, std::move(model));
            axis.name = name;
            return motion::AxisConfigured{std::make_shared<const motion::Axis>(axis)};
        };
        const auto x430 = sampleModel();
        const auto other = sampleModelWithoutCurrent();
        // Of all that are displaced only axis 4 was here, under this id and of the model that is kept.
        given.happened(named(2, 2, 1, "of another link", x430))
            .happened(named(3, 1, 2, "of another id", x430));
        given.happened(named(8, 2, 1, "-", other)).happened(named(9, 1, 2, "-", other));
        given.happened(named(5, 1, 1, "of a third model", modelWith([](auto& m) { m.name = "XH540"; })));
        given.happened(named(4, 1, 1, "Lift", x430)).happened(named(6, 1, 1, "Axis 6", other));
        given.happened(motion::OtherModelFound{{6}, "XM430-W350"});
        const auto verdict = given.when(motion::AdoptModel{{6}});
        QCOMPARE(std::get<motion::AxisConfigured>(verdict->events.at(1)).axis->name, std::string("Lift"));
        // Where nobody is left who had it, the axis keeps its own; so it does when the link is closed.
        given.happened(motion::OtherModelFound{{6}, "XW540"});
        const auto own = given.when(motion::AdoptModel{{6}});
        QCOMPARE(std::get<motion::AxisConfigured>(own->events.at(1)).axis->name, std::string("Axis 6"));
        given.happened(bus::BusDisconnected{{1}});
        QVERIFY(given.when(motion::AdoptModel{{6}}).has_value());
    }

    void aMachineChangesNoAxisThatIsElsewhereDisplacedOrNotAdopted() {
        motion::Machine machine;
        machine.axes.push_back({{"/dev/ttyUSB1", "dynamixel2", {1}, "XM430-W350"}, {}});
        machine.axes.back().settings.name = "Lift";
        const motion::LoadMachine load{std::make_shared<const motion::Machine>(machine)};
        const auto configured = [&](Given given) {
            const auto verdict = given.when(load);
            return verdict.has_value() && verdict->events.size() > 1;
        };
        QVERIFY(configured(readyAxis()));
        QVERIFY(!configured(readyAxis().happened(bus::BusDisconnected{{1}})));
        QVERIFY(!configured(readyAxis().happened(motion::OtherModelFound{{1}, "XL430-W250"})));
        QVERIFY(!configured(
            readyAxis().happened(motion::AxisConfigured{sampleAxis(3, 1, 1, sampleModelWithoutCurrent())})));
    }

    void axesWithoutAGoalOfTheSameKindAreNoGroup() {
        const auto together = [](std::shared_ptr<const registers::ServoModel> model) {
            Given given;
            given.connected().axis(1);
            given.happened(motion::AxisConfigured{sampleAxis(2, 1, 2, std::move(model))});
            given.happened(motion::AxisObserved{{2}, true, OperatingMode::position}).feedback(2, 90.0);
            const motion::MoveAxis one{{1}, {100.0}, {}, {}};
            const motion::MoveAxis two{{2}, {100.0}, {}, {}};
            return std::pair{outcomeOf(given.when(motion::MoveAxes{{one, two}})),
                             outcomeOf(given.when(motion::MoveAxes{{two, one}}))};
        };
        using Both = std::pair<std::string, std::string>;
        QCOMPARE(together(sampleModel()), (Both{"decided", "decided"}));
        QCOMPARE(together(modelWithout({Role::goalPosition})), (Both{"not-one-group", "not-one-group"}));
        QCOMPARE(together(modelWith([](auto& model) {
                     for (auto& r : model.registers)
                         if (r.role == Role::goalPosition) r.address = 600;
                 })),
                 (Both{"not-one-group", "not-one-group"}));
    }

    void whatAModelLacksIsNotWritten() {
        const auto bare =
            sampleAxis(1, 1, 1,
                       modelWithout({Role::busWatchdog, Role::profileVelocity, Role::goalVelocity,
                                     Role::goalPosition, Role::presentPosition, Role::goalCurrent}));
        QVERIFY(motion::armSteps(*bare).empty());
        QVERIFY(motion::writeSteps(*bare, Role::goalVelocity, 0, true).empty());
        QVERIFY(motion::readSteps(*bare, Role::profileVelocity).empty());
        QCOMPARE(motion::rawCurrentWithin(*bare, {1.0}), std::int64_t{0});
        motion::AxisRecord record;
        record.axis = bare;
        record.mode = OperatingMode::position;
        QVERIFY(motion::holdSteps(record).empty());
        record.axis = sampleAxis(1, 1, 1, modelWithout({Role::goalPosition}));
        QVERIFY(motion::holdSteps(record).empty());
    }

    void aWatchdogCountsInTheUnitOfItsRegister() {
        const auto stepOf = [](const char* unit, double scale) {
            const auto axis = sampleAxis(1, 1, 1, modelWith([&](auto& model) {
                                             for (auto& r : model.registers)
                                                 if (r.role == Role::busWatchdog) {
                                                     r.unit = unit;
                                                     r.scale = scale;
                                                 }
                                         }));
            return motion::armSteps(*axis);
        };
        QCOMPARE(std::get<bus::WatchdogStep>(stepOf("ms", 20.0).at(0)).unit, Duration{20ms});
        QCOMPARE(std::get<bus::WatchdogStep>(stepOf("s", 1.0).at(0)).unit, Duration{1s});
        QVERIFY(stepOf("ms", 0.0).empty());
    }

    void whoseModeIsNotKnownIsHeldInEveryWay() {
        motion::AxisRecord record;
        record.axis = sampleAxis(1);
        QCOMPARE(motion::holdSteps(record).size(), std::size_t{2});
        record.mode = OperatingMode::velocity;
        QCOMPARE(motion::holdSteps(record).size(), std::size_t{1});
    }

    void anotherBitOfTheDriveModeIsNotTheOneThatCountsTime() {
        const auto reversing = modelWith([](auto& model) {
            for (auto& r : model.registers)
                if (r.role == Role::driveMode) r.fields = {{0, 1, "reverse"}, {2, 1, "time_based_profile"}};
        });
        Given given = axisOf(reversing);
        given.happened(registers::RegisterRead{{1}, "drive_mode", 1});
        QVERIFY(!motion::countsProfileInTime(recordOf(given)));
        given.happened(registers::RegisterRead{{1}, "drive_mode", 5});
        QVERIFY(motion::countsProfileInTime(recordOf(given)));
    }

    /// Bug: a profile of one millisecond counted as one that bounds the speed, and let a jump through.
    void aProfileInTimeBoundsNoJump() {
        const auto timed = modelWith([](auto& model) {
            for (auto& r : model.registers)
                if (r.role == Role::driveMode) r.fields = {{2, 1, "time_based_profile"}};
        });
        Given given = axisOf(timed);
        given.happened(registers::RegisterRead{{1}, "profile_velocity", 3'000});
        QVERIFY(motion::hasProfile(recordOf(given)));
        given.happened(registers::RegisterRead{{1}, "drive_mode", 4});
        QVERIFY(!motion::hasProfile(recordOf(given)));
        // And a move may take as long as it says.
        QVERIFY(motion::generousTime(recordOf(given), {1.0}, {}, {}) >= std::chrono::seconds{8});
    }

    void limitsOfAServoThatTellsNoneAreThoseOfItsKind() {
        // Neither read nor told by the maker: the speed without load, else one turn a second.
        const auto silent = modelWith([](auto& model) {
            for (auto& r : model.registers)
                if (r.role == Role::velocityLimit) r.defaultValue.reset();
        });
        QCOMPARE(motion::servoLimitsOf(recordWith(silent)).velocity.value, silent->nominal.noLoadSpeed);
        const auto without = modelWithout({Role::velocityLimit, Role::presentPosition});
        QCOMPARE(motion::servoLimitsOf(recordWith(without)).velocity.value, without->nominal.noLoadSpeed);
        const auto unknown = modelWith([](auto& model) {
            std::erase_if(model.registers, [](const auto& r) { return r.role == Role::velocityLimit; });
            model.nominal.noLoadSpeed = 0.0;
        });
        QCOMPARE(motion::servoLimitsOf(recordWith(unknown)).velocity.value, 360.0);
        const auto range = motion::servoTravel(recordWith(without), OperatingMode::velocity);
        QVERIFY(range.low <= range.high); // nothing is known of its positions, and nothing breaks
    }

    void travelOfAServoThatTellsNoneIsThatOfItsKind() {
        const auto turnless = modelWithout({Role::minPositionLimit, Role::maxPositionLimit});
        const auto once = motion::servoTravel(recordWith(turnless), OperatingMode::position);
        QCOMPARE(once.low.value, 0.0);
        QCOMPARE(once.high.value, 4095 * sampleDegrees);
        const auto boundless = modelWith([](auto& model) {
            for (auto& r : model.registers)
                if (r.role == Role::goalPosition) r.minimum = r.maximum = std::nullopt;
        });
        const auto without = modelWithout({Role::goalPosition});
        for (const auto& model : {boundless, without}) {
            const auto many = motion::servoTravel(recordWith(model), OperatingMode::extendedPosition);
            QVERIFY(many.high.value > 360.0 * 200 && many.low.value < -360.0 * 200);
        }
    }

    void aProfileWithoutRampsIsSetWhereNoRampIsAskedFor() {
        Given given = axisOf(modelWithout({Role::profileAcceleration}));
        COMPARE_TEXTS(textsOf(given.when(motion::SetProfile{{1}, {sampleSpeed * 50}, {0.0}})->requests),
                      {"bus 1 registers: write #1 @112 32 00 00 00 verified"});
        QCOMPARE(outcomeOf(given.when(motion::SetProfile{{1}, {sampleSpeed * 50}, {100.0}})),
                 std::string("register-unknown"));
        QCOMPARE(outcomeOf(given.when(motion::SetProfile{{9}, {1.0}, {0.0}})), std::string("axis-unknown"));
        QCOMPARE(outcomeOf(given.when(motion::SetProfile{{9}, {1.0}, {1.0}})), std::string("axis-unknown"));
    }

    void aProfileThatMayBeAGoalWaitsUntilTheModeIsRead() {
        const auto shared = modelWith([](auto& model) {
            for (auto& r : model.registers)
                if (r.role == Role::goalVelocity) {
                    r.address = model.find(Role::profileVelocity)->address;
                    r.isView = true;
                }
        });
        Given given;
        given.connected().happened(motion::AxisConfigured{sampleAxis(1, 1, 1, shared)});
        QCOMPARE(outcomeOf(given.when(motion::SetProfile{{1}, {sampleSpeed * 50}, {0.0}})),
                 std::string("wrong-mode"));
        // Without the register there is nothing that could be one.
        Given plain = axisOf(modelWithout({Role::profileVelocity}));
        QCOMPARE(outcomeOf(plain.when(motion::SetProfile{{1}, {sampleSpeed * 50}, {0.0}})),
                 std::string("register-unknown"));
    }

    void roundingNeverLeadsBeyondALimit() {
        motion::Axis axis = *sampleAxis(1);
        // Between two steps of the register: the nearer one is outside.
        axis.limits.travel = {axis.positionFromRaw(100) + Position{sampleDegrees * 0.6},
                              axis.positionFromRaw(200) + Position{sampleDegrees * 0.4}};
        QCOMPARE(motion::rawGoalWithin(axis, axis.limits.travel.low), std::int64_t{101});
        QCOMPARE(motion::rawGoalWithin(axis, axis.limits.travel.high), std::int64_t{200});
        axis.limits.travel = {axis.positionFromRaw(100) + Position{sampleDegrees * 0.4},
                              axis.positionFromRaw(200) + Position{sampleDegrees * 0.6}};
        QCOMPARE(motion::rawGoalWithin(axis, axis.limits.travel.low), std::int64_t{101});
        QCOMPARE(motion::rawGoalWithin(axis, axis.limits.travel.high), std::int64_t{200});
        // A travel shorter than one step has no goal within it; the nearest is as good as any.
        axis.limits.travel = {axis.positionFromRaw(100) + Position{sampleDegrees * 0.4},
                              axis.positionFromRaw(100) + Position{sampleDegrees * 0.6}};
        QCOMPARE(motion::rawGoalWithin(axis, axis.limits.travel.low), std::int64_t{100});

        axis.limits.velocity = {sampleSpeed * 9.7};
        QCOMPARE(motion::rawVelocityWithin(axis, {sampleSpeed * 9.7}), std::int64_t{9});
        QCOMPARE(motion::rawVelocityWithin(axis, {-sampleSpeed * 9.7}), std::int64_t{-9});
        QCOMPARE(motion::rawVelocityWithin(axis, {0.0}), std::int64_t{0});
        axis.limits.current = {sampleCurrent * 9.7};
        QCOMPARE(motion::rawCurrentWithin(axis, {sampleCurrent * 9.7}), std::int64_t{9});
        axis.limits.current = {0.0};
        QCOMPARE(motion::rawCurrentWithin(axis, {sampleCurrent * 9.7}), std::int64_t{10});
    }

    void restIsToldByWhatTheServoHas() {
        const auto arrives = [](std::shared_ptr<const registers::ServoModel> model, auto&& feed) {
            Given given = axisOf(std::move(model));
            given.happened(motion::MoveStarted{{1}, {90.0}, 3s}).after(5ms);
            feed(given);
            return !given.watching().events.empty();
        };
        const auto position = [](Given& g) { g.set(1, Channel::position, 1024); };
        // It has the register, but nothing was heard of it since.
        QVERIFY(!arrives(sampleModel(), position));
        const auto bySpeed = modelWithout({Role::moving});
        QVERIFY(!arrives(bySpeed, position));
        QVERIFY(!arrives(bySpeed, [&](Given& g) { position(g), g.set(1, Channel::velocity, 5); }));
        QVERIFY(arrives(bySpeed, [&](Given& g) { position(g), g.set(1, Channel::velocity, 0); }));
        QVERIFY(arrives(modelWithout({Role::moving, Role::presentVelocity}), position));
        QVERIFY(!arrives(sampleModel(), [](Given& g) { g.set(1, Channel::moving, 0); }));
    }

    void aSpeedIsNotHaltedAtALimitThatNobodySees() {
        Given given;
        given.connected().happened(motion::AxisConfigured{sampleAxis(1)});
        given.happened(motion::AxisObserved{{1}, true, OperatingMode::velocity});
        given.happened(motion::VelocityStarted{{1}, {50.0}, api::Asker::window});
        given.after(5ms).set(1, Channel::temperature, 30);
        QVERIFY(given.watching().events.empty());
        given.feedback(1, 359.95);
        QVERIFY(!given.watching().events.empty());
    }
};

SERVOLANE_TEST(Edges)
#include "edges_test.moc"
