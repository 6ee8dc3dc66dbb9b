// SPDX-License-Identifier: GPL-3.0-or-later
// servolane-sim: simulated buses on pseudo-terminals, for any program. Exit codes: 0 done, 1 technical
// failure, 2 wrong usage.
#include "app/sim/pty_bus.h"
#include "app/workstation/places.h"
#include "app/workstation/sim_mark.h"
#include "drivers/catalog/catalog.h"
#include "drivers/families/families.h"
#include "drivers/ipc/socket_folder.h"
#include "drivers/simulator/fault_check.h"

#include <CLI/CLI.hpp>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace servolane;
using namespace servolane::drivers;

enum ExitCode : int { done = 0, technicalFailure = 1, wrongUsage = 2 };

struct Options {
    std::vector<std::string> buses;
    std::vector<std::string> faults;
    std::uint64_t seed = 1;
    std::string config;
    bool unpaced = false;
    bool strictRate = false;
    double seconds = 0.0; ///< 0: until a signal
    unsigned frameGapMs = 20;
};

Waker* stopSignal = nullptr;

extern "C" void onSignal(int) {
    if (stopSignal != nullptr) stopSignal->wake();
}

void stopOnSignals(Waker& stop) {
    stopSignal = &stop;
    struct sigaction action {};
    action.sa_handler = onSignal;
    ::sigemptyset(&action.sa_mask);
    ::sigaction(SIGINT, &action, nullptr);
    ::sigaction(SIGTERM, &action, nullptr);
    action.sa_handler = SIG_IGN;
    ::sigaction(SIGPIPE, &action, nullptr);
}

/// CLI11 takes -1 for the largest one.
std::string seedCheck(const std::string& text) {
    std::uint64_t value = 0;
    const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool number = wrong == std::errc{} && end == text.data() + text.size();
    return number ? std::string() : "'" + text + "' is not a whole number from 0 to 18446744073709551615";
}

/// CLI::Range lets pass what is no number at all.
std::string secondsCheck(const std::string& text) {
    double value = 0.0;
    const bool number = CLI::detail::lexical_cast(text, value) && std::isfinite(value);
    return number && value >= 0.001 && value <= 1e9 ? std::string()
                                                    : "'" + text + "' is not a number from 0.001 to 1e9";
}

