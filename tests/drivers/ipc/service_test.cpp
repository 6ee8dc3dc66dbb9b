// SPDX-License-Identifier: GPL-3.0-or-later
// The protocol without its sockets.
#include "drivers/ipc/service.h"
#include "tests/drivers/ipc/offered_lane.h"
#include "tests/support/test_registry.h"

#include <QtTest/QTest>
#include <nlohmann/json.hpp>
#include <random>

namespace servolane::drivers::ipc {

using nlohmann::json;
using tests::OfferedLane;

namespace {

class ServiceTest : public QObject {
    Q_OBJECT

    static json answerTo(OfferedLane& lane, const std::string& line) {
        Visitor visitor;
        const std::string answer = Service(lane.offer()).answer(line, visitor);
        return answer.ends_with('\n') ? json::parse(answer) : json();
    }
    static std::string codeOf(OfferedLane& lane, const std::string& line) {
        const json answer = answerTo(lane, line);
        return answer.contains("error") ? answer["error"]["code"].get<std::string>() : "answered";
    }

private Q_SLOTS:
    void helloTellsWhoOwnsWhat() {
        OfferedLane lane;
        lane.showPort("/dev/ttyUSB0");
        const json answer = answerTo(lane, R"({"v":1,"id":7,"ask":"hello"})");
        QCOMPARE(answer["id"].get<int>(), 7);
        QCOMPARE(answer["v"].get<int>(), 1);
        QCOMPARE(answer["answer"]["program"].get<std::string>(), std::string("servolane"));
        QCOMPARE(answer["answer"]["ports"][0]["path"].get<std::string>(), std::string("/dev/ttyUSB0"));
        QCOMPARE(answer["answer"]["process"].get<qint64>(), QCoreApplication::applicationPid());
    }

    void commandsAreSentAsTheCommandLines() {
        OfferedLane lane;
        const json answer = answerTo(
            lane, R"({"v":1,"id":1,"ask":"send","command":{"kind":"SetTorque","axis":2,"on":true}})");
        QCOMPARE(answer["answer"]["command"].get<int>(), 1);
        QCOMPARE(lane.sent().size(), std::size_t{1});
        const auto torque = std::get<motion::SetTorque>(lane.sent()[0].body);
        QCOMPARE(torque.axis, AxisId{2});
        QVERIFY(torque.on);
        QVERIFY(lane.sent()[0].asker == (api::Asker{api::AskerKind::commandLine, 1}));
    }

    void eachConnectionThatAsksHasANumberAndOneThatLooksHasNone() {
        OfferedLane lane;
        Service service(lane.offer());
        Visitor looking, one, two;
        const std::string stop = R"({"v":1,"id":1,"ask":"stop"})";
        static_cast<void>(service.answer(R"({"v":1,"ask":"hello"})", looking));
        static_cast<void>(service.answer(R"({"v":1,"ask":"look"})", looking));
        static_cast<void>(service.answer(stop, one));
        static_cast<void>(service.answer(stop, two));
        static_cast<void>(service.answer(R"({"v":1,"ask":"renew","axis":1,"valid_for_ns":3000})", one));
        QCOMPARE(looking.number, 0U);
        QCOMPARE(lane.sent().at(0).asker.connection, 1U);
        QCOMPARE(lane.sent().at(1).asker.connection, 2U);
        QVERIFY(lane.renewer() == lane.sent().at(0).asker);
        for (Visitor* each : {&looking, &two, &two})
            service.leave(*each);
        QCOMPARE(lane.left(), std::vector<api::Asker>{lane.sent().at(1).asker});
        // Nobody gets a number that somebody had.
        static_cast<void>(service.answer(stop, two));
        QCOMPARE(two.number, 3U);
    }

    void stopGoesTheWayOfAStop() {
        OfferedLane lane;
        QVERIFY(answerTo(lane, R"({"v":1,"id":1,"ask":"stop"})").contains("answer"));
        QVERIFY(std::holds_alternative<motion::Stop>(lane.sent().at(0).body));
    }

    void aLeaseIsNeverLongerThanASecond() {
        OfferedLane lane;
        QCOMPARE(codeOf(lane, R"({"v":1,"ask":"renew","axis":1,"valid_for_ns":300000000})"),
                 std::string("answered"));
        QCOMPARE(codeOf(lane, R"({"v":1,"ask":"renew","axis":1,"valid_for_ns":1000000001})"),
                 std::string("bad-request"));
        QCOMPARE(codeOf(lane, R"({"v":1,"ask":"renew","axis":1,"valid_for_ns":0})"),
                 std::string("bad-request"));
        QCOMPARE(codeOf(lane, R"({"v":1,"ask":"renew","axis":1})"), std::string("bad-request"));
        QCOMPARE(lane.leases(), std::vector<Duration>{std::chrono::milliseconds{300}});
    }

