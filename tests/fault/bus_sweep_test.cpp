// SPDX-License-Identifier: GPL-3.0-or-later
// A session at the bench of about three hundred calls to the line, of which the n-th fails: its request or
// its answer is lost, the answer is damaged or comes under another id, or the port is gone; that call alone,
// or all from it on. Afterwards a stop tells the truth about each axis, the state that is shown is the
// servo's, each command has exactly one end, and the journal tells the same as the screen.
//
// Every n is tried with one of the twelve faults; SERVOLANE_SWEEP=all tries every n with every one, as
// packaging/soak.sh does.
#include "core/journal/read/command_log_projection.h"
#include "core/motion/read/axis_board_projection.h"
#include "core/registers/read/register_board_projection.h"
#include "drivers/families/families.h"
#include "drivers/simulator/simulated_bus.h"
#include "tests/fault/failing_transport.h"
#include "tests/pipeline/workbench.h"
#include "tests/support/test_registry.h"

#include <QtTest/QTest>
#include <map>

using namespace servolane;
using namespace std::chrono_literals;
using drivers::simulator::SimulatedBus;
using drivers::simulator::VirtualServo;
using registers::Role;
using tests::LineFault;
using tests::LinePlan;
using tests::Workbench;

namespace {

/// What reached the journal.
struct Facts {
    std::vector<api::Event> all;
};
struct MemoryJournal final : journal::JournalWriter {
    explicit MemoryJournal(Facts& facts)
        : facts_(facts) {}
    Result<void> append(std::span<const api::Event> facts, std::uint64_t) override {
        facts_.all.insert(facts_.all.end(), facts.begin(), facts.end());
        return {};
    }
    Facts& facts_;
};

class Session {
public:
    explicit Session(LinePlan plan)
        : plan_(plan) {
        tests::WorkbenchParts parts;
        parts.buses = [this](const bus::LinkSettings& link, Clock& clock, const Waker& stop) {
            drivers::simulator::BusSpec spec;
            spec.count = 2;
            servos_ =
                *makeSimulatedBus(drivers::simulatedFamilies(), spec, *Workbench::models(), {}, clock.now());
            runtime::BusParts made = tests::simulatedParts(
                std::make_unique<tests::FailingTransport>(
                    std::make_unique<drivers::PipeTransport>(servos_, clock, stop), plan_),
                link, clock, *Workbench::models());
            return Result<runtime::BusParts>(std::move(made));
        };
        parts.journal = std::make_unique<MemoryJournal>(facts_);
        bench_ = std::make_unique<Workbench>(std::move(parts));
    }

    /// What a person does at the bench; returns how many calls it took.
    int play() {
        bus::LinkSettings link;
        link.line.path = "sim:anything";
        link.line.baud = 1'000'000;
        link.pollRate = 50.0;
        ask(bus::ConnectBus{link});
        bench_->run(100ms);
        prepare();
        move();
        ask(bus::ScanBus{{1}, {}});
        bench_->run(300ms);
        ask(motion::Halt{{1}});
        stop();
        ask(motion::ResetStop{bench_->stopView().generation});
        ask(motion::SetTorque{{1}, true});
        ask(motion::MoveAxis{{1}, {185.0}});
        bench_->run(100ms);
        spin();
        leave();
        return plan_.calls;
    }

    /// Empty: all is as it must be.
    QString check() {
        stop();
        QString wrong = checkStop();
        plan_.healed = true;
        bench_->run(3s); // it finds what was lost, and stops what could not be reached
        for (const auto look : {&Session::checkTorque, &Session::checkRest, &Session::checkSettings,
                                &Session::checkCommands, &Session::checkJournal})
            if (wrong.isEmpty()) wrong = (this->*look)();
        return wrong;
    }

private:
    void prepare() {
        ask(registers::ReadAllRegisters{{1}});
        ask(motion::SetStopReaction{{2}, motion::StopReaction::hold});
        ask(motion::SetOperatingMode{{1}, registers::OperatingMode::extendedPosition});
        ask(motion::SetOperatingMode{{1}, registers::OperatingMode::position});
        ask(registers::WriteRegisters{{1}, {{"position_p_gain", 640}, {"led", 1}}, "a test"});
        ask(motion::SetTorque{{1}, true});
        ask(motion::SetTorque{{2}, true});
    }
    void move() {
        ask(motion::MoveAxis{{1}, {200.0}, Velocity{120.0}, Acceleration{900.0}});
        ask(registers::WriteRegister{{1}, "position_p_gain", 700});
        ask(motion::MoveAxes{{{{1}, {170.0}}, {{2}, {190.0}}}});
        bench_->workstation->renewLease({2}, 200ms, api::Asker::window);
        ask(motion::StartJog{{2}, {20.0}});
        bench_->run(100ms);
        ask(motion::EndJog{{2}});
        ask(motion::SetProfile{{1}, Velocity{60.0}, Acceleration{300.0}});
    }
    void spin() {
        ask(motion::SetTorque{{1}, false});
        ask(motion::SetOperatingMode{{1}, registers::OperatingMode::velocity});
        ask(motion::SetTorque{{1}, true});
        ask(motion::SetVelocity{{1}, {30.0}});
        bench_->run(400ms);
        ask(motion::Halt{{1}});
    }
    void leave() {
        ask(motion::SetTorque{{1}, false});
        ask(motion::SetTorque{{2}, false});
        ask(motion::RebootAxis{{1}});
        ask(registers::ReadAllRegisters{{2}});
        bench_->run(200ms);
    }
    void ask(api::CommandBody body) { static_cast<void>(bench_->perform(std::move(body))); }
    void stop() { static_cast<void>(bench_->follow(bench_->workstation->stop(api::Asker::window))); }

