// SPDX-License-Identifier: GPL-3.0-or-later
// Reading your own writes: however far the projector lags, and wherever a frame falls between two of its
// publications, no control shows the value from before its own confirmed command.
// Qt's first (through the registry): moc of Qt 6.4 cannot read GCC's <compare> as the very first header.
#include "tests/support/test_registry.h"

#include "core/access/read/access_board.h"
#include "core/bus/read/bus_board_projection.h"
#include "core/journal/read/command_log_projection.h"
#include "core/journal/read/event_lane_projection.h"
#include "core/motion/read/axis_board_projection.h"
#include "core/motion/read/machine_board.h"
#include "core/registers/read/register_board_projection.h"
#include "core/runtime/projector.h"
#include "core/telemetry/read/trace_set.h"
#include "tests/support/recording_command_bus.h"
#include "tests/support/sample_model.h"
#include "ui/binding/selection.h"
#include "ui/motion/axis_panel.h"
#include "ui/motion/jog_control.h"
#include "ui/theme/theme.h"

#include <QtTest/QTest>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <atomic>
#include <deque>
#include <random>
#include <thread>

namespace servolane::tests {

namespace {

using registers::OperatingMode;

/// Stands between two projections: what happens to fall there is up to the test.
class Between final : public api::Projection {
public:
    explicit Between(std::function<void()> act)
        : act_(std::move(act)) {}
    void apply(const api::Event&) override {}
    void publish(Time) override { act_(); }

private:
    std::function<void()> act_;
};

/// One control of the panel: how a person uses it, what the core makes of it, and what it shows.
struct Control {
    std::function<void()> use;              ///< sends its command
    std::function<api::EventBody()> effect; ///< of the command, once confirmed
    std::function<bool()> isPending;
    std::function<std::string()> shown;
    std::string expected = {}; ///< of the newest command; empty: none yet
};

/// The read lane as the runtime composes it, an axis panel on it, and a core that the test plays.
class Lane {
public:
    explicit Lane(unsigned seed)
        : random_(seed) {
        happen(motion::AxisConfigured{axis_});
        happen(motion::AxisObserved{{1}, false, OperatingMode::position});
        happen(registers::RegisterRead{{1}, "position_p_gain", 800});
        project();
        selection_.selectAxis({1}, {1});
        panel_.show();
        tick();
        addControls();
    }

    void play(int steps) {
        for (int step = 0; step < steps && broken.empty(); ++step) {
            switch (number(0, 5)) {
            case 0:
            case 1:
                if (!outbox_.empty()) happen(takeNext());
                break;
            case 2:
                project();
                break;
            case 3:
                tick();
                break;
            default:
                use(controls_[static_cast<std::size_t>(number(0, static_cast<int>(controls_.size()) - 1))]);
            }
            clock_ += std::chrono::milliseconds{number(0, 12)};
        }
    }

    std::string broken;
    int checked = 0;

private:
    struct Waiting {
        CommandId cause;
        api::EventBody body;
    };

    int number(int low, int high) { return std::uniform_int_distribution<int>(low, high)(random_); }
    template <class Widget>
    Widget* find(const char* name) {
        return panel_.findChild<Widget*>(QString::fromLatin1(name));
    }

    void happen(Waiting next) { queue_.push({{++sequence_}, clock_, next.cause, std::move(next.body)}); }
    void happen(api::EventBody body) { happen(Waiting{{}, std::move(body)}); }
    Waiting takeNext() {
        Waiting next = std::move(outbox_.front());
        outbox_.pop_front();
        return next;
    }
    void project() {
        clock_ += std::chrono::milliseconds{8};
        static_cast<void>(projector_.step(clock_));
    }
    void maybeTick() {
        if (number(0, 2) == 0) tick();
    }
    void tick() {
        if (!panel_.isVisible()) return;
        panel_.tick(ui::readFrame(models_, clock_, true));
        for (const Control& control : controls_) {
            if (control.expected.empty() || control.isPending()) continue;
            ++checked;
            if (control.shown() != control.expected && broken.empty())
                broken = "shows " + control.shown() + " after " + control.expected + " was asked for";
        }
    }

