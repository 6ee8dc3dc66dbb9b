// SPDX-License-Identifier: GPL-3.0-or-later
// From exec to the first painted frame, against a bare Qt window with one empty chart; and what the program
// costs once it is connected and nobody does anything, against the command line watching the same bus without
// a window.
#include "tests/bench/bench_line.h"
#include "tests/bench/child_process.h"

#include <algorithm>
#include <thread>

namespace {

using servolane::bench::ChildProcess;

struct Folders {
    servolane::bench::ScratchFolder scratch;
    std::vector<std::string> options{"--store", scratch.path("store"), "--config", scratch.path("config")};

    [[nodiscard]] std::vector<std::string> with(std::vector<std::string> more) const {
        more.insert(more.end(), options.begin(), options.end());
        return more;
    }
};

/// Milliseconds until the program says that it has painted.
double startOnce(const std::string& program, const std::vector<std::string>& arguments) {
    const servolane::bench::Stopwatch watch;
    const ChildProcess child(program, arguments);
    if (child.readLine() != "painted") {
        std::fprintf(stderr, "%s ended without a frame\n", program.c_str());
        std::exit(1);
    }
    return watch.seconds() * 1e3;
}

double median(std::vector<double> values) {
    std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2),
                     values.end());
    return values[values.size() / 2];
}

/// The two take turns, so that a busy machine does not favour either.
void benchStart(const char* name, const std::vector<std::string>& arguments, int rounds) {
    const Folders folders;
    std::vector<double> bare;
    std::vector<double> ours;
    for (int round = 0; round < rounds; ++round) {
        bare.push_back(startOnce(BARE_WINDOW_PATH, {}));
        ours.push_back(startOnce(SERVOLANE_PATH, folders.with(arguments)));
    }
    servolane::bench::printLine("bench_start", name, median(ours), "ms", median(bare),
                                servolane::bench::Better::lower);
}

/// Percent of one core, after the program has settled.
double idleShare(const std::string& program, const std::vector<std::string>& arguments, double seconds) {
    const ChildProcess child(program, arguments);
    std::this_thread::sleep_for(std::chrono::seconds{3});
    const double before = child.cpuSeconds();
    const servolane::bench::Stopwatch watch;
    std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
    return (child.cpuSeconds() - before) / watch.seconds() * 100.0;
}

void benchIdle(double seconds) {
    const Folders folders;
    const std::string bus = "dynamixel2:6@1000000";
    const std::string span = std::to_string(static_cast<int>(seconds) + 30);
    const double bare =
        idleShare(SERVOLANE_CLI_PATH,
                  folders.with({"monitor", "--port", "sim:" + bus, "--for", span, "--json"}), seconds);
    const double ours = idleShare(SERVOLANE_PATH, folders.with({"--simulate", bus}), seconds);
    servolane::bench::printLine("bench_start", "CPU share, 6 axes connected and idle", ours, "% of a core",
                                bare, servolane::bench::Better::lower);
}

} // namespace

int main(int argc, char** argv) {
    const bool quick = servolane::bench::isQuick(argc, argv);
    const int rounds = quick ? 2 : 15;
    benchStart("first frame", {"--until-painted"}, rounds);
    benchStart("first frame, simulated bus", {"--until-painted", "--simulate"}, rounds);
    benchStart("all panels, simulated bus", {"--until-complete", "--simulate"}, rounds);
    benchIdle(quick ? 2.0 : 10.0);
}
