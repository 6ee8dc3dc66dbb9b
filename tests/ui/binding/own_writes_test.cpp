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
#include "tests/ui/binding/played_core.h"
#include "ui/binding/selection.h"
#include "ui/motion/axis_panel.h"
#include "ui/motion/jog_control.h"
#include "ui/registers/register_matrix.h"
#include "ui/registers/register_panel.h"
#include "ui/theme/theme.h"

#include <QtCore/QRegularExpression>
#include <QtTest/QTest>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QTableWidget>
#include <atomic>
#include <cmath>
#include <deque>
#include <map>
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

/// What belongs together: host settings change the units in which those of the servo are shown.
enum class Part : std::uint8_t { servo, host };

/// The read lane as the runtime composes it, an axis panel on it, and a core that the test plays.
class Lane {
public:
    Lane(unsigned seed, Part part)
        : random_(seed) {
        happen(motion::AxisConfigured{core_.axis});
        happen(motion::AxisObserved{{1}, false, OperatingMode::position});
        for (const auto& one : core_.axis->model->registers)
            happen(
                registers::RegisterRead{{1}, one.name, std::max<std::int64_t>(one.minimum.value_or(1), 1)});
        project();
        selection_.selectAxis({1}, {1});
        for (QWidget* panel : {static_cast<QWidget*>(&panel_), static_cast<QWidget*>(&table_),
                               static_cast<QWidget*>(&matrix_)})
            panel->show();
        tick();
        addControls(part);
        tick();
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
    [[nodiscard]] const std::deque<Control>& controls() const { return controls_; }

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
        const ui::Frame frame = ui::readFrame(models_, clock_, true);
        panel_.tick(frame);
        table_.tick(frame);
        matrix_.tick(frame);
        answerAll();
        for (Control& control : controls_) {
            if (control.expected.empty() || control.isPending()) continue;
            ++control.checked;
            if (control.shown() != control.expected && broken.empty())
                broken = control.name + " shows " + control.shown() + " after " + control.expected +
                         " was asked for";
        }
    }

    void use(Control& control) {
        if (control.isPending()) return;
        if (std::string typed = control.use(); !typed.empty()) control.expected = typed;
        answerAll();
    }
    /// Some are sent by a tick: the next gain once the one before it is confirmed.
    void answerAll() {
        while (answered_ < commands_.sent.size())
            answer(commands_.sent[answered_++]);
    }
    /// In the order in which they were sent, as the core thread takes them.
    template <class Sent>
    void answer(const Sent& sent) {
        const CommandId id = sent.id;
        outbox_.push_back({id, api::CommandAccepted{id, api::Asker::window, api::describe(sent.body)}});
        outbox_.push_back({id, api::CommandSent{id}});
        for (auto& effect : core_.effects(sent.body))
            outbox_.push_back({id, std::move(effect)});
        outbox_.push_back({id, api::CommandConfirmed{id, true, {}, 0}});
        for (Control& control : controls_)
            if (std::string wanted = control.wanted(sent.body); !wanted.empty()) control.expected = wanted;
    }

    void addChoices();
    void addSwitches();
    void addFields();
    void addGain(const char* name, const std::string& gain);
    void addLimits();
    void addScale();
    void addTables();
    /// A field of numbers; each use types what `text` says and sends it.
    void addField(const char* name, std::function<std::string()> text,
                  std::function<std::optional<double>(const api::CommandBody&)> wanted);
    void addField(const char* name, int low, int high,
                  std::function<std::optional<double>(const api::CommandBody&)> wanted) {
        addField(
            name, [=, this] { return std::to_string(number(low, high)); }, std::move(wanted));
    }
    /// What stands there from then on, whether it could be sent at once or not.
    std::string type(QLineEdit* line, const std::string& text);
    void addControls(Part part);

    std::mt19937 random_;
    Time clock_{std::chrono::seconds{1000}};
    std::uint64_t sequence_ = 0;
    std::deque<Waiting> outbox_;
    PlayedCore core_;

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
    std::size_t answered_ = 0;
    ui::Theme theme_{[] { return false; }};
    ui::Selection selection_;
    ui::PanelContext context_{commands_, theme_, selection_};
    ui::JogControl jog_{commands_, nullptr};
    ui::AxisPanel panel_{context_, jog_, [this] { return clock_; }, nullptr};
    ui::RegisterPanel table_{context_, {}, nullptr};
    ui::RegisterMatrix matrix_{context_, nullptr};
    std::deque<Control> controls_;
};