    void use(Control& control) {
        if (control.isPending()) return;
        const std::size_t before = commands_.sent.size();
        control.use();
        if (commands_.sent.size() == before) return;
        const auto& sent = commands_.sent.back();
        const CommandId id = sent.id;
        outbox_.push_back({id, api::CommandAccepted{id, api::Asker::window, api::describe(sent.body)}});
        outbox_.push_back({id, api::CommandSent{id}});
        outbox_.push_back({id, control.effect()});
        outbox_.push_back({id, api::CommandConfirmed{id, true, {}, 0}});
    }

    void addControls();

    std::mt19937 random_;
    Time clock_{std::chrono::seconds{1000}};
    std::uint64_t sequence_ = 0;
    std::deque<Waiting> outbox_;
    std::shared_ptr<const motion::Axis> axis_ = sampleAxis();

    Waker waker_;
    runtime::EventQueue queue_{1000, waker_};
    bus::BusBoardProjection buses_;
    motion::AxisBoardProjection axes_;
    journal::EventLaneProjection lane_;
    registers::RegisterBoardProjection registers_;
    journal::CommandLogProjection log_;
    SnapshotCell<telemetry::TraceSet> traces_;
    SnapshotCell<session::RecordingBoard> recording_;
    SnapshotCell<access::AccessBoard> access_;
    SnapshotCell<motion::MachineBoard> machine_;
    Between gap_{[this] { maybeTick(); }};
    runtime::Projector projector_{
        queue_, {&gap_, &buses_, &gap_, &axes_, &gap_, &lane_, &gap_, &registers_, &gap_}, log_};
    api::ReadModels models_{buses_.board(),     axes_.board(), log_.log(), lane_.lane(), traces_,
                            registers_.board(), recording_,    access_,    machine_};

    RecordingCommandBus commands_;
    ui::Theme theme_{[] { return false; }};
    ui::Selection selection_;
    ui::PanelContext context_{commands_, theme_, selection_};
    ui::JogControl jog_{commands_, nullptr};
    ui::AxisPanel panel_{context_, jog_, [this] { return clock_; }, nullptr};
    std::deque<Control> controls_;
};

void Lane::addControls() {
    auto* off = find<QPushButton>("torqueOff");
    auto* on = find<QPushButton>("torqueOn");
    Control& torque = controls_.emplace_back();
    torque.use = [=, &torque] {
        const bool wanted = !on->isChecked();
        (wanted ? on : off)->click();
        torque.expected = wanted ? "on" : "off";
    };
    torque.effect = [&torque]() -> api::EventBody {
        if (torque.expected == "on") return motion::TorqueEnabled{{1}};
        return motion::TorqueDisabled{{1}};
    };
    torque.isPending = [=] { return !on->isEnabled(); };
    torque.shown = [=] { return on->isChecked() ? "on" : off->isChecked() ? "off" : "nothing"; };

    auto* mode = find<QComboBox>("modeChoice");
    Control& modes = controls_.emplace_back();
    modes.use = [=, &modes] {
        const int next = (mode->currentIndex() + 1) % mode->count();
        mode->setCurrentIndex(next);
        modes.expected = mode->itemText(next).toStdString();
        Q_EMIT mode->activated(next);
    };
    modes.effect = [=] {
        return motion::ModeChanged{{1}, static_cast<OperatingMode>(mode->currentData().toInt())};
    };
    modes.isPending = [=] { return !mode->isEnabled(); };
    modes.shown = [=] { return mode->currentText().toStdString(); };

    auto* reaction = find<QComboBox>("stopReaction");
    Control& reactions = controls_.emplace_back();
    reactions.use = [=, &reactions] {
        const int next = (reaction->currentIndex() + 1) % reaction->count();
        reaction->setCurrentIndex(next);
        reactions.expected = reaction->itemText(next).toStdString();
        Q_EMIT reaction->activated(next);
    };
    reactions.effect = [=, this] {
        motion::Axis changed = *axis_;
        changed.stopReaction = static_cast<motion::StopReaction>(reaction->currentData().toInt());
        axis_ = std::make_shared<const motion::Axis>(changed);
        return motion::AxisConfigured{axis_};
    };
    reactions.isPending = [=] { return !reaction->isEnabled(); };
    reactions.shown = [=] { return reaction->currentText().toStdString(); };

    auto* gain = find<QLineEdit>("gainP");
    Control& gains = controls_.emplace_back();
    gains.use = [=, this, &gains] {
        const std::string wanted = std::to_string(number(100, 999));
        gain->selectAll();
        QTest::keyClicks(gain, QString::fromStdString(wanted));
        QTest::keyClick(gain, Qt::Key_Return);
        gains.expected = wanted;
    };
    gains.effect = [&gains] {
        return registers::RegisterWritten{{1}, "position_p_gain", {}, std::stoll(gains.expected)};
    };
    // What was typed stays until it is confirmed: it is never the old value.
    gains.isPending = [] { return false; };
    gains.shown = [=] { return gain->text().toStdString(); };
}

} // namespace

class OwnWritesTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void noControlShowsTheValueFromBeforeItsOwnConfirmedCommand() {
        int checked = 0;
        for (unsigned seed = 1; seed <= 25; ++seed) {
            Lane lane(seed);
            lane.play(600);
            checked += lane.checked;
            QVERIFY2(lane.broken.empty(), ("seed " + std::to_string(seed) + ": " + lane.broken).c_str());
        }
        QVERIFY2(checked > 1000, std::to_string(checked).c_str());
    }

