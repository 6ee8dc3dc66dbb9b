// SPDX-License-Identifier: GPL-3.0-or-later
// From CommandBus::send to the first byte on the line, and from CommandBus::stop to the first byte of the
// stop, with 24 axes on a paced 4 Mbit/s line: polled now and then ("idle"), and flat out while recording
// ("loaded"). Limit: one transaction on the wire, since that is what a command may have to wait for.
#include "app/workstation/families.h"
#include "drivers/sqlite/session_store.h"
#include "tests/bench/bench_line.h"
#include "tests/bench/running_bus.h"
#include "tests/bench/simulated_line.h"

#include <atomic>

using namespace servolane;

namespace {

constexpr std::uint8_t axes = 24;
constexpr std::uint8_t writeInstruction = 0x03;
constexpr std::uint8_t goalPosition = 116;
constexpr std::uint8_t torqueEnable = 64;

/// When the bytes we look for were handed to the line.
struct Watch {
    std::atomic<std::int64_t> goal = 0;
    std::atomic<std::int64_t> stop = 0;
};

class WatchedTransport final : public bus::Transport {
public:
    WatchedTransport(std::unique_ptr<bus::Transport> inner, Clock& clock, Watch& watch)
        : inner_(std::move(inner))
        , clock_(clock)
        , watch_(watch) {}
    Result<void> open(const bus::LineSettings& settings) override { return inner_->open(settings); }
    void close() override { inner_->close(); }
    bool isOpen() const override { return inner_->isOpen(); }
    Result<void> setBaud(std::uint32_t baud) override { return inner_->setBaud(baud); }
    Result<void> write(ByteView bytes) override {
        // Header FF FF FD 00, id, length (2), instruction, address (2).
        if (bytes.size() > 9 && bytes[7] == writeInstruction) {
            if (bytes[8] == goalPosition) watch_.goal = nanosecondsSinceEpoch(clock_.now());
            if (bytes[8] == torqueEnable) {
                std::int64_t none = 0;
                watch_.stop.compare_exchange_strong(none, nanosecondsSinceEpoch(clock_.now()));
            }
        }
        return inner_->write(bytes);
    }
    Result<std::size_t> read(MutableByteView into, Time deadline) override {
        return inner_->read(into, deadline);
    }
    Result<void> discardInput() override { return inner_->discardInput(); }
    bus::LineTiming timing() const override { return inner_->timing(); }

private:
    std::unique_ptr<bus::Transport> inner_;
    Clock& clock_;
    Watch& watch_;
};

/// The real factory's line with our watch around it; the family is made anew on top.
bench::RunningBus::Wrap watching(Watch& watch) {
    return [&watch](runtime::BusFactory real) -> runtime::BusFactory {
        return [real, &watch](const bus::LinkSettings& link, Clock& clock,
                              const Waker& stop) -> Result<runtime::BusParts> {
            auto parts = real(link, clock, stop);
            if (!parts) return parts;
            parts->servos.reset();
            parts->transport = std::make_unique<WatchedTransport>(std::move(parts->transport), clock, watch);
            parts->servos = app::familyNamed(link.family)->make(*parts->transport, clock);
            return parts;
        };
    };
}

double at(std::vector<double>& values, double share) {
    std::sort(values.begin(), values.end());
    return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
}

std::vector<double> measureCommands(bench::RunningBus& bus, Watch& watch, int count) {
    std::vector<double> latencies;
    bus.follow(bus.workstation->send(motion::SetTorque{{1}, true}, api::Asker::program));
    for (int i = 0; i < count; ++i) {
        watch.goal = 0;
        const Time sent = bus.clock.now();
        const double target = 180.0 + (i % 2 == 0 ? 2.0 : -2.0);
        bus.follow(bus.workstation->send(motion::MoveAxis{{1}, {target}}, api::Asker::program));
        if (watch.goal != 0)
            latencies.push_back(static_cast<double>(watch.goal - nanosecondsSinceEpoch(sent)) * 1e-3);
    }
    return latencies;
}

std::vector<double> measureStops(bench::RunningBus& bus, Watch& watch, int count) {
    std::vector<double> latencies;
    for (int i = 0; i < count; ++i) {
        watch.stop = 0;
        const Time pressed = bus.clock.now();
        bus.follow(bus.workstation->stop(api::Asker::program));
        latencies.push_back(static_cast<double>(watch.stop - nanosecondsSinceEpoch(pressed)) * 1e-3);
        const auto generation = bus.workstation->readModels().axes.read()->stop.generation;
        bus.follow(bus.workstation->send(motion::ResetStop{generation}, api::Asker::program));
    }
    return latencies;
}

void benchCase(const std::string& name, double pollRate, bool recording, int count) {
    const bench::ScratchFolder folder;
    drivers::sqlite::SqliteSessionStore store;
    Watch watch;
    bench::SimulatedLine line({"--bus", "dynamixel2:24@4000000"});
    bench::RunningBus bus(line.path(), 4'000'000, pollRate, axes, watching(watch),
                          recording ? &store : nullptr, recording ? folder.path("") : std::string{});
    bus.wait([&] { return bus.figures().wireLimit > 0.0; });
    const double transaction = 1e6 / bus.figures().wireLimit;
    auto commands = measureCommands(bus, watch, count);
    auto stops = measureStops(bus, watch, count);
    using bench::Better;
    bench::printLine("bench_latency", "command p50, " + name, at(commands, 0.5), "us", transaction,
                     Better::lower);
    bench::printLine("bench_latency", "command p99, " + name, at(commands, 0.99), "us", transaction,
                     Better::lower);
    bench::printLine("bench_latency", "stop p99, " + name, at(stops, 0.99), "us", transaction, Better::lower);
    bench::printLine("bench_latency", "stop max, " + name, at(stops, 1.0), "us", transaction, Better::lower);
}

} // namespace

int main(int argc, char** argv) {
    const int count = bench::isQuick(argc, argv) ? 20 : 500;
    benchCase("idle", 10.0, false, count);
    benchCase("loaded", 0.0, true, count);
}
