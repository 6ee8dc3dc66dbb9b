// SPDX-License-Identifier: GPL-3.0-or-later
// Wire monitor and bus doctor on the simulated bus, through the real driver.
#include "app/workstation/finding_text.h"
#include "core/bus/read/bus_doctor.h"
#include "core/bus/read/wire_log.h"
#include "tests/pipeline/workbench.h"
#include "tests/support/test_registry.h"

#include <QtTest/QTest>
#include <set>

using namespace servolane;
using namespace std::chrono_literals;
using bus::Check;
using bus::Finding;
using bus::Grade;
using journal::CommandState;
using tests::Workbench;

namespace {

constexpr BusId first{1};

std::vector<bus::WirePacket> packetsOf(const bus::WireLog& log) {
    std::vector<bus::WirePacket> packets;
    for (auto number = log.first(); number < log.end; ++number)
        packets.push_back(log.at(number));
    return packets;
}

bus::BusFacts factsOf(Workbench& bench, const bus::LinkMeasured& before = {}) {
    const auto buses = bench.workstation->readModels().buses.read();
    const auto axes = bench.workstation->readModels().axes.read();
    return bus::busFactsFrom(bus::since(*buses->find(first), before), axes->axes);
}

Finding examined(Workbench& bench, Check check) {
    for (const Finding& finding : bus::examine(factsOf(bench)))
        if (finding.check == check) return finding;
    return {};
}

void move(Workbench& bench, std::uint16_t axis, double target) {
    QVERIFY(bench.perform(motion::SetTorque{{axis}, true}).state == CommandState::confirmed);
    QVERIFY(bench.perform(motion::MoveAxis{{axis}, {target}, Velocity{250.0}, Acceleration{2000.0}}).state ==
            CommandState::confirmed);
}

} // namespace

class WirePipelineTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void packetsNameTheRegistersTheyAreAbout_data() {
        QTest::addColumn<QString>("line");
        QTest::addColumn<QString>("name");
        QTest::addColumn<QStringList>("wanted");
        QTest::newRow("DYNAMIXEL 2.0")
            << "dynamixel2:2@1000000"
            << "temperature_limit"
            << QStringList{"temperature_limit 60 degC", "present_position", "present_velocity 0 deg/s"};
        QTest::newRow("DYNAMIXEL 1.0")
            << "dynamixel1:1@1000000"
            << "temperature_limit" << QStringList{"temperature_limit 60 degC", "present_speed 0 deg/s"};
        QTest::newRow("Feetech") << "feetech:2@1000000"
                                 << "max_temperature"
                                 << QStringList{"max_temperature 60 degC", "present_speed 0 deg/s"};
        QTest::newRow("Modbus") << "modbus:1@115200"
                                << "profile_velocity"
                                << QStringList{"statusword", "profile_velocity 2.16 deg/s"};
    }
    void packetsNameTheRegistersTheyAreAbout() {
        QFETCH(QString, line);
        QFETCH(QString, name);
        QFETCH(QStringList, wanted);
        Workbench bench;
        if (line.startsWith("modbus"))
            bench.connect(line.toStdString(), 50.0, 115'200);
        else
            bench.connect(line.toStdString());
        api::WireMonitor& wire = bench.workstation->wireMonitor();
        QVERIFY(wire.watch(first, {}));
        static_cast<void>(bench.perform(registers::WriteRegister{{1}, name.toStdString(), 60}));
        bench.run(300ms);
        const auto log = wire.log();
        QStringList all;
        for (const bus::WirePacket& packet : packetsOf(*log))
            all << QString::fromUtf8(packet.text.data(), static_cast<qsizetype>(packet.text.size()));
        for (const QString& text : wanted)
            QVERIFY2(
                all.join(QLatin1Char('\n')).contains(text),
                qPrintable(text + QStringLiteral(" is not in\n") + all.join(QLatin1Char('\n')).left(4000)));
    }

    void everyPacketIsHeardBothWaysAndUnderstood() {
        Workbench bench;
        bench.connect("dynamixel2:2@1000000");
        api::WireMonitor& wire = bench.workstation->wireMonitor();
        QCOMPARE(wire.log()->size(), std::uint64_t{0});
        QVERIFY(wire.watch(first, {}));
        const Time before = bench.clock.now();
        QVERIFY(bench.perform(registers::WriteRegister{{1}, "position_p_gain", 900}).state ==
                CommandState::confirmed);
        bench.run(100ms);
        const auto log = wire.log();
        const auto packets = packetsOf(*log);
        std::set<std::string> seen;
        Time last = before;
        for (const bus::WirePacket& packet : packets) {
            seen.insert(std::string(packet.instruction) + " " + std::to_string(packet.id));
            QVERIFY(packet.trouble == bus::WireTrouble::none);
            QVERIFY2(packet.at >= last, qPrintable(QString::number(packet.number)));
            last = packet.at;
        }
        QVERIFY(seen.contains("write 1"));
        QVERIFY(seen.contains("read 1")); // the read-back
        QVERIFY(seen.contains("status 1"));
        const auto write = std::find_if(packets.begin(), packets.end(),
                                        [](const auto& packet) { return packet.instruction == "write"; });
        QVERIFY2(write->text.starts_with("address 84 ← 900 · position_p_gain 7.03"),
                 std::string(write->text).c_str());
        const auto answer = std::next(write);
        QVERIFY(answer->direction == bus::WireDirection::in);
        QCOMPARE(answer->id, 1);
        // Return delay and nine bytes and more at 1 Mbit/s lie between them.
        QVERIFY(answer->at - write->at > 500us);
    }

    void theMonitorChangesNothingOfTheBus() {
        Workbench bench;
        bench.connect("dynamixel2:3@1000000", 0.0);
        const auto cyclesIn = [&](Duration span) {
            const auto cycles = [&] {
                return bench.workstation->readModels().buses.read()->find(first)->measured.cycles;
            };
            const auto before = cycles();
            bench.run(span);
            return cycles() - before;
        };
        const auto closed = cyclesIn(2s);
        bench.workstation->wireMonitor().watch(first, {});
        const auto open = cyclesIn(2s);
        QVERIFY2(open + 5 >= closed && closed + 5 >= open,
                 qPrintable(QString("%1 %2").arg(closed).arg(open)));
        bench.workstation->wireMonitor().unwatch(first, {});
        bench.run(100ms);
        const auto kept = bench.workstation->wireMonitor().log()->end;
        bench.run(1s);
        QCOMPARE(bench.workstation->wireMonitor().log()->end, kept);
    }

    void spoiledAnswersAreShownAsSuch() {
        Workbench bench;
        bench.connect("dynamixel2:2@1000000");
        bench.workstation->wireMonitor().watch(first, {});
        QVERIFY(bench.perform(bus::InjectFault{first, "corrupt=0.5"}).state == CommandState::confirmed);
        bench.run(1s);
        std::size_t damaged = 0;
        for (const auto& packet : packetsOf(*bench.workstation->wireMonitor().log()))
            if (packet.trouble != bus::WireTrouble::none) {
                ++damaged;
                QVERIFY(packet.direction == bus::WireDirection::in);
            }
        QVERIFY2(damaged > 50, qPrintable(QString::number(damaged)));
    }

    void aReturnDelayIsFoundWrittenAndFoundGone() {
        Workbench bench;
        bench.connect("dynamixel2:3@1000000");
        bench.run(1s);
        const Finding found = examined(bench, Check::returnDelay);
        QVERIFY(found.grade == Grade::warning);
        QCOMPARE(found.servos.size(), std::size_t{3});
        QVERIFY(found.possible > 1.2 * found.now);
        QVERIFY(app::sentenceOf(found).find("Servos 1, 2 and 3 wait up to 500 µs") != std::string::npos);
        for (const AxisId axis : found.axes)
            QVERIFY(bench.perform(registers::WriteRegister{axis, "return_delay_time", 0}).state ==
                    CommandState::confirmed);
        bench.run(1s);
        const Finding mended = examined(bench, Check::returnDelay);
        QVERIFY(mended.grade == Grade::good);
        const double limit = factsOf(bench).bus.measured.wireLimit;
        QVERIFY2(std::abs(limit - found.possible) < 0.02 * limit, qPrintable(QString::number(limit)));
        QVERIFY(factsOf(bench).servos.at(0).measured.turnaround < 200e-6);
    }

    void aWriteOfTheDelayIsRefusedWhileTorqueIsOn() {
        Workbench bench;
        bench.connect("dynamixel2:1@1000000");
        QVERIFY(bench.perform(motion::SetTorque{{1}, true}).state == CommandState::confirmed);
        const auto refused = bench.perform(registers::WriteRegister{{1}, "return_delay_time", 0});
        QVERIFY(refused.state == CommandState::rejected);
        QVERIFY(refused.rejection.code == api::RejectionCode::eepromWhileTorqueOn);
    }

    void turnaroundIsTheReturnDelayAndALittle() {
        Workbench bench;
        bench.connect("dynamixel2:2@1000000");
        bench.run(3s);
        for (const auto& servo : factsOf(bench).servos) {
            QVERIFY(servo.measured.timed > 5);
            QVERIFY2(std::abs(servo.measured.turnaround - 500e-6) < 150e-6,
                     qPrintable(QString::number(servo.measured.turnaround * 1e6)));
            QVERIFY(servo.measured.turnaroundLongest >= servo.measured.turnaround);
        }
        QVERIFY(examined(bench, Check::turnaround).grade == Grade::good);
    }

    void twoServosWithOneIdAreSuspected() {
        Workbench bench;
        bench.connect("dynamixel2:4@1000000");
        bench.run(1s);
        QVERIFY(examined(bench, Check::sameId).grade == Grade::good);
        QVERIFY(bench.perform(bus::InjectFault{first, "duplicate-id=2:4"}).state == CommandState::confirmed);
        bench.run(3s);
        const Finding suspicion = examined(bench, Check::sameId);
        QVERIFY2(suspicion.grade == Grade::warning, app::sentenceOf(suspicion).c_str());
        QVERIFY(suspicion.servos.front() == ServoId{2});
    }

    void silentServosAndErrorsAreFound() {
        Workbench bench;
        bench.connect("dynamixel2:3@1000000");
        QVERIFY(bench.perform(bus::InjectFault{first, "silent=3"}).state == CommandState::confirmed);
        bench.run(1s);
        const Finding silence = examined(bench, Check::silence);
        QVERIFY(silence.grade == Grade::fault);
        QCOMPARE(silence.servos.size(), std::size_t{1});
        QVERIFY(silence.servos.front() == ServoId{3});
        QVERIFY(examined(bench, Check::errors).count > 0);
    }

    void theSupplyIsJudgedOnceSomethingHasMoved() {
        Workbench bench;
        bench.connect("dynamixel2:1@1000000");
        bench.run(2s);
        QVERIFY(examined(bench, Check::supply).why == bus::Unjudged::notUnderLoad);
        for (int round = 0; round < 6; ++round) {
            move(bench, 1, round % 2 == 0 ? 300.0 : 40.0);
            bench.run(1200ms);
        }
        const Finding supply = examined(bench, Check::supply);
        QVERIFY2(supply.grade != Grade::unjudged, app::sentenceOf(supply).c_str());
        QVERIFY(supply.measured <= supply.wanted);
        QVERIFY(supply.wanted > 10.0 && supply.wanted < 13.0);
    }

    void everyFindingHasItsWords() {
        Workbench bench;
        bench.connect("dynamixel2:2@57600", 200.0, 57600);
        bench.run(1s);
        QCOMPARE(factsOf(bench).servos.size(), std::size_t{2});
        for (const Finding& finding : bus::examine(factsOf(bench))) {
            QVERIFY(!app::titleOf(finding.check).empty());
            const std::string sentence = app::sentenceOf(finding);
            QVERIFY2(sentence.ends_with('.'), sentence.c_str());
            QCOMPARE(app::remedyText(finding).empty(), finding.remedy == bus::Remedy::none);
        }
        const Finding rate = examined(bench, Check::lineRate);
        QVERIFY2(rate.wanted > 1e6, app::sentenceOf(rate).c_str());
        QVERIFY(rate.possible > rate.now);
    }
};