    void boardsComeOnlyIfTheyAreNewer() {
        OfferedLane lane;
        lane.showPort("/dev/ttyUSB0");
        lane.showAxis();
        const json first = answerTo(lane, R"({"v":1,"ask":"look"})")["answer"];
        QVERIFY(first["buses"].is_object());
        const auto seen = first["axes"]["up_to"].get<int>();
        const json again = answerTo(lane, R"({"v":1,"ask":"look","seen":{"buses":5,"axes":)" +
                                              std::to_string(seen) + "}}")["answer"];
        QVERIFY(again["buses"].is_null());
        QVERIFY(again["axes"].is_null());
        QCOMPARE(again["stored_up_to"].get<int>(), 40);
    }

    void onlyFollowedCommandsAndNewRegistersAreTold() {
        OfferedLane lane;
        lane.tell({1}, journal::CommandState::confirmed);
        lane.tell({2}, journal::CommandState::sent);
        lane.showRegister("led", 1, Time{std::chrono::seconds{5}});
        lane.showRegister("id", 3, Time{std::chrono::seconds{6}});
        const json news = answerTo(
            lane,
            R"({"v":1,"ask":"look","seen":{"commands":[2,99],"registers_since_ns":6000000000}})")["answer"];
        QCOMPARE(news["commands"].size(), std::size_t{1});
        QCOMPARE(news["commands"][0]["state"].get<std::string>(), std::string("sent"));
        QCOMPARE(news["registers"].size(), std::size_t{1});
        QCOMPARE(news["registers"][0]["name"].get<std::string>(), std::string("id"));
    }

    void badInputIsAnsweredWithAnError_data() {
        QTest::addColumn<QByteArray>("line");
        QTest::addColumn<QString>("code");
        QTest::newRow("empty") << QByteArray("") << "not-json";
        QTest::newRow("HTTP") << QByteArray("GET / HTTP/1.1") << "not-json";
        QTest::newRow("cut short") << QByteArray("{\"v\":1,\"ask\":\"he") << "not-json";
        QTest::newRow("not UTF-8") << QByteArray("{\"v\":1,\"ask\":\"\xff\xfe\"}") << "not-json";
        QTest::newRow("array") << QByteArray("[1,2]") << "bad-request";
        QTest::newRow("deep") << QByteArray(30000, '[') + QByteArray(30000, ']') << "bad-request";
        QTest::newRow("no version") << QByteArray(R"({"ask":"hello"})") << "wrong-version";
        QTest::newRow("version 2") << QByteArray(R"({"v":2,"ask":"hello"})") << "wrong-version";
        QTest::newRow("version word") << QByteArray(R"({"v":"1","ask":"hello"})") << "wrong-version";
        QTest::newRow("no ask") << QByteArray(R"({"v":1})") << "bad-request";
        QTest::newRow("unknown ask") << QByteArray(R"({"v":1,"ask":"fly"})") << "unknown-ask";
        QTest::newRow("no command") << QByteArray(R"({"v":1,"ask":"send"})") << "bad-request";
        QTest::newRow("no model") << QByteArray(R"({"v":1,"ask":"model","name":"X"})") << "bad-request";
        QTest::newRow("seen") << QByteArray(R"({"v":1,"ask":"look","seen":{"axes":"x"}})") << "bad-request";
    }
    void badInputIsAnsweredWithAnError() {
        QFETCH(QByteArray, line);
        QFETCH(QString, code);
        OfferedLane lane;
        QCOMPARE(codeOf(lane, line.toStdString()), code.toStdString());
        QVERIFY(lane.sent().empty());
    }

    /// Every request cut short or with one byte changed is answered, and never with a crash.
    void damagedRequestsAreAnsweredWhateverTheyHold() {
        OfferedLane lane;
        lane.showAxis();
        const std::string good =
            R"({"v":1,"id":3,"ask":"send","command":{"kind":"MoveAxis","axis":1,"target":90.5,"velocity":null}})";
        std::mt19937 random(20261126); // NOLINT: the same damage every time
        Service service(lane.offer());
        Visitor visitor;
        for (std::size_t length = 0; length <= good.size(); ++length)
            QVERIFY(json::accept(service.answer(good.substr(0, length), visitor)));
        for (int i = 0; i < 5000; ++i) {
            std::string damaged = good;
            damaged[random() % damaged.size()] = static_cast<char>(random());
            QVERIFY(json::accept(service.answer(damaged, visitor)));
        }
    }
};

SERVOLANE_TEST(ServiceTest)

} // namespace

} // namespace servolane::drivers::ipc

#include "service_test.moc"
