// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/forwarding.h"

#include "app/cli/program.h"
#include "app/workstation/sim_line.h"
#include "drivers/ipc/remote_wire.h"
#include "drivers/ipc/socket_folder.h"

#include <algorithm>

namespace servolane::cli {

namespace ipc = drivers::ipc;

namespace {

constexpr Duration fillPatience = std::chrono::seconds{5};
constexpr Duration storePatience = std::chrono::seconds{3};

/// A simulated line of another command belongs to it alone; that of a window is there to be tried.
bool isShared(const ipc::Owner& owner, const std::string& port) {
    return !app::isSimPath(port) || owner.greeting.program == "servolane";
}

Failure ownerGone(const Error& error, const std::string& port) {
    return {Codes::ownerGone,
            "The program that had opened " + port + " was lost: " + error.detail,
            "see what state the axes are in, then run it again",
            {}};
}

/// Lost, or about to leave: its command then fails in one way or another.
bool hasLeft(const app::CommandClient& client, const std::string& port) {
    const auto board = client.buses();
    return std::none_of(board->buses.begin(), board->buses.end(), [&](const bus::BusView& view) {
        return view.state == bus::LinkState::open && ipc::isSamePort(view.link.line.path, port);
    });
}

/// Twice comes to the same as once.
bool isRepeatable(const std::string& command) {
    return command == "read" || command == "doctor" || command == "torque" || command == "halt";
}

/// What was answered is also stored, before the program ends.
void waitStored(const ipc::RemoteLane& lane, app::CommandClient& client, Notices& notices) {
    const app::CommandClient::Undisturbed undisturbed(client);
    const bool stored = client.waitStored(storePatience) == app::WaitEnd::reached;
    if (!stored || lane.isJournalFailing())
        notices.note("Not everything could be written to the journal of " + ipc::nameOf(lane.owner()));
}

} // namespace

std::optional<ipc::Owner> ownerOf(const Arguments& arguments) {
    if (arguments.port.empty()) return std::nullopt;
    for (ipc::Owner& owner : ipc::findOwners(ipc::usualSocketFolder()))
        if (owner.find(arguments.port) && isShared(owner, arguments.port)) return std::move(owner);
    return std::nullopt;
}

app::CommandClient clientOf(ipc::RemoteLane& lane, Clock& clock, const Waker& interrupt) {
    return app::CommandClient({lane, lane.readModels(), clock, interrupt,
                               [&lane] { return lane.storedUpTo(); }, api::Asker::commandLine});
}

Context forwardedContext(const Arguments& arguments, app::CommandClient& client,
                         app::Workstation& workstation, Notices& notices) {
    workstation.loadModels();
    return {arguments,
            client,
            notices,
            workstation.portMemory(),
            workstation.places(),
            *workstation.models(),
            workstation.sessions(),
            workstation.exporter(),
            LaneOwner::otherProcess};
}

Outcome runForwarded(const Arguments& arguments, const ipc::Owner& owner, app::Workstation& workstation,
                     Notices& notices, const Waker& interrupt, const LaneWork& work) {
    const auto lane = ipc::RemoteLane::open(owner.socket, workstation.clock());
    if (!lane) {
        Failure failure = ownerGone(lane.error(), arguments.port);
        failure.mayBeRepeated = true;
        return fail(failure);
    }
    app::CommandClient client = clientOf(**lane, workstation.clock(), interrupt);
    notices.note(arguments.port + " is open in " + ipc::nameOf(owner.greeting) +
                 ", which carries out the command.");
    const auto ready = [&] { return (*lane)->isFilled() || (*lane)->lost(); };
    if (arguments.command != "stop") static_cast<void>(client.waitUntil(ready, fillPatience));
    Context context = forwardedContext(arguments, client, workstation, notices);
    // A connection of its own: the watch ends with it, however this program ends.
    std::unique_ptr<ipc::RemoteWire> wire;
    if (arguments.wire)
        if (auto opened = ipc::RemoteWire::open(owner.socket, workstation.clock())) wire = std::move(*opened);
    context.wire = wire.get();
    Outcome outcome = work(context);
    if (const auto lost = (*lane)->lost(); lost && !outcome) {
        Failure failure = ownerGone(*lost, arguments.port);
        failure.fields = outcome.error().fields;
        outcome = fail(failure);
    }
    if (!outcome && outcome.error().exit() == Exit::failed && hasLeft(client, arguments.port)) {
        Failure& failure = outcome.error();
        if (failure.code == Codes::of(ErrorCode::notFound)) failure.code = Codes::ownerGone; // its bus
        // What was not done before a stop is not to be done after it.
        failure.mayBeRepeated =
            (!(*lane)->hasCommanded() || isRepeatable(arguments.command)) && !client.axes()->stop.latched;
    }
    if (outcome || !(*lane)->lost()) waitStored(**lane, client, notices);
    return outcome;
}

} // namespace servolane::cli
