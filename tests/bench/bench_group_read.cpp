// SPDX-License-Identifier: GPL-3.0-or-later
// Cycles per second of the whole workstation, flat out, against a bare poll/read/write loop that sends the
// same request to the same servos on the same unpaced pseudo-terminal and waits for the same number of bytes.
//
// The servos' process stays on one core, the loop under test on another: whether the scheduler puts the two
// ends of a ping-pong on one core or on two changes the rate fourfold, and says nothing of either program.
#include "drivers/dynamixel/instruction.h"
#include "drivers/dynamixel/status.h"
#include "tests/bench/bench_cores.h"
#include "tests/bench/bench_line.h"
#include "tests/bench/running_bus.h"
#include "tests/bench/simulated_line.h"

#include <numeric>
#include <poll.h>
#include <termios.h>

using namespace servolane;

namespace {

/// What the poll group of an X-series servo reads in every cycle.
constexpr bus::RegisterSpan fastSpan{122, 22};

/// What the workstation asks of these servos: a merged reply wherever there is more than one.
drivers::dynamixel::ReplyForm formFor(const Bytes& ids) {
    using drivers::dynamixel::ReplyForm;
    return ids.size() > 1 ? ReplyForm::merged : ReplyForm::separate;
}

std::size_t replyBytes(const Bytes& ids) {
    using namespace drivers::dynamixel;
    const std::size_t separate = bareStatusSize + fastSpan.size;
    return ids.size() > 1 ? mergedPrefixSize + ids.size() * mergedBlockSize(fastSpan.size) : separate;
}

/// 1 … count.
Bytes firstIds(std::uint8_t count) {
    Bytes ids(count);
    std::iota(ids.begin(), ids.end(), std::uint8_t{1});
    return ids;
}

class BareLoop {
public:
    BareLoop(const std::string& path, const Bytes& ids)
        : descriptor_(::open(path.c_str(), O_RDWR | O_NOCTTY)) {
        termios settings{};
        ::tcgetattr(descriptor_, &settings);
        ::cfmakeraw(&settings);
        settings.c_cc[VMIN] = 0;
        ::tcsetattr(descriptor_, TCSANOW, &settings);
        using namespace drivers::dynamixel;
        request_ = encode(broadcastId, SyncReadRequest{formFor(ids), fastSpan, ids});
        expected_ = replyBytes(ids);
    }
    ~BareLoop() { ::close(descriptor_); }
    BareLoop(const BareLoop&) = delete;
    BareLoop& operator=(const BareLoop&) = delete;

    double cyclesPerSecond(double seconds) {
        const bench::OnCore pinned(bench::hostCore);
        const bench::Stopwatch watch;
        std::size_t cycles = 0;
        while (watch.seconds() < seconds)
            cycles += cycle() ? 1 : 0;
        return static_cast<double>(cycles) / watch.seconds();
    }

private:
    bool cycle() {
        if (::write(descriptor_, request_.data(), request_.size()) < 0) return false;
        std::array<char, 4096> buffer{};
        for (std::size_t got = 0; got < expected_;) {
            pollfd entry{descriptor_, POLLIN, 0};
            if (::poll(&entry, 1, 100) <= 0) return false;
            const auto read = ::read(descriptor_, buffer.data(), buffer.size());
            if (read <= 0) return false;
            got += static_cast<std::size_t>(read);
        }
        return true;
    }
    int descriptor_;
    Bytes request_;
    std::size_t expected_ = 0;
};

double median(std::vector<double> values) {
    std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2),
                     values.end());
    return values[values.size() / 2];
}

enum class Wire : std::uint8_t { unheard, watched };

double workstationRate(const std::string& path, std::size_t axes, double seconds, Wire wire = Wire::unheard) {
    bench::RunningBus bus(path, 1'000'000, 0.0, axes);
    if (wire == Wire::watched) static_cast<void>(bus.workstation->wireMonitor().watch({1}));
    bench::keepThreadOnCore(bench::threadNamed("bus"), bench::hostCore);
    const auto before = bus.figures();
    const bench::Stopwatch watch;
    std::this_thread::sleep_for(fromSeconds(seconds));
    bus.wait([&, last = bus.figures().cycles] { return bus.figures().cycles != last; }, 1.0);
    return static_cast<double>(bus.figures().cycles - before.cycles) / watch.seconds();
}

/// Bare and ours take turns, so that a busy machine does not favour either.
void benchServos(std::uint8_t servos, int rounds, double seconds) {
    std::vector<double> bare;
    std::vector<double> ours;
    bench::SimulatedLine line({"--bus", "dynamixel2:" + std::to_string(servos) + "@1000000", "--unpaced"});
    bench::keepProcessOnCore(line.process(), bench::servoCore);
    for (int round = 0; round < rounds; ++round) {
        bare.push_back(BareLoop(line.path(), firstIds(servos)).cyclesPerSecond(seconds));
        ours.push_back(workstationRate(line.path(), servos, seconds));
    }
    const std::string name = servos == 1 ? "1 servo" : std::to_string(servos) + " servos";
    bench::printLine("bench_group_read", name, median(ours), "cycles/s", median(bare), bench::Better::higher);
}

/// What it costs to have every packet kept and told in words; the limit is the same bus with a closed
/// monitor.
void benchWatchedWire(int rounds, double seconds) {
    std::vector<double> unheard;
    std::vector<double> watched;
    bench::SimulatedLine line({"--bus", "dynamixel2:8@1000000", "--unpaced"});
    bench::keepProcessOnCore(line.process(), bench::servoCore);
    for (int round = 0; round < rounds; ++round) {
        unheard.push_back(workstationRate(line.path(), 8, seconds));
        watched.push_back(workstationRate(line.path(), 8, seconds, Wire::watched));
    }
    bench::printLine("bench_group_read", "8 servos, wire watched", median(watched), "cycles/s",
                     median(unheard), bench::Better::higher);
}

/// Seven of eight go on; the dead one has left the group. The bare loop asks those seven from the start.
void benchDeadServo(double seconds) {
    bench::SimulatedLine line({"--bus", "dynamixel2:8@1000000", "--unpaced", "--fault", "silent=4@1s"});
    bench::keepProcessOnCore(line.process(), bench::servoCore);
    const double bare = BareLoop(line.path(), {1, 2, 3, 5, 6, 7, 8}).cyclesPerSecond(seconds / 2);
    const double ours = workstationRate(line.path(), 7, seconds + 1.0);
    bench::printLine("bench_group_read", "8 servos, 1 dead", ours, "cycles/s", bare, bench::Better::higher);
}

} // namespace

int main(int argc, char** argv) {
    const bool quick = bench::isQuick(argc, argv);
    const double seconds = quick ? 0.5 : 2.0;
    for (const std::uint8_t servos : std::initializer_list<std::uint8_t>{1, 8, 24})
        benchServos(servos, quick ? 1 : 5, seconds);
    benchDeadServo(seconds);
    benchWatchedWire(quick ? 1 : 5, seconds);
}
