// SPDX-License-Identifier: GPL-3.0-or-later
// Every policy of the motion context refuses once and lets pass once; one that is missing here fails the
// test.
#include "tests/core/motion/odd_models.h"

// After the line above: moc 6.4 trips over <concepts> when <compare> is the first thing it meets.
#include "core/motion/write/policies.h"
#include "tests/support/test_registry.h"

#include <QtTest/QTest>
#include <functional>
#include <limits>
#include <map>

using namespace servolane;
using namespace servolane::tests;
using api::RejectionCode;
using motion::Attempt;
using registers::OperatingMode;

namespace {

/// A state and a wish that is refused, and the same with what it takes to pass.
struct Case {
    RejectionCode code;
    std::function<void(Given&, Attempt&)> refused;
    std::function<void(Given&, Attempt&)> passes;
};

void nothing(Given&, Attempt&) {}

motion::AxisLimits limitsWith(const std::function<void(motion::AxisLimits&)>& change) {
    motion::AxisLimits limits = sampleAxis()->limits;
    change(limits);
    return limits;
}

/// Wishes that outlive the attempt they stand in.
const motion::OwnLimits* ownWith(const std::function<void(motion::OwnLimits&)>& change) {
    static std::vector<std::unique_ptr<motion::OwnLimits>> kept;
    kept.push_back(std::make_unique<motion::OwnLimits>());
    change(*kept.back());
    return kept.back().get();
}
const motion::AxisScale* scaleWith(const std::function<void(motion::AxisScale&)>& change) {
    static std::vector<std::unique_ptr<motion::AxisScale>> kept;
    kept.push_back(std::make_unique<motion::AxisScale>());
    change(*kept.back());
    return kept.back().get();
}

/// The speed of moves and the goal of velocity mode are the same bytes.
std::shared_ptr<const registers::ServoModel> modelWithSharedSpeed() {
    return modelWith([](registers::ServoModel& model) {
        for (auto& one : model.registers)
            if (one.role == registers::Role::goalVelocity) {
                one.address = model.find(registers::Role::profileVelocity)->address;
                one.isView = true;
            }
    });
}

/// Moves of these axes.
const motion::MoveAxes* groupOf(const std::vector<AxisId>& axes) {
    static std::vector<std::unique_ptr<motion::MoveAxes>> kept;
    kept.push_back(std::make_unique<motion::MoveAxes>());
    for (const AxisId axis : axes)
        kept.back()->moves.push_back({axis, {100.0}, {}, {}});
    return kept.back().get();
}

std::shared_ptr<const registers::ServoModel> modelWithGoalElsewhere() {
    return modelWith([](registers::ServoModel& model) {
        for (auto& one : model.registers)
            if (one.role == registers::Role::goalPosition) one.address += 300;
    });
}

void inCurrentBasedMode(Given& g, Attempt&) {
    g.happened(motion::ModeChanged{{1}, OperatingMode::currentBasedPosition});
}

void withOwnTravel(Given& g, Range<Position> travel) {
    motion::Axis axis = *g.model.motion().find(AxisId{1})->axis;
    axis.own.travel = travel;
    g.happened(motion::AxisConfigured{std::make_shared<const motion::Axis>(std::move(axis))});
}

bus::OtherServoFound otherServo(std::uint32_t firmware) {
    return {{1}, {1}, {{1}, sampleModelNumber, firmware}, sampleModel()};
}

const std::map<std::string, Case>& cases() {
    static const std::map<std::string, Case> table{
        {"refuseWithoutReference",
         {RejectionCode::notReferenced,
          [](Given& g, Attempt& a) {
              inCurrentBasedMode(g, a);
              g.happened(motion::ReferenceLost{{1}});
          },
          [](Given& g, Attempt& a) {
              inCurrentBasedMode(g, a);
              g.happened(motion::ReferenceLost{{1}}).happened(motion::AxisReferenced{{1}});
          }}},
        {"refuseJumpWithoutProfile",
         {RejectionCode::aboveStepLimit,
          [](Given& g, Attempt& a) {
              g.limited(1, limitsWith([](auto& l) { l.step = {10.0}; }));
              a.target = Position{100.5};
          },
          [](Given& g, Attempt& a) {
              g.limited(1, limitsWith([](auto& l) { l.step = {10.0}; }));
              g.happened(registers::RegisterRead{{1}, "profile_velocity", 20});
              a.target = Position{100.5};
          }}},
        {"refuseSpeedThatNothingRamps",
         {RejectionCode::profileInTime,
          [](Given& g, Attempt& a) {
              g.own([](auto& own) { own.acceleration = Acceleration{100.0}; });
              g.happened(registers::RegisterRead{{1}, "drive_mode", 4});
              a.velocity = Velocity{20.0};
          },
          // To take a speed back is never refused.
          [](Given& g, Attempt& a) {
              g.own([](auto& own) { own.acceleration = Acceleration{100.0}; });
              g.happened(registers::RegisterRead{{1}, "drive_mode", 4});
              a.velocity = Velocity{0.0};
          }}},
        {"refuseUnreadGoalCurrent",
         {RejectionCode::valueStale,
          [](Given& g, Attempt& a) {
              inCurrentBasedMode(g, a);
              g.own([](auto& own) { own.current = Current{1.0}; });
          },
          [](Given& g, Attempt& a) {
              inCurrentBasedMode(g, a);
              g.own([](auto& own) { own.current = Current{1.0}; });
              g.happened(registers::RegisterRead{{1}, "goal_current", 100});
          }}},
        {"refuseOutsideCurrentModes", {RejectionCode::wrongMode, nothing, inCurrentBasedMode}},
        {"refuseCurrentThatMovesNothing",
         {RejectionCode::invalidArgument, [](Given&, Attempt& a) { a.current = Current{0.0}; },
          [](Given&, Attempt& a) { a.current = Current{0.1}; }}},
        {"refuseCurrentAboveLimit",
         {RejectionCode::aboveCurrentLimit,
          [](Given& g, Attempt& a) {
              g.limited(1, limitsWith([](auto& l) { l.current = {1.0}; }));
              a.current = Current{1.01};
          },
          [](Given& g, Attempt& a) {
              g.limited(1, limitsWith([](auto& l) { l.current = {1.0}; }));
              a.current = Current{1.0};
          }}},
        {"refuseModelNotAdopted",
         {RejectionCode::otherModel,
          [](Given& g, Attempt&) {
              g.happened(motion::OtherModelFound{{1}, "XL430-W250"});
          },
          [](Given& g, Attempt&) {
              g.happened(motion::OtherModelFound{{1}, "XL430-W250"}).happened(motion::ModelAdopted{{1}});
          }}},
        {"refuseOtherServo",
         {RejectionCode::otherServo, [](Given& g, Attempt&) { g.happened(otherServo(45)); },
          [](Given& g, Attempt&) {
              g.happened(otherServo(45)).happened(bus::AxisReturned{{1}, {1}});
          }}},
        {"refuseServoOfUnknownModel",
         {RejectionCode::modelUnknown,
          [](Given& g, Attempt&) {
              g.happened(bus::OtherServoFound{
                  {1}, {1}, {{1}, 9999, 1}, std::make_shared<const registers::ServoModel>()});
          },
          [](Given& g, Attempt&) { g.happened(otherServo(45)); }}},
        {"refuseConfirmationOfNone",
         {RejectionCode::invalidArgument, nothing, [](Given& g, Attempt&) { g.happened(otherServo(45)); }}},
        {"refuseConfirmationOfAnother",
         {RejectionCode::otherServo,
          [](Given& g, Attempt& a) {
              static const motion::ConfirmServo seen{{1}, sampleModelNumber, 45};
              g.happened(otherServo(46));
              a.confirmed = &seen;
          },
          [](Given& g, Attempt& a) {
              static const motion::ConfirmServo seen{{1}, sampleModelNumber, 46};
              g.happened(otherServo(46));
              a.confirmed = &seen;
          }}},
        {"refuseAdoptionOfTheKeptModel",
         {RejectionCode::invalidArgument, nothing,
          [](Given& g, Attempt&) {
              g.happened(motion::OtherModelFound{{1}, "XL430-W250"});
          }}},
        {"refuseWhileMoving",
         {RejectionCode::axisMoving,
          [](Given& g, Attempt&) {
              g.happened(motion::MoveStarted{{1}, {180.0}, {}});
          },
          [](Given& g, Attempt&) {
              g.happened(motion::MoveStarted{{1}, {180.0}, {}})
                  .happened(motion::MoveArrived{{1}, {180.0}, {}});
          }}},
        {"refuseWhileAnyAxisMoves",
         {RejectionCode::axisMoving,
          [](Given& g, Attempt& a) {
              g.happened(motion::MoveStarted{{1}, {180.0}, {}});
              a.axis = {};
          },
          [](Given&, Attempt& a) { a.axis = {}; }}},
        {"refuseUnsoundMachine",
         {RejectionCode::invalidArgument,
          [](Given&, Attempt& a) {
              static const motion::Machine machine{{{{}, {"Pan", {0.0, 0.0, false, 360.0, "deg"}, {}, {}}}},
                                                   {}};
              a.machine = &machine;
          },
          [](Given&, Attempt& a) {
              static const motion::Machine machine{{{{}, {"Pan", {}, {}, {}}}}, {}};
              a.machine = &machine;
          }}},
        {"refuseScaleThatIsNone",
         {RejectionCode::invalidArgument,
          [](Given&, Attempt& a) { a.scale = scaleWith([](auto& s) { s.gear = 0.0; }); },
          [](Given&, Attempt& a) { a.scale = scaleWith([](auto& s) { s.gear = 0.5; }); }}},
        {"refuseLimitsBelowZero",
         {RejectionCode::invalidArgument,
          [](Given&, Attempt& a) { a.limits = ownWith([](auto& l) { l.step = Position{0.0}; }); },
          [](Given&, Attempt& a) { a.limits = ownWith([](auto& l) { l.step = Position{0.1}; }); }}},
        {"refuseLimitsBeyondTheServo",
         {RejectionCode::aboveTemperatureLimit,
          [](Given&, Attempt& a) { a.limits = ownWith([](auto& l) { l.temperature = Temperature{81.0}; }); },
          [](Given&, Attempt& a) {
              a.limits = ownWith([](auto& l) { l.temperature = Temperature{80.0}; });
          }}},
        {"refuseWhileStopIsLatched",
         {RejectionCode::stopLatched, [](Given& g, Attempt&) { g.happened(motion::StopLatched{{1}}); },
          [](Given& g, Attempt&) { g.happened(motion::StopLatched{{1}}).happened(motion::StopReset{{1}}); }}},
        {"refuseUnknownAxis",
         {RejectionCode::axisUnknown, [](Given&, Attempt& a) { a.axis = {99}; }, nothing}},
        {"refuseWhileBusIsDown",
         {RejectionCode::busDown,
          [](Given& g, Attempt&) {
              g.happened(bus::BusLost{{1}, {}});
          },
          [](Given& g, Attempt&) {
              g.happened(bus::BusLost{{1}, {}}).happened(bus::BusRestored{{1}});
          }}},
        {"refuseSilentAxis",
         {RejectionCode::axisSilent,
          [](Given& g, Attempt&) {
              g.happened(bus::AxisFellSilent{{1}, {1}, {}});
          },
          [](Given& g, Attempt&) {
              g.happened(bus::AxisFellSilent{{1}, {1}, {}}).happened(bus::AxisReturned{{1}, {1}});
          }}},
        {"refuseWithHardwareError",
         {RejectionCode::hardwareError,
          [](Given& g, Attempt&) {
              g.happened(motion::HardwareErrorRaised{{1}, 0x20});
          },
          [](Given& g, Attempt&) {
              g.happened(motion::HardwareErrorRaised{{1}, 0x20}).happened(motion::HardwareErrorCleared{{1}});
          }}},
        {"refuseUnreadMode",
         {RejectionCode::valueStale,
          [](Given& g, Attempt& a) {
              g.happened(motion::AxisConfigured{sampleAxis(2, 1, 2)});
              a.axis = {2};
          },
          nothing}},
        {"refuseUnreadTorque",
         {RejectionCode::valueStale,
          [](Given& g, Attempt&) {
              g.happened(bus::BusLost{{1}, {}});
          },
          nothing}},
        {"refuseStaleFeedback",
         {RejectionCode::valueStale,
          [](Given& g, Attempt& a) { a.now = g.now + std::chrono::milliseconds{101}; },
          [](Given& g, Attempt& a) { a.now = g.now + std::chrono::milliseconds{99}; }}},
        {"refuseWithTorqueOff",
         {RejectionCode::torqueOff, [](Given& g, Attempt&) { g.happened(motion::TorqueDisabled{{1}}); },
          nothing}},
        {"refuseWithTorqueOn",
         {RejectionCode::torqueOn, nothing,
          [](Given& g, Attempt&) { g.happened(motion::TorqueDisabled{{1}}); }}},
        {"refuseRebootWithTorqueOn",
         {RejectionCode::torqueOn, nothing,
          [](Given& g, Attempt&) {
              g.happened(motion::HardwareErrorRaised{{1}, 4});
          }}},
        {"refuseOutsidePositionModes",
         {RejectionCode::wrongMode,
          [](Given& g, Attempt&) {
              g.happened(motion::ModeChanged{{1}, OperatingMode::velocity});
          },
          [](Given& g, Attempt&) {
              g.happened(motion::ModeChanged{{1}, OperatingMode::extendedPosition});
          }}},
        {"refuseOutsideVelocityMode",
         {RejectionCode::wrongMode, nothing,
          [](Given& g, Attempt&) {
              g.happened(motion::ModeChanged{{1}, OperatingMode::velocity});
          }}},
        {"refuseModesWithoutJog",
         {RejectionCode::wrongMode,
          [](Given& g, Attempt&) {
              g.happened(motion::ModeChanged{{1}, OperatingMode::pwm});
          },
          nothing}},
        {"refuseModeTheModelLacks",
         {RejectionCode::modeUnsupported,
          [](Given& g, Attempt& a) {
              g.happened(motion::AxisConfigured{sampleAxis(2, 1, 2, sampleModelWithoutCurrent())});
              a.axis = {2};
              a.mode = OperatingMode::current;
          },
          [](Given&, Attempt& a) { a.mode = OperatingMode::current; }}},
        {"refuseSpeedsOfProfileInTime",
         {RejectionCode::profileInTime,
          [](Given& g, Attempt& a) {
              g.happened(registers::RegisterRead{{1}, "drive_mode", 4});
              a.velocity = Velocity{20.0};
          },
          [](Given& g, Attempt& a) {
              g.happened(registers::RegisterRead{{1}, "drive_mode", 1});
              a.velocity = Velocity{20.0};
          }}},
        {"refuseProfileThatIsAGoal",
         {RejectionCode::wrongMode,
          [](Given& g, Attempt& a) {
              g.happened(motion::AxisConfigured{sampleAxis(3, 1, 3, modelWithSharedSpeed())});
              g.happened(motion::AxisObserved{{3}, false, OperatingMode::velocity});
              a.axis = {3};
          },
          [](Given& g, Attempt& a) {
              g.happened(motion::AxisConfigured{sampleAxis(3, 1, 3, modelWithSharedSpeed())});
              g.happened(motion::AxisObserved{{3}, false, OperatingMode::position});
              a.axis = {3};
          }}},
        {"refuseProfileTheModelLacks",
         {RejectionCode::registerUnknown,
          [](Given& g, Attempt& a) {
              registers::ServoModel plain = makeSampleModel();
              std::erase_if(plain.registers,
                            [](const auto& r) { return r.role == registers::Role::profileVelocity; });
              const auto model = std::make_shared<const registers::ServoModel>(plain);
              g.happened(motion::AxisConfigured{sampleAxis(2, 1, 2, model)});
              a.axis = {2};
              a.velocity = Velocity{10.0};
          },
          [](Given&, Attempt& a) { a.velocity = Velocity{10.0}; }}},
        {"refuseNumbersThatAreNone",
         {RejectionCode::invalidArgument,
          [](Given&, Attempt& a) { a.target = Position{std::numeric_limits<double>::quiet_NaN()}; },
          [](Given&, Attempt& a) { a.target = Position{1.0}; }}},
        {"refuseSpeedsBelowZero",
         {RejectionCode::invalidArgument, [](Given&, Attempt& a) { a.velocity = Velocity{-1.0}; },
          [](Given&, Attempt& a) { a.velocity = Velocity{0.0}; }}},
        {"refuseProfileOfZero",
         {RejectionCode::invalidArgument, [](Given&, Attempt& a) { a.acceleration = Acceleration{0.0}; },
          [](Given&, Attempt& a) { a.acceleration = Acceleration{1.0}; }}},
        {"refuseVelocityBelowOneStep",
         {RejectionCode::belowVelocityStep, [](Given&, Attempt& a) { a.velocity = Velocity{0.5}; },
          [](Given&, Attempt& a) { a.velocity = Velocity{1.374}; }}},
        {"refuseJogThatStandsStill",
         {RejectionCode::invalidArgument, [](Given&, Attempt& a) { a.velocity = Velocity{0.0}; },
          [](Given&, Attempt& a) { a.velocity = Velocity{-1.0}; }}},
        {"refuseTravelOutOfTheServosReach",
         {RejectionCode::outsideTravelLimits,
          // As a machine file brings it: where the servo is known, such a travel is refused.
          [](Given& g, Attempt&) {
              withOwnTravel(g, {{500.0}, {600.0}});
          },
          [](Given& g, Attempt&) {
              withOwnTravel(g, {{300.0}, {600.0}});
          }}},
        {"refuseMoveOutsideTravelLimits",
         {RejectionCode::outsideTravelLimits, [](Given&, Attempt& a) { a.target = Position{360.0}; },
          [](Given&, Attempt& a) { a.target = Position{359.0}; }}},
        {"refuseSpeedOutOfTravelLimits",
         {RejectionCode::outsideTravelLimits,
          [](Given& g, Attempt& a) {
              g.limited(1, limitsWith([](auto& l) { l.travel = {{0.0}, {90.0}}; }));
              a.velocity = Velocity{1.0};
          },
          [](Given& g, Attempt& a) {
              g.limited(1, limitsWith([](auto& l) { l.travel = {{0.0}, {90.0}}; }));
              a.velocity = Velocity{-1.0};
          }}},
        {"refuseVelocityAboveLimit",
         {RejectionCode::aboveVelocityLimit, [](Given&, Attempt& a) { a.velocity = Velocity{-275.0}; },
          [](Given&, Attempt& a) { a.velocity = Velocity{274.0}; }}},
        {"refuseAccelerationAboveLimit",
         {RejectionCode::aboveAccelerationLimit,
          [](Given& g, Attempt& a) {
              g.limited(1, limitsWith([](auto& l) { l.acceleration = {500.0}; }));
              a.acceleration = Acceleration{501.0};
          },
          [](Given&, Attempt& a) { a.acceleration = Acceleration{501.0}; }}},
        {"refuseAboveTemperatureLimit",
         {RejectionCode::aboveTemperatureLimit,
          [](Given& g, Attempt&) { g.set(1, telemetry::Channel::temperature, 81); },
          [](Given& g, Attempt&) { g.set(1, telemetry::Channel::temperature, 80); }}},
        {"refuseWhileAnotherJogs",
         {RejectionCode::leaseHeld,
          [](Given& g, Attempt&) {
              g.happened(api::CommandAccepted{{5}, api::Asker::commandLine, {"StartJog", {1}, {}, ""}});
          },
          [](Given& g, Attempt&) {
              g.happened(api::CommandAccepted{{5}, api::Asker::window, {"StartJog", {1}, {}, ""}});
          }}},
        {"refuseTravelThatIsEmpty",
         {RejectionCode::invalidArgument,
          [](Given&, Attempt& a) {
              a.travel = Range<Position>{{90.0}, {90.0}};
          },
          [](Given&, Attempt& a) {
              a.travel = Range<Position>{{89.0}, {90.0}};
          }}},
        {"refuseTravelBeyondTheServo",
         {RejectionCode::outsideTravelLimits,
          [](Given&, Attempt& a) {
              a.travel = Range<Position>{{-1.0}, {90.0}};
          },
          [](Given& g, Attempt& a) {
              g.happened(motion::ModeChanged{{1}, OperatingMode::extendedPosition});
              a.travel = Range<Position>{{-1.0}, {90.0}};
          }}},
        {"refuseEmptyName",
         {RejectionCode::invalidArgument, [](Given&, Attempt& a) { a.name = " "; },
          [](Given&, Attempt& a) { a.name = "Pan"; }}},
        {"refuseRegisterTheModelLacks",
         {RejectionCode::registerUnknown, [](Given&, Attempt& a) { a.name = "warp_drive"; },
          [](Given&, Attempt& a) { a.name = "led"; }}},
        {"refuseWatchingTheUnreadable",
         {RejectionCode::registerUnreadable,
          [](Given& g, Attempt& a) {
              motion::Axis axis = *g.model.motion().find({1})->axis;
              auto model = std::make_shared<registers::ServoModel>(*axis.model);
              for (registers::Register& one : model->registers)
                  one.isUnreadable = one.name == "led";
              axis.model = std::move(model);
              g.happened(motion::AxisConfigured{std::make_shared<const motion::Axis>(axis)});
              a.name = "led";
          },
          [](Given&, Attempt& a) { a.name = "led"; }}},
        {"refuseWatchingAChannel",
         {RejectionCode::alreadyChannel, [](Given&, Attempt& a) { a.name = "present_position"; },
          [](Given&, Attempt& a) { a.name = "goal_position"; }}},
        {"refuseWatchingTooMany",
         {RejectionCode::watchesUsedUp,
          [](Given& g, Attempt& a) {
              for (const char* name :
                   {"goal_position", "id", "goal_pwm", "goal_current", "goal_velocity", "return_delay_time"})
                  g.doing(motion::WatchRegister{{1}, name, true});
              a.name = "led";
          },
          [](Given&, Attempt& a) { a.name = "led"; }}},
        {"refuseNameInUse",
         {RejectionCode::invalidArgument,
          [](Given& g, Attempt& a) {
              g.axis(2);
              a.name = "Axis 2";
          },
          [](Given&, Attempt& a) { a.name = "Axis 1"; }}},
        {"refuseGroupWithoutMoves",
         {RejectionCode::invalidArgument, [](Given&, Attempt& a) { a.group = groupOf({}); },
          [](Given&, Attempt& a) { a.group = groupOf({{1}}); }}},
        {"refuseAxisTwiceInAGroup",
         {RejectionCode::invalidArgument,
          [](Given&, Attempt& a) {
              a.group = groupOf({{1}, {2}, {1}});
          },
          [](Given&, Attempt& a) {
              a.group = groupOf({{1}, {2}});
          }}},
        {"refuseGroupOverSeveralBuses",
         {RejectionCode::notOneGroup,
          [](Given& g, Attempt& a) {
              g.connected(2).axis(2, true, OperatingMode::position, 2);
              a.group = groupOf({{2}, {1}});
          },
          [](Given& g, Attempt& a) {
              g.axis(2);
              a.group = groupOf({{2}, {1}});
          }}},
        {"refuseGroupOfDifferentGoals",
         {RejectionCode::notOneGroup,
          [](Given& g, Attempt& a) {
              g.happened(motion::AxisConfigured{sampleAxis(2, 1, 2, modelWithGoalElsewhere())});
              a.group = groupOf({{2}, {1}});
          },
          [](Given& g, Attempt& a) {
              g.axis(2);
              a.group = groupOf({{2}, {1}});
          }}},
        {"refuseResetWithoutStop",
         {RejectionCode::notLatched, nothing,
          [](Given& g, Attempt&) { g.happened(motion::StopLatched{{1}}); }}},
        {"refuseResetOfOtherStop",
         {RejectionCode::otherStop,
          [](Given& g, Attempt& a) {
              g.happened(motion::StopLatched{{2}});
              a.generation = {1};
          },
          [](Given& g, Attempt& a) {
              g.happened(motion::StopLatched{{2}});
              a.generation = {2};
          }}},
        {"refuseResetBeforeStopIsReported",
         {RejectionCode::stopUnderWay, [](Given& g, Attempt&) { g.happened(motion::StopLatched{{1}}); },
          [](Given& g, Attempt&) {
              g.happened(motion::StopLatched{{1}});
              g.happened(motion::StopFinished{{1}, {}, {}});
          }}},
    };
    return table;
}

motion::Refusal ask(motion::Policy policy, const std::function<void(Given&, Attempt&)>& arrange) {
    Given given = readyAxis();
    Attempt attempt{
        given.model.motion(), given.present, given.now, api::Asker::window, {1}, {}, {}, {}, {}, {}, {}, {}};
    arrange(given, attempt);
    return policy(attempt);
}

} // namespace

