// SPDX-License-Identifier: GPL-3.0-or-later
// Where Feetech's bus differs from that of DYNAMIXEL Protocol 1.0, on a scripted line.
#include "core/registers/return_level.h"
#include "drivers/feetech/feetech.h"
#include "tests/drivers/dynamixel/scripted_transport.h"
#include "tests/drivers/dynamixel/wire_bytes.h"
#include "tests/support/test_registry.h"

using namespace servolane;
using namespace servolane::drivers;
using bus::SlotState;
using tests::ScriptedTransport;
using tests::wire;

namespace {

struct Line {
    TestClock clock;
    Waker waker;
    ScriptedTransport transport{clock, waker};
    std::unique_ptr<bus::ServoBus> bus = feetech::makeBus(transport, clock);
};

Bytes answer(std::uint8_t id, std::string_view parameters, std::uint8_t status = 0) {
    return ff::encodeAnswer(ServoId{id}, status, wire(parameters));
}

class FeetechBusTest : public QObject {
    Q_OBJECT

    static bus::GroupRead feedbackOfTwo(bus::ServoBus& servos, bool known) {
        bus::GroupRead group;
        servos.allowFastGroupRead({1}, known);
        servos.allowFastGroupRead({2}, known);
        group.entries.push_back({ServoId{1}, {56, 8}});
        group.entries.push_back({ServoId{2}, {56, 8}});
        return group;
    }

private Q_SLOTS:
    void theByteOrderTellsHowTheModelIsRead_data() {
        QTest::addColumn<QString>("identity");
        QTest::addColumn<unsigned>("model");
        QTest::newRow("STS3215") << "03 0A 00 09 03" << 777U;
        QTest::newRow("SM8512BL") << "03 0A 00 08 2C" << 11272U;
        QTest::newRow("SCS0009") << "01 05 01 05 04" << 1284U;
        // Bug: its firmware was taken for a byte order, and with the id for a servo of the SCS series.
        QTest::newRow("an AX-12A of DYNAMIXEL 1.0") << "0C 00 18 05 01" << 0U;
    }
    void theByteOrderTellsHowTheModelIsRead() {
        QFETCH(QString, identity);
        QFETCH(unsigned, model);
        Line line;
        line.transport.answer(answer(1, ""));
        line.transport.answer(answer(1, identity.toStdString()));
        const auto found = line.bus->ping({1});
        QVERIFY(found);
        QCOMPARE(found->modelNumber, model);
    }

    void aGroupIsReadAtOnce() {
        Line line;
        auto group = feedbackOfTwo(*line.bus, true);
        QVERIFY(line.bus->prepareGroup(group));
        line.transport.answer(
            wire("FF FF 01 0A 00 00 08 00 00 00 00 4A 21 81  FF FF 02 0A 00 E8 03 2C 81 78 04 4A 22 73"));
        QVERIFY(line.bus->readGroup(group));
        QVERIFY(line.transport.written().at(0) == wire("FF FF FE 06 82 38 08 01 02 36"));
        QVERIFY(group.data == wire("00 08 00 00 00 00 4A 21  E8 03 2C 81 78 04 4A 22"));
    }

    void servosThatDoNotKnowTheSyncReadAreReadOneByOne() {
        Line line;
        auto group = feedbackOfTwo(*line.bus, false);
        QVERIFY(line.bus->prepareGroup(group));
        line.transport.answer(answer(1, "00 08 00 00 00 00 4A 21"));
        line.transport.answer(answer(2, "E8 03 2C 81 78 04 4A 22", feetech::status_bit::overload));
        QVERIFY(line.bus->readGroup(group));
        QCOMPARE(line.transport.written().size(), std::size_t{2});
        QVERIFY(group.entries[1].state == SlotState::answered && group.entries[1].alert);
    }

    void aStatusRefusesNothing() {
        Line line;
        line.transport.answer(answer(1, "", 0x2F));
        const auto reply = line.bus->write({1}, 42, wire("00 08"));
        QVERIFY(reply && reply->alert);
    }

    void theLevelOfReadsDoesNotAnswerWrites() {
        Line line;
        line.bus->setStatusReturnLevel({1}, registers::answersReads);
        line.transport.answer(answer(1, "18 05"));
        Bytes bytes(2);
        QVERIFY(line.bus->read({1}, 56, bytes));
        const auto reply = line.bus->write({1}, 40, wire("01"));
        QVERIFY(reply && !reply->confirmed);
    }

    void aRebootIsNotAnswered() {
        Line line;
        const auto reply = line.bus->reboot({1});
        QVERIFY(reply && !reply->confirmed);
        QVERIFY(line.transport.written().at(0) == wire("FF FF 01 02 08 F4"));
    }

    void aResetKeepsTheIdAndNothingElse() {
        Line line;
        QVERIFY(line.bus->factoryReset({1}, bus::ResetScope::all).error().code == ErrorCode::unsupported);
        line.transport.answer(answer(1, ""));
        QVERIFY(line.bus->factoryReset({1}, bus::ResetScope::keepId));
    }
};

SERVOLANE_TEST(FeetechBusTest)

} // namespace

#include "feetech_bus_test.moc"
