// SPDX-License-Identifier: GPL-3.0-or-later
// A session at the bench of about three hundred calls to the line, of which the n-th fails: with a time-out,
// a damaged answer, an answer under another id, or because the port is gone; that call alone, or all from it
// on. Afterwards a stop tells the truth about each axis, the state that is shown is the servo's, each command
// has exactly one end, and the journal tells the same as the screen.
//
// Every n is tried with one of the eight faults in each run; SERVOLANE_SWEEP=all tries every n with every
// one, as packaging/soak.sh does.
#include "core/motion/read/axis_board_projection.h"
#include "drivers/dynamixel/crc16.h"
#include "drivers/families/families.h"
#include "drivers/simulator/simulated_bus.h"
#include "tests/pipeline/workbench.h"
#include "tests/support/test_registry.h"

#include <QtTest/QTest>
#include <map>

using namespace servolane;
using namespace std::chrono_literals;
using drivers::simulator::SimulatedBus;
using registers::Role;
using tests::Workbench;

namespace {

enum class Fault { timeout, corrupt, wrongId, portGone };
constexpr const char* faultNames[] = {"timeout", "corrupt", "wrong id", "port gone"};

struct Plan {
    int failing = 0; ///< the call that fails, from 1 on; 0: none
    Fault fault = Fault::timeout;
    bool forEver = false;
    int calls = 0;
    bool healed = false;

    [[nodiscard]] bool fails() const {
        return failing != 0 && !healed && (forEver ? calls >= failing : calls == failing);
    }
    [[nodiscard]] QString text() const {
        return QStringLiteral("call %1, %2, %3")
            .arg(failing)
            .arg(QLatin1String(faultNames[static_cast<int>(fault)]),
                 QLatin1String(forEver ? "for ever" : "once"));
    }
};

/// Calls are counted as requests; the answer to a failing one is spoilt.
class FailingTransport final : public bus::Transport {
public:
    FailingTransport(std::unique_ptr<bus::Transport> inner, Plan& plan)
        : inner_(std::move(inner))
        , plan_(plan) {}
    Result<void> open(const bus::LineSettings& settings) override {
        if (gone_ && plan_.forEver && !plan_.healed) return failure(ErrorCode::notFound, "gone");
        gone_ = false;
        return inner_->open(settings);
    }
    void close() override { inner_->close(); }
    bool isOpen() const override { return inner_->isOpen(); }
    Result<void> setBaud(std::uint32_t baud) override { return inner_->setBaud(baud); }
    Result<void> write(ByteView bytes) override {
        ++plan_.calls;
        failing_ = plan_.fails();
        if (failing_ && plan_.fault == Fault::portGone) {
            gone_ = true;
            return failure(ErrorCode::linkLost, "gone");
        }
        if (failing_ && plan_.fault == Fault::timeout) return {}; // lost on its way
        return inner_->write(bytes);
    }
    Result<std::size_t> read(MutableByteView into, Time deadline) override {
        auto got = inner_->read(into, deadline);
        if (!got || *got == 0 || !failing_) return got;
        const MutableByteView heard = into.first(*got);
        if (plan_.fault == Fault::corrupt) heard.back() ^= 0x10;
        if (plan_.fault == Fault::wrongId) renameFirst(heard);
        return got;
    }
    Result<void> discardInput() override { return inner_->discardInput(); }
    bus::LineTiming timing() const override { return inner_->timing(); }

private:
    /// A whole frame with a sound checksum, from somebody else. FF FF FD 00, id, length (2).
    static void renameFirst(MutableByteView heard) {
        constexpr std::size_t prefix = 7;
        if (heard.size() < prefix) return;
        const std::size_t size = prefix + heard[5] + heard[6] * 256U;
        if (size > heard.size()) return;
        heard[4] = 200;
        const auto frame = heard.first(size);
        putLittleEndian(frame.last(2), drivers::dynamixel::crc16(frame.first(size - 2)));
    }

