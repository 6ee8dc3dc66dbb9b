// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/ff/frame_parser.h"

#include "tests/drivers/dynamixel/wire_bytes.h"
#include "tests/support/test_registry.h"

#include <random>

using namespace servolane;
using namespace servolane::drivers::ff;
using tests::joined;
using tests::wire;

namespace {

const Bytes shortAnswer = wire("FF FF 01 04 00 18 05 DD");

class FrameParserTest : public QObject {
    Q_OBJECT

    static std::size_t framesIn(const Bytes& bytes) {
        FrameParser parser;
        std::size_t frames = 0;
        parser.consume(bytes, [&](const Frame&) { ++frames; });
        return frames;
    }

private Q_SLOTS:
    void findsAFrameFedByteByByte() {
        FrameParser parser;
        for (std::size_t at = 0; at < shortAnswer.size(); ++at) {
            QVERIFY(!parser.next());
            QCOMPARE(parser.feed(ByteView(shortAnswer).subspan(at, 1)), std::size_t{1});
        }
        const auto frame = parser.next();
        QVERIFY(frame);
        QCOMPARE(int(frame->id.value), 1);
        QCOMPARE(frame->wireSize, shortAnswer.size());
        QCOMPARE(frame->parameters.size(), std::size_t{2});
        QCOMPARE(parser.counters().foreignBytes, std::uint64_t{0});
    }

    void findsItBehind_data() {
        QTest::addColumn<QString>("garbage");
        QTest::newRow("one FF more") << "FF";
        QTest::newRow("many FF") << "FF FF FF FF FF";
        QTest::newRow("noise") << "00 12 FE FF 07";
        QTest::newRow("a length that cannot be") << "FF FF 05 01";
        QTest::newRow("a checksum that does not hold") << "FF FF 01 04 00 18 05 DE";
        QTest::newRow("the cut beginning of a frame") << "FF FF 01 04 00";
    }
    void findsItBehind() {
        QFETCH(QString, garbage);
        const Bytes before = wire(garbage.toStdString());
        // A cut frame takes bytes of the next one for its own: only a second good frame can show that.
        const Bytes all = joined({before, shortAnswer, shortAnswer});
        QVERIFY2(framesIn(all) >= 1, qPrintable(garbage));
        FrameParser parser;
        parser.consume(all, [&](const Frame& frame) { QCOMPARE(int(frame.parameters[0]), 0x18); });
        QVERIFY(parser.counters().foreignBytes >= static_cast<std::uint64_t>(before.size()));
    }

    void afterSilenceAFalseHeaderGivesUpWhatItHid() {
        FrameParser parser;
        const Bytes hidden = joined({wire("FF FF 01 40"), shortAnswer});
        parser.feed(hidden);
        QVERIFY(!parser.next());
        QVERIFY(parser.abandonPending());
        const auto frame = parser.next();
        QVERIFY(frame && frame->wireSize == shortAnswer.size());
        QVERIFY(!parser.abandonPending());
    }

    void aFrameLongerThanExpectedIsChance() {
        FrameParser parser;
        parser.limitFrameSize(bareSize + 2);
        const Bytes all = joined({wire("FF FF 01 40"), shortAnswer});
        parser.feed(all);
        QVERIFY(parser.next());
    }

    void aFrameThatEqualsTheRequestIsItsEcho() {
        FrameParser parser;
        const Bytes request = wire("FF FF 01 02 01 FB");
        parser.expect({}, request);
        parser.feed(joined({request, wire("FF FF 01 02 00 FC")}));
        const auto echo = parser.find();
        QVERIFY(echo && !echo->isAnswer && parser.sawEcho());
        const auto reply = parser.find();
        QVERIFY(reply && reply->isAnswer);
    }

    void noByteStreamBreaksIt() {
        std::mt19937 dice(7);
        FrameParser parser;
        std::uint64_t fed = 0;
        std::uint64_t framed = 0;
        for (int round = 0; round < 2000; ++round) {
            Bytes bytes(dice() % 80);
            for (auto& byte : bytes)
                byte = static_cast<std::uint8_t>(dice() % 3 == 0 ? 0xFF : dice());
            fed += bytes.size();
            parser.consume(bytes, [&](const Frame& frame) {
                framed += frame.wireSize;
                QVERIFY(frame.parameters.size() == frame.wireSize - bareSize);
                static_cast<void>(decodeRequest(frame));
            });
            if (dice() % 10 == 0) parser.abandonPending();
        }
        QCOMPARE(parser.counters().foreignBytes + framed + parser.pending().size(), fed);
    }
};

SERVOLANE_TEST(FrameParserTest)

} // namespace

#include "frame_parser_test.moc"