class MotionPolicies final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void eachRefusesOnceAndPassesOnce_data() {
        QTest::addColumn<int>("index");
        const auto policies = motion::allPolicies();
        for (std::size_t i = 0; i < policies.size(); ++i)
            QTest::newRow(std::string(policies[i].name).c_str()) << static_cast<int>(i);
    }

    void eachRefusesOnceAndPassesOnce() {
        QFETCH(int, index);
        const auto& policy = motion::allPolicies()[static_cast<std::size_t>(index)];
        const auto found = cases().find(std::string(policy.name));
        QVERIFY2(found != cases().end(), "no case for this policy");
        const auto refusal = ask(policy.refusal, found->second.refused);
        QVERIFY(refusal.has_value());
        QCOMPARE(toString(refusal->code).data(), toString(found->second.code).data());
        QVERIFY(!ask(policy.refusal, found->second.passes));
    }

    void noCaseIsLeftOver() { QCOMPARE(cases().size(), motion::allPolicies().size()); }

    void rejectionsCarryTheirNumbers() {
        const Given given = readyAxis();
        const auto verdict = given.when(motion::MoveAxis{{1}, {400.0}, {}, {}});
        QVERIFY(!verdict);
        const api::Rejection& no = verdict.error();
        QCOMPARE(no.axis.value, 1);
        QCOMPARE(no.bus.value, 1);
        QCOMPARE(no.requested, 400.0);
        QCOMPARE(no.low, 0.0);
        QCOMPARE(no.high, 4095 * sampleDegrees);
        QCOMPARE(no.unit, std::string("deg"));
    }

    void staleFeedbackNamesItsAgeAndWhatWouldDo() {
        Given given = readyAxis();
        given.after(std::chrono::milliseconds{250});
        const auto verdict = given.when(motion::MoveAxis{{1}, {10.0}, {}, {}});
        QVERIFY(!verdict);
        QCOMPARE(verdict.error().requested, 0.25);
        QCOMPARE(verdict.error().high, 0.1);
        QCOMPARE(verdict.error().subject, std::string("present_position"));
    }

    void feedbackThatNeverCameIsStale() {
        Given given = readyAxis();
        given.present.clear();
        QCOMPARE(outcomeOf(given.when(motion::MoveAxis{{1}, {10.0}, {}, {}})), std::string("value-stale"));
    }

    void anAxisThatAnswersPingsOnlyIsRefusedForThatReason() {
        Given given = readyAxis();
        given.happened(bus::AxisFellSilent{{1}, {1}, {}})
            .happened(bus::AxisAnswers{{1}, {1}, bus::Answers::pingsOnly});
        QCOMPARE(outcomeOf(given.when(motion::MoveAxis{{1}, {10.0}, {}, {}})),
                 std::string("answers-pings-only"));
        given.happened(bus::AxisAnswers{{1}, {1}, bus::Answers::pingsAndReads});
        QCOMPARE(outcomeOf(given.when(motion::MoveAxis{{1}, {10.0}, {}, {}})), std::string("axis-silent"));
    }

    void anErrorInTheFeedbackCountsBeforeItBecameAFact() {
        Given given = readyAxis();
        given.set(1, telemetry::Channel::hardwareError, 0x04);
        const auto verdict = given.when(motion::MoveAxis{{1}, {10.0}, {}, {}});
        QCOMPARE(outcomeOf(verdict), std::string("hardware-error"));
        QCOMPARE(verdict.error().requested, 4.0);
    }

    void theFirstReasonOfTheListIsTheOneGiven() {
        Given given = readyAxis();
        given.happened(motion::TorqueDisabled{{1}}).happened(motion::StopLatched{{3}});
        const auto verdict = given.when(motion::MoveAxis{{1}, {999.0}, {}, {}});
        QCOMPARE(outcomeOf(verdict), std::string("stop-latched"));
        QCOMPARE(verdict.error().requested, 3.0);
    }
};

SERVOLANE_TEST(MotionPolicies)
#include "policies_test.moc"
