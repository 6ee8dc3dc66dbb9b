// SPDX-License-Identifier: GPL-3.0-or-later
// What a command of the command line sees of another process.
#include "drivers/ipc/remote_lane.h"
#include "drivers/ipc/server.h"
#include "tests/drivers/ipc/offered_lane.h"
#include "tests/support/test_registry.h"

#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>

namespace servolane::drivers::ipc {

using journal::CommandState;
using tests::OfferedLane;

namespace {

class RemoteLaneTest : public QObject {
    Q_OBJECT

    QTemporaryDir temporary_;
    SystemClock clock_;

    [[nodiscard]] std::unique_ptr<Server> serve(OfferedLane& lane) {
        return std::move(*Server::start(
            {std::filesystem::path(temporary_.path().toStdString()) / "servolane"}, lane.offer()));
    }
    [[nodiscard]] std::unique_ptr<RemoteLane> open(const Server& server) {
        return std::move(*RemoteLane::open(server.path(), clock_));
    }
    static CommandState stateOf(const RemoteLane& lane, CommandId id) {
        const auto log = lane.readModels().commands.read();
        const auto* entry = log->find(id);
        return entry ? entry->state : CommandState::pending;
    }

private Q_SLOTS:
    void boardsArriveAsTheyAre() {
        OfferedLane lane;
        lane.showPort("/dev/ttyUSB0");
        lane.showAxis();
        const auto server = serve(lane);
        const auto remote = open(*server);
        QTRY_VERIFY(remote->isFilled());
        QCOMPARE(remote->owner().program, std::string("servolane"));
        const auto models = remote->readModels();
        QCOMPARE(models.buses.read()->buses.at(0).link.line.path, std::string("/dev/ttyUSB0"));
        QCOMPARE(models.buses.read()->buses.at(0).measured.cycles, std::uint64_t{1234});
        const auto axes = models.axes.read();
        const motion::AxisView& view = axes->axes.at(0);
        QCOMPARE(view.axis->name, std::string("Axis 1"));
        QVERIFY(view.torque == true);
        QVERIFY(view.mode == registers::OperatingMode::position);
        QCOMPARE(view[telemetry::Channel::position].value, 123.456);
        QVERIFY(view[telemetry::Channel::position].at == Time{std::chrono::seconds{9}});
        QVERIFY(!view[telemetry::Channel::voltage].isKnown());
        QVERIFY(view.axis->limits == tests::sampleAxis()->limits);
        QVERIFY(view.axis->channels == tests::sampleAxis()->channels);
    }

    /// The owner's model files need not be those of this process.
    void theModelIsTheOwners() {
        OfferedLane lane;
        lane.showAxis();
        const auto server = serve(lane);
        const auto remote = open(*server);
        QTRY_VERIFY(remote->isFilled());
        const auto model = remote->readModels().axes.read()->axes.at(0).axis->model;
        QCOMPARE(model->registers.size(), tests::sampleModel()->registers.size());
        const auto* named = model->find("goal_position");
        QVERIFY(named);
        QCOMPARE(named->scale, tests::sampleDegrees);
        QVERIFY(named->role == registers::Role::goalPosition);
        QCOMPARE(*named->minimum, std::int64_t{-1'048'575});
    }

    void aCommandIsFollowedToItsEnd() {
        OfferedLane lane;
        lane.showAxis();
        const auto server = serve(lane);
        const auto remote = open(*server);
        const CommandId id = remote->send(motion::MoveAxis{{1}, {90.0}, {}, {}}, api::Asker::commandLine);
        QCOMPARE(id, lane.sent().at(0).id);
        QCOMPARE(std::get<motion::MoveAxis>(lane.sent()[0].body).target.value, 90.0);
        lane.tell(id, CommandState::confirmed);
        QTRY_VERIFY(stateOf(*remote, id) == CommandState::confirmed);
        const auto log = remote->readModels().commands.read();
        QVERIFY(log->find(id)->latency == std::chrono::milliseconds{7});
    }

    void registersThatAreReadLaterArrive() {
        OfferedLane lane;
        const auto server = serve(lane);
        const auto remote = open(*server);
        lane.showRegister("led", 1, clock_.now());
        QTRY_VERIFY(remote->readModels().registers.read()->find({1}, "led"));
        lane.showRegister("led", 0, clock_.now());
        QTRY_COMPARE(remote->readModels().registers.read()->find({1}, "led")->raw, std::int64_t{0});
    }

    void leasesAreRenewed() {
        OfferedLane lane;
        const auto server = serve(lane);
        open(*server)->renewLease({1}, std::chrono::milliseconds{250}, api::Asker::commandLine);
        QCOMPARE(lane.leases(), std::vector<Duration>{std::chrono::milliseconds{250}});
    }

    void anOwnerThatEndsFailsWhatIsUnderWayAndAllThatIsLater() {
        OfferedLane lane;
        lane.showPort("/dev/ttyUSB0");
        lane.showAxis(motion::Activity::move);
        auto server = serve(lane);
        const auto remote = open(*server);
        QTRY_VERIFY(remote->isFilled());
        const CommandId early = remote->send(motion::Halt{{1}}, api::Asker::commandLine);
        server.reset();
        QTRY_VERIFY(stateOf(*remote, early) == CommandState::failed);
        const CommandId late = remote->stop(api::Asker::commandLine);
        QVERIFY(stateOf(*remote, late) == CommandState::failed);
        QVERIFY(late != early);
        QVERIFY(remote->lost()->code == ErrorCode::linkLost);
        const auto axes = remote->readModels().axes.read();
        QVERIFY(axes->axes.at(0).silent);
        QVERIFY(axes->axes.at(0).activity == motion::Activity::none);
        QVERIFY(axes->axes.at(0).lastEnd->reason == motion::EndReason::busLost);
        QVERIFY(remote->readModels().buses.read()->buses.at(0).state == bus::LinkState::closed);
    }
};

SERVOLANE_TEST(RemoteLaneTest)

} // namespace

} // namespace servolane::drivers::ipc

#include "remote_lane_test.moc"
