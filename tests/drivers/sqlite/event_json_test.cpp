// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/json/event_json.h"

#include "tests/drivers/sqlite/session_fixture.h"
#include "tests/support/test_registry.h"

#include <QtTest/QTest>
#include <cmath>
#include <limits>
#include <set>

using namespace servolane;
using namespace servolane::tests;
using drivers::factFromJson;
using drivers::factToJson;

namespace {

std::shared_ptr<const motion::Machine> someMachine() {
    motion::AxisSettings settings{"Lift", {3.5, -12.25, true, 5.0, "mm"}, {}, motion::StopReaction::hold};
    settings.limits = {Range<Position>{{-1.5}, {80.25}},
                       Velocity{12.0},
                       Acceleration{0.5},
                       Current{1.1},
                       Temperature{60.0},
                       Position{2.0},
                       Position{0.75}};
    motion::Machine machine;
    machine.axes.push_back({{"left arm", "dynamixel2", ServoId{5}, "XM430-W350"}, settings});
    machine.rights = {{}, {"Halt", "MoveAxis"}};
    return std::make_shared<const motion::Machine>(machine);
}

/// One of every kind of fact, with no member at its default.
std::vector<api::EventBody> everyFact() {
    const AxisId axis{7};
    const BusId bus{3};
    const CommandId command{12345678901234567890U};
    const Error error{ErrorCode::linkLost, "/dev/ttyUSB0: \"gone\"\n"};
    const api::CommandDescription description{"MoveAxis", axis, bus, "target=90"};
    bus::LinkSettings link;
    link.alias = "left arm";
    link.line = {"/dev/ttyUSB0", 4'500'000, bus::Parity::even, 2, bus::LineLevel::low, bus::LineLevel::high,
                 false,          true};
    link.pollRate = 0.1;
    bus::PollPlan plan;
    plan[telemetry::Channel::velocity] = bus::Pace::never;
    link.plan = plan;
    const Duration span{123'456'789'012'345};
    using registers::OperatingMode;
    return {
        api::CommandAccepted{command, {api::AskerKind::commandLine, 12}, description},
        api::CommandRejected{
            command,
            api::Asker::commandLine,
            description,
            {api::RejectionCode::valueStale, axis, bus, 0.1, -1e300, 5e-324, "deg", "present", "led"}},
        // Bug: words behind the one that was once the last could not be read.
        api::CommandRejected{
            command, api::Asker::commandLine, description, {api::RejectionCode::stopUnderWay}},
        api::CommandSent{command},
        api::CommandConfirmed{command, false, span, 3},
        api::CommandFailed{command, error, span, 2},
        api::CommandSuperseded{command},
        bus::BusConnected{bus, link, true},
        bus::BusOpening{bus, link},
        bus::BusDisconnected{bus},
        bus::BusLost{bus, error},
        bus::BusRestored{bus},
        bus::ScanStarted{bus},
        bus::ServoFound{bus, {ServoId{252}, 1060, 46}, 57600},
        bus::ScanFinished{bus, 24, span, true},
        bus::AxisFellSilent{bus, axis, Time{span}},
        bus::AxisReturned{bus, axis},
        bus::PollRateSet{bus, 1.0 / 3.0},
        bus::PollPlanSet{bus, plan, 0.5},
        bus::WatchdogArmed{bus, axis, span},
        bus::WatchdogCleared{bus, axis},
        bus::WatchdogTripped{bus, axis},
        bus::FaultInjected{bus, "drop=0.1"},
        bus::FaultsCleared{bus},
        motion::AxisConfigured{fixtureAxis(7, 3, "Pän, \"tilt\"")},
        motion::AxisObserved{axis, true, OperatingMode::currentBasedPosition},
        motion::TorqueEnabled{axis, api::Asker{api::AskerKind::commandLine, 3}},
        motion::TorqueDisabled{axis},
        motion::ModeChanged{axis, OperatingMode::pwm},
        motion::MoveStarted{axis, {90.1}, span, api::Asker::commandLine, true},
        motion::MoveArrived{axis, {-0.0}, span},
        motion::MoveEnded{axis, motion::EndReason::timedOut},
        motion::VelocityStarted{axis, {std::numeric_limits<double>::infinity()}, api::Asker::sequence},
        motion::JogStarted{axis, {-12.5}},
        motion::JogEnded{axis, motion::EndReason::leaseLapsed},
        motion::AxisHalted{axis, motion::EndReason::followingError},
        motion::HardwareErrorRaised{axis, 0xa5},
        motion::HardwareErrorCleared{axis},
        motion::TravelLimitsSet{axis, {{-90.25}, {90.75}}},
        motion::ProfileSet{axis, {1.5}, {2.5}},
        motion::StopLatched{StopGeneration{9}},
        motion::StopFinished{StopGeneration{9},
                             {{axis, true, span}, {AxisId{8}, false, {}, motion::StopDoubt::unreadable}},
                             span},
        motion::AxisStopped{StopGeneration{9}, {axis, false, span, motion::StopDoubt::lineDown}},
        motion::StopReset{StopGeneration{9}},
        registers::RegisterRead{axis, "goal_position", -2147483648LL},
        registers::RegisterWritten{axis, "position_p_gain", 800, 4294967295LL},
        registers::BaselineSet{axis},
        registers::ServoIdChanged{axis, {1}, {7}},
        registers::ServoBaudChanged{axis, 57'600, 1'000'000},
        bus::AxisAnswers{bus, axis, bus::Answers::pingsOnly},
        bus::DuplicateIdSuspected{bus, ServoId{7}, 1'000'000},
        session::RecordingStarted{"/tmp/a b.servolane", "run 1"},
        session::RecordingStopped{"/tmp/a b.servolane", 1ULL << 63, 5, error},
        session::NoteAdded{"it squeaks", std::chrono::seconds{3}, std::chrono::seconds{2}},
        session::TimePaired{UtcTime{Duration{1'795'000'000'123'456'789}}},
        session::SamplesLost{bus, 17},
        bus::RawPacketExchanged{bus, command, {0xFF, 0xFD, 0x00, 0x0A}, {0x55}},
        motion::AxisReferenced{axis},
        motion::ReferenceLost{axis},
        motion::GoalCurrentSet{axis, {0.25}},
        motion::OtherModelFound{axis, "XL430-W250"},
        bus::OtherServoFound{bus, axis, {{3}, 1060, 45}, fixtureAxis(3, 3, "x")->model},
        motion::ServoConfirmed{axis, {{3}, 1060, 45}},
        motion::WatchEnded{axis, "position_p_gain"},
        motion::ModelAdopted{axis},
        motion::MachineLoaded{someMachine()},
        access::RoleChanged{api::Asker::program, access::Role::viewer},
        access::Armed{api::Asker::commandLine, Time{span}},
        access::Disarmed{api::Asker::commandLine},
        access::ArmingExpired{api::Asker::sequence},
        access::AskerLeft{{api::AskerKind::commandLine, 3}},
        access::ClientsBounded{access::Role::lineOperator},
        session::MachineResumed{span},
    };
}

} // namespace

class EventJsonTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void returnsEveryFactAsItWas() {
        std::set<std::size_t> kinds;
        for (const auto& fact : everyFact()) {
            kinds.insert(fact.index());
            const std::string kind{api::kindOf(fact)};
            const auto text = factToJson(fact);
            const auto back = factFromJson(kind, text);
            QVERIFY2(back, back ? "" : back.error().detail.c_str());
            QCOMPARE(back->index(), fact.index());
            QCOMPARE(factToJson(*back), text);
        }
        std::size_t facts = 0;
        for (std::size_t i = 0; i < std::variant_size_v<api::EventBody>; ++i)
            facts += i > 2 ? 1 : 0;
        QCOMPARE(kinds.size(), facts);
    }