    /// The same of frames read while another thread publishes: an outcome is never newer than its effect.
    void aFrameReadDuringAPublicationKnowsWhatItsOutcomesDid() {
        constexpr std::uint64_t commands = 4000;
        Waker waker;
        runtime::EventQueue queue(1000, waker);
        bus::BusBoardProjection buses;
        motion::AxisBoardProjection axes;
        journal::EventLaneProjection lane;
        registers::RegisterBoardProjection registers;
        journal::CommandLogProjection log;
        const SnapshotCell<telemetry::TraceSet> traces;
        const SnapshotCell<session::RecordingBoard> recording;
        const SnapshotCell<access::AccessBoard> access;
        const SnapshotCell<motion::MachineBoard> machine;
        runtime::Projector projector(queue, {&buses, &axes, &lane, &registers}, log);
        const api::ReadModels models{buses.board(),     axes.board(), log.log(), lane.lane(), traces,
                                     registers.board(), recording,    access,    machine};
        std::atomic<bool> done = false;
        std::thread publishing([&] {
            Time now{std::chrono::seconds{1}};
            for (std::uint64_t i = 1; i <= commands; ++i) {
                now += std::chrono::milliseconds{10};
                queue.push(
                    {{2 * i - 1}, now, {i}, registers::RegisterWritten{{1}, "gain", {}, std::int64_t(i)}});
                queue.push({{2 * i}, now, {i}, api::CommandSuperseded{{i}}});
                static_cast<void>(projector.step(now));
            }
            done = true;
        });
        bool broken = false;
        while (!done && !broken) {
            const ui::Frame frame = ui::readFrame(models, {}, false);
            const auto* gain = frame.registers->find({1}, "gain");
            broken = frame.commands->upTo.value > (gain ? 2 * static_cast<std::uint64_t>(gain->raw) : 0);
        }
        publishing.join();
        QVERIFY(!broken);
    }
};

SERVOLANE_TEST(OwnWritesTest)

} // namespace servolane::tests

#include "own_writes_test.moc"
