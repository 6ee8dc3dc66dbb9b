// SPDX-License-Identifier: GPL-3.0-or-later
// The bus of Modbus drives on a scripted line: what goes out, byte by byte, and what is made of the answers.
#include "drivers/catalog/catalog.h"
#include "drivers/line/half_duplex_line.h"
#include "drivers/modbus/modbus.h"
#include "drivers/simulator/simulated_bus.h"
#include "tests/drivers/dynamixel/scripted_transport.h"
#include "tests/drivers/dynamixel/wire_bytes.h"
#include "tests/support/test_registry.h"

#include <QtTest/QTest>
#include <array>
#include <filesystem>

using namespace servolane;
using namespace servolane::drivers;
using bus::SlotState;
using registers::Role;
using tests::ScriptedTransport;
using tests::wire;

namespace {

const registers::ModelCatalog& models() {
    static const auto all = [] {
        const std::array folders{std::filesystem::path(std::getenv("SERVOLANE_SOURCE_DIR")) /
                                 "resources/servos"};
        return catalog::loadCatalog(folders).catalog;
    }();
    return all;
}

Bytes withCrc(std::string_view bytes) {
    Bytes frame = wire(bytes);
    std::uint16_t crc = 0xFFFF;
    for (const std::uint8_t byte : frame) {
        crc = static_cast<std::uint16_t>(crc ^ byte);
        for (int bit = 0; bit < 8; ++bit)
            crc = static_cast<std::uint16_t>((crc & 1) != 0 ? crc >> 1 ^ 0xA001 : crc >> 1);
    }
    frame.push_back(static_cast<std::uint8_t>(crc));
    frame.push_back(static_cast<std::uint8_t>(crc >> 8));
    return frame;
}

struct Line {
    TestClock clock;
    Waker waker;
    ScriptedTransport transport{clock, waker};
    std::unique_ptr<bus::ServoBus> bus = modbus::makeBus(transport, clock, models());

    std::shared_ptr<const registers::ServoModel> model(const char* name = "Modbus drive (CiA 402)") {
        return models().find(std::string_view(name));
    }
    /// Unit 1 is known to be a drive of the program's own map, which has the mark 534C at 128.
    void find() {
        transport.answer(wire("01 83 02 C0 F1")); // no register 3200
        transport.answer(withCrc("01 03 02 53 4C"));
        QVERIFY(bus->ping({1}));
        sent();
    }
    void answer(std::string_view bytes) { transport.answer(wire(bytes)); }
    /// What was sent since the last call.
    std::vector<Bytes> sent() {
        const auto& all = transport.written();
        std::vector<Bytes> fresh(all.begin() + static_cast<std::ptrdiff_t>(told_), all.end());
        told_ = all.size();
        return fresh;
    }

private:
    std::size_t told_ = 0;
};

class ModbusBusTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// A search that had asked other families before lost the first unit of a simulated line.
    void theSimulatorForgetsBytesOfAnotherFamilyAfterASilence() {
        simulator::BusSpec spec;
        spec.baud = 19'200;
        Time now{std::chrono::seconds{1000}};
        simulator::SimulatedBus bus(modbus::simulated(), spec,
                                    {{models().find(std::string_view("Modbus drive (CiA 402)")), ServoId{1}}},
                                    {}, now);
        bus.hostBaud(spec.baud);
        bus.receive(wire("FF FF E5 02 01 17"), now); // "01 17" begins a read and write of any length
        now += std::chrono::milliseconds{10};        // the bytes take 3.1 ms, 3.5 characters 1.8 ms
        bus.receive(withCrc("01 03 00 80 00 01"), now);
        const auto due = bus.nextOutput();
        QVERIFY(due);
        std::array<std::uint8_t, 64> answer{};
        const std::size_t size = bus.take(answer, now + std::chrono::seconds{1});
        QCOMPARE(Bytes(answer.begin(), answer.begin() + static_cast<std::ptrdiff_t>(size)),
                 withCrc("01 03 02 53 4C"));
    }

