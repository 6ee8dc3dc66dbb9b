// SPDX-License-Identifier: GPL-3.0-or-later
// The window stands still for five seconds: no sample may be lost meanwhile.
#include "drivers/simulator/simulated_bus.h"
#include "tests/pipeline/workbench.h"
#include "tests/support/test_registry.h"

#include "drivers/transport/pipe_transport.h"

#include <QtTest/QTest>
#include <map>

using namespace servolane;
using namespace std::chrono_literals;
using journal::CommandState;
using telemetry::Channel;
using tests::Workbench;

namespace {

/// What the host asks for on its way to the servos: group reads by what they read, and when.
class CountingLine final : public drivers::LinePeer {
public:
    explicit CountingLine(std::shared_ptr<drivers::LinePeer> servos)
        : servos_(std::move(servos)) {}

    void hostBaud(std::uint32_t bitsPerSecond) override { servos_->hostBaud(bitsPerSecond); }
    void receive(ByteView bytes, Time at) override {
        // Protocol 2.0: FF FF FD 00, broadcast, length, sync or fast sync read, address, length of each.
        constexpr std::size_t head = 12;
        const bool isGroupRead =
            bytes.size() > head && bytes[4] == 0xFE && (bytes[7] == 0x82 || bytes[7] == 0x8A);
        if (isGroupRead) reads_[Bytes(bytes.begin() + 8, bytes.begin() + head)].push_back(at);
        servos_->receive(bytes, at);
    }
    [[nodiscard]] std::optional<Time> nextOutput() override { return servos_->nextOutput(); }
    std::size_t take(MutableByteView into, Time now) override { return servos_->take(into, now); }
    [[nodiscard]] bool isPlugged(Time now) override { return servos_->isPlugged(now); }
    [[nodiscard]] Duration byteTime() const override { return servos_->byteTime(); }

    /// Cycles begun in [from, to): the group read that comes most often.
    [[nodiscard]] std::size_t cycles(Time from, Time to) const {
        std::size_t most = 0;
        for (const auto& [what, times] : reads_)
            most = std::max(most,
                            static_cast<std::size_t>(std::count_if(
                                times.begin(), times.end(), [&](Time at) { return at >= from && at < to; })));
        return most;
    }

private:
    std::shared_ptr<drivers::LinePeer> servos_;
    std::map<Bytes, std::vector<Time>> reads_;
};

class BlockedWindowTest : public QObject {
    Q_OBJECT

    std::shared_ptr<CountingLine> line_;

    runtime::BusFactory factory() {
        return [this](const bus::LinkSettings& link, Clock& clock, const Waker& stop) {
            drivers::simulator::BusSpec spec;
            spec.count = 6;
            line_ = std::make_shared<CountingLine>(
                *makeSimulatedBus(drivers::simulatedFamilies(), spec, *Workbench::models(), {}, clock.now()));
            runtime::BusParts parts =
                tests::simulatedParts(std::make_unique<drivers::PipeTransport>(line_, clock, stop), link,
                                      clock, *Workbench::models());
            return Result<runtime::BusParts>(std::move(parts));
        };
    }

private Q_SLOTS:
    void noSampleIsLostWhileTheWindowIsBlockedForFiveSeconds() {
        Workbench bench({.buses = factory(), .flightRecorder = true});
        bench.connect("anything", 200.0);
        const Time from = bench.clock.now();
        bench.run(5s); // nobody reads a snapshot
        const Time to = bench.clock.now();
        bench.run(200ms); // the window is back
        const std::size_t cycles = line_->cycles(from, to);
        QVERIFY2(cycles > 950, qPrintable(QString::number(cycles)));
        const auto models = bench.workstation->readModels();
        const auto set = models.traces.read();
        QCOMPARE(set->rejectedCycles, std::uint64_t{0});
        for (std::uint16_t axis = 1; axis <= 6; ++axis) {
            const auto* view = set->find(AxisId{axis}, Channel::position);
            QVERIFY(view);
            const auto seen = view->trace->statistics(from, to);
            QCOMPARE(seen.count, std::uint64_t{cycles});
            QVERIFY(!seen.hasGap && !seen.isIncomplete);
        }
        const auto recording = models.recording.read();
        QVERIFY(recording->flight);
        QCOMPARE(recording->flight->lost, std::uint64_t{0});
        QVERIFY(recording->flight->samples >= 6 * cycles);
    }
};

SERVOLANE_TEST(BlockedWindowTest)

} // namespace

#include "blocked_window_test.moc"