    /// Found: those after "watchdog-tripped" were written and could not be read back.
    void readsBackEveryReasonForWhichAMotionEnds() {
        for (int i = 0; i <= static_cast<int>(motion::EndReason::aboveTemperatureLimit); ++i) {
            const motion::MoveEnded ended{{1}, static_cast<motion::EndReason>(i)};
            const auto back = factFromJson("MoveEnded", factToJson(ended));
            QVERIFY2(back, std::string(toString(ended.reason)).c_str());
            QVERIFY(std::get<motion::MoveEnded>(*back).reason == ended.reason);
        }
    }

    void readsAskersAsTheyWereWrittenBeforeTheyHadNumbers() {
        const auto old = factFromJson("Disarmed", R"({"asker":"command-line"})");
        QVERIFY(old && std::get<access::Disarmed>(*old).asker == api::Asker::commandLine);
        QCOMPARE(factToJson(access::Disarmed{{api::AskerKind::commandLine, 2}}),
                 std::string(R"({"asker":"command-line 2"})"));
        for (const char* none : {"command-line 0", "command-line x", "command-line 2x", "robot", "robot 1"})
            QVERIFY2(!factFromJson("Disarmed", std::string(R"({"asker":")") + none + "\"}"), none);
    }

    void keepsNumbersExactly() {
        const auto text = factToJson(motion::MoveStarted{AxisId{1}, {0.1 + 0.2}, Duration{INT64_MAX}});
        const auto moved = std::get<motion::MoveStarted>(*factFromJson("MoveStarted", text));
        QVERIFY(moved.target.value == 0.1 + 0.2);
        QVERIFY(moved.allowed == Duration{INT64_MAX});
        const double none = std::numeric_limits<double>::quiet_NaN();
        const auto odd = factFromJson("MoveStarted", factToJson(motion::MoveStarted{AxisId{1}, {none}, {}}));
        QVERIFY(odd && std::isnan(std::get<motion::MoveStarted>(*odd).target.value));
        const auto command = factFromJson("CommandSent", factToJson(api::CommandSent{CommandId{UINT64_MAX}}));
        QVERIFY(command && std::get<api::CommandSent>(*command).command == CommandId{UINT64_MAX});
    }

