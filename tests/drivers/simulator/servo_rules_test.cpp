// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/drivers/simulator/servo_bench.h"
#include "tests/support/test_registry.h"

#include <QtTest/QTest>
#include <cmath>

using namespace servolane;
using namespace servolane::drivers::simulator;
using namespace std::chrono_literals;
using registers::OperatingMode;
using registers::Role;
using tests::ServoBench;

class ServoRulesTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void eepromIsClosedWhileTorqueIsOn() {
        ServoBench bench;
        QCOMPARE(bench.set(Role::temperatureLimit, 70), Refusal::none);
        (void)bench.set(Role::torqueEnable, 1);
        QCOMPARE(bench.set(Role::temperatureLimit, 60), Refusal::access);
        QCOMPARE(bench.get(Role::temperatureLimit), 70);
    }

    void refusesByTheNumbersOfTheSheet() {
        ServoBench bench;
        QCOMPARE(bench.set(Role::returnDelay, 255), Refusal::dataRange);
        QCOMPARE(bench.set(Role::presentPosition, 0), Refusal::access);
        QCOMPARE(bench.set(Role::operatingMode, 2), Refusal::dataRange);
        QCOMPARE(bench.servo.write(116, Bytes{0, 0}), Refusal::dataLength);
        QCOMPARE(bench.servo.write(117, Bytes{0, 0, 0}), Refusal::dataLength);
        QCOMPARE(bench.servo.write(66, Bytes{1}), Refusal::access);
        QCOMPARE(bench.servo.write(2000, Bytes{1}), Refusal::access);
        (void)bench.set(Role::maxPositionLimit, 3000);
        QCOMPARE(bench.set(Role::goalPosition, 3001), Refusal::dataLimit);
        QCOMPARE(bench.set(Role::goalVelocity, 201), Refusal::dataLimit);
        (void)bench.set(Role::pwmLimit, 400);
        QCOMPARE(bench.set(Role::goalPwm, -401), Refusal::dataLimit);
        (void)bench.set(Role::currentLimit, 100);
        QCOMPARE(bench.set(Role::goalCurrent, 101), Refusal::dataLimit);
    }

    void aRefusedWriteChangesNothing() {
        ServoBench bench;
        (void)bench.set(Role::torqueEnable, 1);
        // Profile acceleration, profile velocity and a goal out of range in one write.
        Bytes bytes(12, 0);
        bytes[0] = 5;
        bytes[4] = 9;
        putLittleEndian(MutableByteView(bytes).subspan(8), 5000);
        QCOMPARE(bench.servo.write(108, bytes), Refusal::dataLimit);
        QCOMPARE(bench.get(Role::profileAcceleration), 0);
        QCOMPARE(bench.get(Role::profileVelocity), 0);
    }

    void gapsReadAsZerosAndTheEndIsRefused() {
        ServoBench bench;
        Bytes bytes;
        QCOMPARE(bench.servo.read({14, 6}, bytes), Refusal::none);
        QVERIFY(bytes == Bytes(6, 0));
        QCOMPARE(bench.servo.read({251, 2}, bytes), Refusal::access);
    }

    void torqueOnStartsFromWhereItStands() {
        ServoBench bench;
        (void)bench.set(Role::goalPosition, 4000);
        (void)bench.set(Role::torqueEnable, 1);
        bench.run(500ms);
        QVERIFY(std::abs(bench.get(Role::presentPosition) - 2048) < 50);
    }

    void modeChangeResetsWhatTheManualSays() {
        ServoBench bench;
        (void)bench.set(Role::positionPGain, 300);
        (void)bench.set(Role::profileVelocity, 50);
        (void)bench.set(Role::goalPwm, 100);
        bench.switchTo(OperatingMode::extendedPosition);
        QCOMPARE(bench.get(Role::positionPGain), 800);
        QCOMPARE(bench.get(Role::profileVelocity), 0);
        QCOMPARE(bench.get(Role::goalPwm), 885);
        QCOMPARE(bench.get(Role::goalCurrent), 1193);
    }

    void overloadSwitchesOffUntilReboot() {
        ServoBench bench;
        (void)bench.set(Role::torqueEnable, 1);
        bench.servo.setJammed(true);
        (void)bench.set(Role::goalPosition, 4000);
        bench.run(1s);
        QVERIFY(!bench.servo.hasAlert());
        bench.run(3s);
        QCOMPARE(bench.get(Role::hardwareError), 0x20);
        QCOMPARE(bench.get(Role::torqueEnable), 0);
        QVERIFY(bench.servo.hasAlert());
        (void)bench.set(Role::torqueEnable, 1);
        QCOMPARE(bench.get(Role::torqueEnable), 0);
        bench.servo.setJammed(false);
        bench.servo.reboot();
        QVERIFY(!bench.servo.isAwake(bench.now + 300ms));
        bench.run(1s);
        QVERIFY(bench.servo.isAwake(bench.now));
        QCOMPARE(bench.get(Role::hardwareError), 0);
        (void)bench.set(Role::torqueEnable, 1);
        QCOMPARE(bench.get(Role::torqueEnable), 1);
    }

    void shutdownMaskDecidesWhatSwitchesOff() {
        ServoBench bench;
        (void)bench.set(Role::torqueEnable, 1);
        bench.servo.setUndervolted(true);
        bench.run(500ms);
        QCOMPARE(bench.get(Role::hardwareError), 0x01);
        QCOMPARE(bench.get(Role::torqueEnable), 1); // mask 52 does not contain it
        QVERIFY(bench.get(Role::inputVoltage) < 95);
        bench.servo.overheat();
        QCOMPARE(bench.get(Role::hardwareError), 0x05);
        QCOMPARE(bench.get(Role::torqueEnable), 0);
        QVERIFY(bench.get(Role::presentTemperature) >= 80);
    }

    void stalledMotorGetsHot() {
        ServoBench bench;
        (void)bench.set(Role::shutdown, 0);
        (void)bench.set(Role::torqueEnable, 1);
        bench.servo.setJammed(true);
        (void)bench.set(Role::goalPosition, 4000);
        bench.run(5min);
        QVERIFY((bench.get(Role::hardwareError) & 0x04) != 0);
        bench.servo.setJammed(false);
        (void)bench.set(Role::torqueEnable, 0);
        bench.run(2h);
        QVERIFY(bench.get(Role::presentTemperature) < 35);
    }

    void watchdogStopsAServoThatHearsNothing() {
        ServoBench bench;
        bench.switchTo(OperatingMode::velocity);
        (void)bench.set(Role::torqueEnable, 1);
        (void)bench.set(Role::profileAcceleration, 10);
        QCOMPARE(bench.set(Role::busWatchdog, 5), Refusal::none); // 100 ms
        (void)bench.set(Role::goalVelocity, 100);
        for (int i = 0; i < 20; ++i) {
            bench.run(90ms);
            bench.servo.heardInstruction();
        }
        QVERIFY(bench.get(Role::presentVelocity) > 90);
        bench.run(99ms);
        QCOMPARE(bench.get(Role::busWatchdog), 5);
        bench.run(1s);
        QCOMPARE(bench.get(Role::busWatchdog), -1);
        QVERIFY(std::abs(bench.get(Role::presentVelocity)) <= 1);
        QCOMPARE(bench.get(Role::profileAcceleration), 0);
        QCOMPARE(bench.get(Role::torqueEnable), 1);
        QCOMPARE(bench.set(Role::goalVelocity, 50), Refusal::dataRange);
        QCOMPARE(bench.set(Role::busWatchdog, 5), Refusal::dataRange);
        QCOMPARE(bench.set(Role::busWatchdog, 0), Refusal::none);
        QCOMPARE(bench.set(Role::goalVelocity, 50), Refusal::none);
    }

    void watchdogTripsInASkippedStretchToo() {
        ServoBench bench;
        (void)bench.set(Role::torqueEnable, 1);
        (void)bench.set(Role::busWatchdog, 127);
        bench.run(2s);
        QCOMPARE(bench.get(Role::busWatchdog), 127);
        bench.run(600ms);
        QCOMPARE(bench.get(Role::busWatchdog), -1);
    }

    void registeredWriteWaitsForItsAction() {
        ServoBench bench;
        QCOMPARE(bench.servo.action(), Refusal::instruction);
        QCOMPARE(bench.servo.registerWrite(65, Bytes{1}), Refusal::none);
        QCOMPARE(bench.get("registered_instruction"), 1);
        QCOMPARE(bench.get("led"), 0);
        QCOMPARE(bench.servo.action(), Refusal::none);
        QCOMPARE(bench.get("led"), 1);
        QCOMPARE(bench.get("registered_instruction"), 0);
        QCOMPARE(bench.servo.registerWrite(132, Bytes{1, 0, 0, 0}), Refusal::access);
    }

    void indirectDataLeadsElsewhere() {
        ServoBench bench;
        for (std::uint16_t i = 0; i < 4; ++i)
            QCOMPARE(
                bench.servo.write(static_cast<std::uint16_t>(168 + 2 * i), littleEndianBytes(116 + i, 2)),
                Refusal::none);
        QCOMPARE(bench.servo.write(176, littleEndianBytes(65, 2)), Refusal::none);
        (void)bench.set(Role::torqueEnable, 1);
        QCOMPARE(bench.servo.write(224, Bytes{0xB8, 0x0B, 0, 0, 1}), Refusal::none); // goal 3000, LED on
        QCOMPARE(bench.get(Role::goalPosition), 3000);
        QCOMPARE(bench.get("led"), 1);
        Bytes read;
        QCOMPARE(bench.servo.read({224, 5}, read), Refusal::none);
        QVERIFY(read == (Bytes{0xB8, 0x0B, 0, 0, 1}));
        QCOMPARE(bench.servo.write(224, Bytes{0xB8, 0x0B}), Refusal::dataLength);
    }

    void indirectDataIsMemoryByDefault() {
        ServoBench bench;
        QCOMPARE(bench.get("indirect_address_3"), 226);
        QCOMPARE(bench.servo.write(226, Bytes{77}), Refusal::none);
        QCOMPARE(bench.get("indirect_data_3"), 77);
    }

    void rebootForgetsRamAndKeepsEeprom() {
        ServoBench bench;
        (void)bench.set(Role::temperatureLimit, 66);
        (void)bench.set(Role::positionPGain, 300);
        (void)bench.set(Role::torqueEnable, 1);
        bench.servo.reboot();
        bench.run(1s);
        QCOMPARE(bench.get(Role::temperatureLimit), 66);
        QCOMPARE(bench.get(Role::positionPGain), 800);
        QCOMPARE(bench.get(Role::torqueEnable), 0);
    }

    void startupConfigurationTurnsTorqueOn() {
        ServoBench bench;
        (void)bench.set("startup_configuration", 1);
        bench.servo.reboot();
        bench.run(1s);
        QCOMPARE(bench.get(Role::torqueEnable), 1);
    }

    void goalTurnsTorqueOnWhereTheDriveModeSaysSo() {
        ServoBench bench;
        (void)bench.set(Role::driveMode, 8);
        (void)bench.set(Role::goalPosition, 2500);
        QCOMPARE(bench.get(Role::torqueEnable), 1);
        bench.run(2s);
        QVERIFY(std::abs(bench.get(Role::presentPosition) - 2500) <= 5);
    }

    void factoryResetKeepsWhatItsScopeSays() {
        for (const auto scope :
             {bus::ResetScope::all, bus::ResetScope::keepId, bus::ResetScope::keepIdAndBaud}) {
            ServoBench bench;
            (void)bench.set(Role::servoId, 9);
            (void)bench.set(Role::baudRate, 3);
            (void)bench.set(Role::temperatureLimit, 66);
            bench.servo.factoryReset(scope);
            bench.run(1s);
            QCOMPARE(bench.get(Role::servoId), scope == bus::ResetScope::all ? 1 : 9);
            QCOMPARE(bench.get(Role::baudRate), scope == bus::ResetScope::keepIdAndBaud ? 3 : 1);
            QCOMPARE(bench.get(Role::temperatureLimit), 80);
        }
    }

    void backupBringsGainsBack() {
        ServoBench bench;
        QCOMPARE(bench.servo.restoreBackup(), Refusal::resultFail);
        (void)bench.set(Role::positionPGain, 345);
        (void)bench.set(Role::temperatureLimit, 66);
        QCOMPARE(bench.servo.storeBackup(), Refusal::none);
        QCOMPARE(bench.get("backup_ready"), 1);
        (void)bench.set(Role::positionPGain, 100);
        (void)bench.set(Role::temperatureLimit, 50);
        QCOMPARE(bench.servo.restoreBackup(), Refusal::none);
        bench.run(1s);
        QCOMPARE(bench.get(Role::positionPGain), 345);
        QCOMPARE(bench.get(Role::temperatureLimit), 66);
        (void)bench.set(Role::torqueEnable, 1);
        QCOMPARE(bench.servo.storeBackup(), Refusal::resultFail);
    }

    void turnsAreClearedOnlyAtRest() {
        ServoBench bench;
        bench.switchTo(OperatingMode::velocity);
        (void)bench.set(Role::torqueEnable, 1);
        (void)bench.set(Role::goalVelocity, 100);
        bench.run(3s);
        QCOMPARE(bench.servo.clearTurns(), Refusal::resultFail);
    }
};

SERVOLANE_TEST(ServoRulesTest)
#include "servo_rules_test.moc"