void Lane::addControls(Part part) {
    if (part == Part::servo) {
        addSwitches();
        addChoices();
        addFields();
        addTables();
    } else {
        addLimits();
        addScale();
    }
}

void Lane::addSwitches() {
    auto* off = find<QPushButton>("torqueOff");
    auto* on = find<QPushButton>("torqueOn");
    controls_.push_back({"torque",
                         [=] {
                             (on->isChecked() ? off : on)->click();
                             return std::string();
                         },
                         [](const api::CommandBody& body) -> std::string {
                             const auto* sent = std::get_if<motion::SetTorque>(&body);
                             return !sent ? "" : sent->on ? "on" : "off";
                         },
                         [=] { return !on->isEnabled(); },
                         [=] { return on->isChecked()    ? "on"
                                      : off->isChecked() ? "off"
                                                         : "nothing"; }});
}

void Lane::addChoices() {
    const auto choose = [](QComboBox* box) {
        return [box] {
            const int next = (box->currentIndex() + 1) % box->count();
            box->setCurrentIndex(next);
            Q_EMIT box->activated(next);
            return std::string();
        };
    };
    const auto textOf = [](QComboBox* box, int value) {
        return box->itemText(box->findData(value)).toStdString();
    };
    auto* mode = find<QComboBox>("modeChoice");
    controls_.push_back({"mode", choose(mode),
                         [=](const api::CommandBody& body) -> std::string {
                             const auto* sent = std::get_if<motion::SetOperatingMode>(&body);
                             return sent ? textOf(mode, static_cast<int>(sent->mode)) : "";
                         },
                         [=] { return !mode->isEnabled(); },
                         [=] { return mode->currentText().toStdString(); }});
    auto* reaction = find<QComboBox>("stopReaction");
    controls_.push_back({"stop reaction", choose(reaction),
                         [=](const api::CommandBody& body) -> std::string {
                             const auto* sent = std::get_if<motion::SetStopReaction>(&body);
                             return sent ? textOf(reaction, static_cast<int>(sent->reaction)) : "";
                         },
                         [=] { return !reaction->isEnabled(); },
                         [=] { return reaction->currentText().toStdString(); }});
}

std::string Lane::type(QLineEdit* line, const std::string& text) {
    line->selectAll();
    QTest::keyClicks(line, QString::fromStdString(text));
    QTest::keyClick(line, Qt::Key_Return);
    return whole(QString::fromStdString(text));
}

void Lane::addField(const char* name, std::function<std::string()> text,
                    std::function<std::optional<double>(const api::CommandBody&)> wanted) {
    auto* line = find<QLineEdit>(name);
    if (!line) qFatal("no field %s", name);
    controls_.push_back({name, [=, this] { return type(line, text()); },
                         [wanted](const api::CommandBody& body) -> std::string {
                             const auto value = wanted(body);
                             return value ? std::to_string(std::lround(*value)) : "";
                         },
                         // What was typed stays until it is confirmed: it is never the old value.
                         [] { return false; }, [=] { return whole(line->text()); }});
}

/// Shown and typed in the model's scale; told apart by the servo's own numbers.
void Lane::addGain(const char* name, const std::string& gain) {
    auto* line = find<QLineEdit>(name);
    if (!line) qFatal("no field %s", name);
    const auto* of = core_.axis->model->find(gain);
    const auto rawOf = [of](const QString& text) {
        return text.isEmpty() ? std::string() : std::to_string(of->rawFromValue(text.toDouble()));
    };
    controls_.push_back({name,
                         [=, this] {
                             const QString text = QString::number(of->valueFrom(number(100, 999)), 'f', 9);
                             static_cast<void>(type(line, text.toStdString()));
                             return rawOf(text);
                         },
                         [gain](const api::CommandBody& body) -> std::string {
                             if (const auto* sent = std::get_if<registers::WriteRegister>(&body);
                                 sent && sent->name == gain)
                                 return std::to_string(sent->raw);
                             if (const auto* batch = std::get_if<registers::WriteRegisters>(&body))
                                 for (const auto& write : batch->writes)
                                     if (write.name == gain) return std::to_string(write.raw);
                             return "";
                         },
                         // What was typed stays until it is confirmed: it is never the old value.
                         [] { return false; }, [=] { return rawOf(line->text()); }});
}