    void readsAnAxisWithItsModelOrWithAStandIn() {
        const auto text = factToJson(motion::AxisConfigured{fixtureAxis(2, 1, "Pan")});
        const auto alone = factFromJson("AxisConfigured", text);
        QVERIFY(alone);
        const auto& standIn = *std::get<motion::AxisConfigured>(*alone).axis;
        QCOMPARE(standIn.model->name, std::string{"XM430-W350"});
        QVERIFY(standIn.model->registers.empty());
        QVERIFY(standIn.channels == fixtureAxis(2, 1, "Pan")->channels);
        QVERIFY(standIn.limits == fixtureAxis(2, 1, "Pan")->limits);
        const registers::ModelCatalog catalog{{fixtureModel()}};
        const auto known = factFromJson("AxisConfigured", text, catalog);
        QVERIFY(known && std::get<motion::AxisConfigured>(*known).axis->model == catalog.all().front());
    }

    void returnsAModelWithItsRegisterMap() {
        const auto text = drivers::modelToJson(*fixtureModel());
        const auto model = drivers::modelFromJson(text);
        QVERIFY(model);
        QCOMPARE(drivers::modelToJson(*model), text);
        QVERIFY(model->registers.front().role == registers::Role::presentPosition);
        QCOMPARE(model->registers.front().scale, 360.0 / 4096.0);
    }

    void refusesWhatIsNoFact_data() {
        QTest::addColumn<QString>("kind");
        QTest::addColumn<QString>("text");
        QTest::newRow("unknown kind") << "AxisDanced"
                                      << "{}";
        QTest::newRow("a sample") << "LinkMeasured"
                                  << "{}";
        QTest::newRow("no JSON") << "StopLatched"
                                 << "{\"generation\":";
        QTest::newRow("no object") << "StopLatched"
                                   << "[1]";
        QTest::newRow("wrong type") << "StopLatched"
                                    << "{\"generation\":\"1\"}";
        QTest::newRow("negative") << "StopLatched"
                                  << "{\"generation\":-1}";
        QTest::newRow("too large") << "HardwareErrorRaised"
                                   << "{\"axis\":1,\"bits\":256}";
        QTest::newRow("unknown word") << "MoveEnded"
                                      << "{\"axis\":1,\"reason\":\"tired\"}";
        QTest::newRow("short range") << "TravelLimitsSet"
                                     << "{\"axis\":1,\"travel\":[1]}";
        QTest::newRow("axis without model") << "AxisConfigured"
                                            << "{\"axis\":{\"id\":1}}";
    }
    void refusesWhatIsNoFact() {
        QFETCH(QString, kind);
        QFETCH(QString, text);
        const auto fact = factFromJson(kind.toStdString(), text.toStdString());
        QVERIFY(!fact);
        QVERIFY(fact.error().code == ErrorCode::corrupt);
    }

    void toleratesMembersItDoesNotKnowAndMissesNone() {
        const auto fact = factFromJson("CommandConfirmed", R"({"command":5,"later":[1,{"x":2}]})");
        QVERIFY(fact);
        QVERIFY(std::get<api::CommandConfirmed>(*fact).confirmed);
    }
};

SERVOLANE_TEST(EventJsonTest)
#include "event_json_test.moc"
