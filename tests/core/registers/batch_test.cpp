// SPDX-License-Identifier: GPL-3.0-or-later
// Several registers as one command; and what changes how a servo is reached.
#include "tests/core/motion/odd_models.h"

// After the line above: moc 6.4 trips over <concepts> when <compare> is the first thing it meets.
#include "core/registers/write/decide.h"
#include "tests/support/test_registry.h"

#include <QtTest/QTest>

using namespace servolane;
using namespace servolane::tests;
using registers::WriteRegisters;

namespace {

/// Axis 1 has torque on, axis 2 has it off; the link runs at 57,600 bit/s.
Given twoAxesAt57600() {
    Given given;
    bus::LinkSettings link;
    link.line.baud = 57'600;
    given.happened(bus::BusConnected{{1}, link, false}).axis(1, true).axis(2, false);
    return given;
}

Given withRates() {
    Given given = twoAxesAt57600();
    given.happened(motion::AxisConfigured{sampleAxis(3, 1, 3, modelWithRates())})
        .happened(motion::AxisObserved{{3}, false, OperatingMode::position});
    return given;
}

} // namespace

class RegisterBatchDecisions final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aBatchIsOneRequestThatReadsEveryRegisterBack() {
        const auto verdict = twoAxesAt57600().when(
            WriteRegisters{{2}, {{"homing_offset", -1}, {"position_p_gain", 900}}, "restore"});
        COMPARE_TEXTS(textsOf(verdict->requests),
                      {"bus 1 registers: write #2 @20 FF FF FF FF verified, write #2 @84 84 03 verified"});
        QCOMPARE(verdict->whenConfirmed.size(), std::size_t{2});
    }

    /// Some servos ignore the first half of such a pair, and then the second one.
    void aRangeThatMovesPastItselfIsNeverTurnedOver() {
        const auto order = [](std::int64_t low, std::int64_t high, bool lowFirst) {
            Given given = twoAxesAt57600();
            given.happened(registers::RegisterRead{{2}, "min_position_limit", 1000})
                .happened(registers::RegisterRead{{2}, "max_position_limit", 2000});
            WriteRegisters batch{{2}, {{"min_position_limit", low}, {"max_position_limit", high}}, {}};
            if (!lowFirst) std::swap(batch.writes[0], batch.writes[1]);
            const auto verdict = given.when(batch);
            return verdict ? textsOf(verdict->requests).at(0) : outcomeOf(verdict);
        };
        const std::string lowest = "bus 1 registers: write #2 @52 ";
        const std::string highest = "bus 1 registers: write #2 @48 ";
        for (const bool lowFirst : {true, false}) {
            QVERIFY(order(2500, 3000, lowFirst).starts_with(highest));
            QVERIFY(order(2000, 3000, lowFirst).starts_with(highest));
            QVERIFY(order(100, 1000, lowFirst).starts_with(lowest));
            QVERIFY(order(1500, 3000, lowFirst).starts_with(lowFirst ? lowest : highest));
        }
    }

    /// Whatever stands beside it, and however innocent that is.
    void noRegisterOfMotionGoesAlong() {
        for (const char* name : {"goal_position", "goal_velocity", "goal_current", "goal_pwm",
                                 "torque_enable", "id", "baud_rate", "bus_watchdog"}) {
            const auto verdict = twoAxesAt57600().when(
                WriteRegisters{{2}, {{"position_p_gain", 900}, {name, 1}, {"led", 1}}, {}});
            QVERIFY2(!verdict, name);
            QCOMPARE(verdict.error().entry, std::string(name));
        }
        // The mode goes as its own command would, or not at all, and it is named.
        Given moving;
        moving.connected().axis(1, true);
        const auto on = moving.when(WriteRegisters{{1}, {{"led", 1}, {"operating_mode", 4}}, {}});
        QCOMPARE(outcomeOf(on), std::string("torque-on"));
        QCOMPARE(on.error().entry, std::string("operating_mode"));
        const auto twice =
            twoAxesAt57600().when(WriteRegisters{{2}, {{"operating_mode", 4}, {"operating_mode", 1}}, {}});
        QCOMPARE(outcomeOf(twice), std::string("motion-register"));
    }

    void oneRefusalRefusesTheBatch() {
        const auto verdict =
            twoAxesAt57600().when(WriteRegisters{{2}, {{"position_p_gain", 900}, {"goal_position", 1}}, {}});
        QCOMPARE(outcomeOf(verdict), std::string("motion-register"));
        QCOMPARE(verdict.error().subject, std::string("goal_position"));
        QCOMPARE(verdict.error().entry, std::string("goal_position"));
        QCOMPARE(outcomeOf(twoAxesAt57600().when(WriteRegisters{{1}, {{"homing_offset", 1}}, {}})),
                 std::string("eeprom-while-torque-on"));
    }

    void aModeInABatchGoesFirstAndIsLearned() {
        const auto verdict =
            twoAxesAt57600().when(WriteRegisters{{2}, {{"position_p_gain", 900}, {"operating_mode", 4}}, {}});
        COMPARE_TEXTS(textsOf(verdict->requests),
                      {"bus 1 registers: write #2 @11 04 verified, read #2 "
                       "76/10, read #2 88/4, read #2 102/2, read #2 108/8, write #2 @84 84 "
                       "03 verified"});
        COMPARE_TEXTS(textsOf(verdict->whenConfirmed), {"ModeChanged 2", "RegisterWritten 2"});
        QCOMPARE(outcomeOf(twoAxesAt57600().when(WriteRegisters{{2}, {{"operating_mode", 9}}, {}})),
                 std::string("mode-unsupported"));
        QCOMPARE(outcomeOf(twoAxesAt57600().when(WriteRegisters{{1}, {{"operating_mode", 4}}, {}})),
                 std::string("torque-on"));
    }

    void aProfileIsMeasuredAgainstTheLimitThatTheBatchBrings() {
        const WriteRegisters both{{2}, {{"velocity_limit", 400}, {"profile_velocity", 300}}, {}};
        QVERIFY(twoAxesAt57600().when(both));
        const WriteRegisters alone{{2}, {{"profile_velocity", 300}}, {}};
        QCOMPARE(outcomeOf(twoAxesAt57600().when(alone)), std::string("above-velocity-limit"));
        Given limited = twoAxesAt57600();
        limited.own([](motion::OwnLimits& own) { own.velocity = Velocity{200 * sampleSpeed}; }, 2);
        QCOMPARE(outcomeOf(limited.when(both)), std::string("above-velocity-limit"));
    }

    void aBatchHasNoWayRoundToMotionThroughIndirectRegisters() {
        const auto verdict = twoAxesAt57600().when(
            WriteRegisters{{2}, {{"indirect_address_1", 65}, {"indirect_data_1", 1}}, {}});
        QVERIFY(verdict);
        QCOMPARE(outcomeOf(twoAxesAt57600().when(
                     WriteRegisters{{2}, {{"indirect_address_1", 64}, {"indirect_data_1", 1}}, {}})),
                 std::string("motion-register"));
    }

    void anIdIsAskedForOnTheWireAndTheAxisStays() {
        Given given = twoAxesAt57600();
        const auto verdict = given.when(registers::SetServoId{{2}, {9}});
        COMPARE_TEXTS(textsOf(verdict->requests), {"bus 1 registers: id #2 to #9 @7 09"});
        COMPARE_TEXTS(textsOf(verdict->whenConfirmed), {"ServoIdChanged 2"});
        given.happened(registers::ServoIdChanged{{2}, {2}, {9}});
        const auto reaction =
            given.model.react(registers::ServoIdChanged{{2}, {2}, {9}}, given.present, given.now);
        COMPARE_TEXTS(textsOf(reaction.events), {"AxisConfigured 2"});
        QCOMPARE(int(std::get<motion::AxisConfigured>(reaction.events[0]).axis->servo.value), 9);
    }

    void anIdThatAnotherAxisHasIsRefused() {
        Given given = twoAxesAt57600();
        const auto verdict = given.when(registers::SetServoId{{2}, {1}});
        QCOMPARE(outcomeOf(verdict), std::string("id-in-use"));
        QCOMPARE(verdict.error().subject, std::string("Axis 1"));
        // Whether a silent one is still there is asked on the wire.
        given.happened(bus::AxisFellSilent{{1}, {1}, {}});
        QVERIFY(given.when(registers::SetServoId{{2}, {1}}));
    }

    void anIdWithTorqueOnOrOutOfRangeIsRefused() {
        QCOMPARE(outcomeOf(twoAxesAt57600().when(registers::SetServoId{{1}, {9}})),
                 std::string("eeprom-while-torque-on"));
        QCOMPARE(outcomeOf(twoAxesAt57600().when(registers::SetServoId{{2}, {253}})),
                 std::string("register-out-of-range"));
    }

    void aRateIsWrittenByItsCode() {
        const auto verdict = withRates().when(registers::SetServoBaud{{3}, 1'000'000});
        COMPARE_TEXTS(textsOf(verdict->requests), {"bus 1 registers: baud #3 57600 to 1000000 @8 03"});
        const auto unknown = withRates().when(registers::SetServoBaud{{3}, 250'000});
        QCOMPARE(outcomeOf(unknown), std::string("invalid-argument"));
        QCOMPARE(unknown.error().high, 1'000'000.0);
    }

    void noRateIsLeftWhileAWatchdogIsArmed() {
        Given given = withRates();
        given.happened(bus::WatchdogArmed{{1}, {1}, std::chrono::milliseconds{100}});
        QCOMPARE(outcomeOf(given.when(registers::SetServoBaud{{3}, 1'000'000})), std::string("torque-on"));
        QCOMPARE(outcomeOf(given.when(bus::SetLinkBaud{{1}, 1'000'000})), std::string("torque-on"));
    }

    void aLinkWithTorqueOnKeepsItsRate() {
        Given given = twoAxesAt57600();
        QCOMPARE(outcomeOf(given.when(bus::SetLinkBaud{{1}, 1'000'000})), std::string("torque-on"));
        given.happened(motion::TorqueDisabled{{1}});
        const auto verdict = given.when(bus::SetLinkBaud{{1}, 1'000'000});
        COMPARE_TEXTS(textsOf(verdict->requests), {"bus 1 registers: baud 1000000"});
    }

    void commandsToAnAxisThatNobodyKnowsAreRefused() {
        const Given given = twoAxesAt57600();
        const std::string unknown = "axis-unknown";
        QCOMPARE(outcomeOf(given.when(WriteRegisters{{9}, {{"led", 1}}, {}})), unknown);
        QCOMPARE(outcomeOf(given.when(WriteRegisters{{9}, {{"operating_mode", 4}}, {}})), unknown);
        QCOMPARE(outcomeOf(given.when(WriteRegisters{{9}, {}, {}})), unknown);
        QCOMPARE(outcomeOf(given.when(registers::SetServoId{{9}, {3}})), unknown);
        QCOMPARE(outcomeOf(given.when(registers::SetServoBaud{{9}, 57'600})), unknown);
    }

    void anEmptyBatchAsksNothingOfTheServo() {
        const auto verdict = twoAxesAt57600().when(WriteRegisters{{2}, {}, {}});
        QVERIFY(verdict && verdict->requests.empty() && verdict->whenConfirmed.empty());
    }

    void aBatchWithARegisterThatTheModelLacksIsRefusedWhole() {
        const auto verdict =
            twoAxesAt57600().when(WriteRegisters{{2}, {{"position_p_gain", 900}, {"warp_drive", 1}}, {}});
        QCOMPARE(outcomeOf(verdict), std::string("register-unknown"));
        QCOMPARE(verdict.error().subject, std::string("warp_drive"));
    }

    void theJournalKnowsWhatABatchHasReplaced() {
        Given given = twoAxesAt57600();
        given.happened(registers::RegisterRead{{2}, "position_p_gain", 800});
        const auto verdict = given.when(WriteRegisters{{2}, {{"position_p_gain", 900}, {"led", 1}}, {}});
        const auto before = [&](std::size_t i) {
            return std::get<registers::RegisterWritten>(verdict->whenConfirmed.at(i)).before;
        };
        QCOMPARE(before(0).value_or(0), std::int64_t{800});
        QVERIFY(!before(1));
    }

    void whoHasTheIdOrTheRateAlreadyIsLeftAlone() {
        const auto id = twoAxesAt57600().when(registers::SetServoId{{2}, {2}});
        QVERIFY(id && id->requests.empty());
        const auto rate = withRates().when(registers::SetServoBaud{{3}, 57'600});
        QVERIFY(rate && rate->requests.empty());
    }

    void aServoWithoutARegisterForItKeepsItsIdAndRate() {
        registers::ServoModel model = makeSampleModel();
        std::erase_if(model.registers, [](const auto& one) {
            return one.role == registers::Role::servoId || one.role == registers::Role::baudRate;
        });
        Given given = twoAxesAt57600();
        given
            .happened(motion::AxisConfigured{
                sampleAxis(3, 1, 3, std::make_shared<const registers::ServoModel>(model))})
            .happened(motion::AxisObserved{{3}, false, OperatingMode::position});
        const auto id = given.when(registers::SetServoId{{3}, {9}});
        QCOMPARE(outcomeOf(id), std::string("register-unknown"));
        QCOMPARE(outcomeOf(given.when(registers::SetServoBaud{{3}, 57'600})),
                 std::string("register-unknown"));
        // One that answers under another id all the same is the axis it was.
        given.happened(registers::ServoIdChanged{{3}, {3}, {9}});
        QVERIFY(given.model.registers().find({3})->known.empty());
    }

    void anIdOfAnAxisElsewhereOrWithoutAPlaceIsFree() {
        Given given = twoAxesAt57600();
        given.connected(2).axis(3, false, OperatingMode::position, 2);
        // Axis 4 has taken the place of axis 3 and then got another id.
        QVERIFY(given.when(registers::SetServoId{{2}, {3}}));
        given.axis(4, false).happened(motion::AxisConfigured{sampleAxis(5, 1, 4)});
        motion::Axis moved = *sampleAxis(5, 1, 7);
        given.happened(motion::AxisConfigured{std::make_shared<const motion::Axis>(moved)});
        QVERIFY(given.when(registers::SetServoId{{2}, {4}}));
    }

    void torqueElsewhereKeepsNoLinkAtItsRate() {
        Given given = twoAxesAt57600();
        given.happened(motion::TorqueDisabled{{1}});
        given.connected(2).axis(3, true, OperatingMode::position, 2);
        QVERIFY(given.when(bus::SetLinkBaud{{1}, 1'000'000}));
        // What was known of an axis whose place another has taken holds for nobody.
        given.happened(motion::TorqueEnabled{{1}}).happened(motion::AxisConfigured{sampleAxis(4, 1, 1)});
        given.happened(motion::AxisObserved{{4}, false, OperatingMode::position});
        QVERIFY(given.when(bus::SetLinkBaud{{1}, 1'000'000}));
    }

    void onALinkOfUnknownRateReadsAreAsLongAsOnAFastOne() {
        Given given;
        given.happened(bus::BusRestored{{1}}).axis(1, false);
        const auto known = readyAxis().when(registers::ReadAllRegisters{{1}});
        const auto unknown = given.when(registers::ReadAllRegisters{{1}});
        COMPARE_TEXTS(textsOf(unknown->requests), textsOf(known->requests));
        // And the rate that a servo leaves is not claimed to be any.
        given.happened(motion::AxisConfigured{sampleAxis(3, 1, 3, modelWithRates())})
            .happened(motion::AxisObserved{{3}, false, OperatingMode::position});
        const auto decided = registers::decide(given.model.registers(), registers::SetServoBaud{{3}, 57'600});
        COMPARE_TEXTS(textsOf(decided->requests), {"bus 1 registers: baud #3 0 to 57600 @8 01"});
    }

    /// Both meanings of the same bytes of the same length are one read; another length is another.
    void anotherMeaningOfTheBytesIsReadWithThem() {
        registers::ServoModel model = makeSampleModel();
        registers::Register view = *model.find("position_p_gain");
        view.role = registers::Role::none;
        view.isView = true;
        view.name = "same_bytes";
        model.registers.push_back(view);
        view.name = "low_byte";
        view.size = 1;
        model.registers.push_back(view);
        Given given = twoAxesAt57600();
        given.happened(motion::AxisConfigured{
            sampleAxis(3, 1, 3, std::make_shared<const registers::ServoModel>(model))});
        const auto verdict = given.when(registers::WriteRegister{{3}, "position_p_gain", 900});
        COMPARE_TEXTS(textsOf(verdict->requests),
                      {"bus 1 registers: write #3 @84 84 03 verified, read #3 84/1"});
        const auto other = given.when(registers::WriteRegister{{3}, "led", 1});
        COMPARE_TEXTS(textsOf(other->requests), {"bus 1 registers: write #3 @65 01 verified"});
    }

    void noReadOfATableHoldsTheWireForTenMilliseconds() {
        for (const std::uint32_t baud : {57'600u, 115'200u, 1'000'000u}) {
            const double bytes = 14.0 + 11.0 + registers::longestRead(baud) * 1.25;
            QVERIFY2(bytes * 10.0 / baud + 0.0005 <= 0.010, std::to_string(baud).c_str());
        }
        QCOMPARE(int(registers::longestRead(1'000'000)), 32);
        QCOMPARE(int(registers::longestRead(9'600)), 4);
        QCOMPARE(int(registers::longestRead(0)), 32);
    }
};

SERVOLANE_TEST(RegisterBatchDecisions)
#include "batch_test.moc"