void describe(CLI::App& program, Options& options) {
    program.set_version_flag("--version", SERVOLANE_VERSION);
    program
        .add_option("--bus", options.buses,
                    "A bus: PROTOCOL:COUNT[@BAUD][,model=NAME][,first-id=N]; again for more buses")
        ->required()
        ->allow_extra_args(false)
        ->type_name("SPEC");
    program
        .add_option("--fault", options.faults,
                    "A fault: [BUS/]KIND[=VALUE][@FROM[-TO]], for instance drop=0.01 or silent=3@2s-5s")
        ->allow_extra_args(false)
        ->type_name("SPEC");
    program.add_option("--seed", options.seed, "The same seed gives the same noise and the same faults")
        ->check(seedCheck)
        ->type_name("NUMBER");
    program.add_flag("--unpaced", options.unpaced, "No wire time and no return delay");
    program.add_flag("--strict-rate", options.strictRate,
                     "Servos answer at the rate alone that they are set to, and the wire time is that of the "
                     "client's rate; without it a client's rate does not matter");
    program.add_option("--for", options.seconds, "Exit after so many seconds")
        ->check(secondsCheck)
        ->type_name("SECONDS");
    program
        .add_option(
            "--frame-gap", options.frameGapMs,
            "Milliseconds of silence after which an unfinished frame is dropped; more for clients that pause "
            "inside of one")
        ->check(CLI::Range(1U, 10'000U))
        ->type_name("MS")
        ->capture_default_str();
    program.add_option("--config", options.config, "Folder of settings, with servos/ for models of your own");
}

int complain(ExitCode code, const std::string& message) {
    std::fprintf(stderr, "servolane-sim: %s\n", message.c_str());
    return code;
}

Result<std::vector<simulator::BusSpec>> parseBuses(const Options& options) {
    std::vector<simulator::BusSpec> specs;
    for (const auto& text : options.buses) {
        auto spec = simulator::parseBusSpec(text, drivers::simulatedFamilies());
        if (!spec) return tl::make_unexpected(spec.error());
        specs.push_back(std::move(*spec));
    }
    return specs;
}

Result<std::vector<simulator::FaultSpec>> parseFaults(const Options& options,
                                                      const std::vector<simulator::BusSpec>& buses) {
    std::vector<simulator::FaultSpec> faults;
    for (const auto& text : options.faults) {
        auto fault = simulator::parseFaultSpec(text);
        if (!fault) return tl::make_unexpected(fault.error());
        if (auto checked = simulator::checkFaultIds(*fault, buses); !checked)
            return tl::make_unexpected(checked.error());
        faults.push_back(*fault);
    }
    return faults;
}

Result<registers::ModelCatalog> loadModels(const Options& options) {
    const auto folders = app::placesFor({{}, options.config}).servos;
    auto loaded = catalog::loadCatalog(folders, drivers::familyWords());
    for (const auto& problem : loaded.problems)
        std::fprintf(stderr, "servolane-sim: %s\n", problem.text().c_str());
    if (loaded.catalog.all().empty())
        return failure(ErrorCode::notFound, "no servo models in " + folders[0].string() +
                                                "; set SERVOLANE_SERVOS to their folder");
    return std::move(loaded.catalog);
}

/// One after the other, none is announced yet.
int makeBuses(const Options& options, std::vector<app::PtyBus>& buses) {
    const auto specs = parseBuses(options);
    if (!specs) return complain(wrongUsage, "--bus " + specs.error().detail);
    const auto faults = parseFaults(options, *specs);
    if (!faults) return complain(wrongUsage, faults.error().detail);
    const auto models = loadModels(options);
    if (!models) return complain(technicalFailure, models.error().detail);
    for (const auto& spec : *specs) {
        simulator::BusSettings settings;
        settings.number = static_cast<unsigned>(buses.size() + 1);
        settings.paced = !options.unpaced;
        settings.rates = options.strictRate ? simulator::RateRule::mustMatch : simulator::RateRule::ignored;
        settings.seed = options.seed + settings.number;
        settings.faults = *faults;
        settings.frameGap = std::chrono::milliseconds{options.frameGapMs};
        auto bus = simulator::makeSimulatedBus(drivers::simulatedFamilies(), spec, *models, settings,
                                               SystemClock{}.now());
        if (!bus) return complain(wrongUsage, "--bus " + bus.error().detail);
        auto line = app::PtyLine::make(spec.baud);
        if (!line) return complain(technicalFailure, line.error().detail);
        // As it was asked for: "feetech-scs" is a series of a family.
        const std::string& asked = options.buses[buses.size()];
        buses.emplace_back(std::move(*line), std::move(*bus), asked.substr(0, asked.find(':')));
    }
    return done;
}

/// Before they are announced: whoever opens one of them then knows what it is.
std::optional<app::SimMark> markBuses(const std::vector<app::PtyBus>& buses) {
    std::vector<std::string> ports;
    for (const auto& bus : buses)
        ports.push_back(bus.path());
    auto mark = app::SimMark::leave(ipc::usualSocketFolder(), ports);
    if (mark) return std::move(*mark);
    std::fprintf(stderr, "servolane-sim: recordings of these lines will not be marked as simulated: %s\n",
                 mark.error().detail.c_str());
    return std::nullopt;
}

/// False: nobody was told where the lines are.
bool announce(const std::vector<app::PtyBus>& buses) {
    for (const auto& bus : buses)
        std::printf("%s\n", bus.announcement().c_str());
    return std::fflush(stdout) == 0 && !std::ferror(stdout);
}

void serveAll(std::vector<app::PtyBus>& buses, double seconds, Waker& stop) {
    std::vector<std::thread> threads;
    for (auto& bus : buses)
        threads.emplace_back([&bus, &stop] { bus.serve(stop); });
    SystemClock clock;
    const Duration span = seconds > 0.0 ? fromSeconds(seconds) : Duration{std::chrono::hours{24 * 365 * 30}};
    clock.waitUntil(clock.now() + span, stop);
    stop.wake();
    for (auto& thread : threads)
        thread.join();
}

int run(const Options& options) {
    Waker stop;
    stopOnSignals(stop);
    std::vector<app::PtyBus> buses;
    if (const int failed = makeBuses(options, buses); failed != done) return failed;
    const auto mark = markBuses(buses); // until the end
    errno = 0;
    if (!announce(buses))
        return complain(technicalFailure,
                        std::string("standard output takes no names of lines: ") + std::strerror(errno));
    serveAll(buses, options.seconds, stop);
    return done;
}

} // namespace

int main(int argc, char** argv) {
    CLI::App program{"Simulated servo buses on pseudo-terminals"};
    Options options;
    describe(program, options);
    try {
        program.parse(argc, argv);
    } catch (const CLI::ParseError& problem) {
        return program.exit(problem) == 0 ? done : wrongUsage;
    }
    try {
        return run(options);
    } catch (const std::exception& problem) {
        return complain(technicalFailure, problem.what());
    }
}
