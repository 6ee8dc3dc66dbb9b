// SPDX-License-Identifier: GPL-3.0-or-later
// A register becomes a channel: through the real driver, in traces, recordings and exports.
#include "tests/support/test_registry.h"

#include "core/motion/read/machine_board.h"
#include "core/runtime/replay/player.h"
#include "core/telemetry/read/session_traces.h"
#include "core/telemetry/read/timing.h"
#include "drivers/export/exporter.h"
#include "drivers/sqlite/verify_session.h"
#include "tests/pipeline/workbench.h"

#include <QtCore/QFile>
#include <QtTest/QTest>

namespace servolane::tests {

using journal::CommandState;
using namespace std::chrono_literals;

class WatchedRegistersTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { bench_ = std::make_unique<Workbench>(); }
    void cleanup() { bench_.reset(); }

    void aRegisterBesideTheGroupReadArrivesInEveryCycle() {
        bench_->connect("dynamixel2:2@1000000");
        QVERIFY(done(motion::WatchRegister{{1}, "realtime_tick", true}));
        bench_->run(3s);
        const auto timing = timingOf(1, "realtime_tick");
        QVERIFY2(timing.rate > 180.0, std::to_string(timing.rate).c_str());
        QVERIFY(bench_->axis(1).silent == false && bench_->axis(2).silent == false);
        // The other axis of the model is read no less often.
        QVERIFY(rateOf({2}, telemetry::Channel::position) > 180.0);
        QVERIFY(!motion::isWatched("realtime_tick", *bench_->axis(2).axis));
    }

    void aRegisterFarAwayIsReadBetweenTheCyclesAtItsLowerRate() {
        bench_->connect("dynamixel2:2@1000000");
        QVERIFY(done(registers::WriteRegister{{1}, "position_p_gain", 901}));
        QVERIFY(done(motion::WatchRegister{{1}, "position_p_gain", true}));
        bench_->run(3s);
        const auto timing = timingOf(1, "position_p_gain");
        QVERIFY2(timing.rate > 10.0 && timing.rate < 21.0, std::to_string(timing.rate).c_str());
        QVERIFY(rateOf({1}, telemetry::Channel::position) > 180.0);
        QCOMPARE(bench_->axis(1)[*motion::watchOf("position_p_gain", *bench_->axis(1).axis)].value,
                 901.0 / 128.0);
    }

