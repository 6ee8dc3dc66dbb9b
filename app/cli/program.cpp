// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/program.h"

#include "app/cli/commands.h"
#include "app/cli/failures.h"
#include "app/cli/file_commands.h"
#include "app/cli/forwarding.h"
#include "app/cli/search.h"
#include "app/cli/stop_everywhere.h"
#include "app/workstation/workstation.h"

#include <cstdio>
#include <exception>
#include <map>

namespace servolane::cli {

namespace {

constexpr Duration closingPatience = std::chrono::seconds{3};

const std::map<std::string, Outcome (*)(Context&)>& laneCommands() {
    static const std::map<std::string, Outcome (*)(Context&)> commands{
        {"scan", runScan},        {"monitor", runMonitor},
        {"read", runRead},        {"write", runWrite},
        {"torque", runTorque},    {"mode", runMode},
        {"halt", runHalt},        {"reset", runReset},
        {"move", runMove},        {"jog", runJog},
        {"stop", runStop},        {"record", runRecord},
        {"demo", runDemo},        {"raw", runRaw},
        {"backup", runBackup},    {"restore", runRestore},
        {"compare", runCompare},  {"set-id", runSetId},
        {"set-baud", runSetBaud}, {"provision", runProvision},
        {"doctor", runDoctor},
    };
    return commands;
}

/// Those that may move something leave a trace of the moment, whoever asked for it.
bool isFlightRecorded(const std::string& command) {
    return command == "move" || command == "jog";
}

app::WorkstationSettings settingsOf(const Arguments& arguments) {
    app::WorkstationSettings settings;
    settings.places = {arguments.store, arguments.config};
    settings.flight =
        isFlightRecorded(arguments.command) ? app::FlightRecorder::on : app::FlightRecorder::off;
    return settings;
}

/// What was answered is also stored, before the program ends.
void waitStored(app::Workstation& workstation, app::CommandClient& client, Notices& notices) {
    const app::CommandClient::Undisturbed undisturbed(client);
    const bool stored = client.waitStored(closingPatience) == app::WaitEnd::reached;
    if (!stored || workstation.runtime().journalIsFailing())
        notices.note("Not everything could be written to the journal " + workstation.journalPath());
}

/// Those from `first` on; returns how many there are.
std::size_t noteProblems(const app::Workstation& workstation, std::size_t first, Notices& notices) {
    const auto& problems = workstation.problems();
    for (std::size_t i = first; i < problems.size(); ++i)
        notices.note(problems[i]);
    return problems.size();
}

Outcome runInOwnProcess(const Arguments& arguments, app::Workstation& workstation, Notices& notices,
                        const Waker& interrupt, const LaneWork& work = runOnLane) {
    workstation.start();
    // So that others, a stop above all, reach the port while this program has it.
    if (arguments.command != "stop") workstation.serve("servolane-cli " + arguments.command);
    const std::size_t told = noteProblems(workstation, 0, notices);
    app::CommandClient client = workstation.client(interrupt, api::Asker::commandLine);
    Context context{arguments,
                    client,
                    notices,
                    workstation.portMemory(),
                    workstation.places(),
                    *workstation.models(),
                    workstation.sessions(),
                    workstation.exporter(),
                    LaneOwner::thisProcess,
                    &workstation.runtime().wireMonitor(),
                    &workstation.portBook()};
    Outcome outcome = work(context);
    waitStored(workstation, client, notices);
    workstation.shutDown();
    noteProblems(workstation, told, notices);
    return outcome;
}

Outcome stopOnce(const Arguments& arguments, Notices& notices, const Waker& interrupt) {
    app::Workstation workstation(settingsOf(arguments));
    if (const auto owner = ownerOf(arguments))
        return runForwarded(arguments, *owner, workstation, notices, interrupt, runOnLane);
    if (auto stopped = stopHolderOf(arguments.port, arguments, workstation, notices, interrupt))
        return *stopped;
    return runInOwnProcess(arguments, workstation, notices, interrupt);
}

/// The program that has the port went away meanwhile, has only just opened it and knows no servo yet, or is
/// about to leave it.
bool mayStopAgain(const Outcome& outcome) {
    if (outcome) return outcome->object.value("axes", std::size_t{0}) == 0;
    const auto& code = outcome.error().code;
    return code == Codes::ownerGone || code == Codes::busy;
}

/// One of ours, which carried the stop out and knows no servo on this port: it searches, or is about to
/// leave.
bool isOfAnotherProgram(const Outcome& outcome) {
    return !outcome && outcome.error().code == Codes::busy && outcome.error().fields.contains("axes");
}

/// Whoever has the port, and however it passes from hand to hand: tried until somebody says that axes
/// stopped.
Outcome stopOnPort(const Arguments& arguments, Notices& notices, const Waker& interrupt) {
    constexpr Duration patience = std::chrono::seconds{3};
    constexpr Duration longPatience = std::chrono::seconds{10};
    constexpr Duration between = std::chrono::milliseconds{50};
    SystemClock clock;
    const Time began = clock.now();
    bool told = false;
    const auto isOver = [&](const Outcome& outcome) {
        if (!isOfAnotherProgram(outcome)) return clock.now() - began >= patience;
        if (!std::exchange(told, true))
            notices.note(outcome.error().message +
                         " so far; it is told again, and stopped without it once it "
                         "leaves. Cut the supply if you can");
        return clock.now() - began >= longPatience;
    };
    Outcome outcome = stopOnce(arguments, notices, interrupt);
    while (mayStopAgain(outcome) && !isOver(outcome) && !clock.waitUntil(clock.now() + between, interrupt))
        outcome = stopOnce(arguments, notices, interrupt);
    if (interrupt.isWoken() && mayStopAgain(outcome)) return fail(interrupted());
    if (outcome && mayStopAgain(outcome))
        return fail({Codes::notConfirmed, "No servo on " + arguments.port + " confirmed that it stopped",
                     "cut their supply, or end the program that has the port and stop again",
                     outcome->object});
    if (isOfAnotherProgram(outcome)) outcome.error().code = Codes::notConfirmed;
    return outcome;
}

struct Carried {
    Outcome outcome;
    bool elsewhere = false; ///< by another program
};

Carried runWhereThePortIs(const Arguments& arguments, Notices& notices, const Waker& interrupt,
                          const LaneWork& work) {
    app::Workstation workstation(settingsOf(arguments));
    if (const auto owner = ownerOf(arguments))
        return {runForwarded(arguments, *owner, workstation, notices, interrupt, work), true};
    return {runInOwnProcess(arguments, workstation, notices, interrupt, work), false};
}

/// Of a port that was not reached or was left: nobody has it who is none of ours.
bool mayBecomeFree(const Failure& failure) {
    const auto isHeldBy = [&](const char* program) {
        return failure.message.find(program) != std::string::npos;
    };
    return failure.code != Codes::busy || isHeldBy("servolane-cli (process ") ||
           isHeldBy("servolane (process ");
}

/// Of two programs that begin at the same time one gets the port, and carries out what the other wants once
/// it is there; one that ends leaves the port a moment after it has stopped doing so.
Carried runOncePortIsReached(const Arguments& arguments, Notices& notices, const Waker& interrupt,
                             const LaneWork& work) {
    constexpr Duration patience = std::chrono::seconds{5};
    constexpr Duration between = std::chrono::milliseconds{50};
    SystemClock clock;
    const Time began = clock.now();
    const auto mayTryAgain = [&](const Carried& carried) {
        return !carried.outcome && carried.outcome.error().mayBeRepeated &&
               mayBecomeFree(carried.outcome.error());
    };
    bool told = false;
    for (;;) {
        Carried carried = runWhereThePortIs(arguments, notices, interrupt, work);
        if (!mayTryAgain(carried) || clock.now() - began >= patience) return carried;
        if (!std::exchange(told, true)) notices.note(carried.outcome.error().message + "; waiting for it.");
        if (clock.waitUntil(clock.now() + between, interrupt)) return {fail(interrupted()), false};
    }
}

/// A motion ends with the program that asked for it, but not with the one that carried it out: what that has
/// left behind is ended by whoever reaches the port now.
Outcome endWhatWasLeftBehind(const Arguments& arguments, Failure failure, Notices& notices,
                             const Waker& interrupt) {
    const bool isBorrowed = failure.fields.contains("torque_restored") && !failure.fields["torque_restored"];
    Waker undisturbed;
    const Waker& patience = interrupt.isWoken() ? undisturbed : interrupt; // a second signal ends it at once
    notices.note(failure.message + "; opening " + arguments.port + " to end what it left behind.");
    const Outcome ended = runOncePortIsReached(arguments, notices, patience,
                                               isBorrowed ? giveBackTorqueLeftBehind : endMotionLeftBehind)
                              .outcome;
    const std::string servo = "servo " + std::to_string(arguments.id.value_or(0));
    if (ended) {
        failure.code = Codes::ownerGone;
        failure.message += "; " + servo + " was brought to rest" +
                           (isBorrowed ? " and its torque switched off by this program" : "");
        failure.hint = "run it again";
        if (isBorrowed) failure.fields["torque_restored"] = true;
        return fail(failure);
    }
    failure.message += "; what became of " + servo + " is not known: " + ended.error().message;
    failure.hint = std::string(isBorrowed ? "torque may still be on" : "it may still move") +
                   "; servolane-cli stop --port " + arguments.port + " takes its torque";
    return fail(failure);
}

Outcome runOnPort(const Arguments& arguments, Notices& notices, const Waker& interrupt) {
    Carried carried = runOncePortIsReached(arguments, notices, interrupt, runOnLane);
    if (carried.outcome || !carried.elsewhere || !isFlightRecorded(arguments.command)) return carried.outcome;
    const Failure& failure = carried.outcome.error();
    const bool wasLost = failure.code == Codes::ownerGone || failure.code == Codes::linkLost;
    const bool mayHaveBegun = wasLost && !failure.mayBeRepeated;
    if (!mayHaveBegun || failure.fields.contains("torque_left_to_stop")) return carried.outcome;
    return endWhatWasLeftBehind(arguments, failure, notices, interrupt);
}

Outcome runCommand(const Arguments& arguments, Notices& notices, const Waker& interrupt) {
    if (arguments.command == "stop" && !arguments.port.empty())
        return stopOnPort(arguments, notices, interrupt);
    app::Workstation workstation(settingsOf(arguments));
    if (arguments.command == "ports") return runPorts(arguments, workstation);
    if (arguments.command == "doctor" && arguments.port.empty()) return runPortDoctor(workstation);
    if (arguments.command == "machine") return runMachine(arguments, workstation, notices, interrupt);
    if (arguments.command == "compare" && arguments.port.empty())
        return runCompareFiles(arguments, workstation);
    if (arguments.command == "info") return runInfo(arguments, workstation);
    if (arguments.command == "verify") return runVerify(arguments, workstation);
    if (arguments.command == "repair" || arguments.command == "keep")
        return runCopy(arguments, workstation, notices, interrupt);
    if (arguments.command == "export") return runExport(arguments, workstation, notices, interrupt);
    if (arguments.command == "stop")
        return runStopEverywhere(arguments, workstation, notices, interrupt,
                                 [&] { return runInOwnProcess(arguments, workstation, notices, interrupt); });
    const auto whereThePortIs = [&] { return runOnPort(arguments, notices, interrupt); };
    if (arguments.command == "scan")
        return runScanOver(arguments, workstation, notices, interrupt, whereThePortIs);
    return whereThePortIs();
}

/// Whatever went wrong, there is an answer in the form that was asked for.
Outcome runWhatever(const Arguments& arguments, Notices& notices, const Waker& interrupt) {
    try {
        return runCommand(arguments, notices, interrupt);
    } catch (const std::exception& error) {
        return fail({Codes::unexpected,
                     arguments.command + " ended in an error that it should have foreseen: " + error.what(),
                     "please report it with what you did",
                     {}});
    }
}

void print(std::FILE* stream, const std::string& text) {
    std::fwrite(text.data(), 1, text.size(), stream);
}

std::string dumped(const Json& object) {
    return object.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

int tell(const Failure& failure, bool json) {
    if (failure.exit() == Exit::done)
        print(stdout, failure.message);
    else if (json)
        print(stdout, dumped(errorObject(failure)));
    else
        print(stderr, "servolane-cli: " + failure.message + '\n' +
                          (failure.hint.empty() ? "" : "  " + failure.hint + '\n'));
    return static_cast<int>(failure.exit());
}

/// A result that nobody could read is none.
int finish(int exit) {
    if (std::fflush(stdout) == 0 && !std::ferror(stdout)) return exit;
    return exit == 0 ? static_cast<int>(Exit::failed) : exit;
}

} // namespace

Outcome runOnLane(Context& context) {
    const auto found = laneCommands().find(context.arguments.command);
    if (found == laneCommands().end())
        return fail(
            {Codes::usage, "There is no command " + context.arguments.command, "servolane-cli --help", {}});
    return found->second(context);
}

int runProgram(int argc, const char* const* argv, const Waker& interrupt) {
    const Parsed parsed = parse(argc, argv);
    if (!parsed.arguments) return finish(tell(parsed.failure, parsed.json));
    const Arguments& arguments = *parsed.arguments;
    Notices notices(arguments.quiet  ? Notices::Loudness::quiet
                    : arguments.json ? Notices::Loudness::notesOnly
                                     : Notices::Loudness::all);
    const Outcome outcome = runWhatever(arguments, notices, interrupt);
    notices.clearProgress();
    if (!outcome) return finish(tell(outcome.error(), arguments.json));
    print(stdout, arguments.json ? dumped(outcome->object) : outcome->text);
    return finish(static_cast<int>(Exit::done));
}

} // namespace servolane::cli