    void aDriveIsKnownByTheMarksOfItsProfile() {
        Line line;
        line.transport.answer(wire("01 83 02 C0 F1"));
        line.transport.answer(withCrc("01 03 02 53 4C"));
        const auto found = line.bus->ping({1});
        QVERIFY(found);
        QCOMPARE(found->modelNumber, 1U);
        const auto sent = line.sent();
        QCOMPARE(sent.size(), std::size_t{2});
        QVERIFY(sent[1] == withCrc("01 03 00 80 00 01"));
    }

    void aUnitOfNoKnownKindIsFoundWithoutAModel() {
        Line line;
        line.transport.answerAlways({{std::chrono::milliseconds(1), wire("01 83 02 C0 F1")}});
        const auto found = line.bus->ping({1});
        QVERIFY(found);
        QCOMPARE(found->modelNumber, 0U);
    }

    void nobodyIsThereWhereNothingAnswers() {
        Line line;
        const auto found = line.bus->ping({7});
        QVERIFY(!found && found.error().code == ErrorCode::timeout);
        QCOMPARE(line.sent().size(), std::size_t{1});
    }

    void aGroupOfRegistersIsReadInOneRequest() {
        Line line;
        line.find();
        bus::GroupRead group;
        const auto* position = line.model()->find(Role::presentPosition);
        const auto* moving = line.model()->find(Role::moving);
        const auto size = static_cast<std::uint16_t>(moving->address + 1 - position->address);
        group.entries.push_back({ServoId{1}, {position->address, size}});
        QVERIFY(line.bus->prepareGroup(group));
        line.answer("01 03 14 06 37 00 01 FF FE 79 60 FF FF FF 06 FF F1 00 00 01 E0 00 23 92 41");
        QVERIFY(line.bus->readGroup(group));
        QVERIFY(line.sent() == std::vector<Bytes>{wire("01 03 00 40 00 0A C4 19")});
        QVERIFY(group.entries[0].state == SlotState::answered && !group.entries[0].alert);
        QCOMPARE(position->rawFrom(group.data), std::int64_t{-100'000});
        const auto* speed = line.model()->find(Role::presentVelocity);
        QCOMPARE(speed->rawFrom(ByteView(group.data).subspan(speed->address - position->address)),
                 std::int64_t{-250});
        QCOMPARE(int(group.data[moving->address - position->address]), 0); // target reached
    }

    /// Registers of another length are read first: a drive answers in the order in which it was asked.
    void aLateAnswerIsNotTakenForTheNextOneOfTheSameDrive() {
        using namespace std::chrono_literals;
        for (const Duration late : {Duration(200ms), Duration(230ms), Duration(400ms)}) {
            Line line;
            line.find();
            const auto* position = line.model()->find(Role::presentPosition); // two registers
            Bytes into(position->size);
            const auto read = [&] { return line.bus->read({1}, position->address, into); };
            line.transport.answer(withCrc("01 03 04 00 00 00 6F"), late);
            const Time asked = line.clock.now();
            QVERIFY(read().error().code == ErrorCode::timeout);
            QVERIFY(line.clock.now() - asked < late);
            line.clock.advance(std::max(Duration{}, late - (line.clock.now() - asked) - 20ms));
            line.transport.answer(withCrc("01 03 02 12 34"), 25ms); // the late one comes before it
            line.transport.answer(withCrc("01 03 04 00 00 00 DE"));
            QVERIFY(read());
            QCOMPARE(position->rawFrom(into), std::int64_t{222});
            QCOMPARE(line.sent().size(), std::size_t{3});
            line.transport.answer(withCrc("01 03 04 00 00 01 4D"));
            QVERIFY(read());
            QCOMPARE(position->rawFrom(into), std::int64_t{333});
            QCOMPARE(line.sent().size(), std::size_t{1}); // nothing else any more
        }
    }

    void aDriveThatDoesNotAnswerTheOtherReadIsNotRead() {
        Line line;
        line.find();
        const auto* position = line.model()->find(Role::presentPosition);
        Bytes into(position->size);
        for (int tries = 0; tries < 2; ++tries)
            QVERIFY(line.bus->read({1}, position->address, into).error().code == ErrorCode::timeout);
        const auto sent = line.sent();
        QCOMPARE(sent.size(), std::size_t{2});
        QVERIFY(sent[0] != sent[1]);
        line.clock.advance(HalfDuplexLine::latestAnswer);
        line.transport.answer(withCrc("01 03 04 00 00 00 DE"));
        QVERIFY(line.bus->read({1}, position->address, into));
        QCOMPARE(line.sent().size(), std::size_t{1});
    }

    void aFaultInTheStatuswordIsAnAlert() {
        Line line;
        line.find();
        const auto* moving = line.model()->find(Role::moving);
        line.transport.answer(withCrc("01 03 02 02 18"));
        Bytes into(1);
        const auto reply = line.bus->read({1}, moving->address, into);
        QVERIFY(reply && reply->alert);
    }

    void theLowWordComesFirstWhereTheProfileSaysSo() {
        Line line;
        line.transport.answer(withCrc("01 03 02 02 50"));
        const auto found = line.bus->ping({1});
        QVERIFY(found);
        QCOMPARE(found->modelNumber, 2U);
        QVERIFY(line.sent().front() == withCrc("01 03 32 00 00 01"));
        const auto model = line.model("Kinco FD/CD/JD");
        const auto* speed = model->find(Role::goalVelocity);
        QCOMPARE(speed->manualAddress(), 0x6F00U);
        line.answer("01 10 6F 00 00 02 5C DC");
        QVERIFY(line.bus->write({1}, speed->address, speed->bytesFrom(0x0008'5555)));
        QVERIFY(line.sent() == std::vector<Bytes>{wire("01 10 6F 00 00 02 04 55 55 00 08 1A 47")});
    }

    void torqueOnWalksThroughTheStateMachine() {
        Line line;
        line.find();
        line.transport.answer(withCrc("01 03 02 02 50")); // switch on disabled
        line.answer("01 06 00 00 00 06 09 C8");
        line.transport.answer(withCrc("01 03 02 02 31")); // ready to switch on
        line.answer("01 06 00 00 00 07 C8 08");
        line.transport.answer(withCrc("01 03 02 02 33")); // switched on
        line.answer("01 06 00 00 00 0F C9 CE");
        line.transport.answer(withCrc("01 03 02 02 33")); // it takes its time
        line.transport.answer(withCrc("01 03 02 02 37")); // operation enabled
        const auto* torque = line.model()->find(Role::torqueEnable);
        QVERIFY(line.bus->write({1}, torque->address, torque->bytesFrom(1)));
        std::vector<Bytes> words;
        for (const Bytes& request : line.sent())
            if (request[1] == 0x06) words.push_back(request);
        const std::vector<Bytes> expected{wire("01 06 00 00 00 06 09 C8"), wire("01 06 00 00 00 07 C8 08"),
                                          wire("01 06 00 00 00 0F C9 CE")};
        QVERIFY(words == expected);
    }

    void aDriveInFaultIsNotSwitchedOn() {
        Line line;
        line.find();
        line.transport.answer(withCrc("01 03 02 02 18"));
        const auto* torque = line.model()->find(Role::torqueEnable);
        const auto reply = line.bus->write({1}, torque->address, torque->bytesFrom(1));
        QVERIFY(!reply && reply.error().code == ErrorCode::refused);
        QCOMPARE(reply.error().detail, std::string("unit 1: statusword 0x0218 (fault)"));
        QCOMPARE(line.sent().size(), std::size_t{1});
    }

    void aGoalIsStartedByAnEdgeAndAcknowledged() {
        Line line;
        line.find();
        line.answer("01 10 00 02 00 02 E0 08");
        line.transport.answer(withCrc("01 03 02 06 37")); // enabled
        line.answer("01 06 00 00 00 3F C9 DA");
        line.transport.answer(withCrc("01 03 02 02 37"));
        line.transport.answer(withCrc("01 03 02 12 37")); // acknowledged
        line.transport.answer(withCrc("01 06 00 00 00 2F"));
        const auto* goal = line.model()->find(Role::goalPosition);
        QVERIFY(line.bus->write({1}, goal->address, goal->bytesFrom(100'000)));
        const auto sent = line.sent();
        QCOMPARE(sent.size(), std::size_t{6});
        QVERIFY(sent[0] == wire("01 10 00 02 00 02 04 00 01 86 A0 41 AE"));
        QVERIFY(sent[2] == wire("01 06 00 00 00 3F C9 DA"));
        QVERIFY(sent[5] == withCrc("01 06 00 00 00 2F"));
    }

    /// The words that start a goal would switch on a drive that somebody has shut down.
    void aGoalForADriveWithoutPowerStartsNothing() {
        Line line;
        line.find();
        line.answer("01 10 00 02 00 02 E0 08");
        line.transport.answer(withCrc("01 03 02 02 31")); // ready to switch on
        const auto* goal = line.model()->find(Role::goalPosition);
        QVERIFY(line.bus->write({1}, goal->address, goal->bytesFrom(100'000)));
        QCOMPARE(line.sent().size(), std::size_t{2});
    }

    void aRefusalSaysWhy() {
        Line line;
        line.find();
        line.answer("01 86 03 02 61");
        const auto* mode = line.model()->find(Role::operatingMode);
        const auto reply = line.bus->write({1}, mode->address, mode->bytesFrom(1));
        QVERIFY(line.sent() == std::vector<Bytes>{wire("01 06 00 01 00 01 19 CA")});
        QVERIFY(!reply && reply.error().code == ErrorCode::refused);
        QCOMPARE(reply.error().detail, std::string("unit 1: exception 3 (illegal value)"));
    }

    void aSilentDriveIsATimeoutAndADamagedAnswerIsNot() {
        Line line;
        line.find();
        const auto* mode = line.model()->find(Role::operatingMode);
        Bytes into(2);
        QVERIFY(line.bus->read({1}, mode->address, into).error().code == ErrorCode::timeout);
        line.answer("01 03 02 00 01 00 00");
        QVERIFY(line.bus->read({1}, mode->address, into).error().code == ErrorCode::corrupt);
    }

    void betweenTwoRequestsTheLineIsSilentAsTheStandardSays() {
        Line line;
        constexpr Duration byteTime = std::chrono::microseconds{87};
        line.transport.setTiming({byteTime, {}});
        line.find();
        const auto* mode = line.model()->find(Role::operatingMode);
        Bytes into(2);
        line.transport.answer(withCrc("01 03 02 00 01"));
        QVERIFY(line.bus->read({1}, mode->address, into));
        const Time heard = line.clock.now();
        line.transport.answer(withCrc("01 03 02 00 01"), {});
        QVERIFY(line.bus->read({1}, mode->address, into));
        QVERIFY(line.clock.now() - heard >= std::chrono::microseconds{1750} + 8 * byteTime);
    }

    void aStopBreaksOffTheWayToTorque() {
        Line line;
        line.find();
        line.transport.answer(withCrc("01 03 02 02 50"));
        line.transport.onWait([&] {
            if (line.transport.written().size() > 4) line.waker.wake();
        });
        const auto* torque = line.model()->find(Role::torqueEnable);
        const auto reply = line.bus->write({1}, torque->address, torque->bytesFrom(1));
        QVERIFY(!reply);
    }
};

SERVOLANE_TEST(ModbusBusTest)

} // namespace

#include "modbus_bus_test.moc"
