// SPDX-License-Identifier: GPL-3.0-or-later
// Given an axis, when its registers are read or written, then these steps, or this refusal; and what
// read-backs tell.
#include "tests/core/motion/odd_models.h"

// After the line above: moc 6.4 trips over <concepts> when <compare> is the first thing it meets.
#include "core/registers/write/decide.h"
#include "core/registers/write/policies.h"
#include "tests/support/test_registry.h"

#include <QtTest/QTest>
#include <map>

using namespace servolane;
using namespace servolane::tests;
using api::RejectionCode;
using registers::WriteRegister;

namespace {

struct Case {
    RejectionCode code;
    WriteRegister refused;
    WriteRegister passes;
    std::vector<api::EventBody> history = {};
};

/// Axis 1 has torque on, axis 2 has it off.
Given twoAxes() {
    Given given;
    given.connected().axis(1, true).axis(2, false);
    return given;
}

std::shared_ptr<const motion::Axis> axisWithAccelerationLimit() {
    motion::Axis axis = *sampleAxis(3, 1, 3);
    axis.limits.acceleration = {sampleAcceleration * 10};
    return std::make_shared<const motion::Axis>(axis);
}

std::shared_ptr<const motion::Axis> axisWithOwnVelocityLimit() {
    motion::Axis axis = *sampleAxis(3, 1, 3, modelWith([](registers::ServoModel& model) {
                                        for (auto& one : model.registers)
                                            if (one.role == registers::Role::driveMode)
                                                one.fields = {{2, 1, "time_based_profile"}};
                                    }));
    axis.own.velocity = Velocity{10.0};
    return std::make_shared<const motion::Axis>(axis);
}

/// As an AX: both limits zero, and it turns without end.
std::shared_ptr<const motion::Axis> axisWhoseLimitsMakeTheMode() {
    return sampleAxis(3, 1, 3, modelWith([](registers::ServoModel& model) {
                          for (auto& one : model.registers) {
                              if (one.role == registers::Role::minPositionLimit ||
                                  one.role == registers::Role::maxPositionLimit) {
                                  one.size = 2;
                                  one.address = one.role == registers::Role::minPositionLimit ? 200 : 202;
                                  one.minimum = 0;
                                  one.maximum = 4095;
                              }
                              if (one.role != registers::Role::operatingMode) continue;
                              one.isView = true;
                              one.address = 200;
                              one.size = 4;
                              one.maximum = 268374015;
                          }
                          model.modes = {{registers::OperatingMode::velocity, 0}};
                          model.otherMode = registers::OperatingMode::position;
                      }));
}

const std::map<std::string, Case>& cases() {
    static const WriteRegister gain{{1}, "position_p_gain", 900};
    static const WriteRegister otherGain{{2}, "position_p_gain", 900};
    static const std::map<std::string, Case> table{
        {"refuseUnknownAxis", {RejectionCode::axisUnknown, {{9}, "led", 1}, gain}},
        {"refuseWhileBusIsDown",
         {RejectionCode::busDown,
          gain,
          {{3}, "led", 1},
          {bus::BusConnected{{2}, {}, false}, motion::AxisConfigured{sampleAxis(3, 2, 3)},
           bus::BusLost{{1}, {}}}}},
        {"refuseSilentAxis",
         {RejectionCode::axisSilent, gain, otherGain, {bus::AxisFellSilent{{1}, {1}, {}}}}},
        {"refuseWriteToSilentAxis",
         {RejectionCode::answersPingsOnly,
          gain,
          {{1}, "status_return_level", 2},
          {bus::AxisFellSilent{{1}, {1}, {}}, bus::AxisAnswers{{1}, {1}, bus::Answers::pingsOnly}}}},
        {"refuseUnknownRegister", {RejectionCode::registerUnknown, {{1}, "warp_drive", 1}, gain}},
        {"refuseRegisterOfMotion", {RejectionCode::motionRegister, {{1}, "goal_position", 1}, gain}},
        {"refuseIndirectWayToMotion",
         {RejectionCode::motionRegister, {{1}, "indirect_address_1", 64}, {{1}, "indirect_address_1", 65}}},
        {"refuseChangeOfModeByItsParts",
         {RejectionCode::motionRegister,
          {{3}, "min_position_limit", 0},
          {{3}, "min_position_limit", 7},
          {motion::AxisConfigured{axisWhoseLimitsMakeTheMode()}, motion::AxisObserved{{3}, false, {}},
           registers::RegisterRead{{3}, "operating_mode", 4095},
           registers::RegisterRead{{3}, "max_position_limit", 0},
           registers::RegisterRead{{3}, "min_position_limit", 4095}}}},
        {"refuseReadOnlyRegister", {RejectionCode::registerReadOnly, {{1}, "present_position", 1}, gain}},
        {"refuseValueOutOfRange", {RejectionCode::registerOutOfRange, {{1}, "position_p_gain", 16384}, gain}},
        {"refuseEepromWhileTorqueIsOn",
         {RejectionCode::eepromWhileTorqueOn, {{1}, "velocity_limit", 100}, {{2}, "velocity_limit", 100}}},
        {"refuseEepromWhileTorqueIsUnread",
         {RejectionCode::valueStale,
          {{3}, "velocity_limit", 100},
          {{2}, "velocity_limit", 100},
          {motion::AxisConfigured{sampleAxis(3, 1, 3)}}}},
        {"refuseProfileAboveAccelerationLimit",
         {RejectionCode::aboveAccelerationLimit,
          {{3}, "profile_acceleration", 11},
          {{3}, "profile_acceleration", 9},
          {motion::AxisConfigured{axisWithAccelerationLimit()}}}},
        {"refuseProfileInTimePastItsLimits",
         {RejectionCode::profileInTime,
          {{3}, "profile_velocity", 9},
          {{1}, "profile_velocity", 9},
          {motion::AxisConfigured{axisWithOwnVelocityLimit()},
           registers::RegisterRead{{3}, "drive_mode", 4}}}},
        {"refuseModelNotAdopted",
         {RejectionCode::otherModel, gain, otherGain, {motion::OtherModelFound{{1}, "XL430-W250"}}}},
        {"refuseProfileAboveVelocityLimit",
         {RejectionCode::aboveVelocityLimit, {{1}, "profile_velocity", 201}, {{1}, "profile_velocity", 200}}},
    };
    return table;
}

/// Of policies that stand in the way of other commands than a write.
struct OtherCase {
    RejectionCode code;
    api::CommandBody refused;
    api::CommandBody passes;
    std::vector<api::EventBody> history = {}; ///< before the one that passes
};

const std::map<std::string, OtherCase>& otherCases() {
    using registers::StagedRegister;
    static const std::map<std::string, OtherCase> table{
        {"refuseIdInUse",
         {RejectionCode::idInUse, registers::SetServoId{{2}, {1}}, registers::SetServoId{{2}, {9}}}},
        {"refuseRateTheServoLacks",
         {RejectionCode::invalidArgument,
          registers::SetServoBaud{{2}, 57'600}, // its model tells of no rates at all
          registers::SetServoBaud{{3}, 57'600},
          {motion::AxisConfigured{sampleAxis(3, 1, 3, modelWithRates())},
           motion::AxisObserved{{3}, false, OperatingMode::position}}}},
        {"refuseModeThatIsNone",
         {RejectionCode::modeUnsupported,
          registers::WriteRegisters{{2}, {StagedRegister{"operating_mode", 99}}},
          registers::WriteRegisters{{2}, {StagedRegister{"operating_mode", 1}}}}},
        {"refuseLeavingTheRateOfAnAxisWithTorqueOn",
         {RejectionCode::torqueOn,
          bus::SetLinkBaud{{1}, 57'600},
          bus::SetLinkBaud{{1}, 57'600},
          {motion::TorqueDisabled{{1}}}}},
    };
    return table;
}

} // namespace

class RegisterDecisions final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void eachPolicyRefusesOnceAndPassesOnce() {
        QCOMPARE(cases().size() + otherCases().size(), registers::allPolicies().size());
        for (const auto& policy : registers::allPolicies()) {
            if (const auto other = otherCases().find(std::string(policy.name)); other != otherCases().end()) {
                Given given = twoAxes();
                QCOMPARE(outcomeOf(given.when(other->second.refused)),
                         std::string(toString(other->second.code)));
                for (const auto& event : other->second.history)
                    given.happened(event);
                QCOMPARE(outcomeOf(given.when(other->second.passes)), std::string("decided"));
                continue;
            }
            const auto found = cases().find(std::string(policy.name));
            QVERIFY2(found != cases().end(), std::string(policy.name).c_str());
            Given given = twoAxes();
            for (const auto& event : found->second.history)
                given.happened(event);
            QCOMPARE(outcomeOf(given.when(found->second.refused)), std::string(toString(found->second.code)));
            QCOMPARE(outcomeOf(given.when(found->second.passes)), std::string("decided"));
        }
    }

    void anAxisThatAnswersPingsOnlyIsNotReadAndSaysWhy() {
        Given given = twoAxes();
        given.happened(bus::AxisFellSilent{{1}, {1}, {}})
            .happened(bus::AxisAnswers{{1}, {1}, bus::Answers::pingsOnly});
        QCOMPARE(outcomeOf(given.when(registers::ReadRegister{{1}, "status_return_level"})),
                 std::string("answers-pings-only"));
        QCOMPARE(outcomeOf(given.when(WriteRegister{{1}, "warp_drive", 2})),
                 std::string("answers-pings-only"));
        // A dead one is not to be written to at all, whatever the register.
        given.happened(bus::AxisAnswers{{1}, {1}, bus::Answers::all});
        QCOMPARE(outcomeOf(given.when(WriteRegister{{1}, "status_return_level", 2})),
                 std::string("axis-silent"));
        QCOMPARE(outcomeOf(given.when(WriteRegister{{1}, "warp_drive", 2})), std::string("axis-silent"));
    }

    void noRegisterOfMotionHasAWayRoundItsCommand() {
        const Given given = twoAxes();
        for (const char* name : {"id", "baud_rate", "operating_mode", "torque_enable", "goal_pwm",
                                 "goal_current", "goal_velocity", "goal_position"})
            QCOMPARE(outcomeOf(given.when(WriteRegister{{2}, name, 1})), std::string("motion-register"));
    }

    /// A shadow id made a second servo obey what was sent to another; torque on at power-on needs no command.
    void noValueThatModelFilesMarkIsWritten() {
        Given given = twoAxes();
        given
            .happened(motion::AxisConfigured{sampleAxis(3, 1, 3, modelWith([](registers::ServoModel& model) {
                                                            for (auto& one : model.registers)
                                                                if (one.name == "led")
                                                                    one.motionValues = {{1, 1}, {3, 200}};
                                                        }))})
            .happened(motion::AxisObserved{{3}, false, {}});
        QCOMPARE(outcomeOf(given.when(WriteRegister{{3}, "led", 1})), std::string("motion-register"));
        QCOMPARE(outcomeOf(given.when(WriteRegister{{3}, "led", 0})), std::string("decided"));
    }

    /// A servo's wheel speed may lie in the bytes of its profile velocity.
    void whatIsAGoalInAnotherModeIsARegisterOfMotion() {
        Given given = twoAxes();
        given.happened(motion::AxisConfigured{
            sampleAxis(3, 1, 3, modelWith([](registers::ServoModel& model) {
                           for (auto& one : model.registers)
                               if (one.role == registers::Role::goalVelocity) {
                                   one.address = model.find(registers::Role::profileVelocity)->address;
                                   one.isView = true;
                               }
                       }))});
        QCOMPARE(outcomeOf(given.when(WriteRegister{{3}, "profile_velocity", 5})),
                 std::string("motion-register"));
    }

    void anEepromLockIsOpenedAndClosedAroundTheWrite() {
        Given given = twoAxes();
        given.happened(motion::AxisConfigured{sampleAxis(3, 1, 3, modelWith([](registers::ServoModel& model) {
                                                             for (auto& one : model.registers)
                                                                 if (one.name == "led")
                                                                     one.role = registers::Role::eepromLock;
                                                         }))});
        given.happened(motion::AxisObserved{{3}, false, registers::OperatingMode::position});
        COMPARE_TEXTS(textsOf(given.when(WriteRegister{{3}, "temperature_limit", 70})->requests),
                      {"bus 1 registers: write #3 @65 00 verified, write #3 @31 46 verified, write #3 @65 01 "
                       "verified"});
        // RAM needs no key.
        COMPARE_TEXTS(textsOf(given.when(WriteRegister{{3}, "position_p_gain", 900})->requests),
                      {"bus 1 registers: write #3 @84 84 03 verified"});
    }

    void aViewOfWrittenBytesIsReadAgain() {
        Given given = twoAxes();
        given.happened(motion::AxisConfigured{
            sampleAxis(3, 1, 3, modelWith([](registers::ServoModel& model) {
                           registers::Register mode = *model.find(registers::Role::operatingMode);
                           std::erase_if(model.registers, [](const auto& one) {
                               return one.role == registers::Role::operatingMode;
                           });
                           mode.address = 48;
                           mode.size = 4;
                           mode.isView = true;
                           model.registers.push_back(mode);
                           for (auto& one : model.registers)
                               if (one.role == registers::Role::maxPositionLimit) one.size = 2;
                       }))});
        given.happened(motion::AxisObserved{{3}, false, registers::OperatingMode::position});
        // What mode a write would make cannot be told before the present one was read.
        QCOMPARE(outcomeOf(given.when(WriteRegister{{3}, "max_position_limit", 77})),
                 std::string("value-stale"));
        given.happened(registers::RegisterRead{{3}, "operating_mode", 4095});
        COMPARE_TEXTS(textsOf(given.when(WriteRegister{{3}, "max_position_limit", 77})->requests),
                      {"bus 1 registers: write #3 @48 4D 00 verified, read #3 48/4"});
    }

    void aWriteIsReadBackAndRemembersWhatWasBefore() {
        Given given = twoAxes();
        const auto blind = given.when(WriteRegister{{1}, "position_p_gain", 900});
        // Position P gain (84): 900, little-endian.
        COMPARE_TEXTS(textsOf(blind->requests), {"bus 1 registers: write #1 @84 84 03 verified"});
        QCOMPARE(blind->requests[0].coalesceAxis.value, 0);
        QVERIFY(!std::get<registers::RegisterWritten>(blind->whenConfirmed[0]).before);
        given.happened(registers::RegisterRead{{1}, "position_p_gain", 800});
        const auto informed = given.when(WriteRegister{{1}, "position_p_gain", 900});
        const auto& written = std::get<registers::RegisterWritten>(informed->whenConfirmed[0]);
        QCOMPARE(*written.before, 800);
        QCOMPARE(written.after, 900);
    }

    void aNegativeValueIsWrittenInTwosComplement() {
        const auto verdict = twoAxes().when(WriteRegister{{2}, "homing_offset", -1000});
        COMPARE_TEXTS(textsOf(verdict->requests), {"bus 1 registers: write #2 @20 18 FC FF FF verified"});
    }

    void aRegisterOutOfRangeNamesItsRange() {
        const auto verdict = twoAxes().when(WriteRegister{{1}, "position_p_gain", -1});
        QCOMPARE(verdict.error().requested, -1.0);
        QCOMPARE(verdict.error().low, 0.0);
        QCOMPARE(verdict.error().high, 16383.0);
        QCOMPARE(verdict.error().subject, std::string("position_p_gain"));
    }

    void aReadIsOneStep() {
        const auto verdict = twoAxes().when(registers::ReadRegister{{1}, "position_p_gain"});
        COMPARE_TEXTS(textsOf(verdict->requests), {"bus 1 registers: read #1 84/2"});
        QCOMPARE(outcomeOf(twoAxes().when(registers::ReadRegister{{1}, "warp_drive"})),
                 std::string("register-unknown"));
    }

    void readingAllCoversEveryRegisterOnceInShortStretches() {
        const auto verdict = twoAxes().when(registers::ReadAllRegisters{{1}});
        QVERIFY(verdict);
        std::vector<int> covered(256, 0);
        for (const auto& request : verdict->requests) {
            QVERIFY(request.priority == bus::Priority::background);
            const auto& steps = std::get<bus::StepsWork>(request.work).steps;
            QCOMPARE(steps.size(), std::size_t{1});
            const auto span = std::get<bus::ReadStep>(steps[0]).span;
            QVERIFY(span.size <= 32);
            for (int i = span.address; i < span.address + span.size; ++i)
                ++covered[static_cast<std::size_t>(i)];
        }
        for (const auto& source : sampleModel()->registers)
            for (int i = source.address; i < source.address + source.size; ++i)
                QCOMPARE(covered[static_cast<std::size_t>(i)], 1);
    }

    void stretchesJoinNeighboursAndStayShort() {
        const auto joined = registers::stretches({{104, 4}, {100, 2}, {102, 2}, {112, 4}, {116, 4}}, 6);
        const std::vector<bus::RegisterSpan> wanted{{100, 4}, {104, 4}, {112, 4}, {116, 4}};
        QVERIFY(joined == wanted);
    }

    void readBacksBecomeRegistersAndWhatTheySayOfTheAxis() {
        Given given = twoAxes();
        // Servo 2, from 64: torque enable 1, LED 0.
        const auto events = given.model.conclude({1}, {{{2}, 64, {0x01, 0x00}}});
        COMPARE_TEXTS(textsOf(events), {"RegisterRead 2", "RegisterRead 2", "AxisObserved 2"});
        const auto& torque = std::get<registers::RegisterRead>(events[0]);
        QCOMPARE(torque.name, std::string("torque_enable"));
        QCOMPARE(torque.raw, 1);
        QVERIFY(std::get<motion::AxisObserved>(events[2]).torque);
    }

    void aModeIsObservedOnlyWhereTorqueIsKnown() {
        Given given = twoAxes();
        const auto events = given.model.conclude({1}, {{{2}, 11, {0x01}}});
        const auto& seen = std::get<motion::AxisObserved>(events.back());
        QVERIFY(!seen.torque);
        QVERIFY(seen.mode == OperatingMode::velocity);
        given.happened(bus::BusLost{{1}, {}});
        COMPARE_TEXTS(textsOf(given.model.conclude({1}, {{{2}, 11, {0x01}}})), {"RegisterRead 2"});
    }

    void halfARegisterAndStrangersTellNothing() {
        const Given given = twoAxes();
        // Two of the four bytes of the present position (132).
        QVERIFY(given.model.conclude({1}, {{{1}, 132, {0x00, 0x08}}}).empty());
        QVERIFY(given.model.conclude({1}, {{{77}, 64, {0x01}}}).empty());
        QVERIFY(given.model.conclude({9}, {{{1}, 64, {0x01}}}).empty());
    }

    void anAxisWhosePlaceIsTakenIsNeitherReadNorWritten() {
        Given given = twoAxes();
        given.happened(motion::AxisConfigured{sampleAxis(3, 1, 1, sampleModelWithoutCurrent())});
        const std::string unknown = "axis-unknown";
        QCOMPARE(outcomeOf(given.when(WriteRegister{{1}, "led", 1})), unknown);
        QCOMPARE(outcomeOf(given.when(registers::ReadAllRegisters{{1}})), unknown);
        QCOMPARE(outcomeOf(given.when(registers::SetBaseline{{1}})), unknown);
        QCOMPARE(outcomeOf(given.when(registers::SetBaseline{{3}})), std::string("decided"));
        // What its servo answers is told of the one that has the place.
        COMPARE_TEXTS(textsOf(given.model.conclude({1}, {{{1}, 65, {0x01}}})), {"RegisterRead 3"});
    }

    void anAxisNobodyHasConfiguredHasNoRegisters() {
        const registers::RegisterState state;
        QVERIFY(!registers::Attempt({state, {9}, "led"}).target());
    }

    void indirectDataGoesWhereItsAddressWasReadToPoint() {
        Given given = twoAxes();
        const WriteRegister write{{1}, "indirect_data_1", 1};
        const auto unread = given.when(write);
        QCOMPARE(outcomeOf(unread), std::string("value-stale"));
        QCOMPARE(unread.error().subject, std::string("indirect_address_1"));
        given.happened(registers::RegisterRead{{1}, "indirect_address_1", 64});
        QCOMPARE(given.when(write).error().subject, std::string("torque_enable"));
        given.happened(registers::RegisterRead{{1}, "indirect_address_1", 65});
        QVERIFY(given.when(write));
    }

    /// Bug: the pointer of before let a plain write switch torque on, while a stop was latched.
    void whereAPointerLeadsIsNotKnownAfterARawPacket() {
        Given given = twoAxes();
        given.happened(registers::RegisterRead{{1}, "indirect_address_1", 65});
        QVERIFY(given.when(WriteRegister{{1}, "indirect_data_1", 1}));
        given.happened(bus::RawPacketExchanged{{1}, {}, {}, {}});
        QCOMPARE(given.when(WriteRegister{{1}, "indirect_data_1", 1}).error().subject,
                 std::string("indirect_address_1"));
    }

    /// Bug: 2 s were taken for a speed above the limit, and 1 ms for a crawl.
    void aProfileInTimeIsNotJudgedAsASpeed() {
        const auto timed = modelWith([](registers::ServoModel& model) {
            for (auto& one : model.registers)
                if (one.role == registers::Role::driveMode) one.fields = {{2, 1, "time_based_profile"}};
        });
        Given given;
        given.connected().happened(motion::AxisConfigured{sampleAxis(1, 1, 1, timed)});
        given.happened(motion::AxisObserved{{1}, true, OperatingMode::position});
        const WriteRegister fast{{1}, "profile_velocity", 201};
        QCOMPARE(outcomeOf(given.when(fast)), std::string("above-velocity-limit"));
        given.happened(registers::RegisterRead{{1}, "drive_mode", 4});
        QVERIFY(given.when(fast));
        motion::Axis bounded = *sampleAxis(1, 1, 1, timed);
        bounded.own.velocity = Velocity{10.0};
        given.happened(motion::AxisConfigured{std::make_shared<const motion::Axis>(bounded)});
        QCOMPARE(outcomeOf(given.when(fast)), std::string("profile-in-time"));
    }

    void aModelWithoutTorqueMayAlwaysBeConfigured() {
        registers::ServoModel sensor = makeSampleModel();
        std::erase_if(sensor.registers,
                      [](const auto& r) { return r.role == registers::Role::torqueEnable; });
        Given given;
        given.connected().happened(motion::AxisConfigured{
            sampleAxis(1, 1, 1, std::make_shared<const registers::ServoModel>(sensor))});
        QVERIFY(given.when(WriteRegister{{1}, "velocity_limit", 100}));
    }

    void anAccelerationWithoutALimitOfOnesOwnIsTheServosAffair() {
        QVERIFY(twoAxes().when(WriteRegister{{1}, "profile_acceleration", 32'767}));
    }

    void whatARestartMayHaveSetBackIsReadAgain() {
        registers::ServoModel model = makeSampleModel();
        for (auto& one : model.registers)
            if (one.name == "led") one.defaultValue = 0;
        const auto shared = std::make_shared<const registers::ServoModel>(model);
        const auto reads = [&](std::int64_t led) {
            Given given = twoAxes();
            given.happened(motion::AxisConfigured{sampleAxis(3, 1, 3, shared)})
                .happened(registers::RegisterRead{{3}, "led", led})
                .happened(registers::RegisterRead{{3}, "present_temperature", 30})
                .happened(registers::RegisterRead{{3}, "no_register", 30})
                .happened(bus::AxisFellSilent{{1}, {3}, {}});
            return textsOf(given.reacting(bus::AxisReturned{{1}, {3}}).requests);
        };
        const auto changed = reads(1);
        const auto asShipped = reads(0);
        QCOMPARE(changed.size(), asShipped.size() + 1);
        const std::string read = "bus 1 background: read #3 65/1";
        QCOMPARE(std::count(changed.begin(), changed.end(), read), 1);
        QCOMPARE(std::count(asShipped.begin(), asShipped.end(), read), 0);
    }

    void signedRegistersAreReadAsSigned() {
        const Given given = twoAxes();
        const auto events = given.model.conclude({1}, {{{1}, 132, {0x18, 0xFC, 0xFF, 0xFF}}});
        QCOMPARE(std::get<registers::RegisterRead>(events[0]).raw, -1000);
    }
};

SERVOLANE_TEST(RegisterDecisions)
#include "decide_test.moc"