SERVOLANE_TEST(WirePipelineTest)

/// Adapters that go and come.
class HotPlugTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aRecordingGoesOnWhenTheAdapterComesBackUnderAnotherName() {
        std::string now;
        Workbench bench({.buses = [&now, plain = app::busFactory(Workbench::models())](
                                      const bus::LinkSettings& link, Clock& clock, const Waker& stop) {
            auto parts = plain(link, clock, stop);
            if (parts) parts->findAgain = [&now] { return now; };
            return parts;
        }});
        bench.connect("dynamixel2:2@1000000");
        const std::string path = bench.folder.filePath("plug.servolane").toStdString();
        QVERIFY(bench.perform(session::StartRecording{path, "plug", {}}).state == CommandState::confirmed);
        QVERIFY(bench.perform(motion::SetTorque{{1}, true}).state == CommandState::confirmed);
        bench.run(500ms);
        const double before = bench.position(1);
        QVERIFY(bench.perform(bus::InjectFault{first, "unplug=0ms-2s"}).state == CommandState::confirmed);
        bench.run(1s);
        QVERIFY(link(bench).state == bus::LinkState::lost);
        QVERIFY(bench.axis(1).silent);
        now = "sim:dynamixel2:2@1000000,seed=7";
        bench.run(4s);
        QVERIFY(link(bench).state == bus::LinkState::open);
        QCOMPARE(link(bench).link.line.path, now);
        QCOMPARE(bench.workstation->readModels().buses.read()->buses.size(), std::size_t{1});
        QCOMPARE(bench.workstation->readModels().axes.read()->axes.size(), std::size_t{2});
        QVERIFY(!bench.axis(1).silent);
        QVERIFY(bench.axis(1).torque.has_value()); // asked again
        QVERIFY(std::abs(bench.position(1) - before) < 1.0);
        QVERIFY(bench.axis(1).activity == motion::Activity::none);
        const auto board = bench.workstation->readModels().recording.read();
        QVERIFY(board->named.has_value());
        const auto samples = board->named->samples;
        bench.run(1s);
        QVERIFY(bench.workstation->readModels().recording.read()->named->samples > samples);
        // The name it had is free again, the one it has now is not.
        bus::LinkSettings again;
        again.line.path = now;
        QVERIFY(bench.perform(bus::ConnectBus{again}).rejection.code == api::RejectionCode::busAlreadyOpen);
    }

private:
    static bus::BusView link(Workbench& bench) {
        return *bench.workstation->readModels().buses.read()->find(first);
    }
};

SERVOLANE_TEST(HotPlugTest)
#include "wire_test.moc"
