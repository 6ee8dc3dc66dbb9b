// SPDX-License-Identifier: GPL-3.0-or-later
// The parser against streams that nobody should trust.
#include "drivers/dynamixel/instruction.h"
#include "drivers/dynamixel/packet_parser.h"
#include "drivers/dynamixel/status.h"
#include "tests/drivers/dynamixel/wire_bytes.h"
#include "tests/support/test_registry.h"

#include <random>

using namespace servolane;
using namespace servolane::drivers::dynamixel;
using servolane::tests::joined;
using servolane::tests::shown;
using servolane::tests::wire;

namespace {

struct Seen {
    std::uint8_t id;
    std::uint8_t instruction;
    Bytes body;
    friend bool operator==(const Seen&, const Seen&) = default;
};

std::vector<Seen> feedAll(PacketParser& parser, ByteView bytes) {
    std::vector<Seen> seen;
    parser.consume(bytes, [&](const Frame& frame) {
        seen.push_back({frame.id.value, frame.instruction, Bytes(frame.body.begin(), frame.body.end())});
    });
    return seen;
}

std::vector<Seen> parse(ByteView bytes) {
    PacketParser parser;
    return feedAll(parser, bytes);
}

/// Position 166 of servo 1.
Bytes goodStatus() {
    return wire("FF FF FD 00 | 01 | 08 00 | 55 | 00 | A6 00 00 00 | 8C C0");
}
const Seen goodSeen{1, 0x55, {0x00, 0xA6, 0x00, 0x00, 0x00}};

Bytes randomBytes(std::mt19937& random, std::size_t size) {
    // Header bytes are more likely than by chance, so that the interesting paths are walked often.
    static constexpr std::uint8_t likely[] = {0xFF, 0xFF, 0xFD, 0x00, 0x55, 0x01, 0xFE};
    std::uniform_int_distribution<int> any(0, 255);
    Bytes bytes(size);
    for (auto& byte : bytes) {
        const int choice = any(random);
        byte = static_cast<std::uint8_t>(choice < 128 ? likely[choice % 7] : any(random));
    }
    return bytes;
}

Bytes randomStatus(std::mt19937& random) {
    std::uniform_int_distribution<unsigned> id(0, lastServoId);
    std::uniform_int_distribution<std::size_t> size(0, 40);
    const Bytes parameters = randomBytes(random, size(random));
    const auto servo = ServoId{static_cast<std::uint8_t>(id(random))};
    return encodeStatus(servo, StatusError::fromByte(static_cast<std::uint8_t>(id(random))), parameters);
}

} // namespace

class PacketParserTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void findsAFrameSplitAnywhere() {
        const Bytes bytes = goodStatus();
        for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
            PacketParser parser;
            auto seen = feedAll(parser, ByteView(bytes).first(cut));
            QCOMPARE(seen.size(), std::size_t{cut == bytes.size() ? 1U : 0U});
            const auto rest = feedAll(parser, ByteView(bytes).subspan(cut));
            seen.insert(seen.end(), rest.begin(), rest.end());
            QVERIFY(seen == std::vector{goodSeen});
        }
    }

    void findsFramesFedByteByByte() {
        PacketParser parser;
        std::vector<Seen> seen;
        for (const std::uint8_t byte : joined({goodStatus(), goodStatus()})) {
            const auto found = feedAll(parser, ByteView(&byte, 1));
            seen.insert(seen.end(), found.begin(), found.end());
        }
        QVERIFY((seen == std::vector{goodSeen, goodSeen}));
        QCOMPARE(parser.counters().foreignBytes, std::uint64_t{0});
    }

    void findsAFrameBehindGarbage() {
        PacketParser parser;
        const auto seen = feedAll(parser, joined({wire("00 FF FF FF FD FE 55 FF"), goodStatus()}));
        QVERIFY(seen == std::vector{goodSeen});
        QCOMPARE(parser.counters().foreignBytes, std::uint64_t{8});
    }

    /// The last FF of the garbage may be the first of the header.
    void findsAFrameBehindSurplusHeaderBytes() {
        QVERIFY(parse(joined({wire("FF FF"), goodStatus()})) == std::vector{goodSeen});
        QVERIFY(parse(joined({wire("FF FF FD"), goodStatus()})) == std::vector{goodSeen});
        QVERIFY(parse(joined({wire("FF FF FD 00"), goodStatus()})) == std::vector{goodSeen});
    }

    void anAbsurdLengthIsSeenThroughAtOnce() {
        // A header that claims 65,535 bytes to come.
        QVERIFY(parse(joined({wire("FF FF FD 00 | 01 | FF FF"), goodStatus()})) == std::vector{goodSeen});
        // … and ones too short for an instruction and for a status.
        QVERIFY(parse(joined({wire("FF FF FD 00 | 01 | 02 00"), goodStatus()})) == std::vector{goodSeen});
        QVERIFY(parse(joined({wire("FF FF FD 00 | 01 | 03 00 | 55"), goodStatus()})) ==
                std::vector{goodSeen});
    }

    void anIdThatCannotBeIsSeenThrough() {
        QVERIFY(parse(joined({wire("FF FF FD 00 | FD | 04 00"), goodStatus()})) == std::vector{goodSeen});
        QVERIFY(parse(joined({wire("FF FF FD 00 | FF | 04 00"), goodStatus()})) == std::vector{goodSeen});
    }

    /// A plausible false length covers the good frame: it is found once the false one fails its checksum.
    void findsAFrameHiddenBehindAFalseLength() {
        const Bytes hidden =
            joined({wire("FF FF FD 00 | 05 | 14 00 | 55"), goodStatus(), wire("00 00 00 00 00 00 00")});
        PacketParser parser;
        QVERIFY(feedAll(parser, hidden) == std::vector{goodSeen});
        QCOMPARE(parser.counters().corruptFrames, std::uint64_t{1});
    }

    void findsAFrameHiddenBehindAFalseLengthWhenTheLineFallsSilent() {
        PacketParser parser;
        QVERIFY(feedAll(parser, joined({wire("FF FF FD 00 | 05 | 60 00 | 55"), goodStatus()})).empty());
        QVERIFY(parser.abandonPending());
        QVERIFY(feedAll(parser, {}) == std::vector{goodSeen});
        QVERIFY(!parser.abandonPending());
    }

    void aKnownAnswerSizeShortensTheHunt() {
        PacketParser parser;
        parser.limitFrameSize(longestStatusSize(4));
        QVERIFY(feedAll(parser, joined({wire("FF FF FD 00 | 05 | 60 00 | 55"), goodStatus()})) ==
                std::vector{goodSeen});
    }

    void everyTruncationIsFollowedByTheNextGoodFrame() {
        const Bytes bytes = goodStatus();
        for (std::size_t size = 0; size < bytes.size(); ++size) {
            PacketParser parser;
            const Bytes cut(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
            // Enough good frames to fill up what the cut one still claims.
            const auto seen = feedAll(parser, joined({cut, goodStatus(), goodStatus(), goodStatus()}));
            QVERIFY2((seen == std::vector{goodSeen, goodSeen, goodSeen}), qPrintable(QString::number(size)));
        }
    }

    void everySingleDamagedByteIsNoticed() {
        const Bytes bytes = encodeStatus(ServoId{7}, {}, littleEndianBytes(0x00FDFFFF, 4));
        for (std::size_t at = 0; at < bytes.size(); ++at) {
            for (unsigned flip = 1; flip < 256; ++flip) {
                Bytes damaged = bytes;
                damaged[at] = static_cast<std::uint8_t>(damaged[at] ^ flip);
                QVERIFY(parse(damaged).empty());
            }
        }
    }

    void ownEchoAndForeignFramesAreHandedOutAsWhatTheyAre() {
        const Bytes echo = encode(ServoId{1}, ReadRequest{{132, 4}});
        const Bytes foreign = encodeStatus(ServoId{9}, {}, littleEndianBytes(1, 2));
        const auto seen = parse(joined({echo, foreign, goodStatus()}));
        QCOMPARE(seen.size(), std::size_t{3});
        QCOMPARE(int(seen[0].instruction), int(Instruction::read));
        QCOMPARE(int(seen[1].id), 9);
        QVERIFY(seen[2] == goodSeen);
    }

    /// A frame never shows up from inside the parameters of another: stuffing breaks the header up.
    void aFrameInsideParametersIsNotAFrame() {
        const Bytes inner = goodStatus();
        const auto seen = parse(encodeStatus(ServoId{2}, {}, inner));
        QCOMPARE(seen.size(), std::size_t{1});
        QCOMPARE(shown(ByteView(seen[0].body).subspan(1)), shown(inner));
    }

    void corruptMergedReplyIsHandedOutOnlyWhenExpected() {
        Bytes reply;
        beginMergedReply(reply, mergedBlockSize(4));
        appendMergedBlock(reply, ServoId{3}, {}, littleEndianBytes(166, 4));
        reply[10] ^= 1;
        QVERIFY(parse(reply).empty());
        PacketParser parser;
        parser.expectMergedReply(reply.size());
        parser.feed(reply);
        const auto frame = parser.next();
        QVERIFY(frame.has_value());
        QVERIFY(!frame->crcHolds);
    }

    void framesSurviveBetweenRandomGarbage() {
        for (unsigned seed = 1; seed <= 300; ++seed) {
            std::mt19937 random(seed);
            std::uniform_int_distribution<std::size_t> length(0, 60);
            Bytes stream;
            std::vector<Bytes> sent;
            for (int frame = 0; frame < 20; ++frame) {
                const Bytes garbage = randomBytes(random, length(random));
                const Bytes status = randomStatus(random);
                stream = joined({stream, garbage, status});
                sent.push_back(status);
            }
            PacketParser parser;
            std::vector<Bytes> found;
            const auto note = [&](const Frame& frame) {
                if (const auto status = statusFrom(frame))
                    found.push_back(encodeStatus(status->id, status->error, status->parameters));
            };
            parser.consume(stream, note);
            while (parser.abandonPending())
                parser.consume({}, note);
            QVERIFY2(found == sent,
                     qPrintable(QString("seed %1: %2 of %3").arg(seed).arg(found.size()).arg(sent.size())));
        }
    }

    /// Pure noise in random pieces: no crash, and nothing but what checks out by its own CRC.
    void pureNoiseYieldsNoFalseFrame() {
        std::uint64_t bytes = 0;
        for (unsigned seed = 1; seed <= 200; ++seed) {
            std::mt19937 random(seed);
            std::uniform_int_distribution<std::size_t> length(1, 700);
            PacketParser parser(512);
            for (int piece = 0; piece < 30; ++piece) {
                const Bytes noise = randomBytes(random, length(random));
                bytes += noise.size();
                parser.consume(noise, [](const Frame& frame) {
                    Bytes again;
                    appendFrame(again, frame.id, static_cast<Instruction>(frame.instruction), frame.body);
                    QVERIFY2(again.size() <= frame.wireSize + frame.body.size() / 3 + 1,
                             "a frame that was never sent");
                });
                QVERIFY(!parser.writable().empty());
            }
            QVERIFY(parser.counters().foreignBytes + parser.pending().size() > 0);
        }
        QVERIFY(bytes > 1'000'000);
    }

    void aFrameLargerThanTheBufferIsGarbage() {
        PacketParser parser(64);
        const Bytes large = encodeStatus(ServoId{1}, {}, Bytes(100, 0x11));
        QVERIFY(feedAll(parser, joined({large, goodStatus()})) == std::vector{goodSeen});
    }

    void clearForgetsAPartialFrame() {
        PacketParser parser;
        const Bytes bytes = goodStatus();
        feedAll(parser, ByteView(bytes).first(9));
        QCOMPARE(parser.pending().size(), std::size_t{9});
        parser.clear();
        QVERIFY(feedAll(parser, ByteView(bytes).subspan(9)).empty());
        QVERIFY(feedAll(parser, bytes) == std::vector{goodSeen});
    }
};

SERVOLANE_TEST(PacketParserTest)
#include "packet_parser_test.moc"
