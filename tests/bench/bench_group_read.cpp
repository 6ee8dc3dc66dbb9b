// SPDX-License-Identifier: GPL-3.0-or-later
// Cycles per second of the whole workstation, for each family that is polled in groups or by single reads.
// Flat out: against a bare poll/read/write loop that sends the same requests to the same servos on the same
// unpaced pseudo-terminal and waits for the same number of bytes. Paced: against what the wire allows, as
// computed from rate, bytes, pauses and the time that servos take before they answer.
//
// The servos' process stays on one core, the loop under test on another: whether the scheduler puts the two
// ends of a ping-pong on one core or on two changes the rate fourfold, and says nothing of either program.
#include "drivers/dynamixel/instruction.h"
#include "drivers/dynamixel/status.h"
#include "drivers/ff/frame.h"
#include "drivers/lx/frame.h"
#include "drivers/maestro/command.h"
#include "drivers/modbus/frame.h"
#include "tests/bench/bench_cores.h"
#include "tests/bench/bench_line.h"
#include "tests/bench/running_bus.h"
#include "tests/bench/simulated_line.h"

#include <numeric>
#include <poll.h>
#include <termios.h>

using namespace servolane;
using namespace servolane::drivers;
using namespace std::chrono_literals;

namespace {

/// One request of a cycle, and how many bytes answer it.
struct Exchange {
    Bytes request;
    std::size_t expected = 0;
};
using Cycle = std::vector<Exchange>;

/// A kind of servos, and what the workstation asks of them in every cycle.
struct Kind {
    const char* title;
    const char* family;
    const char* model;
    Cycle (*cycleOf)(const Bytes& ids);
    std::uint32_t baud = 1'000'000;
    std::uint8_t firstId = 1;
    /// Of a simulated servo before each answer, where no register of it tells the workstation.
    Duration answerDelay{};
};

/// X-series: a merged reply wherever there is more than one.
Cycle dynamixel2Cycle(const Bytes& ids) {
    using namespace dynamixel;
    constexpr bus::RegisterSpan span{122, 22};
    const bool many = ids.size() > 1;
    const auto form = many ? ReplyForm::merged : ReplyForm::separate;
    const std::size_t bytes =
        many ? mergedPrefixSize + ids.size() * mergedBlockSize(span.size) : bareStatusSize + span.size;
    return {{encode(broadcastId, SyncReadRequest{form, span, ids}), bytes}};
}

/// Position, speed, load and whether it moves.
constexpr std::uint8_t ffFirst = 36;
constexpr std::uint8_t ffSize = 11;

Cycle singleReads(const Bytes& ids) {
    Cycle cycle;
    for (const std::uint8_t id : ids)
        cycle.push_back({ff::encode(ServoId{id}, ff::ReadRequest{ffFirst, ffSize}), ff::frameSize(ffSize)});
    return cycle;
}

Cycle bulkCycle(const Bytes& ids) {
    if (ids.size() == 1) return singleReads(ids);
    Bytes entries;
    for (const std::uint8_t id : ids)
        for (const std::uint8_t byte : {ffSize, id, ffFirst})
            entries.push_back(byte);
    return {{ff::encode(ff::broadcastId, ff::BulkReadRequest{entries}), ids.size() * ff::frameSize(ffSize)}};
}

Cycle feetechCycle(const Bytes& ids) {
    constexpr std::uint8_t first = 56;
    constexpr std::uint8_t size = 15;
    if (ids.size() == 1)
        return {{ff::encode(ServoId{ids.front()}, ff::ReadRequest{first, size}), ff::frameSize(size)}};
    return {{ff::encode(ff::broadcastId, ff::SyncReadRequest{first, size, ids}),
             ids.size() * ff::frameSize(size)}};
}

/// A drive of the program's own map: statusword, position, speed, torque and what it is switched on with.
Cycle modbusCycle(const Bytes& ids) {
    constexpr std::uint16_t first = 64;
    constexpr std::uint16_t words = 10;
    Cycle cycle;
    for (const std::uint8_t id : ids) {
        Exchange one{{}, modbus::bareSize + 1 + std::size_t{2} * words};
        modbus::appendRequest(one.request, ServoId{id}, modbus::Function::readHolding, first, words);
        cycle.push_back(std::move(one));
    }
    return cycle;
}

Cycle lxCycle(const Bytes& ids) {
    Cycle cycle;
    for (const std::uint8_t id : ids) {
        constexpr auto command = static_cast<std::uint8_t>(lx::Command::positionRead);
        Exchange one{{}, lx::bareSize + lx::answerSize(command)};
        lx::appendFrame(one.request, ServoId{id}, command);
        cycle.push_back(std::move(one));
    }
    return cycle;
}

Cycle maestroCycle(const Bytes& ids) {
    Cycle cycle;
    for (const std::uint8_t id : ids) {
        const maestro::Place at = maestro::placeOf(ServoId{id});
        Exchange one{{}, 2};
        maestro::appendCommand(one.request, at.device, maestro::Command::getPosition,
                               ByteView(&at.channel, 1));
        cycle.push_back(std::move(one));
    }
    return cycle;
}

constexpr std::array kinds{
    Kind{"dynamixel2", "dynamixel2", "XM430-W350", dynamixel2Cycle},
    Kind{"dynamixel1, bulk", "dynamixel1", "MX-28", bulkCycle},
    Kind{"dynamixel1, single", "dynamixel1", "AX-12A", singleReads},
    Kind{"feetech", "feetech", "STS3215", feetechCycle},
    Kind{"modbus, single", "modbus", "Modbus drive (CiA 402)", modbusCycle, 115'200, 1, 1800us},
    Kind{"lx, single", "lx", "LX-16A", lxCycle, 115'200, 1, 1000us},
    Kind{"maestro, single", "maestro", "PWM servo (Maestro)", maestroCycle, 115'200, 0, 200us}};

Bytes firstIds(const Kind& kind, std::uint8_t count) {
    Bytes ids(count);
    std::iota(ids.begin(), ids.end(), kind.firstId);
    return ids;
}

class BareLoop {
public:
    BareLoop(const std::string& path, Cycle cycle)
        : descriptor_(::open(path.c_str(), O_RDWR | O_NOCTTY))
        , cycle_(std::move(cycle)) {
        termios settings{};
        ::tcgetattr(descriptor_, &settings);
        ::cfmakeraw(&settings);
        settings.c_cc[VMIN] = 0;
        ::tcsetattr(descriptor_, TCSANOW, &settings);
    }
    ~BareLoop() { ::close(descriptor_); }
    BareLoop(const BareLoop&) = delete;
    BareLoop& operator=(const BareLoop&) = delete;

    double cyclesPerSecond(double seconds) {
        const bench::OnCore pinned(bench::hostCore);
        const bench::Stopwatch watch;
        std::size_t cycles = 0;
        while (watch.seconds() < seconds)
            cycles += runCycle() ? 1 : 0;
        return static_cast<double>(cycles) / watch.seconds();
    }

private:
    bool runCycle() {
        return std::all_of(cycle_.begin(), cycle_.end(), [this](const Exchange& one) { return run(one); });
    }
    bool run(const Exchange& one) const {
        if (::write(descriptor_, one.request.data(), one.request.size()) < 0) return false;
        std::array<char, 4096> buffer{};
        for (std::size_t got = 0; got < one.expected;) {
            pollfd entry{descriptor_, POLLIN, 0};
            if (::poll(&entry, 1, 100) <= 0) return false;
            const auto read = ::read(descriptor_, buffer.data(), buffer.size());
            if (read <= 0) return false;
            got += static_cast<std::size_t>(read);
        }
        return true;
    }
    int descriptor_;
    Cycle cycle_;
};

double median(std::vector<double> values) {
    std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2),
                     values.end());
    return values[values.size() / 2];
}

struct Measured {
    double rate = 0.0;
    double wireLimit = 0.0;
};

enum class Wire : std::uint8_t { unheard, watched };

Measured workstationRate(const std::string& path, const Kind& kind, std::size_t axes, double seconds,
                         Wire wire = Wire::unheard) {
    bench::RunningBus bus(
        path, kind.baud, 0.0, axes, [](auto factory) { return factory; }, nullptr, {}, kind.family);
    if (wire == Wire::watched) static_cast<void>(bus.workstation->wireMonitor().watch({1}, {}));
    bench::keepThreadOnCore(bench::threadNamed("bus"), bench::hostCore);
    const auto before = bus.figures();
    const bench::Stopwatch watch;
    std::this_thread::sleep_for(fromSeconds(seconds));
    bus.wait([&, last = bus.figures().cycles] { return bus.figures().cycles != last; }, 1.0);
    return {static_cast<double>(bus.figures().cycles - before.cycles) / watch.seconds(),
            bus.figures().wireLimit};
}

std::string specOf(const Kind& kind, std::uint8_t servos) {
    return std::string(kind.family) + ":" + std::to_string(servos) + "@" + std::to_string(kind.baud) +
           ",model=" + kind.model;
}

std::string caseName(const Kind& kind, std::uint8_t servos) {
    return std::string(kind.title) + ", " + std::to_string(servos) + (servos == 1 ? " servo" : " servos");
}

/// Bare and ours take turns, so that a busy machine does not favour either.
void benchUnpaced(const Kind& kind, std::uint8_t servos, int rounds, double seconds) {
    std::vector<double> bare;
    std::vector<double> ours;
    bench::SimulatedLine line({"--bus", specOf(kind, servos), "--unpaced"});
    bench::keepProcessOnCore(line.process(), bench::servoCore);
    for (int round = 0; round < rounds; ++round) {
        bare.push_back(BareLoop(line.path(), kind.cycleOf(firstIds(kind, servos))).cyclesPerSecond(seconds));
        ours.push_back(workstationRate(line.path(), kind, servos, seconds).rate);
    }
    bench::printLine("bench_group_read", caseName(kind, servos), median(ours), "cycles/s", median(bare),
                     bench::Better::higher);
}

/// Cycles of 2 ms and more: against the wire. Shorter ones: against the bare loop on the same servos, since
/// what the two programs need between two frames then counts.
void benchPaced(const Kind& kind, std::uint8_t servos, double seconds) {
    constexpr double shortCycles = 500.0;
    bench::SimulatedLine line({"--bus", specOf(kind, servos)});
    bench::keepProcessOnCore(line.process(), bench::servoCore);
    const double bare = BareLoop(line.path(), kind.cycleOf(firstIds(kind, servos))).cyclesPerSecond(seconds);
    const Measured ours = workstationRate(line.path(), kind, servos, seconds);
    const double limit = ours.wireLimit > 0.0
                             ? 1.0 / (1.0 / ours.wireLimit + servos * servolane::seconds(kind.answerDelay))
                             : 0.0;
    const bool byWire = limit > 0.0 && limit < shortCycles;
    bench::printLine("bench_group_read",
                     caseName(kind, servos) + (byWire ? ", paced, of the wire" : ", paced, of a bare loop"),
                     ours.rate, "cycles/s", byWire ? limit : bare, bench::Better::higher);
}

/// What it costs to have every packet kept and told in words; the limit is the same bus with a closed
/// monitor.
void benchWatchedWire(int rounds, double seconds) {
    std::vector<double> unheard;
    std::vector<double> watched;
    const Kind& kind = kinds.front();
    bench::SimulatedLine line({"--bus", "dynamixel2:8@1000000", "--unpaced"});
    bench::keepProcessOnCore(line.process(), bench::servoCore);
    for (int round = 0; round < rounds; ++round) {
        unheard.push_back(workstationRate(line.path(), kind, 8, seconds).rate);
        watched.push_back(workstationRate(line.path(), kind, 8, seconds, Wire::watched).rate);
    }
    bench::printLine("bench_group_read", "8 servos, wire watched", median(watched), "cycles/s",
                     median(unheard), bench::Better::higher);
}

/// Seven of eight go on; the dead one has left the group. The bare loop asks those seven from the start.
void benchDeadServo(double seconds) {
    const Kind& kind = kinds.front();
    bench::SimulatedLine line({"--bus", "dynamixel2:8@1000000", "--unpaced", "--fault", "silent=4@1s"});
    bench::keepProcessOnCore(line.process(), bench::servoCore);
    const double bare =
        BareLoop(line.path(), kind.cycleOf({1, 2, 3, 5, 6, 7, 8})).cyclesPerSecond(seconds / 2);
    const double ours = workstationRate(line.path(), kind, 7, seconds + 1.0).rate;
    bench::printLine("bench_group_read", "8 servos, 1 dead", ours, "cycles/s", bare, bench::Better::higher);
}

} // namespace

int main(int argc, char** argv) {
    const bool quick = bench::isQuick(argc, argv);
    const double seconds = quick ? 0.3 : 2.0;
    const std::vector<std::uint8_t> counts =
        quick ? std::vector<std::uint8_t>{6} : std::vector<std::uint8_t>{1, 6, 12, 24};
    for (const Kind& kind : kinds)
        for (const std::uint8_t servos : counts) {
            benchUnpaced(kind, servos, quick ? 1 : 5, seconds);
            benchPaced(kind, servos, seconds);
        }
    benchDeadServo(seconds);
    benchWatchedWire(quick ? 1 : 5, seconds);
}
