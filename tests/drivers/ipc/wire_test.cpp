// SPDX-License-Identifier: GPL-3.0-or-later
// What passes on a line, told to another process.
#include "core/bus/read/wire_log_projection.h"
#include "drivers/ipc/remote_wire.h"
#include "drivers/ipc/server.h"
#include "tests/drivers/ipc/offered_lane.h"
#include "tests/support/test_registry.h"

#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>

namespace servolane::drivers::ipc {

using nlohmann::json;
using tests::OfferedLane;
using namespace std::chrono_literals;

namespace {

constexpr BusId one{1};
constexpr bus::WireWatcher me{};

/// Every two bytes are a packet.
class PairFormat final : public bus::WireFormat {
public:
    bus::WirePart first(ByteView bytes) const override {
        return bytes.size() < 2 ? bus::WirePart{} : bus::WirePart{2, true};
    }
    bus::WireWords describe(ByteView packet, bus::WireDirection direction, ByteView) const override {
        bus::WireWords words;
        words.id = packet[1];
        words.instruction = direction == bus::WireDirection::out ? "ask" : "answer";
        words.text = "first " + std::to_string(packet[0]);
        return words;
    }
};

/// A line of a workstation's, whose projector is the test.
struct Line {
    Line() {
        taps.add(one, {tap, &format});
        lane.wire = &projection;
    }
    void pass(bus::WireDirection direction, const Bytes& bytes) {
        if (tap->isOpen()) tap->record(direction, bytes, now += 1ms, 10us);
    }
    void publish() { projection.publish(now += 100ms); }

    PairFormat format;
    bus::WireTaps taps;
    std::shared_ptr<bus::WireTap> tap = std::make_shared<bus::WireTap>();
    bus::WireLogProjection projection{taps};
    OfferedLane lane;
    Time now{10s};
};

class WireTest : public QObject {
    Q_OBJECT

    static json ask(Service& service, Visitor& visitor, const std::string& members) {
        const json answer =
            json::parse(service.answer(R"({"v":1,"id":1,"ask":"wire")" + members + "}", visitor));
        return answer.contains("answer") ? answer["answer"] : answer["error"];
    }

private Q_SLOTS:
    void packetsAreToldFromTheNumberThatIsAskedFor() {
        Line line;
        Service service(line.lane.offer());
        Visitor visitor;
        line.projection.watch(one);
        line.pass(bus::WireDirection::out, {9, 9}); // before anybody asked
        line.publish();
        json told = ask(service, visitor, R"(,"bus":1)");
        QCOMPARE(told["packets"].size(), std::size_t{0});
        QVERIFY(told["watching"].get<bool>());
        const auto next = told["next"].get<std::uint64_t>();
        QCOMPARE(next, std::uint64_t{1});
        line.pass(bus::WireDirection::out, {1, 7});
        line.pass(bus::WireDirection::in, {2, 7});
        line.publish();
        told = ask(service, visitor, R"(,"bus":1,"since":1)");
        QCOMPARE(told["packets"].size(), std::size_t{2});
        const json& packet = told["packets"][1];
        QCOMPARE(packet["bytes"].get<std::string>(), std::string("02 07"));
        QCOMPARE(packet["direction"].get<std::string>(), std::string("in"));
        QCOMPARE(packet["instruction"].get<std::string>(), std::string("answer"));
        QCOMPARE(packet["text"].get<std::string>(), std::string("first 2"));
        QCOMPARE(packet["id"].get<int>(), 7);
        QCOMPARE(told["next"].get<int>(), 3);
        // Whoever only looks holds nothing, and has no number of an asker.
        QCOMPARE(visitor.number, 0U);
    }

    void nothingIsKeptOnceTheConnectionIsClosed() {
        Line line;
        Service service(line.lane.offer());
        Visitor visitor;
        QVERIFY(!line.tap->isOpen());
        static_cast<void>(ask(service, visitor, R"(,"bus":1)"));
        QVERIFY(line.tap->isOpen());
        service.leave(visitor);
        line.publish();
        QVERIFY(!line.tap->isOpen());
        QCOMPARE(line.lane.left().size(), std::size_t{0}); // it commanded nothing
    }

    void whatIsWrongIsToldWithItsPlace() {
        Line line;
        Service service(line.lane.offer());
        Visitor visitor;
        QCOMPARE(ask(service, visitor, R"(,"bus":4)")["message"].get<std::string>(),
                 std::string("there is no bus 4"));
        QVERIFY(ask(service, visitor, R"(,"bus":"x")")["message"].get<std::string>().starts_with("bus:"));
        QVERIFY(ask(service, visitor, R"(,"bus":1,"since":-1)")["message"].get<std::string>().starts_with(
            "since:"));
        line.lane.wire = nullptr;
        Service mute(line.lane.offer());
        QCOMPARE(ask(mute, visitor, R"(,"bus":1)")["code"].get<std::string>(), std::string("failed"));
    }

    void theOtherEndSeesWhatPassesUntilItLetsGo() {
        QTemporaryDir folder;
        SystemClock clock;
        Line line;
        const auto server = std::move(*Server::start(
            {std::filesystem::path(folder.path().toStdString()) / "servolane"}, line.lane.offer()));
        const auto remote = std::move(*RemoteWire::open(server->path(), clock));
        QVERIFY(!remote->watch({4}, me));
        QVERIFY(remote->watch(one, me));
        QVERIFY(remote->log()->isWatched(one, me));
        QVERIFY(line.tap->isOpen());
        for (std::uint8_t at = 0; at < 5; ++at)
            line.pass(bus::WireDirection::out, {at, 7});
        line.publish();
        QTRY_COMPARE(remote->log()->end, std::uint64_t{5});
        line.pass(bus::WireDirection::in, {42, 7});
        remote->unwatch(one, me);
        QTRY_VERIFY((line.publish(), !line.tap->isOpen()));
        // The last word too.
        QTRY_VERIFY(!remote->log()->isWatched(one, me));
        const auto log = remote->log();
        QCOMPARE(log->end, std::uint64_t{6});
        QCOMPARE(log->at(5).text, std::string_view("first 42"));
        QVERIFY(log->at(5).direction == bus::WireDirection::in);
        QCOMPARE(log->letGo, std::uint64_t{0});
    }

    void aProgramThatEndsEndsItsWatch() {
        QTemporaryDir folder;
        SystemClock clock;
        Line line;
        const auto server = std::move(*Server::start(
            {std::filesystem::path(folder.path().toStdString()) / "servolane"}, line.lane.offer()));
        auto remote = std::move(*RemoteWire::open(server->path(), clock));
        QVERIFY(remote->watch(one, me));
        QVERIFY(line.tap->isOpen());
        remote.reset();
        QTRY_VERIFY((line.publish(), !line.tap->isOpen()));
    }
};

SERVOLANE_TEST(WireTest)

} // namespace

} // namespace servolane::drivers::ipc

#include "wire_test.moc"