void Lane::addFields() {
    for (const auto& [name, gain] :
         {std::pair{"gainP", "position_p_gain"}, {"gainI", "position_i_gain"}, {"gainD", "position_d_gain"}})
        addGain(name, gain);
    // As much as the register can tell apart, and not halfway between two whole numbers.
    const auto held = [this](const char* name, double value) {
        const auto* of = core_.axis->model->find(name);
        return of->valueFrom(of->rawFromValue(value));
    };
    const auto some = [=, this](const char* name, int low, int high) {
        for (;;) {
            const double value = held(name, number(low, high));
            if (std::abs(value - std::round(value)) < 0.3)
                return QString::number(value, 'f', 2).toStdString();
        }
    };
    addField(
        "profileVelocity", [=] { return some("profile_velocity", 10, 200); },
        [=](const api::CommandBody& body) -> std::optional<double> {
            const auto* sent = std::get_if<motion::SetProfile>(&body);
            return sent ? std::optional(held("profile_velocity", sent->velocity.value)) : std::nullopt;
        });
    addField(
        "profileAcceleration", [=] { return some("profile_acceleration", 100, 900); },
        [=](const api::CommandBody& body) -> std::optional<double> {
            const auto* sent = std::get_if<motion::SetProfile>(&body);
            return sent ? std::optional(held("profile_acceleration", sent->acceleration.value))
                        : std::nullopt;
        });
}

void Lane::addLimits() {
    const auto travel = [](bool high) {
        return [high](const api::CommandBody& body) -> std::optional<double> {
            const auto* sent = std::get_if<motion::SetTravelLimits>(&body);
            if (!sent) return std::nullopt;
            return high ? sent->travel.high.value : sent->travel.low.value;
        };
    };
    addField("limitLow", 1, 170, travel(false));
    addField("limitHigh", 190, 359, travel(true));
    const auto limit = [](auto member) {
        return [member](const api::CommandBody& body) -> std::optional<double> {
            const auto* sent = std::get_if<motion::SetAxisLimits>(&body);
            if (!sent || !(sent->limits.*member)) return std::nullopt;
            return (sent->limits.*member)->value;
        };
    };
    addField("ownVelocity", 10, 200, limit(&motion::OwnLimits::velocity));
    addField("ownAcceleration", 100, 900, limit(&motion::OwnLimits::acceleration));
    addField("ownCurrent", 1, 3, limit(&motion::OwnLimits::current));
    addField("ownTemperature", 40, 79, limit(&motion::OwnLimits::temperature));
    addField("ownFollowing", 1, 29, limit(&motion::OwnLimits::followingError));
    addField("ownStep", 1, 90, limit(&motion::OwnLimits::step));
}

void Lane::addScale() {
    const auto scale = [](auto member) {
        return [member](const api::CommandBody& body) -> std::optional<double> {
            const auto* sent = std::get_if<motion::SetAxisScale>(&body);
            return sent ? std::optional(sent->scale.*member) : std::nullopt;
        };
    };
    addField("axisGear", 1, 9, scale(&motion::AxisScale::gear));
    addField("axisOffset", -90, 90, scale(&motion::AxisScale::offset));
    addField("axisPerTurn", 100, 720, scale(&motion::AxisScale::unitsPerTurn));
    auto* name = find<QLineEdit>("axisName");
    controls_.push_back({"axisName",
                         [=, this] { return type(name, "Axis" + std::to_string(number(1, 999))); },
                         [](const api::CommandBody& body) -> std::string {
                             const auto* sent = std::get_if<motion::RenameAxis>(&body);
                             return sent ? sent->name : "";
                         },
                         [] { return false; }, [=] { return name->text().toStdString(); }});
    auto* unit = find<QLineEdit>("axisUnit");
    auto* apply = find<QPushButton>("applyScale");
    controls_.push_back({"axisUnit",
                         [=, this] {
                             unit->selectAll();
                             QTest::keyClicks(unit, number(0, 1) == 0 ? "mm" : "deg");
                             apply->setEnabled(true); // as the next frame would
                             apply->click();
                             return unit->text().toStdString();
                         },
                         [](const api::CommandBody& body) -> std::string {
                             const auto* sent = std::get_if<motion::SetAxisScale>(&body);
                             return sent ? sent->scale.unit : "";
                         },
                         [] { return false; }, [=] { return unit->text().toStdString(); }});
    auto* reversed = find<QCheckBox>("axisReversed");
    controls_.push_back({"axisReversed",
                         [=] {
                             reversed->click();
                             apply->setEnabled(true);
                             apply->click();
                             return std::string();
                         },
                         [](const api::CommandBody& body) -> std::string {
                             const auto* sent = std::get_if<motion::SetAxisScale>(&body);
                             return !sent ? "" : sent->scale.reversed ? "yes" : "no";
                         },
                         [] { return false; }, [=] { return reversed->isChecked() ? "yes" : "no"; }});
}