    void aFamilyWithoutGroupReadsIsReadOneByOne() {
        bench_->connect("lx:1@115200", 20.0, 115'200);
        const auto& model = *bench_->axis(1).axis->model;
        const auto of = std::find_if(model.registers.begin(), model.registers.end(),
                                     [&](const auto& one) { return motion::canBeWatched(one.name, model); });
        QVERIFY(of != model.registers.end());
        QVERIFY(done(motion::WatchRegister{{1}, of->name, true}));
        bench_->run(3s);
        QVERIFY(bench_->axis(1)[*motion::watchOf(of->name, *bench_->axis(1).axis)].isKnown());
    }

    void whatIsNotWatchedAnyMoreIsNotRead() {
        bench_->connect("dynamixel2:1@1000000");
        QVERIFY(done(motion::WatchRegister{{1}, "position_p_gain", true}));
        bench_->run(1s);
        QVERIFY(done(motion::WatchRegister{{1}, "position_p_gain", false}));
        bench_->run(100ms);
        const auto channel = *motion::watchOf("position_p_gain", *bench_->axis(1).axis);
        const Time last = bench_->axis(1)[channel].at;
        bench_->run(2s);
        QVERIFY(bench_->axis(1)[channel].at == last);
        // The same place again: what was drawn of it before goes on.
        QVERIFY(done(motion::WatchRegister{{1}, "position_p_gain", true}));
        QVERIFY(motion::watchOf("position_p_gain", *bench_->axis(1).axis) == channel);
    }

    void aRecordingAndItsExportNameTheRegisterAndItsUnit() {
        bench_->connect("dynamixel2:1@1000000");
        const std::string path = bench_->folder.filePath("watched.servolane").toStdString();
        QVERIFY(done(session::StartRecording{path, "watched", Duration::zero()}));
        bench_->run(500ms);
        // In the midst of the recording.
        QVERIFY(done(motion::WatchRegister{{1}, "goal_position", true}));
        bench_->run(1s);
        QVERIFY(done(motion::WatchRegister{{1}, "goal_position", false}));
        bench_->run(500ms);
        QVERIFY(done(session::StopRecording{}));
        const auto reader = bench_->store.open(path);
        QVERIFY(reader.has_value());
        const auto& axis = (*reader)->summary().axes.front();
        const auto channel = telemetry::watchChannel(0);
        QCOMPARE(axis.nameOf(channel), std::string("goal_position"));
        QCOMPARE(axis.units[indexOf(channel)], std::string("deg"));
        QVERIFY(!axis.channels[indexOf(telemetry::watchChannel(1))].exists());
        session::ExportRequest request;
        request.sessionPath = path;
        request.outPath = bench_->folder.filePath("watched.csv").toStdString();
        request.channels = {"*.goal_position"};
        session::JobProgress progress;
        drivers::Exporter exporter(bench_->store);
        const auto report = exporter.run(request, progress);
        QVERIFY2(report.has_value(), report ? "" : report.error().detail.c_str());
        QFile csv(QString::fromStdString(request.outPath));
        QVERIFY(csv.open(QIODevice::ReadOnly));
        QVERIFY(csv.readLine().contains(".goal_position[deg]"));
    }

    /// Bug: a register kept its place until the program ended, and the seventh of a session was refused.
    void theSeventhRegisterTakesThePlaceOfOneThatIsWatchedNoMore() {
        bench_->connect("dynamixel2:1@1000000");
        const std::string path = bench_->folder.filePath("reused.servolane").toStdString();
        QVERIFY(done(session::StartRecording{path, "reused", Duration::zero()}));
        for (const char* name : {"position_p_gain", "position_i_gain", "position_d_gain", "velocity_p_gain",
                                 "velocity_i_gain", "goal_pwm"})
            QVERIFY(done(motion::WatchRegister{{1}, name, true}));
        bench_->run(1s);
        QVERIFY(bench_->perform(motion::WatchRegister{{1}, "led", true}).state == CommandState::rejected);
        const auto channel = *motion::watchOf("position_p_gain", *bench_->axis(1).axis);
        const auto former = traceOf(channel);
        QVERIFY(former && former->count() > 10);
        QVERIFY(done(motion::WatchRegister{{1}, "position_p_gain", false}));
        bench_->run(500ms);
        QVERIFY(done(motion::WatchRegister{{1}, "return_delay_time", true}));
        const Time change = bench_->clock.now();
        QVERIFY(motion::watchOf("return_delay_time", *bench_->axis(1).axis) == channel);
        QVERIFY(!motion::watchOf("position_p_gain", *bench_->axis(1).axis));
        bench_->run(1s);
        // Another trace: nothing of the register that was here before.
        QVERIFY(!traceOf(channel)->continues(*former));
        QVERIFY(traceOf(channel)->first()->time > change - 100ms);
        QVERIFY(done(session::StopRecording{}));
        const auto reader = bench_->store.open(path);
        QVERIFY(reader.has_value());
        const auto& axis = (*reader)->summary().axes.front();
        QCOMPARE(axis.nameOf(channel), std::string("return_delay_time"));
        QCOMPARE(axis.namesOf(channel), (std::vector<std::string>{"return_delay_time", "position_p_gain"}));
        QCOMPARE(axis.nameAt(channel, change - 1s), std::string("position_p_gain"));
        const auto problems = drivers::sqlite::verifySession(path);
        QVERIFY(problems.has_value());
        QCOMPARE(*problems, std::vector<std::string>{});
        // The trace of the recording is of the newest register alone.
        session::JobProgress progress;
        const auto traces = telemetry::tracesFromSession(**reader, progress);
        QVERIFY(traces.has_value());
        QVERIFY(traces->find({1}, channel)->trace->first()->time > change - 100ms);
        // Both have a column of their own, each filled at its time.
        const auto rows = exported(path, {"*.position_p_gain", "*.return_delay_time"});
        QVERIFY(rows.size() > 100);
        QVERIFY(rows.front().contains(".position_p_gain") && rows.front().contains(".return_delay_time"));
        int gains = 0;
        int delays = 0;
        for (const QByteArray& row : rows.mid(1)) {
            const auto fields = row.split(',');
            if (fields.size() < 4) continue; // the end of the last line
            const bool delay = !fields[2].isEmpty();
            const bool gain = !fields[3].isEmpty();
            QVERIFY2(!gain || !delay, row.constData());
            gains += gain ? 1 : 0;
            delays += delay ? 1 : 0;
        }
        QVERIFY(gains > 10 && delays > 10);
    }

    void aReplayShowsTheRegisterThatAPlaceHeldAtThatTime() {
        bench_->connect("dynamixel2:1@1000000");
        const std::string path = bench_->folder.filePath("replayed.servolane").toStdString();
        QVERIFY(done(session::StartRecording{path, "replayed", Duration::zero()}));
        for (const char* name : {"position_p_gain", "position_i_gain", "position_d_gain", "velocity_p_gain",
                                 "velocity_i_gain", "goal_pwm"})
            QVERIFY(done(motion::WatchRegister{{1}, name, true}));
        bench_->run(1s);
        const Time before = bench_->clock.now();
        QVERIFY(done(motion::WatchRegister{{1}, "position_p_gain", false}));
        QVERIFY(done(motion::WatchRegister{{1}, "return_delay_time", true}));
        bench_->run(1s);
        QVERIFY(done(session::StopRecording{}));
        runtime::Player player(bench_->clock, bench_->store, path);
        static_cast<void>(player.step(bench_->clock.now()));
        const auto channel = telemetry::watchChannel(0);
        const auto valueAt = [&](Time at) {
            player.seek(at);
            static_cast<void>(player.step(bench_->clock.now()));
            return player.models().axes.read()->find({1})->latest[indexOf(channel)].value;
        };
        const auto firstOfTrace = [&] {
            const auto* view = player.models().traces.read()->find({1}, channel);
            return view ? view->trace->first() : std::nullopt;
        };
        const double gain = valueAt(before);
        for (int turn = 0; turn < 4; ++turn) {
            static_cast<void>(firstOfTrace());
            static_cast<void>(player.step(bench_->clock.now()));
        }
        QVERIFY(firstOfTrace() && firstOfTrace()->time < before);
        const double delay = valueAt(before + 900ms);
        QVERIFY(gain != delay);
        for (int turn = 0; turn < 4; ++turn) {
            static_cast<void>(firstOfTrace());
            static_cast<void>(player.step(bench_->clock.now()));
        }
        QVERIFY(firstOfTrace() && firstOfTrace()->time > before);
        QVERIFY(valueAt(before) == gain);
        // All that was recorded is told whatever moment is shown: the trace of the newest, and the one
        // before.
        const auto recorded = player.recorded();
        QCOMPARE(recorded->former.size(), std::size_t{1});
        QCOMPARE(recorded->former.front().name, std::string("position_p_gain"));
        const auto shown = player.models().traces.read()->find({1}, channel)->trace;
        QVERIFY(recorded->former.front().trace == shown);
        QVERIFY(recorded->named->find({1}, channel)->trace != shown);
    }

    void itIsKeptWithTheAxis() {
        bench_->connect("dynamixel2:1@1000000");
        QVERIFY(done(motion::WatchRegister{{1}, "position_p_gain", true}));
        bench_->run(100ms);
        const auto machine = bench_->workstation->readModels().machine.read()->machine;
        QCOMPARE(machine.axes.size(), std::size_t{1});
        QCOMPARE(machine.axes.front().settings.watched, std::vector<std::string>{"position_p_gain"});
        bench_ = std::make_unique<Workbench>();
        QVERIFY(done(motion::LoadMachine{std::make_shared<const motion::Machine>(machine)}));
        bench_->connect("dynamixel2:1@1000000");
        QVERIFY(motion::isWatched("position_p_gain", *bench_->axis(1).axis));
        bench_->run(1s);
        QVERIFY(timingOf(1, "position_p_gain").rate > 10.0);
    }

private:
    bool done(api::CommandBody body) {
        return bench_->perform(std::move(body)).state == CommandState::confirmed;
    }
    std::shared_ptr<const telemetry::Trace> traceOf(telemetry::Channel channel) {
        const auto* view = bench_->workstation->readModels().traces.read()->find({1}, channel);
        return view ? view->trace : nullptr;
    }
    /// Lines of a CSV.
    QList<QByteArray> exported(const std::string& path, std::vector<std::string> channels) {
        session::ExportRequest request;
        request.sessionPath = path;
        request.outPath = path + ".csv";
        request.channels = std::move(channels);
        session::JobProgress progress;
        drivers::Exporter exporter(bench_->store);
        static_cast<void>(exporter.run(request, progress));
        QFile csv(QString::fromStdString(request.outPath));
        return csv.open(QIODevice::ReadOnly) ? csv.readAll().split('\n') : QList<QByteArray>{};
    }
    double rateOf(AxisId axis, telemetry::Channel channel) {
        const auto set = bench_->workstation->readModels().traces.read();
        const auto* view = set->find(axis, channel);
        return view ? telemetry::timingOf(*view->trace, bench_->clock.now()).rate : 0.0;
    }
    telemetry::Timing timingOf(std::uint16_t id, const std::string& name) {
        const auto channel = motion::watchOf(name, *bench_->axis(id).axis);
        const auto set = bench_->workstation->readModels().traces.read();
        const auto* view = channel ? set->find({id}, *channel) : nullptr;
        return view ? telemetry::timingOf(*view->trace, bench_->clock.now()) : telemetry::Timing{};
    }

    std::unique_ptr<Workbench> bench_;
};

SERVOLANE_TEST(WatchedRegistersTest)

} // namespace servolane::tests

#include "watched_registers_test.moc"
