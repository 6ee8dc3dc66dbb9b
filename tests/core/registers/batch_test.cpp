// SPDX-License-Identifier: GPL-3.0-or-later
// Several registers as one command; and what changes how a servo is reached.
#include "tests/core/motion/given.h"

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

std::shared_ptr<const registers::ServoModel> modelWithRates() {
    registers::ServoModel model = makeSampleModel();
    for (auto& of : model.registers)
        if (of.role == registers::Role::baudRate) of.values = {{1, "57600"}, {3, "1000000"}};
    return std::make_shared<const registers::ServoModel>(std::move(model));
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

    void oneRefusalRefusesTheBatch() {
        const auto verdict =
            twoAxesAt57600().when(WriteRegisters{{2}, {{"position_p_gain", 900}, {"goal_position", 1}}, {}});
        QCOMPARE(outcomeOf(verdict), std::string("motion-register"));
        QCOMPARE(verdict.error().subject, std::string("goal_position"));
        QCOMPARE(outcomeOf(twoAxesAt57600().when(WriteRegisters{{1}, {{"homing_offset", 1}}, {}})),
                 std::string("eeprom-while-torque-on"));
    }

    void aModeInABatchGoesFirstAndIsLearned() {
        const auto verdict =
            twoAxesAt57600().when(WriteRegisters{{2}, {{"position_p_gain", 900}, {"operating_mode", 4}}, {}});
        COMPARE_TEXTS(
            textsOf(verdict->requests),
            {"bus 1 registers: write #2 @11 04 verified, read #2 108/4, read #2 112/4, write #2 @84 84 "
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

    void noReadOfATableHoldsTheWireForTenMilliseconds() {
        for (const std::uint32_t baud : {57'600u, 115'200u, 1'000'000u}) {
            const double bytes = 14.0 + 11.0 + registers::longestRead(baud) * 1.25;
            QVERIFY2(bytes * 10.0 / baud + 0.0005 <= 0.010, std::to_string(baud).c_str());
        }
        QCOMPARE(int(registers::longestRead(1'000'000)), 32);
        QCOMPARE(int(registers::longestRead(9'600)), 4);
    }
};

SERVOLANE_TEST(RegisterBatchDecisions)
#include "batch_test.moc"
