// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/machine/machine_file.h"

#include "tests/support/test_registry.h"

#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>
#include <fstream>

using namespace servolane;
using namespace servolane::drivers::machine;

namespace {

motion::Machine someMachine() {
    motion::AxisSettings lift{"Lift", {3.5, -12.25, true, 5.0, "mm"}, {}, motion::StopReaction::hold};
    lift.limits = {Range<Position>{{-1.5}, {80.25}},
                   Velocity{12.0},
                   Acceleration{0.5},
                   Current{1.1},
                   Temperature{60.0},
                   Position{2.0},
                   Position{0.1 + 0.2}};
    motion::Machine machine;
    machine.axes.push_back({{"left arm", "dynamixel2", ServoId{5}, "XM430-W350"}, lift});
    machine.axes.push_back({{"/dev/ttyUSB0", "dynamixel2", ServoId{5}, "XL430-W250"}, {"Pän", {}, {}, {}}});
    machine.rights = {{}, {"Halt", "MoveAxis"}};
    return machine;
}

constexpr const char* axis =
    R"("bus": "a", "protocol": "dynamixel2", "id": 1, "model": "XM430-W350", "name": "Pan")";

} // namespace

class MachineFileTest : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    [[nodiscard]] std::filesystem::path file() const {
        return folder_.path().toStdString() + "/machine.json";
    }
    void put(const std::string& text) const { std::ofstream(file()) << text; }

private Q_SLOTS:
    void returnsAMachineAsItWas() {
        QVERIFY(writeMachine(file(), someMachine()));
        const auto back = readMachine(file());
        QVERIFY2(back, back ? "" : back.error().detail.c_str());
        QVERIFY(*back == someMachine());
        QCOMPARE(machineText(*back), machineText(someMachine()));
    }

    void aMissingFileIsNotABrokenOne() {
        QVERIFY(readMachine(folder_.path().toStdString() + "/none.json").error().code == ErrorCode::notFound);
    }

    void whatIsLeftOutIsAsItComes() {
        put(std::string(R"({"schema": 1, "axes": [{)") + axis + "}]}");
        const auto read = readMachine(file());
        QVERIFY2(read, read ? "" : read.error().detail.c_str());
        QVERIFY(read->axes.at(0).settings == (motion::AxisSettings{"Pan", {}, {}, {}}));
        QVERIFY(read->rights == access::defaultRights());
    }

    void namesThePlaceAndWhatWasExpected_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("complaint");
        const auto with = [](const char* more) {
            return QString(R"({"schema": 1, "axes": [{%1, %2}]})").arg(axis, more);
        };
        QTest::newRow("no JSON") << QString("{\n  \"schema\": 1,,") << QString(":2:");
        QTest::newRow("no schema") << QString("{}") << QString("/schema: expected 1, found nothing");
        QTest::newRow("a later schema")
            << QString(R"({"schema": 2, "ages": []})") << QString("/schema: expected an integer from 1 to 1");
        QTest::newRow("unknown member")
            << QString(R"({"schema": 1, "axises": []})") << QString("/axises: expected a known key");
        QTest::newRow("no axis") << QString(R"({"schema": 1, "axes": [1]})")
                                 << QString("/axes/0: expected an object");
        QTest::newRow("no bus") << QString(R"({"schema": 1, "axes": [{"id": 1}]})")
                                << QString("/axes/0/bus: expected a text, found nothing");
        QTest::newRow("blank name") << with(R"("unit": " ")")
                                    << QString("/axes/0/unit: expected a text that is not empty");
        // Bug: it was taken over, and broke lists and tables.
        QTest::newRow("line break") << with(R"("unit": "a\nb")")
                                    << QString("/axes/0/unit: expected a text without line breaks and tabs");
        QTest::newRow("gear") << with(R"("gear": 0)") << QString("/axes/0/gear: expected a number from");
        QTest::newRow("pitch") << with(R"("units_per_turn": -5)")
                               << QString("/axes/0/units_per_turn: expected a number from");
        QTest::newRow("unit") << with(R"("unit": "furlongs a fortnight")")
                              << QString("/axes/0/unit: expected at most 12 bytes");
        QTest::newRow("travel") << with(R"("limits": {"travel": [90, -90]})")
                                << QString("/axes/0/limits/travel: expected two numbers, the smaller first");
        QTest::newRow("limit") << with(R"("limits": {"velocity": -1})")
                               << QString("/axes/0/limits/velocity: expected a number above 0, found -1");
        QTest::newRow("unknown limit")
            << with(R"("limits": {"speed": 1})") << QString("/axes/0/limits/speed: expected a known key");
        QTest::newRow("reaction") << with(R"("stop_reaction": "explode")")
                                  << QString("/axes/0/stop_reaction: expected torque-off, hold or");
        QTest::newRow("twins") << QString(R"({"schema": 1, "axes": [{%1}, {%1}]})").arg(axis)
                               << QString("/axes/1/id: expected an id that no other axis of this bus has");
        QTest::newRow("a key twice")
            << with(R"("limits": {"velocity": 10, "velocity": 99})")
            << QString("/axes/0/limits/velocity: expected a key that stands once, found \"velocity\" twice");
        QTest::newRow("unknown right")
            << QString(R"({"schema": 1, "rights": {"viewer": ["Dance"], "operator": []}})")
            << QString("/rights/viewer/0: expected the name of a command, found \"Dance\"");
        QTest::newRow("the engineer's")
            << QString(R"({"schema": 1, "rights": {"viewer": [], "operator": ["Halt", "SendRawPacket"]}})")
            << QString("/rights/operator/1: expected a command that is not the");
    }
    void namesThePlaceAndWhatWasExpected() {
        QFETCH(QString, text);
        QFETCH(QString, complaint);
        put(text.toStdString());
        const auto read = readMachine(file());
        QVERIFY(!read);
        QVERIFY(read.error().code == ErrorCode::invalid);
        const QString detail = QString::fromStdString(read.error().detail);
        QVERIFY2(detail.contains(complaint), qPrintable(detail));
        QVERIFY2(detail.contains("machine.json"), qPrintable(detail));
    }

    void aFailedWriteLeavesTheOldFile() {
        QVERIFY(writeMachine(file(), someMachine()));
        QVERIFY(!writeMachine(file().string() + "/below", someMachine()));
        QVERIFY(*readMachine(file()) == someMachine());
    }
};

SERVOLANE_TEST(MachineFileTest)
#include "machine_file_test.moc"