    std::unique_ptr<bus::Transport> inner_;
    Plan& plan_;
    bool failing_ = false;
    bool gone_ = false;
};

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
    explicit Session(Plan plan)
        : plan_(plan) {
        tests::WorkbenchParts parts;
        parts.buses = [this](const bus::LinkSettings& link, Clock& clock, const Waker& stop) {
            drivers::simulator::BusSpec spec;
            spec.count = 2;
            servos_ = *makeSimulatedBus(drivers::simulatedFamilies(), spec, *Workbench::models(), {}, clock.now());
            runtime::BusParts made;
            made.transport = std::make_unique<FailingTransport>(
                std::make_unique<drivers::PipeTransport>(servos_, clock, stop), plan_);
            made.simulated = true;
            made.servos = drivers::familyNamed(link.family)->make(*made.transport, clock);
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
        bench_->run(200ms);
        ask(registers::ReadAllRegisters{{1}});
        ask(motion::SetStopReaction{{2}, motion::StopReaction::hold});
        ask(motion::SetTorque{{1}, true});
        ask(motion::SetTorque{{2}, true});
        ask(motion::MoveAxis{{1}, {200.0}, Velocity{120.0}, Acceleration{900.0}});
        ask(registers::WriteRegister{{1}, "position_p_gain", 700});
        ask(motion::MoveAxes{{{{1}, {170.0}}, {{2}, {190.0}}}});
        bench_->workstation->renewLease({2}, 200ms);
        ask(motion::StartJog{{2}, {20.0}});
        bench_->run(100ms);
        ask(motion::EndJog{{2}});
        ask(motion::SetProfile{{1}, Velocity{60.0}, Acceleration{300.0}});
        ask(bus::ScanBus{{1}, {}});
        ask(motion::Halt{{1}});
        stop();
        ask(motion::ResetStop{bench_->stopView().generation});
        ask(motion::SetTorque{{1}, true});
        ask(motion::MoveAxis{{1}, {185.0}});
        bench_->run(200ms);
        ask(motion::SetTorque{{1}, false});
        ask(motion::SetTorque{{2}, false});
        return plan_.calls;
    }

    /// Empty: all is as it must be.
    QString check() {
        stop();
        QString wrong = checkStop();
        plan_.healed = true;
        bench_->run(3s); // it finds what was lost, and stops what could not be reached
        if (wrong.isEmpty()) wrong = checkTorque();
        if (wrong.isEmpty()) wrong = checkCommands();
        if (wrong.isEmpty()) wrong = checkJournal();
        return wrong;
    }

private:
    void ask(api::CommandBody body) { static_cast<void>(bench_->perform(std::move(body))); }
    void stop() { static_cast<void>(bench_->follow(bench_->workstation->stop(api::Asker::window))); }
    std::int64_t torqueOf(const motion::AxisView& axis) {
        return servos_->servos().at(axis.axis->servo.value - 1U)->value(Role::torqueEnable);
    }
    bool holds(AxisId axis) {
        const auto view = bench_->axis(axis.value);
        return view.axis && view.axis->stopReaction != motion::StopReaction::torqueOff;
    }

    QString checkStop() {
        const auto view = bench_->stopView();
        if (!view.finished) return QStringLiteral("the stop was never reported");
        for (const auto& axis : view.finished->axes) {
            const auto shown = bench_->axis(axis.axis.value);
            const bool off = !shown.axis || torqueOf(shown) == 0;
            if (axis.confirmed && !off && !holds(axis.axis))
                return QStringLiteral("axis %1: a stop confirmed that did not happen").arg(axis.axis.value);
        }
        return {};
    }
    QString checkTorque() {
        for (const auto& axis : bench_->workstation->readModels().axes.read()->axes) {
            const bool holding = holds(axis.axis->id);
            if (torqueOf(axis) != 0 && !holding)
                return QStringLiteral("axis %1 has torque after a stop and three seconds of a sound line")
                    .arg(axis.axis->id.value);
            if (axis.torque && *axis.torque != (torqueOf(axis) != 0))
                return QStringLiteral("axis %1 is shown with torque %2, and is otherwise")
                    .arg(axis.axis->id.value)
                    .arg(*axis.torque);
            if (!axis.torque && !axis.silent && !holding)
                return QStringLiteral("axis %1 answers, but its torque is not known")
                    .arg(axis.axis->id.value);
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
        motion::AxisBoardProjection again;
        std::uint64_t last = 0;
        for (const auto& event : facts_.all) {
            if (event.sequence.value <= last) return QStringLiteral("facts out of order");
            last = event.sequence.value;
            again.apply(event);
        }
        again.publish(bench_->clock.now());
        const auto shown = bench_->workstation->readModels().axes.read();
        const auto told = again.board().read();
        if (shown->axes.size() != told->axes.size()) return QStringLiteral("the journal knows other axes");
        for (std::size_t i = 0; i < shown->axes.size(); ++i) {
            const auto& a = shown->axes[i];
            const auto& b = told->axes[i];
            const bool same = a.torque == b.torque && a.silent == b.silent && a.mode == b.mode &&
                              a.activity == b.activity && a.hardwareError == b.hardwareError;
            if (!same) return QStringLiteral("axis %1: the journal tells otherwise").arg(a.axis->id.value);
        }
        if (shown->stop.latched != told->stop.latched) return QStringLiteral("the stop");
        return {};
    }

    Plan plan_;
    Facts facts_;
    std::shared_ptr<SimulatedBus> servos_;
    std::unique_ptr<Workbench> bench_;
};

class BusSweepTest : public QObject {
    Q_OBJECT

    static QString outcomeOf(const Plan& plan) {
        Session session(plan);
        session.play();
        const QString wrong = session.check();
        return wrong.isEmpty() ? wrong : plan.text() + QStringLiteral(": ") + wrong;
    }

private Q_SLOTS:
    void aSoundLineLeavesNothingToComplainOf() { QCOMPARE(outcomeOf({}), QString()); }

    void everyFailingCallLeavesTheTruth() {
        constexpr int kinds = 8;
        const int calls = Session({}).play();
        QVERIFY2(calls >= 250 && calls <= 450, qPrintable(QString::number(calls)));
        const bool all = qEnvironmentVariable("SERVOLANE_SWEEP") == QLatin1String("all");
        QStringList wrong;
        for (int n = 1; n <= calls; ++n)
            for (int kind = all ? 0 : n % kinds; kind < (all ? kinds : n % kinds + 1); ++kind) {
                const QString outcome = outcomeOf({n, static_cast<Fault>(kind % 4), kind >= 4});
                if (!outcome.isEmpty()) wrong << outcome;
            }
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join(QLatin1Char('\n'))));
    }
};

SERVOLANE_TEST(BusSweepTest)

} // namespace

#include "bus_sweep_test.moc"