    /// nullptr for one that a spoilt answer made up.
    const VirtualServo* servoOf(const motion::AxisView& axis) const {
        for (const auto& servo : servos_->servos())
            if (servo->id() == axis.axis->servo) return servo.get();
        return nullptr;
    }
    static bool hasTorque(const VirtualServo& servo) { return servo.value(Role::torqueEnable) != 0; }
    static bool holds(const motion::AxisView& axis) {
        return axis.axis->stopReaction != motion::StopReaction::torqueOff;
    }
    [[nodiscard]] std::shared_ptr<const motion::AxisBoard> board() const {
        return bench_->workstation->readModels().axes.read();
    }

    QString checkStop() {
        const auto view = bench_->stopView();
        if (!view.finished) return QStringLiteral("the stop was never reported");
        for (const auto& axis : view.finished->axes) {
            const auto shown = bench_->axis(axis.axis.value);
            const VirtualServo* servo = shown.axis ? servoOf(shown) : nullptr;
            if (axis.confirmed && servo && hasTorque(*servo) && !holds(shown))
                return QStringLiteral("axis %1: a stop confirmed that did not happen").arg(axis.axis.value);
        }
        return {};
    }
    QString checkTorque() {
        for (const auto& servo : servos_->servos()) {
            const auto& axes = board()->axes;
            const auto axis = std::find_if(axes.begin(), axes.end(),
                                           [&](const auto& view) { return servoOf(view) == servo.get(); });
            const bool holding = axis != axes.end() && holds(*axis);
            if (hasTorque(*servo) && !holding)
                return QStringLiteral("servo %1 has torque after a stop and three seconds of a sound line")
                    .arg(servo->id().value);
            if (axis == axes.end()) continue;
            if (!axis->silent && axis->torque && *axis->torque != hasTorque(*servo))
                return QStringLiteral("servo %1 is shown with torque %2, and is otherwise")
                    .arg(servo->id().value)
                    .arg(*axis->torque);
            if (axis->silent) return QStringLiteral("servo %1 answers and is silent").arg(servo->id().value);
            if (!axis->torque)
                return QStringLiteral("servo %1 answers, but its torque is not known").arg(servo->id().value);
        }
        return {};
    }
    QString checkRest() {
        const auto places = [&] {
            std::vector<std::int64_t> all;
            for (const auto& servo : servos_->servos())
                all.push_back(servo->value(Role::presentPosition));
            return all;
        };
        const auto before = places();
        bench_->run(200ms);
        const auto after = places();
        for (std::size_t i = 0; i < before.size(); ++i)
            if (std::abs(before[i] - after[i]) > 2) return QStringLiteral("servo %1 goes on").arg(i + 1);
        return {};
    }
    /// What is shown of a register is what the servo holds.
    QString checkSettings() {
        const auto known = bench_->workstation->readModels().registers.read();
        for (const auto& axis : board()->axes) {
            const VirtualServo* servo = servoOf(axis);
            for (const char* name : {"position_p_gain", "led", "operating_mode"}) {
                const auto* shown = known->find(axis.axis->id, name);
                if (servo && shown && shown->raw != servo->value(name))
                    return QStringLiteral("axis %1: %2 is shown as %3 and is %4")
                        .arg(axis.axis->id.value)
                        .arg(QLatin1String(name))
                        .arg(shown->raw)
                        .arg(servo->value(name));
            }
            if (servo && axis.mode && *axis.mode != servo->mode())
                return QStringLiteral("axis %1 is shown in another mode").arg(axis.axis->id.value);
        }
        return {};
    }
    QString checkCommands() {
        std::map<std::uint64_t, int> ends;
        for (const auto& event : facts_.all) {
            if (const auto* e = std::get_if<api::CommandAccepted>(&event.body)) ends[e->command.value] += 0;
            if (const auto* e = std::get_if<api::CommandRejected>(&event.body)) ++ends[e->command.value];
            if (const auto* e = std::get_if<api::CommandConfirmed>(&event.body)) ++ends[e->command.value];
            if (const auto* e = std::get_if<api::CommandFailed>(&event.body)) ++ends[e->command.value];
            if (const auto* e = std::get_if<api::CommandSuperseded>(&event.body)) ++ends[e->command.value];
        }
        for (const auto& [command, count] : ends)
            if (count != 1) return QStringLiteral("command %1 has %2 ends").arg(command).arg(count);
        return {};
    }
    /// The facts alone, folded anew, give what is shown.
    QString checkJournal() {
        motion::AxisBoardProjection axes;
        registers::RegisterBoardProjection tables;
        journal::CommandLogProjection commands;
        std::uint64_t last = 0;
        for (const auto& event : facts_.all) {
            if (event.sequence.value <= last) return QStringLiteral("facts out of order");
            last = event.sequence.value;
            for (api::Projection* projection :
                 {static_cast<api::Projection*>(&axes), static_cast<api::Projection*>(&tables),
                  static_cast<api::Projection*>(&commands)})
                projection->apply(event);
        }
        axes.publish(bench_->clock.now());
        tables.publish(bench_->clock.now());
        commands.publish(bench_->clock.now());
        QString wrong = compareAxes(*axes.board().read());
        if (wrong.isEmpty()) wrong = compareTables(*tables.board().read());
        return wrong.isEmpty() ? compareCommands(*commands.log().read()) : wrong;
    }
    QString compareAxes(const motion::AxisBoard& told) const {
        const auto shown = board();
        if (shown->axes.size() != told.axes.size()) return QStringLiteral("the journal knows other axes");
        for (std::size_t i = 0; i < shown->axes.size(); ++i) {
            const auto& a = shown->axes[i];
            const auto& b = told.axes[i];
            const bool same = a.torque == b.torque && a.silent == b.silent && a.mode == b.mode &&
                              a.activity == b.activity && a.hardwareError == b.hardwareError &&
                              a.answers == b.answers && a.referenced == b.referenced &&
                              a.watchdog == b.watchdog;
            if (!same) return QStringLiteral("axis %1: the journal tells otherwise").arg(a.axis->id.value);
        }
        return shown->stop.latched == told.stop.latched ? QString() : QStringLiteral("the stop");
    }
    QString compareTables(const registers::RegisterBoard& told) const {
        const auto shown = bench_->workstation->readModels().registers.read();
        for (const auto& [axis, table] : shown->axes)
            for (const auto& [name, known] : table) {
                const auto* value = told.find(axis, name);
                if (!value || value->raw != known.raw)
                    return QStringLiteral("the journal has another ") + QString::fromStdString(name);
            }
        return {};
    }
    QString compareCommands(const journal::CommandLog& told) const {
        const auto shown = bench_->workstation->readModels().commands.read();
        if (shown->total != told.total) return QStringLiteral("the journal has other commands");
        for (const auto& entry : shown->entries) {
            const auto* kept = told.find(entry.id);
            if (!kept || kept->state != entry.state)
                return QStringLiteral("the journal knows another end of command %1").arg(entry.id.value);
        }
        return {};
    }

