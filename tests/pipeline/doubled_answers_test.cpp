// SPDX-License-Identifier: GPL-3.0-or-later
// A line that gives every answer twice (fault plan of the simulated bus), read by the real drivers: what is
// delivered is what the servo holds now, never what it held before.
#include "drivers/families/families.h"
#include "drivers/simulator/simulated_bus.h"
#include "drivers/transport/pipe_transport.h"
#include "tests/pipeline/workbench.h"
#include "tests/support/test_registry.h"

#include <QtTest/QTest>

using namespace servolane;
using namespace std::chrono_literals;
using drivers::simulator::makeSimulatedBus;
using registers::Role;

namespace {

/// One servo on a line where each answer comes `share` of the times twice.
struct DoublingLine {
    TestClock clock;
    Waker waker;
    std::shared_ptr<drivers::simulator::SimulatedBus> simulated;
    std::unique_ptr<drivers::PipeTransport> transport;
    std::unique_ptr<bus::ServoBus> servos;
    std::shared_ptr<const registers::ServoModel> model;

    DoublingLine(const std::string& family, std::uint32_t baud, double share = 1.0) {
        const drivers::Family* of = drivers::familyNamed(family);
        drivers::simulator::BusSpec spec;
        spec.protocol = family;
        spec.model = std::string(of->simulated.model);
        spec.count = 1;
        spec.baud = baud;
        drivers::simulator::BusSettings settings;
        settings.faults = {*drivers::simulator::parseFaultSpec("duplicate=" + std::to_string(share))};
        simulated = *makeSimulatedBus(drivers::simulatedFamilies(), spec, *tests::Workbench::models(),
                                      settings, clock.now());
        transport = std::make_unique<drivers::PipeTransport>(simulated, clock, waker);
        bus::LineSettings line;
        line.baud = baud;
        if (!transport->open(line)) qFatal("the line does not open");
        servos = of->make(*transport, clock, *tests::Workbench::models());
        model = tests::Workbench::models()->find(std::string_view(spec.model));
    }
    bool write(const registers::Register& of, std::int64_t raw) {
        return servos->write({1}, of.address, of.bytesFrom(raw)).has_value();
    }
    /// As the feedback cycle does it.
    std::int64_t cycle(const registers::Register& of) {
        bus::GroupRead group;
        group.entries.push_back({{1}, of.span()});
        if (!servos->prepareGroup(group) || !servos->readGroup(group)) return -1;
        if (group.entries[0].state != bus::SlotState::answered) return -2;
        return of.rawFrom(ByteView(group.data).first(of.size));
    }
    std::int64_t read(const registers::Register& of) {
        Bytes bytes(of.size);
        return servos->read({1}, of.address, bytes) ? of.rawFrom(bytes) : -1;
    }
};

class DoubledAnswersTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aCycleDeliversWhatTheServoHoldsNow_data() {
        QTest::addColumn<QString>("family");
        QTest::addColumn<unsigned>("baud");
        QTest::addColumn<int>("pause"); // ms between two transactions
        for (const int pause : {0, 5}) {
            const auto row = [&](const char* family, unsigned baud) {
                QTest::addRow("%s at %u, %d ms between", family, baud, pause)
                    << QString::fromLatin1(family) << baud << pause;
            };
            row("dynamixel2", 1'000'000);
            row("dynamixel2", 57'600);
            row("dynamixel1", 1'000'000);
            row("feetech", 1'000'000);
            row("modbus", 115'200);
            row("modbus", 19'200);
        }
    }
    void aCycleDeliversWhatTheServoHoldsNow() {
        QFETCH(QString, family);
        QFETCH(unsigned, baud);
        QFETCH(int, pause);
        DoublingLine line(family.toStdString(), baud);
        QVERIFY(line.servos->ping({1}));
        // Any setting will do that holds a range of numbers and moves nothing.
        const registers::Register* of = nullptr;
        for (const Role role : {Role::positionPGain, Role::profileVelocity, Role::profileAcceleration})
            if (!of) of = line.model->find(role);
        QVERIFY(of);
        for (int i = 1; i <= 20; ++i) {
            QVERIFY2(line.write(*of, i), qPrintable(QString::number(i)));
            line.clock.advance(std::chrono::milliseconds{pause});
            for (int again = 0; again < 3; ++again) {
                QCOMPARE(line.cycle(*of), std::int64_t{i});
                line.clock.advance(std::chrono::milliseconds{pause});
            }
            QCOMPARE(line.read(*of), std::int64_t{i});
            line.clock.advance(std::chrono::milliseconds{pause});
        }
        QVERIFY(line.servos->counters().doubleAnswers > 0);
    }

    /// Two registers of one size: the copy of the first was taken for the second.
    void modbusTakesNoCopyForAnotherRegister() {
        for (const std::uint32_t baud : {115'200U, 19'200U}) {
            DoublingLine line("modbus", baud);
            QVERIFY(line.servos->ping({1}));
            DoublingLine clean("modbus", baud, 0.0);
            QVERIFY(clean.servos->ping({1}));
            int compared = 0;
            for (int round = 0; round < 3; ++round)
                for (const registers::Register& of : line.model->registers) {
                    const bool isSetting = of.access == registers::Access::readWrite && !of.isUnreadable;
                    if (!isSetting || !of.place) continue;
                    QCOMPARE(line.read(of), clean.read(of));
                    ++compared;
                }
            QVERIFY(compared > 20);
        }
    }
};

SERVOLANE_TEST(DoubledAnswersTest)

} // namespace
#include "doubled_answers_test.moc"