/// A register of the table and one of the matrix, each staged and applied. Pending is what the column says.
void Lane::addTables() {
    const auto written = [](std::string name) {
        return [name](const api::CommandBody& body) -> std::string {
            if (const auto* one = std::get_if<registers::WriteRegister>(&body); one && one->name == name)
                return std::to_string(one->raw);
            if (const auto* batch = std::get_if<registers::WriteRegisters>(&body))
                for (const auto& write : batch->writes)
                    if (write.name == name) return std::to_string(write.raw);
            return "";
        };
    };
    auto* table = table_.findChild<QTableWidget*>(QStringLiteral("registerTable"));
    auto* value = table_.findChild<QLineEdit*>(QStringLiteral("registerValue"));
    auto* apply = table_.findChild<QPushButton*>(QStringLiteral("applyRegisters"));
    for (const char* name : {"velocity_p_gain", "indirect_data_1"}) {
        int row = -1;
        for (int at = 0; at < table->rowCount(); ++at)
            if (table->item(at, 2)->toolTip() == QLatin1String(name)) row = at;
        if (row < 0) qFatal("no register %s", name);
        controls_.push_back({std::string("table ") + name,
                             [=, this] {
                                 table->setCurrentCell(row, 2);
                                 type(value, std::to_string(number(10, 255)));
                                 apply->setEnabled(true); // as the next frame would
                                 apply->click();
                                 return std::string();
                             },
                             written(name), [=] { return !table->item(row, 4)->text().isEmpty(); },
                             [=] { return whole(table->item(row, 3)->text()); }});
    }
    auto* matrix = matrix_.findChild<QTableWidget*>(QStringLiteral("matrixTable"));
    auto* entry = matrix_.findChild<QLineEdit*>(QStringLiteral("registerValue"));
    auto* all = matrix_.findChild<QPushButton*>(QStringLiteral("matrixApply"));
    auto* names = matrix_.findChild<QComboBox*>(QStringLiteral("matrixRegister"));
    names->setCurrentIndex(names->findData(QStringLiteral("velocity_i_gain")));
    controls_.push_back({"matrix velocity_i_gain",
                         [=, this] {
                             type(entry, std::to_string(number(100, 999)));
                             if (all->isEnabled()) all->click();
                             return std::string();
                         },
                         written("velocity_i_gain"), [=] { return !matrix->item(0, 4)->text().isEmpty(); },
                         [=] { return whole(matrix->item(0, 3)->text()); }});
}

} // namespace

class OwnWritesTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void noControlShowsTheValueFromBeforeItsOwnConfirmedCommand() {
        std::map<std::string, int> checked;
        for (unsigned seed = 1; seed <= 24; ++seed) {
            Lane lane(seed, seed % 2 == 0 ? Part::servo : Part::host);
            lane.play(900);
            for (const Control& control : lane.controls())
                checked[control.name] += control.checked;
            QVERIFY2(lane.broken.empty(), ("seed " + std::to_string(seed) + ": " + lane.broken).c_str());
        }
        QVERIFY2(checked.size() >= 25, std::to_string(checked.size()).c_str());
        for (const auto& [name, times] : checked)
            QVERIFY2(times > 100, (name + " was looked at " + std::to_string(times) + " times").c_str());
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