    LinePlan plan_;
    Facts facts_;
    std::shared_ptr<SimulatedBus> servos_;
    std::unique_ptr<Workbench> bench_;
};

class BusSweepTest : public QObject {
    Q_OBJECT

    static QString outcomeOf(const LinePlan& plan) {
        Session session(plan);
        session.play();
        const QString wrong = session.check();
        return wrong.isEmpty() ? wrong : plan.text() + QStringLiteral(": ") + wrong;
    }

private Q_SLOTS:
    void aSoundLineLeavesNothingToComplainOf() { QCOMPARE(outcomeOf({}), QString()); }

    void everyFailingCallLeavesTheTruth() {
        constexpr int kinds = 2 * tests::lineFaultCount;
        const int calls = Session({}).play();
        QVERIFY2(calls >= 270 && calls <= 350, qPrintable(QString::number(calls)));
        const bool all = qEnvironmentVariable("SERVOLANE_SWEEP") == QLatin1String("all");
        QStringList wrong;
        int tried = 0;
        for (int n = 1; n <= calls; ++n)
            for (int kind = all ? 0 : n % kinds; kind < (all ? kinds : n % kinds + 1); ++kind, ++tried) {
                const auto fault = static_cast<LineFault>(kind % tests::lineFaultCount);
                const QString outcome = outcomeOf({n, fault, kind >= tests::lineFaultCount});
                if (!outcome.isEmpty()) wrong << outcome;
            }
        qInfo("%d calls, %d sessions", calls, tried);
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join(QLatin1Char('\n'))));
    }
};

SERVOLANE_TEST(BusSweepTest)

} // namespace

#include "bus_sweep_test.moc"
