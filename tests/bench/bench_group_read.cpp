// SPDX-License-Identifier: GPL-3.0-or-later
// Cycles per second of the whole workstation, flat out, against a bare poll/read/write loop that sends the
// same request to the same servos on the same unpaced pseudo-terminal and waits for the same number of bytes.
#include "drivers/dynamixel/instruction.h"
#include "tests/bench/bench_line.h"
#include "tests/bench/running_bus.h"
#include "tests/bench/simulated_line.h"

#include <poll.h>
#include <termios.h>

using namespace servolane;

namespace {

/// What the poll group of an X-series servo reads in every cycle.
constexpr bus::RegisterSpan fastSpan{122, 22};
constexpr std::size_t statusBytes = 11 + fastSpan.size;

class BareLoop {
public:
    BareLoop(const std::string& path, std::uint8_t servos)
        : descriptor_(::open(path.c_str(), O_RDWR | O_NOCTTY)) {
        termios settings{};
        ::tcgetattr(descriptor_, &settings);
        ::cfmakeraw(&settings);
        settings.c_cc[VMIN] = 0;
        ::tcsetattr(descriptor_, TCSANOW, &settings);
        Bytes ids;
        for (std::uint8_t id = 1; id <= servos; ++id)
            ids.push_back(id);
        using namespace drivers::dynamixel;
        request_ = encode(broadcastId, SyncReadRequest{ReplyForm::separate, fastSpan, ids});
        expected_ = statusBytes * servos;
    }
    ~BareLoop() { ::close(descriptor_); }
    BareLoop(const BareLoop&) = delete;
    BareLoop& operator=(const BareLoop&) = delete;

    double cyclesPerSecond(double seconds) {
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

double workstationRate(const std::string& path, std::size_t axes, double seconds) {
    bench::RunningBus bus(path, 1'000'000, 0.0, axes);
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
    for (int round = 0; round < rounds; ++round) {
        bare.push_back(BareLoop(line.path(), servos).cyclesPerSecond(seconds));
        ours.push_back(workstationRate(line.path(), servos, seconds));
    }
    const std::string name = servos == 1 ? "1 servo" : std::to_string(servos) + " servos";
    bench::printLine("bench_group_read", name, median(ours), "cycles/s", median(bare), bench::Better::higher);
}

/// Seven of eight go on; the dead one has left the group.
void benchDeadServo(double seconds) {
    bench::SimulatedLine line({"--bus", "dynamixel2:8@1000000", "--unpaced", "--fault", "silent=4@1s"});
    const double bare = BareLoop(line.path(), 3).cyclesPerSecond(seconds / 2);
    const double ours = workstationRate(line.path(), 7, seconds + 1.0);
    bench::printLine("bench_group_read", "8 servos, 1 dead", ours, "cycles/s", bare, bench::Better::higher);
}

} // namespace

int main(int argc, char** argv) {
    const bool quick = bench::isQuick(argc, argv);
    const double seconds = quick ? 0.5 : 2.0;
    for (const std::uint8_t servos : {1, 8, 24})
        benchServos(servos, quick ? 1 : 5, seconds);
    benchDeadServo(seconds);
}
