// SPDX-License-Identifier: GPL-3.0-or-later
// Servos that come back, and others that come instead: while the adapter is unplugged or the servo is silent,
// somebody changes what hangs at the far end. Through the real driver.
#include "core/bus/read/bus_board.h"
#include "core/journal/read/command_log.h"
#include "drivers/families/families.h"
#include "drivers/simulator/simulated_bus.h"
#include "tests/pipeline/workbench.h"
#include "tests/support/test_registry.h"

#include <QtTest/QTest>

using namespace servolane;
using namespace std::chrono_literals;
using api::RejectionCode;
using drivers::simulator::SimulatedBus;
using journal::CommandState;
using registers::Role;
using tests::Workbench;

namespace {

/// A line whose far end can be changed, and whose adapter can be unplugged.
struct Bench : drivers::LinePeer {
    std::shared_ptr<SimulatedBus> servos;
    bool plugged = true;
    std::uint32_t baud = 1'000'000;

    void put(std::shared_ptr<SimulatedBus> others) {
        servos = std::move(others);
        servos->hostBaud(baud);
    }
    void hostBaud(std::uint32_t rate) override {
        baud = rate;
        servos->hostBaud(rate);
    }
    void receive(ByteView bytes, Time at) override { servos->receive(bytes, at); }
    std::optional<Time> nextOutput() override { return servos->nextOutput(); }
    std::size_t take(MutableByteView into, Time now) override { return servos->take(into, now); }
    bool isPlugged(Time now) override { return plugged && servos->isPlugged(now); }
    Duration byteTime() const override { return servos->byteTime(); }
};

class ReturningServosTest : public QObject {
    Q_OBJECT

    std::shared_ptr<Bench> line_;
    std::unique_ptr<Workbench> bench_;
    std::string comesBackAs_; ///< path of the port after it was unplugged; empty: the same

    std::shared_ptr<SimulatedBus> servosOf(const std::string& model, std::int64_t firmware, Time now) {
        drivers::simulator::BusSpec spec;
        spec.model = model;
        spec.count = 2;
        auto made = *makeSimulatedBus(drivers::simulatedFamilies(), spec, *Workbench::models(), {}, now);
        made->servos()[0]->preset(Role::firmwareVersion, firmware);
        return made;
    }
    runtime::BusFactory factory() {
        return [this](const bus::LinkSettings& link, Clock& clock, const Waker& stop) {
            line_ = std::make_shared<Bench>();
            line_->put(servosOf("XM430-W350", 48, clock.now()));
            runtime::BusParts parts =
                tests::simulatedParts(std::make_unique<drivers::PipeTransport>(line_, clock, stop), link,
                                      clock, *Workbench::models());
            parts.findAgain = [this] { return comesBackAs_; };
            return Result<runtime::BusParts>(std::move(parts));
        };
    }
    void exchange(const std::string& model, std::int64_t firmware) {
        line_->put(servosOf(model, firmware, bench_->clock.now()));
    }
    void unplugFor(const std::function<void()>& meanwhile) {
        line_->plugged = false;
        bench_->run(1s);
        QVERIFY(bench_->axis(1).silent);
        meanwhile();
        line_->plugged = true;
        bench_->run(2s);
    }
    std::int64_t value(Role role) { return line_->servos->servos().at(0)->value(role); }
    void refused(api::CommandBody body, RejectionCode code) {
        const auto entry = bench_->perform(std::move(body));
        QVERIFY(entry.state == CommandState::rejected);
        QVERIFY2(entry.rejection.code == code,
                 qPrintable(QString::fromStdString(std::string(api::toString(entry.rejection.code)))));
    }

private Q_SLOTS:
    void init() {
        comesBackAs_.clear();
        bench_ = std::make_unique<Workbench>(tests::WorkbenchParts{.buses = factory()});
        bus::LinkSettings link;
        link.line.path = "sim:anything";
        link.line.baud = 1'000'000;
        QVERIFY(bench_->perform(bus::ConnectBus{link}).state == CommandState::confirmed);
        bench_->run(1s);
        QCOMPARE(bench_->workstation->readModels().axes.read()->axes.size(), std::size_t{2});
    }
    void cleanup() { bench_.reset(); }

    void theSameServosComeBackUnderAnotherPortNameAndTakeCommands() {
        comesBackAs_ = "/dev/ttyUSB7";
        unplugFor([] {});
        QVERIFY(!bench_->axis(1).silent && !bench_->axis(1).other);
        QVERIFY(bench_->perform(motion::SetTorque{{1}, true}).state == CommandState::confirmed);
    }

    void aServoOfOtherFirmwareIsToldApartAndTakesNothingButTorqueOff() {
        unplugFor([&] {
            exchange("XM430-W350", 45);
            line_->servos->servos()[0]->preset(Role::torqueEnable, 1);
        });
        const auto axis = bench_->axis(1);
        QVERIFY(axis.silent && axis.other);
        QCOMPARE(axis.other->found.firmware, std::uint32_t{45});
        QVERIFY(!bench_->axis(2).silent); // its neighbour is the one that it was
        refused(motion::MoveAxis{{1}, {90.0}}, RejectionCode::otherServo);
        refused(motion::SetTorque{{1}, true}, RejectionCode::otherServo);
        refused(motion::Halt{{1}}, RejectionCode::otherServo);
        refused(motion::StartJog{{1}, {10.0}}, RejectionCode::otherServo);
        refused(registers::WriteRegister{{1}, "led", 1}, RejectionCode::otherServo);
        refused(registers::ReadRegister{{1}, "led"}, RejectionCode::otherServo);
        const auto entry = bench_->perform(motion::SetOperatingMode{{1}, registers::OperatingMode::velocity});
        QCOMPARE(entry.rejection.unit, std::string("firmware"));
        QCOMPARE(entry.rejection.requested, 45.0);
        QCOMPARE(entry.rejection.low, 48.0);
        QCOMPARE(value(Role::torqueEnable), std::int64_t{1});
        QVERIFY(bench_->perform(motion::SetTorque{{1}, false}).state == CommandState::confirmed);
        QCOMPARE(value(Role::torqueEnable), std::int64_t{0});
    }

