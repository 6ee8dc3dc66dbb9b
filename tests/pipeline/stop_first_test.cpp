// SPDX-License-Identifier: GPL-3.0-or-later
// A stop comes before the next transaction, whatever is on the wire when it is pressed: through the real
// driver, with an eye on every frame that the host sends.
#include "core/bus/read/bus_board.h"
#include "drivers/export/exporter.h"
#include "drivers/families/families.h"
#include "drivers/simulator/simulated_bus.h"
#include "tests/pipeline/workbench.h"
#include "tests/support/test_registry.h"

#include <QtTest/QTest>
#include <functional>
#include <thread>

using namespace servolane;
using namespace std::chrono_literals;
using drivers::simulator::SimulatedBus;
using journal::CommandState;
using registers::Role;
using tests::Workbench;

namespace {

/// FF FF FD 00, id, length (2), instruction, address (2).
constexpr std::size_t idAt = 4;
constexpr std::size_t instructionAt = 7;
constexpr std::size_t addressAt = 8;
constexpr std::uint8_t pingInstruction = 0x01;
constexpr std::uint8_t readInstruction = 0x02;
constexpr std::uint8_t writeInstruction = 0x03;
constexpr std::uint8_t everyone = 0xFE;
constexpr std::uint8_t torqueEnable = 64;
constexpr std::uint8_t positionGain = 84;

struct Sent {
    Bytes bytes;
    Time at{};
    [[nodiscard]] std::uint8_t operator[](std::size_t place) const {
        return place < bytes.size() ? bytes[place] : std::uint8_t{0};
    }
    [[nodiscard]] bool isStop() const {
        return (*this)[idAt] == everyone && (*this)[instructionAt] == writeInstruction &&
               (*this)[addressAt] == torqueEnable;
    }
};

/// Every frame of the host, and what a test wants to happen while one of them is on the wire.
struct Wire {
    std::vector<Sent> frames;
    std::function<bool(const Sent&)> awaited; ///< empty: nobody waits
    std::function<void()> then;               ///< as soon as the first such frame has been sent
    std::function<void()> onAnswer;           ///< as soon as its answer has begun
    bool answers = false;                     ///< wait for the answer to begin
    bool onWire = false;
    std::size_t pressedAt = 0; ///< index of the awaited frame
};

class WatchedTransport final : public bus::Transport {
public:
    WatchedTransport(std::unique_ptr<bus::Transport> inner, Clock& clock, Wire& wire)
        : inner_(std::move(inner))
        , clock_(clock)
        , wire_(wire) {}
    Result<void> open(const bus::LineSettings& settings) override { return inner_->open(settings); }
    void close() override { inner_->close(); }
    bool isOpen() const override { return inner_->isOpen(); }
    Result<void> setBaud(std::uint32_t baud) override { return inner_->setBaud(baud); }
    Result<void> write(ByteView bytes) override {
        wire_.frames.push_back({{bytes.begin(), bytes.end()}, clock_.now()});
        auto done = inner_->write(bytes);
        if (!wire_.awaited || !wire_.awaited(wire_.frames.back())) return done;
        wire_.pressedAt = wire_.frames.size() - 1;
        wire_.awaited = {};
        wire_.answers ? void(wire_.onWire = true) : wire_.then();
        return done;
    }
    Result<std::size_t> read(MutableByteView into, Time deadline) override {
        auto got = inner_->read(into, deadline);
        if (got && *got > 0 && std::exchange(wire_.onWire, false)) wire_.then();
        return got;
    }
    Result<void> discardInput() override { return inner_->discardInput(); }
    bus::LineTiming timing() const override { return inner_->timing(); }

private:
    std::unique_ptr<bus::Transport> inner_;
    Clock& clock_;
    Wire& wire_;
};

class StopFirstTest : public QObject {
    Q_OBJECT

    std::shared_ptr<SimulatedBus> servos_;
    std::unique_ptr<Wire> wire_;
    std::unique_ptr<Workbench> bench_;
    CommandId stop_{};

    runtime::BusFactory factory() {
        return [this](const bus::LinkSettings& link, Clock& clock, const Waker& stop) {
            drivers::simulator::BusSpec spec;
            spec.count = 3;
            servos_ =
                *makeSimulatedBus(drivers::simulatedFamilies(), spec, *Workbench::models(), {}, clock.now());
            runtime::BusParts parts = tests::simulatedParts(
                std::make_unique<WatchedTransport>(
                    std::make_unique<drivers::PipeTransport>(servos_, clock, stop), clock, *wire_),
                link, clock, *Workbench::models());
            return Result<runtime::BusParts>(std::move(parts));
        };
    }
    enum class Moment { sent, answering };
    /// The stop is pressed while this frame is on the wire, or while its answer comes.
    void pressAt(Moment moment, std::function<bool(const Sent&)> frame) {
        wire_->answers = moment == Moment::answering;
        wire_->awaited = std::move(frame);
        wire_->then = [this] { stop_ = bench_->workstation->stop(api::Asker::window); };
    }
    /// Nothing but the stop came after the frame at which it was pressed, and soon.
    void verifyStopIsNext() {
        QVERIFY(bench_->runUntil([&] { return stop_ != CommandId{}; }));
        QVERIFY(bench_->follow(stop_).state == CommandState::confirmed);
        const auto& frames = wire_->frames;
        QVERIFY(wire_->pressedAt + 1 < frames.size());
        const Sent& next = frames[wire_->pressedAt + 1];
        QVERIFY2(next.isStop(), qPrintable(QString::number(next[instructionAt], 16)));
        const Duration after = next.at - frames[wire_->pressedAt].at;
        QVERIFY2(after < 10ms, qPrintable(QString::number(milliseconds(after))));
        for (const auto& servo : servos_->servos())
            QCOMPARE(servo->value(Role::torqueEnable), std::int64_t{0});
    }

private Q_SLOTS:
    void init() {
        wire_ = std::make_unique<Wire>();
        stop_ = {};
        bench_ = std::make_unique<Workbench>(tests::WorkbenchParts{.buses = factory()});
        bench_->connect("anything");
        QVERIFY(bench_->perform(motion::SetTorque{{1}, true}).state == CommandState::confirmed);
        bench_->run(50ms);
    }
    void cleanup() { bench_.reset(); }

