// SPDX-License-Identifier: GPL-3.0-or-later
// From chunks of a tap to packets of a log, with a format of its own: a packet is its length and so many
// bytes less one.
#include "core/bus/read/wire_filter.h"
#include "core/bus/read/wire_log_projection.h"
#include "core/bus/read/wire_table.h"
#include "tests/support/test_registry.h"

#include <QtTest/QTest>

using namespace servolane;
using namespace servolane::bus;
using namespace std::chrono_literals;

namespace {

class LengthFormat final : public WireFormat {
public:
    WirePart first(ByteView bytes) const override {
        if (bytes.front() == 0) return {1, false};
        return bytes.size() < bytes.front() ? WirePart{} : WirePart{bytes.front(), true};
    }
    WireWords describe(ByteView packet, WireDirection direction, ByteView request) const override {
        WireWords words;
        words.id = packet.size() > 1 ? packet[1] : WireWords::everyone;
        words.instruction = direction == WireDirection::out ? "ask" : "answer";
        words.text =
            "Packet of " + std::to_string(packet.size()) + ", asked " + std::to_string(request.size());
        if (packet.back() == 0xEE) words.trouble = WireTrouble::refused;
        return words;
    }
};
const LengthFormat format;
constexpr BusId one{1};

Time at(Duration span) {
    return Time{10s} + span;
}

/// A bus that is watched.
struct Wire {
    explicit Wire(std::size_t budget = WireLogProjection::usualBudget)
        : projection(taps, budget) {
        taps.add(one, {tap, &format});
    }
    void out(const Bytes& bytes, Duration when) { hear(WireDirection::out, bytes, when); }
    void in(const Bytes& bytes, Duration when) { hear(WireDirection::in, bytes, when); }
    void hear(WireDirection direction, const Bytes& bytes, Duration when) {
        if (tap->isOpen()) tap->record(direction, bytes, at(when), 10us);
    }
    const WireLog& publish(Duration when) {
        projection.publish(at(when));
        log = projection.log();
        return *log;
    }

    WireTaps taps;
    std::shared_ptr<WireTap> tap = std::make_shared<WireTap>();
    WireLogProjection projection;
    std::shared_ptr<const WireLog> log;
};

std::string textOf(const WirePacket& packet) {
    return std::string(packet.direction == WireDirection::out ? "> " : "< ") + hexText(packet.bytes);
}
std::vector<std::string> textsOf(const WireLog& log) {
    std::vector<std::string> texts;
    for (auto number = log.first(); number < log.end; ++number)
        texts.push_back(textOf(log.at(number)));
    return texts;
}
using Texts = std::vector<std::string>;

} // namespace

class WireLogTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void nothingIsKeptBeforeSomebodyWatches() {
        Wire wire;
        wire.out({2, 7}, 0ms);
        QCOMPARE(wire.publish(100ms).size(), std::uint64_t{0});
        QVERIFY(wire.projection.watch(one));
        QVERIFY(!wire.projection.watch({9}));
        wire.out({2, 7}, 110ms);
        QCOMPARE(textsOf(wire.publish(200ms)), Texts{"> 02 07"});
        QVERIFY(wire.log->isWatched(one));
        wire.out({2, 8}, 210ms);
        wire.projection.unwatch(one); // what was heard by then is told
        QCOMPARE(textsOf(wire.publish(300ms)), (Texts{"> 02 07", "> 02 08"}));
        QVERIFY(!wire.log->isWatched(one));
        QVERIFY(!wire.tap->isOpen());
    }

    /// Bug: whoever stopped watching stopped it for everybody.
    void oneWatcherThatLeavesLeavesTheOthersWatching() {
        constexpr bus::WireWatcher window{};
        constexpr bus::WireWatcher other{7};
        Wire wire;
        QVERIFY(wire.projection.watch(one, window) && wire.projection.watch(one, other));
        wire.publish(50ms);
        QVERIFY(wire.log->isWatched(one, window) && wire.log->isWatched(one, other));
        wire.projection.unwatch(one, window);
        wire.projection.unwatch(one, window); // of which nothing more comes
        wire.publish(100ms);
        QVERIFY(!wire.log->isWatched(one, window) && wire.log->isWatched(one, other));
        QVERIFY(!wire.log->isWatchedBy(window));
        wire.out({2, 7}, 110ms);
        QCOMPARE(textsOf(wire.publish(150ms)), Texts{"> 02 07"});
        wire.projection.leave(other);
        wire.publish(200ms);
        QVERIFY(!wire.log->isWatched(one));
        QVERIFY(!wire.tap->isOpen());
    }

    void anAnswerInPiecesIsOnePacketWithItsTime() {
        Wire wire;
        wire.projection.watch(one);
        wire.out({2, 7}, 1ms);
        wire.in({4, 7}, 2ms);
        wire.publish(50ms);
        QCOMPARE(wire.log->size(), std::uint64_t{1});
        wire.in({1, 2, 3, 9, 9}, 3ms);
        QCOMPARE(textsOf(wire.publish(90ms)), (Texts{"> 02 07", "< 04 07 01 02", "< 03 09 09"}));
        const WirePacket answer = wire.log->at(1);
        // Three bytes came behind it in the same go, 10 µs each.
        QVERIFY(answer.at == at(3ms) - 30us);
        QVERIFY(wire.log->at(2).at == at(3ms));
        QCOMPARE(answer.text, std::string_view("Packet of 4, asked 2"));
        QCOMPARE(answer.id, 7);
    }

    void whatIsNeverCompletedIsNoise() {
        Wire wire;
        wire.projection.watch(one);
        wire.in({5, 1}, 1ms);
        wire.out({2, 7}, 4ms); // the host has given up
        wire.in({6, 6}, 5ms);
        QCOMPARE(wire.publish(40ms).size(), std::uint64_t{2});
        QVERIFY(wire.log->at(0).trouble == WireTrouble::noise);
        QCOMPARE(textsOf(wire.publish(200ms)), (Texts{"< 05 01", "> 02 07", "< 06 06"}));
        QVERIFY(wire.log->at(2).trouble == WireTrouble::noise);
    }

    void bytesOfAnUnknownFamilyAreToldAsTheyCome() {
        Wire wire;
        wire.taps.add({2}, {wire.tap, nullptr});
        wire.projection.watch({2});
        wire.in({1, 2, 3}, 1ms);
        wire.publish(50ms);
        QCOMPARE(textsOf(*wire.log), Texts{"< 01 02 03"});
        QVERIFY(wire.log->at(0).trouble == WireTrouble::none);
    }

    void memoryIsBoundedAndTellsWhatItLetGo() {
        Wire wire(200'000);
        wire.projection.watch(one);
        std::uint64_t sent = 0;
        for (int round = 0; round < 100; ++round) {
            for (int i = 0; i < 200; ++i, ++sent)
                wire.out({2, static_cast<std::uint8_t>(i)}, round * 50ms);
            wire.publish(round * 50ms + 1ms);
        }
        QCOMPARE(wire.log->end, sent);
        QVERIFY(wire.log->letGo > 10'000);
        QCOMPARE(wire.log->size() + wire.log->letGo, sent);
        std::size_t weight = 0;
        for (const auto& block : wire.log->blocks)
            weight += block->weight();
        QVERIFY2(weight < 400'000, qPrintable(QString::number(weight)));
        QCOMPARE(textOf(wire.log->at(sent - 1)), std::string("> 02 C7"));
    }

    void aHeldLogKeepsItsPackets() {
        Wire wire(100'000);
        wire.projection.watch(one);
        wire.out({2, 42}, 0ms);
        wire.publish(1ms);
        const auto held = wire.log;
        for (int round = 1; round < 60; ++round) {
            for (int i = 0; i < 100; ++i)
                wire.out({2, 1}, round * 50ms);
            wire.publish(round * 50ms + 1ms);
        }
        QVERIFY(wire.log->first() > 0);
        QCOMPARE(textsOf(*held), Texts{"> 02 2A"});
    }

    void aTapThatIsFullCountsWhatItMissed() {
        Wire wire;
        wire.projection.watch(one);
        const Bytes large(200);
        for (std::size_t bytes = 0; bytes < WireTap::byteCapacity + 1000; bytes += large.size())
            wire.hear(WireDirection::out, large, 1ms);
        QVERIFY(wire.publish(50ms).unheardBytes >= 800);
        wire.projection.clear();
        QCOMPARE(wire.publish(51ms).unheardBytes, std::uint64_t{0});
        QCOMPARE(wire.log->size(), std::uint64_t{0});
        wire.out({2, 7}, 60ms);
        QCOMPARE(wire.publish(100ms).size(), std::uint64_t{1});
    }

    void aBusThatIsClosedSaysItsLastWordAndIsNoLongerWatched() {
        Wire wire;
        wire.projection.watch(one);
        wire.out({2, 7}, 1ms);
        wire.taps.remove(one);
        QCOMPARE(textsOf(wire.publish(50ms)), Texts{"> 02 07"});
        QVERIFY(wire.log->watched.empty());
    }

    void aFilterChoosesByIdInstructionTroubleTextAndBytes() {
        Wire wire;
        wire.projection.watch(one);
        wire.out({2, 7}, 1ms);
        wire.in({3, 7, 0xEE}, 2ms);
        wire.in({3, 8, 0x11}, 3ms);
        wire.publish(50ms);
        const auto passing = [&](const WireFilter& filter) {
            const WireSieve sieve(filter);
            std::string numbers;
            for (auto number = wire.log->first(); number < wire.log->end; ++number)
                if (sieve.passes(wire.log->at(number))) numbers += std::to_string(number);
            return numbers;
        };
        QCOMPARE(passing({}), std::string("012"));
        QCOMPARE(passing({.id = 7}), std::string("01"));
        QCOMPARE(passing({.bus = BusId{2}}), std::string(""));
        QCOMPARE(passing({.instruction = "answer"}), std::string("12"));
        QCOMPARE(passing({.troublesOnly = true}), std::string("1"));
        QCOMPARE(passing({.text = "PACKET OF 3"}), std::string("12"));
        QCOMPARE(passing({.text = "07 ee"}), std::string("1"));
        QCOMPARE(passing({.text = "07 e"}), std::string(""));
    }

    void tablesHoldWhatWasSeen() {
        Wire wire;
        wire.projection.watch(one);
        wire.out({2, 7}, 1ms);
        wire.in({3, 7, 0xEE}, 2ms);
        wire.publish(50ms);
        std::string csv = wireTableHead(WireTableForm::csv);
        std::string json = wireTableHead(WireTableForm::jsonl);
        for (auto number = wire.log->first(); number < wire.log->end; ++number) {
            appendWireRow(csv, wire.log->at(number), at(1ms), WireTableForm::csv);
            appendWireRow(json, wire.log->at(number), at(1ms), WireTableForm::jsonl);
        }
        QCOMPARE(csv, std::string("number,time_s,bus,direction,id,instruction,text,trouble,bytes\n"
                                  "0,0.000000000,1,out,7,ask,\"Packet of 2, asked 0\",none,02 07\n"
                                  "1,0.001000000,1,in,7,answer,\"Packet of 3, asked 2\",refused,03 07 EE\n"));
        QCOMPARE(json.substr(0, json.find('\n')),
                 std::string(R"({"number":0,"time_s":0.000000000,"bus":1,"direction":"out","id":7,)"
                             R"("instruction":"ask","text":"Packet of 2, asked 0","trouble":"none",)"
                             R"("bytes":"02 07"})"));
    }
};

SERVOLANE_TEST(WireLogTest)
#include "wire_log_test.moc"
