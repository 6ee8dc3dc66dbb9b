// SPDX-License-Identifier: GPL-3.0-or-later
// Every reason for which a command can be refused, asked for at the front door: one command that is refused
// for it, and one that is like it and passes. A reason that is missing here fails the test.
#include "tests/core/motion/given.h"

// After the line above: moc 6.4 trips over <concepts> when <compare> is the first thing it meets.
#include "core/api/rejection.h"
#include "core/api/rejection_words.h"
#include "tests/support/test_registry.h"

#include <QtTest/QTest>
#include <functional>
#include <map>

using namespace servolane;
using namespace servolane::tests;
using namespace std::chrono_literals;
using api::CommandBody;
using api::RejectionCode;
using registers::WriteRegister;

namespace {

/// Brings an axis with torque in position mode to where the command it returns is refused, or passes.
using Wish = std::function<CommandBody(Given&)>;
struct Case {
    Wish refused;
    Wish passes;
};
using Cases = std::map<RejectionCode, Case>;

CommandBody move(double to = 100.0, std::optional<Velocity> velocity = {},
                 std::optional<Acceleration> acceleration = {}) {
    return motion::MoveAxis{{1}, {to}, velocity, acceleration};
}
CommandBody plainMove(Given&) {
    return move();
}
Wish always(CommandBody body) {
    return [body = std::move(body)](Given&) { return body; };
}
/// After these facts.
Wish after(std::vector<api::EventBody> facts, CommandBody body) {
    return [facts = std::move(facts), body = std::move(body)](Given& given) {
        for (const auto& fact : facts)
            given.happened(fact);
        return body;
    };
}
bus::LinkSettings linkTo(const std::string& path) {
    bus::LinkSettings link;
    link.line.path = path;
    return link;
}
/// Axis 1 of a model whose gain is written and never read.
api::EventBody axisWithUnreadableGain() {
    motion::Axis axis = *sampleAxis(1, 1, 1);
    auto model = std::make_shared<registers::ServoModel>(*axis.model);
    for (registers::Register& one : model->registers)
        if (one.name == "position_p_gain") one.isUnreadable = true;
    axis.model = std::move(model);
    return motion::AxisConfigured{std::make_shared<const motion::Axis>(axis)};
}
/// The axis watches as many registers as it can.
void watchAllPlaces(Given& given) {
    for (const char* name : {"goal_position", "led", "goal_pwm", "goal_current", "goal_velocity", "id"})
        given.doing(motion::WatchRegister{{1}, name, true});
}
CommandBody ping() {
    return bus::SendRawPacket{{1}, {0xFF, 0xFF, 0xFD, 0x00, 0x01, 0x03, 0x00, 0x01, 0x19, 0x4E}, 10ms};
}
CommandBody bothAxes() {
    return motion::MoveAxes{{{{1}, {100.0}, {}, {}}, {{2}, {100.0}, {}, {}}}};
}
Wish armedFor(Duration span, Duration later) {
    return [=](Given& given) {
        given.doing(access::Arm{span}).after(later);
        return ping();
    };
}
Wish inCurrentBasedMode(double current) {
    return [=](Given& given) {
        motion::AxisLimits limits = given.limits();
        limits.current = {1.0};
        given.happened(motion::ModeChanged{{1}, OperatingMode::currentBasedPosition}).limited(1, limits);
        return motion::SetGoalCurrent{{1}, {current}};
    };
}
/// In velocity mode, on a servo that ramps nothing by itself.
Wish turning(std::optional<Acceleration> limit) {
    return [=](Given& given) {
        const auto model = modelWith([](registers::ServoModel& one) {
            std::erase_if(one.registers,
                          [](const auto& r) { return r.role == registers::Role::profileAcceleration; });
        });
        given.happened(motion::AxisConfigured{sampleAxis(1, 1, 1, model)})
            .happened(motion::ModeChanged{{1}, OperatingMode::velocity})
            .own([&](auto& own) { own.acceleration = limit; });
        return motion::SetVelocity{{1}, {20.0}};
    };
}
bus::PollPlan planWithout(telemetry::Channel channel) {
    bus::PollPlan plan;
    plan[channel] = bus::Pace::never;
    return plan;
}

/// The way to the axis, and what is wrong with it.
Cases casesOfTheWay() {
    return {
        {RejectionCode::stopLatched, {after({motion::StopLatched{{1}}}, move()), plainMove}},
        {RejectionCode::busUnknown, {always(bus::ScanBus{{9}, {}}), always(bus::ScanBus{{1}, {}})}},
        {RejectionCode::busDown, {after({bus::BusLost{{1}, {}}}, move()), plainMove}},
        {RejectionCode::axisUnknown, {always(motion::Halt{{9}}), always(motion::Halt{{1}})}},
        {RejectionCode::axisSilent, {after({bus::AxisFellSilent{{1}, {1}, {}}}, move()), plainMove}},
        {RejectionCode::answersPingsOnly,
         {after({bus::AxisFellSilent{{1}, {1}, {}}, bus::AxisAnswers{{1}, {1}, bus::Answers::pingsOnly}},
                move()),
          plainMove}},
        {RejectionCode::hardwareError, {after({motion::HardwareErrorRaised{{1}, 0x20}}, move()), plainMove}},
        {RejectionCode::otherModel, {after({motion::OtherModelFound{{1}, "XL430-W250"}}, move()), plainMove}},
        {RejectionCode::otherServo,
         {after({bus::OtherServoFound{{1}, {1}, {{1}, sampleModelNumber, 45}, sampleModel()}}, move()),
          plainMove}},
        {RejectionCode::modelUnknown,
         {after({bus::OtherServoFound{
                    {1}, {1}, {{1}, 9999, 1}, std::make_shared<const registers::ServoModel>()}},
                motion::SetTorque{{1}, false}),
          always(motion::SetTorque{{1}, false})}},
        {RejectionCode::busAlreadyOpen,
         {always(bus::ConnectBus{linkTo("/dev/ttyUSB1")}), always(bus::ConnectBus{linkTo("/dev/ttyUSB7")})}},
        {RejectionCode::scanRunning,
         {after({bus::ScanStarted{{1}}}, bus::ScanBus{{1}, {}}), always(bus::ScanBus{{1}, {}})}},
        {RejectionCode::noScanRunning,
         {always(bus::CancelScan{{1}}), after({bus::ScanStarted{{1}}}, bus::CancelScan{{1}})}},
        {RejectionCode::notSimulated,
         {always(bus::InjectFault{{1}, "silent=1"}),
          [](Given& given) {
              given.connected(2, true);
              return bus::InjectFault{{2}, "silent=1"};
          }}},
        {RejectionCode::channelNeeded,
         {always(bus::SetPollPlan{{1}, planWithout(telemetry::Channel::position), 0.2}),
          always(bus::SetPollPlan{{1}, planWithout(telemetry::Channel::temperature), 0.2})}},
    };
}

/// What the axis is asked to do.
Cases casesOfMotion() {
    return {
        {RejectionCode::torqueOff, {after({motion::TorqueDisabled{{1}}}, move()), plainMove}},
        {RejectionCode::torqueOn,
         {always(motion::SetOperatingMode{{1}, OperatingMode::velocity}),
          after({motion::TorqueDisabled{{1}}}, motion::SetOperatingMode{{1}, OperatingMode::velocity})}},
        {RejectionCode::wrongMode,
         {after({motion::ModeChanged{{1}, OperatingMode::velocity}}, move()), plainMove}},
        {RejectionCode::modeUnsupported,
         {after({motion::TorqueDisabled{{1}}}, registers::WriteRegisters{{1}, {{"operating_mode", 9}}, {}}),
          after({motion::TorqueDisabled{{1}}}, registers::WriteRegisters{{1}, {{"operating_mode", 4}}, {}})}},
        {RejectionCode::outsideTravelLimits, {always(move(360.0)), always(move(359.0))}},
        {RejectionCode::aboveVelocityLimit,
         {always(move(100.0, Velocity{275.0})), always(move(100.0, Velocity{274.0}))}},
        {RejectionCode::aboveAccelerationLimit,
         {[](Given& given) {
              given.own([](motion::OwnLimits& own) { own.acceleration = Acceleration{500.0}; });
              return move(100.0, {}, Acceleration{501.0});
          },
          [](Given& given) {
              given.own([](motion::OwnLimits& own) { own.acceleration = Acceleration{500.0}; });
              return move(100.0, {}, Acceleration{499.0});
          }}},
        {RejectionCode::aboveTemperatureLimit,
         {[](Given& given) {
              given.set(1, telemetry::Channel::temperature, 81);
              return move();
          },
          [](Given& given) {
              given.set(1, telemetry::Channel::temperature, 80);
              return move();
          }}},
        {RejectionCode::aboveCurrentLimit, {inCurrentBasedMode(1.01), inCurrentBasedMode(1.0)}},
        {RejectionCode::belowVelocityStep,
         {[](Given&) { return move(100.0, Velocity{0.5}); },
          [](Given&) { return move(100.0, Velocity{1.374}); }}},
        {RejectionCode::aboveStepLimit,
         {[](Given& given) {
              given.own([](motion::OwnLimits& own) { own.step = Position{5.0}; });
              return move();
          },
          [](Given& given) {
              given.own([](motion::OwnLimits& own) { own.step = Position{5.0}; });
              return move(100.0, Velocity{20.0});
          }}},
        {RejectionCode::valueStale,
         {[](Given& given) {
              given.after(250ms);
              return move();
          },
          plainMove}},
        {RejectionCode::notReferenced,
         {after({motion::ModeChanged{{1}, OperatingMode::currentBasedPosition}, motion::ReferenceLost{{1}}},
                move()),
          after({motion::ModeChanged{{1}, OperatingMode::currentBasedPosition}, motion::ReferenceLost{{1}},
                 motion::AxisReferenced{{1}}},
                move())}},
        {RejectionCode::profileInTime,
         {after({registers::RegisterRead{{1}, "drive_mode", 4}}, move(100.0, Velocity{20.0})),
          always(move(100.0, Velocity{20.0}))}},
        {RejectionCode::alreadyChannel,
         {always(motion::WatchRegister{{1}, "present_position", true}),
          always(motion::WatchRegister{{1}, "position_p_gain", true})}},
        {RejectionCode::registerUnreadable,
         {[](Given& given) {
              given.happened(axisWithUnreadableGain());
              return motion::WatchRegister{{1}, "position_p_gain", true};
          },
          always(motion::WatchRegister{{1}, "position_p_gain", true})}},
        {RejectionCode::watchesUsedUp,
         {[](Given& given) {
              watchAllPlaces(given);
              return motion::WatchRegister{{1}, "position_p_gain", true};
          },
          [](Given& given) {
              watchAllPlaces(given);
              given.doing(motion::WatchRegister{{1}, "led", false});
              return motion::WatchRegister{{1}, "position_p_gain", true};
          }}},
        {RejectionCode::notOneGroup,
         {[](Given& given) {
              given.connected(2).axis(2, true, OperatingMode::position, 2);
              return bothAxes();
          },
          [](Given& given) {
              given.axis(2);
              return bothAxes();
          }}},
        {RejectionCode::axisMoving,
         {after({motion::MoveStarted{{1}, {180.0}, {}}}, motion::SetZeroHere{{1}}),
          always(motion::SetZeroHere{{1}})}},
        {RejectionCode::leaseHeld,
         {after({api::CommandAccepted{{5}, api::Asker::commandLine, {"StartJog", {1}, {}, ""}}},
                motion::StartJog{{1}, {10.0}}),
          always(motion::StartJog{{1}, {10.0}})}},
        {RejectionCode::accelerationNotBounded, {turning(Acceleration{100.0}), turning(std::nullopt)}},
        {RejectionCode::notLatched,
         {always(motion::ResetStop{{1}}),
          after({motion::StopLatched{{1}}, motion::StopFinished{{1}, {}, {}}}, motion::ResetStop{{1}})}},
        {RejectionCode::otherStop,
         {after({motion::StopLatched{{2}}, motion::StopFinished{{2}, {}, {}}}, motion::ResetStop{{1}}),
          after({motion::StopLatched{{2}}, motion::StopFinished{{2}, {}, {}}}, motion::ResetStop{{2}})}},
        {RejectionCode::stopUnderWay,
         {after({motion::StopLatched{{1}}}, motion::ResetStop{{1}}),
          after({motion::StopLatched{{1}}, motion::StopFinished{{1}, {}, {}}}, motion::ResetStop{{1}})}},
    };
}

/// Registers, recordings, rights.
Cases casesOfTheRest() {
    const WriteRegister gain{{1}, "position_p_gain", 900};
    const WriteRegister limit{{1}, "velocity_limit", 100};
    return {
        {RejectionCode::registerUnknown, {always(WriteRegister{{1}, "warp_drive", 1}), always(gain)}},
        {RejectionCode::registerOutOfRange,
         {always(WriteRegister{{1}, "position_p_gain", 16'384}), always(gain)}},
        {RejectionCode::registerReadOnly, {always(WriteRegister{{1}, "present_position", 1}), always(gain)}},
        {RejectionCode::motionRegister, {always(WriteRegister{{1}, "goal_position", 1}), always(gain)}},
        {RejectionCode::eepromWhileTorqueOn, {always(limit), after({motion::TorqueDisabled{{1}}}, limit)}},
        {RejectionCode::idInUse,
         {[](Given& given) {
              given.axis(2, false);
              return registers::SetServoId{{2}, {1}};
          },
          [](Given& given) {
              given.axis(2, false);
              return registers::SetServoId{{2}, {9}};
          }}},
        {RejectionCode::recordingRunning,
         {after({session::RecordingStarted{"a.servolane", "a"}}, session::StartRecording{"b.servolane", "b"}),
          always(session::StartRecording{"b.servolane", "b"})}},
        {RejectionCode::noRecording,
         {always(session::StopRecording{}),
          after({session::RecordingStarted{"a.servolane", "a"}}, session::StopRecording{})}},
        {RejectionCode::invalidArgument,
         {always(session::StartRecording{" ", "b"}), always(session::StartRecording{"b.servolane", "b"})}},
        {RejectionCode::roleNotAllowed,
         {[](Given& given) {
              given.doing(access::SetRole{access::Role::viewer});
              return move();
          },
          plainMove}},
        {RejectionCode::roleBounded,
         {after({access::ClientsBounded{access::Role::viewer}}, move()), plainMove}},
        {RejectionCode::notArmed, {always(ping()), armedFor(60s, 0s)}},
        {RejectionCode::armingExpired, {armedFor(1s, 2s), armedFor(1s, 500ms)}},
    };
}

Cases allCases() {
    Cases all = casesOfTheWay();
    all.merge(casesOfMotion());
    all.merge(casesOfTheRest());
    return all;
}

} // namespace

class Rejections final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void eachIsGivenOnceAndNotGivenOnce_data() {
        QTest::addColumn<int>("index");
        const auto words = api::rejectionWords();
        for (std::size_t i = 0; i < words.size(); ++i)
            QTest::newRow(std::string(words[i]).c_str()) << static_cast<int>(i);
    }
    void eachIsGivenOnceAndNotGivenOnce() {
        QFETCH(int, index);
        const auto cases = allCases();
        const auto found = cases.find(static_cast<RejectionCode>(index));
        QVERIFY2(found != cases.end(), "no case for this reason");
        // What a window is not refused.
        const bool ofClients = found->first == RejectionCode::roleBounded;
        const auto ask = [&](const Wish& wish) {
            Given given = readyAxis();
            const CommandBody body = wish(given);
            return outcomeOf(given.when(body, ofClients ? api::Asker{api::AskerKind::commandLine, 1}
                                                        : api::Asker::window));
        };
        QCOMPARE(ask(found->second.refused), std::string(toString(found->first)));
        QCOMPARE(ask(found->second.passes), std::string("decided"));
    }
};

SERVOLANE_TEST(Rejections)
#include "rejections_test.moc"
