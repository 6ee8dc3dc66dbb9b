// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/ipc/command_json.h"
#include "tests/support/test_registry.h"

#include <QtTest/QTest>
#include <nlohmann/json.hpp>

namespace servolane::drivers::ipc {

using nlohmann::json;

namespace {

std::string refusalOf(const char* text) {
    const auto command = commandFromJson(json::parse(text));
    return command ? "accepted" : command.error().detail;
}

class CommandJsonTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// An earlier version refuses members that it does not know.
    void whatIsAsItAlwaysWasIsNotSent() {
        QVERIFY(!commandToJson(motion::SetTorque{{1}, true}).contains("borrowed"));
        QVERIFY(!commandToJson(motion::MoveAxis{{1}, {90.0}, {}, {}}).contains("attended"));
        QCOMPARE(commandToJson(motion::SetTorque{{1}, false})["on"].get<bool>(), false);
        QCOMPARE(commandToJson(motion::SetTorque{{1}, true, true})["borrowed"].get<bool>(), true);
    }

    void everyCommandComesBackAsItself() {
        const std::vector<api::CommandBody> commands{
            motion::SetTorque{{3}, true},
            motion::SetTorque{{3}, true, true},
            motion::MoveAxis{{1}, {90.25}, {}, {}, true},
            motion::MoveAxis{{1}, {90.25}, Velocity{45.0}, {}},
            motion::MoveAxes{{{{1}, {1.0}, {}, {}}, {{2}, {2.0}, {}, Acceleration{3.0}}}},
            motion::StartJog{{1}, {-30.0}},
            motion::ResetStop{{17}},
            motion::SetOperatingMode{{2}, registers::OperatingMode::extendedPosition},
            motion::SetTravelLimits{{2}, {{10.0}, {350.0}}},
            motion::SetStopReaction{{2}, motion::StopReaction::hold},
            registers::WriteRegister{{4}, "position_p_gain", -640},
            session::StartRecording{"/tmp/a b.servolane", "ä", std::chrono::seconds{2}},
            bus::ScanBus{{1}, {57600, 1'000'000}},
            bus::SetPollPlan{{1}, {}, 0.5},
            bus::SendRawPacket{{1}, {0xFF, 0xFD}, std::chrono::milliseconds{5}},
            motion::SetAxisScale{{1}, {2.0, -5.0, true, 10.0, "mm"}},
            motion::SetAxisLimits{{1}, {}},
            motion::SetGoalCurrent{{1}, {0.5}},
            access::SetRole{access::Role::viewer},
            access::BoundClients{access::Role::lineOperator},
            access::Arm{std::chrono::seconds{30}},
            registers::SetBaseline{{2}},
            registers::WriteRegisters{{2}, {{"position_p_gain", 900}, {"homing_offset", -4}}, "restore"},
            registers::SetServoId{{2}, {7}},
            registers::SetServoBaud{{2}, 57'600},
            bus::SetLinkBaud{{1}, 57'600},
            motion::LoadMachine{
                std::make_shared<const motion::Machine>(motion::Machine{{{{}, {"Pan", {}, {}}}}, {}})},
        };
        for (const auto& command : commands) {
            const json written = commandToJson(command);
            const auto back = commandFromJson(written);
            QVERIFY2(back, back ? "" : back.error().detail.c_str());
            QCOMPARE(back->index(), command.index());
            QCOMPARE(commandToJson(*back).dump(), written.dump());
        }
    }

    void linksMayLeaveOutWhatHasADefault() {
        const auto command = commandFromJson(
            json::parse(R"({"kind":"ConnectBus","link":{"line":{"path":"/dev/ttyUSB0","baud":1000000}}})"));
        QVERIFY(command);
        const auto& link = std::get<bus::ConnectBus>(*command).link;
        QCOMPARE(link.line.baud, 1'000'000U);
        QCOMPARE(link.pollRate, bus::LinkSettings{}.pollRate);
    }

    /// A move must not run at another speed because of a slip of the pen.
    void aMisspeltMemberIsRefusedByName() {
        const std::string told = refusalOf(R"({"kind":"MoveAxis","axis":1,"target":90,"veloctiy":5})");
        QVERIFY2(told.find("'veloctiy' is not known") != std::string::npos, told.c_str());
        QVERIFY2(told.find("velocity") != std::string::npos, told.c_str());
    }

    void badCommandsAreRefusedWithTheirPlace_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("said");
        QTest::newRow("no object") << "7"
                                   << "kind";
        QTest::newRow("no kind") << R"({"axis":1})"
                                 << "kind";
        QTest::newRow("unknown kind") << R"({"kind":"Fly"})"
                                      << "Fly";
        QTest::newRow("no machine") << R"({"kind":"LoadMachine","machine":null})"
                                    << "machine";
        QTest::newRow("missing") << R"({"kind":"MoveAxis","axis":1})"
                                 << "'target' is missing";
        QTest::newRow("word for a number") << R"({"kind":"MoveAxis","axis":1,"target":"inf"})"
                                           << "target: a number";
        QTest::newRow("null for a number") << R"({"kind":"MoveAxis","axis":1,"target":null})"
                                           << "target: a number";
        QTest::newRow("too large") << R"({"kind":"Halt","axis":65536})"
                                   << "axis: a number is out of range";
        QTest::newRow("negative") << R"({"kind":"Halt","axis":-1})"
                                  << "axis: a number is out of range";
        QTest::newRow("fraction") << R"({"kind":"Halt","axis":1.5})"
                                  << "axis: a number is out of range";
        QTest::newRow("unknown word") << R"({"kind":"SetOperatingMode","axis":1,"mode":"ballet"})"
                                      << "ballet";
        QTest::newRow("in an array") << R"({"kind":"MoveAxes","moves":[{"axis":1}]})"
                                     << "moves: member 'target'";
        QTest::newRow("half a range") << R"({"kind":"SetTravelLimits","axis":1,"travel":[1]})"
                                      << "[low, high]";
        QTest::newRow("deep") << R"({"kind":"ConnectBus","link":{"line":{"path":"x","bauds":1}}})"
                              << "link: line: member 'bauds'";
    }
    void badCommandsAreRefusedWithTheirPlace() {
        QFETCH(QString, text);
        QFETCH(QString, said);
        const QString told = QString::fromStdString(refusalOf(text.toUtf8().constData()));
        QVERIFY2(told.contains(said), qPrintable(told));
    }
};

SERVOLANE_TEST(CommandJsonTest)

} // namespace

} // namespace servolane::drivers::ipc

#include "command_json_test.moc"