    void duringARawPacket() {
        QVERIFY(bench_->perform(access::Arm{}).state == CommandState::confirmed);
        // To a servo that is not there: the bus would listen for its answer.
        const Bytes packet{0xFF, 0xFF, 0xFD, 0x00, 0x63, 0x03, 0x00, 0x01, 0x00, 0x00};
        pressAt(Moment::sent, [&](const Sent& sent) { return sent.bytes == packet; });
        const auto raw =
            bench_->workstation->send(bus::SendRawPacket{{1}, packet, 100ms}, api::Asker::window);
        verifyStopIsNext();
        QVERIFY(hasFailed(bench_->follow(raw).state));
    }

    void duringARegisterWriteWhichIsDoneAfterIt() {
        pressAt(Moment::sent, [](const Sent& sent) {
            return sent[instructionAt] == writeInstruction && sent[addressAt] == positionGain;
        });
        const auto write = bench_->workstation->send(registers::WriteRegister{{2}, "position_p_gain", 900},
                                                     api::Asker::window);
        verifyStopIsNext();
        const auto entry = bench_->follow(write);
        QVERIFY(entry.state == CommandState::confirmed);
        QCOMPARE(entry.readBack.value_or(0), std::int64_t{900});
    }

    void beforeTheReadBackOfARegisterWrite() {
        pressAt(Moment::answering, [](const Sent& sent) {
            return sent[instructionAt] == writeInstruction && sent[addressAt] == positionGain;
        });
        const auto write = bench_->workstation->send(registers::WriteRegister{{2}, "position_p_gain", 900},
                                                     api::Asker::window);
        verifyStopIsNext();
        QVERIFY(bench_->follow(write).state == CommandState::confirmed);
    }

    void duringAScan() {
        pressAt(Moment::sent, [](const Sent& sent) {
            return sent[instructionAt] == pingInstruction && sent[idAt] == everyone;
        });
        const auto scan = bench_->workstation->send(bus::ScanBus{{1}, {}}, api::Asker::window);
        QVERIFY(bench_->runUntil([&] { return stop_ != CommandId{}; }));
        // What servos say to a broadcast ping is heard out first, at most its window.
        QVERIFY(bench_->follow(stop_).state == CommandState::confirmed);
        const Sent& next = wire_->frames.at(wire_->pressedAt + 1);
        QVERIFY(next.isStop());
        QVERIFY(next.at - wire_->frames[wire_->pressedAt].at < 80ms);
        QVERIFY(hasFailed(bench_->follow(scan).state));
    }

    void duringACycleOfFeedback() {
        pressAt(Moment::answering, [](const Sent& sent) {
            return sent[idAt] == everyone && sent[instructionAt] > readInstruction &&
                   sent[instructionAt] != writeInstruction;
        });
        verifyStopIsNext();
    }

    void whileAnExportRunsOnTheRecordingThatIsBeingWritten() {
        const std::string session = bench_->folder.filePath("run.servolane").toStdString();
        QVERIFY(bench_->perform(session::StartRecording{session, "run", 0s}).state ==
                CommandState::confirmed);
        bench_->run(500ms);
        session::JobProgress progress;
        std::atomic<int> exports = 0;
        std::thread exporting([&] {
            drivers::Exporter exporter{bench_->store};
            while (!progress.cancel) {
                session::ExportRequest request;
                request.sessionPath = session;
                request.outPath = bench_->folder.filePath("run.csv").toStdString();
                static_cast<void>(exporter.run(request, progress));
                ++exports;
            }
        });
        for (int i = 0; i < 20; ++i) {
            stop_ = bench_->workstation->stop(api::Asker::window);
            const auto fate = bench_->follow(stop_);
            const auto stop = bench_->stopView();
            if (fate.state != CommandState::confirmed || !stop.finished || stop.finished->took >= 50ms) {
                progress.cancel = true;
                exporting.join();
                QFAIL("a stop was not confirmed in time");
            }
            static_cast<void>(bench_->perform(motion::ResetStop{stop.generation}));
        }
        progress.cancel = true;
        exporting.join();
        QVERIFY(exports > 0);
    }
};

SERVOLANE_TEST(StopFirstTest)

} // namespace

#include "stop_first_test.moc"