    void oneOfAnotherModelTakesNothingEither() {
        unplugFor([&] { exchange("XL430-W250", 48); });
        QVERIFY(bench_->axis(1).other);
        const auto entry = bench_->perform(motion::MoveAxis{{1}, {90.0}});
        QVERIFY(entry.rejection.code == RejectionCode::otherServo);
        QCOMPARE(entry.rejection.unit, std::string("model"));
        QCOMPARE(entry.rejection.requested, 1060.0);
        QCOMPARE(entry.rejection.low, 1020.0);
        QCOMPARE(entry.rejection.subject, std::string("XM430-W350"));
    }

    void stopReachesTheOtherServo() {
        static_cast<void>(bench_->perform(motion::SetStopReaction{{1}, motion::StopReaction::hold}));
        unplugFor([&] {
            exchange("XL430-W250", 40);
            line_->servos->servos()[0]->preset(Role::torqueEnable, 1);
        });
        QVERIFY(bench_->axis(1).other);
        static_cast<void>(bench_->workstation->stop(api::Asker::window));
        bench_->run(1s);
        const auto stop = bench_->stopView();
        QVERIFY(stop.finished);
        for (const auto& part : stop.finished->axes)
            QVERIFY2(part.confirmed, qPrintable(QString::number(part.axis.value)));
        QCOMPARE(value(Role::torqueEnable), std::int64_t{0});
    }

    void aServoChangedWhileSilentIsFoundOutWithoutALostLine() {
        line_->servos->inject(*drivers::simulator::parseFaultSpec("silent=1"), bench_->clock.now());
        bench_->run(1s);
        QVERIFY(bench_->axis(1).silent && !bench_->axis(1).other);
        line_->servos->servos()[0]->preset(Role::firmwareVersion, 45);
        line_->servos->clearFaults();
        bench_->run(1s);
        QVERIFY(bench_->axis(1).other);
        // The first is put back: it is the axis again, without a word.
        line_->servos->servos()[0]->preset(Role::firmwareVersion, 48);
        bench_->run(1s);
        QVERIFY(!bench_->axis(1).silent && !bench_->axis(1).other);
    }

    void onceConfirmedOtherFirmwareIsTheAxis() {
        unplugFor([&] { exchange("XM430-W350", 45); });
        refused(motion::ConfirmServo{{1}, 1020, 46}, RejectionCode::otherServo); // not the one that was seen
        QVERIFY(bench_->perform(motion::ConfirmServo{{1}, 1020, 45}).state == CommandState::confirmed);
        bench_->run(1s);
        QVERIFY(!bench_->axis(1).silent && !bench_->axis(1).other);
        QCOMPARE(bench_->axis(1).axis->firmware, std::uint32_t{45});
        QVERIFY(bench_->perform(motion::SetTorque{{1}, true}).state == CommandState::confirmed);
        QVERIFY(bench_->perform(motion::MoveAxis{{1}, {190.0}}).state == CommandState::confirmed);
    }

    void onceConfirmedAnotherModelTakesTheAxisPlace() {
        static_cast<void>(bench_->perform(motion::RenameAxis{{1}, "Pan"}));
        unplugFor([&] { exchange("XL430-W250", 45); });
        QVERIFY(bench_->perform(motion::ConfirmServo{{1}, 1060, 45}).state == CommandState::confirmed);
        bench_->run(1s);
        const auto board = bench_->workstation->readModels().axes.read();
        const auto now = std::find_if(board->axes.begin(), board->axes.end(), [](const auto& view) {
            return view.axis->name == "Pan" && view.axis->model->name == "XL430-W250";
        });
        QVERIFY(now != board->axes.end());
        QVERIFY(!now->silent && now->keptModel.empty());
        QVERIFY2(!board->find({1}), "the axis that has gone is shown no more");
        QVERIFY(bench_->perform(motion::SetTorque{now->axis->id, true}).state == CommandState::confirmed);
    }

    void aScanByAPersonSettlesItToo() {
        unplugFor([&] { exchange("XM430-W350", 45); });
        QVERIFY(bench_->axis(1).other);
        QVERIFY(bench_->perform(bus::ScanBus{{1}, {}}).state == CommandState::confirmed);
        bench_->run(1s);
        QVERIFY(!bench_->axis(1).silent && !bench_->axis(1).other);
        QCOMPARE(bench_->axis(1).axis->firmware, std::uint32_t{45});
    }

    void whenTheOtherServoIsTakenAwayTheAxisIsPlainlySilent() {
        unplugFor([&] { exchange("XM430-W350", 45); });
        QVERIFY(bench_->axis(1).other);
        line_->servos->inject(*drivers::simulator::parseFaultSpec("silent=1"), bench_->clock.now());
        bench_->run(3s);
        QVERIFY(bench_->axis(1).silent && !bench_->axis(1).other);
        refused(motion::SetTorque{{1}, true}, RejectionCode::axisSilent);
    }
};

SERVOLANE_TEST(ReturningServosTest)

} // namespace

#include "returning_servos_test.moc"
