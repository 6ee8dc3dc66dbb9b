// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/stop.h"
#include "app/cli/attach.h"
#include "app/cli/commands.h"
#include "app/cli/confirmation.h"
#include "app/cli/failures.h"
#include "app/cli/torque_cut.h"
#include "drivers/families/families.h"
#include "drivers/ipc/owners.h"
#include "drivers/ipc/socket_folder.h"
#include "drivers/machine/machine_file.h"
#include "drivers/transport/port_list.h"
#include "drivers/transport/port_lock.h"

#include <algorithm>
#include <map>
#include <optional>

namespace servolane::cli {

namespace {

/// A stop reads for itself how each axis is; on a poor line it takes seconds until all of them have told.
const Wish toBeStopped{.atOnce = true};

std::size_t confirmedIn(const motion::StopFinished& finished) {
    return static_cast<std::size_t>(std::count_if(finished.axes.begin(), finished.axes.end(),
                                                  [](const auto& axis) { return axis.confirmed; }));
}

} // namespace

app::Fate awaitStop(Context& context, CommandId stop) {
    constexpr Duration patience = std::chrono::seconds{10};
    const app::CommandClient::Undisturbed undisturbed(context.client);
    return context.client.await(stop, patience);
}

Outcome stopOutcome(const Context& context, const app::Fate& fate,
                    const std::optional<motion::StopFinished>& finished) {
    if (!fate.isDone() && fate.entry.error.code == ErrorCode::linkLost)
        return fail(failureOf(fate, "Stop", context));
    if (!finished) return fail(failureOf(fate, "Stop", context));
    const std::size_t confirmed = confirmedIn(*finished);
    Report report;
    report.object = {{"axes", finished->axes.size()},
                     {"confirmed", confirmed},
                     {"milliseconds", milliseconds(finished->took)}};
    report.text = "Stopped: " + std::to_string(confirmed) + " of " + std::to_string(finished->axes.size()) +
                  " axes confirmed, " + fixed(milliseconds(finished->took), 2) + " ms\n";
    if (confirmed == finished->axes.size()) return report;
    std::string silent;
    for (const auto& axis : finished->axes)
        if (!axis.confirmed) silent += (silent.empty() ? "" : ", ") + nameOf(context, axis.axis);
    return fail({Codes::notConfirmed,
                 std::to_string(confirmed) + " of " + std::to_string(finished->axes.size()) +
                     " axes confirmed that they stopped; not: " + silent,
                 "cut their supply", report.object});
}

StoppablePorts stoppablePorts(const app::PortBook& book) {
    StoppablePorts ports;
    for (const app::ListedPort& port : book.list()) {
        if (!port.port.openable || port.families.empty()) continue;
        const bool servosWereSeen = port.last || !port.habits.found.empty();
        (port.ticked || servosWereSeen ? ports.asked : ports.passedOver).push_back(port.port.path);
    }
    return ports;
}

namespace {

/// A port that another program has, of which nobody here can say that it stopped. Running programs of ours
/// have been told.
std::optional<Failure> heldPort(Context& context) {
    const auto owners = drivers::ipc::findOwners(drivers::ipc::usualSocketFolder());
    std::optional<Failure> held;
    for (const auto& port : drivers::listPorts()) {
        const std::string holder = port.openable ? "" : drivers::lockHolder(port.path);
        const bool told = std::any_of(owners.begin(), owners.end(),
                                      [&](const auto& owner) { return owner.find(port.path) != nullptr; });
        if (holder.empty() || told) continue;
        const std::string message = "Port " + port.path + " is in use by " + holder + " and was not stopped";
        context.notices.note(message);
        held = Failure{Codes::busy, message, "stop it there", {}};
    }
    return held;
}

/// Stops everything that is attached so far.
app::Fate stopNow(Context& context) {
    return awaitStop(context, context.client.stop());
}

/// What was confirmed at one of several presses stays so, unless the servo itself says otherwise: the stop is
/// latched, and nothing moves an axis until it is reset.
class Presses {
public:
    /// `before`: from the first press to this one.
    void add(const std::optional<motion::StopFinished>& finished, Duration before) {
        if (!finished) return;
        last_ = finished;
        for (const motion::StoppedAxis& axis : finished->axes)
            if (axis.confirmed)
                confirmed_.emplace(axis.axis, before + axis.after);
            else if (axis.doubt == motion::StopDoubt::differs || axis.doubt == motion::StopDoubt::moving)
                confirmed_.erase(axis.axis);
    }
    [[nodiscard]] std::optional<motion::StopFinished> sum() const {
        auto all = last_;
        if (!all) return all;
        all->took = {};
        for (motion::StoppedAxis& axis : all->axes) {
            const auto found = confirmed_.find(axis.axis);
            axis.confirmed = found != confirmed_.end();
            all->took = std::max(all->took, axis.confirmed ? found->second : Duration{});
        }
        return all;
    }
    [[nodiscard]] bool isComplete() const {
        const auto all = sum();
        return !all || confirmedIn(*all) == all->axes.size();
    }

private:
    std::optional<motion::StopFinished> last_;
    std::map<AxisId, Duration> confirmed_;
};

/// Who has not confirmed the stop that was pressed at `pressed` is told again: on a poor line the next frame
/// may come through, and this program ends where a window would go on telling them.
Outcome pressAgain(Context& context, app::Fate fate, Time pressed) {
    constexpr Duration patience = std::chrono::milliseconds{1500}; // the last press has its time behind it
    constexpr Duration between = std::chrono::milliseconds{300};
    const app::CommandClient::Undisturbed undisturbed(context.client);
    const auto passed = [&] { return context.client.clock().now() - pressed; };
    const auto isLost = [&] { return fate.entry.error.code == ErrorCode::linkLost; };
    Presses presses;
    Duration before{};
    const auto isComplete = [&] {
        presses.add(context.client.axes()->stop.finished, before);
        return presses.isComplete();
    };
    // Whoever is still owed a stop is told on and on by whoever has the port, and adds to what it reported.
    while (!isComplete() && !isLost() && passed() < patience &&
           context.client.waitUntil(isComplete, between) != WaitEnd::reached) {
        before = passed();
        fate = stopNow(context);
    }
    return stopOutcome(context, fate, presses.sum());
}

Outcome stopAttached(Context& context) {
    const Time pressed = context.client.clock().now();
    return pressAgain(context, stopNow(context), pressed);
}

bool knowsAxesOf(const Context& context, const std::string& port) {
    const auto buses = context.client.buses();
    const auto axes = context.client.axes();
    return std::any_of(axes->axes.begin(), axes->axes.end(), [&](const auto& view) {
        const bus::BusView* bus = buses->find(view.axis->bus);
        return bus && drivers::ipc::isSamePort(bus->link.line.path, port);
    });
}

/// What is open elsewhere is stopped before anything is looked at. That the axes of its other ports have
/// stopped says nothing of this one.
Outcome stopElsewhere(Context& context) {
    const std::string& port = context.arguments.port;
    Outcome outcome = stopAttached(context);
    if (!outcome || knowsAxesOf(context, port)) return outcome;
    return fail({Codes::busy,
                 "The program that has " + port + " knows no servo there: nobody confirmed that it stopped",
                 "cut their supply, or end that program and stop again", outcome->object});
}

/// An axis of this port is to hold on a stop: a frame for all would drop what it carries.
bool anyHolds(const Context& context, const bus::LinkSettings& link) {
    const auto machine = drivers::machine::readMachine(context.places.config / "machine.json");
    // What it says cannot be told: an axis that is to hold would be dropped, one that is not is stopped
    // anyway.
    if (!machine) return machine.error().code != ErrorCode::notFound;
    return std::any_of(machine->axes.begin(), machine->axes.end(), [&](const auto& axis) {
        const std::string& bus = axis.identity.bus;
        const bool here = bus == link.alias || drivers::ipc::isSamePort(bus, link.line.path);
        return here && axis.settings.stopReaction != motion::StopReaction::torqueOff;
    });
}

/// Before anybody is looked for. What cannot be opened is told when it is to be read back.
void cutAll(Context& context, const std::vector<std::string>& ports) {
    for (const std::string& port : ports) {
        const bus::LinkSettings link = linkFor(context, port, {});
        if (anyHolds(context, link)) {
            context.notices.note("Axes on " + port +
                                 " are set to hold, or the machine file cannot tell: each is "
                                 "stopped in its own way");
            continue;
        }
        // One family alone: the frames of some look the same, and write elsewhere in the servos of another.
        static_cast<void>(cutTorque(context, link));
    }
}

/// Torque is cut on every port first; then each is stopped as soon as it is attached, and the last stop reads
/// back all of them.
Outcome stopAll(Context& context) {
    std::vector<Attached> all;
    std::optional<app::Fate> fate;
    Time pressed{};
    const StoppablePorts known = context.book ? stoppablePorts(*context.book) : StoppablePorts{};
    const std::vector<std::string>& ports = known.asked;
    for (const std::string& path : known.passedOver)
        context.notices.note(path + " is not known as a line of servos and is not asked; --port " + path +
                             " stops there");
    cutAll(context, ports);
    std::optional<Failure> missed = heldPort(context);
    for (const std::string& port : ports) {
        auto attached = attach(context, port, toBeStopped);
        if (!attached) {
            context.notices.note(attached.error().message);
            if (attached.error().code != Codes::noServo) missed = attached.error();
            if (attached.error().exit() == Exit::interrupted) break;
            continue;
        }
        all.push_back(*attached);
        pressed = context.client.clock().now();
        fate = stopNow(context);
    }
    Outcome outcome = fate ? pressAgain(context, *fate, pressed)
                           : fail({Codes::noServo,
                                   "No servo is reachable on any port",
                                   "name the port with --port; servolane-cli ports lists them",
                                   {}});
    for (const Attached& attached : all)
        detach(context, attached);
    if (missed && (outcome || missed->exit() == Exit::interrupted)) {
        missed->fields = outcome ? outcome->object : outcome.error().fields;
        return fail(*missed);
    }
    return outcome;
}

} // namespace

Outcome runStop(Context& context) {
    if (context.arguments.port.empty()) return stopAll(context);
    if (context.owner == LaneOwner::otherProcess) return stopElsewhere(context);
    const std::string& port = context.arguments.port;
    const auto once = [&] {
        cutAll(context, {port});
        return withPort(context, toBeStopped, [&](const Attached&) { return stopAttached(context); });
    };
    Outcome outcome = once();
    // On a poor line nobody may have been heard.
    if (!outcome && outcome.error().code == Codes::noServo) outcome = once();
    // That nobody answers does not say that nobody holds torque.
    if (!outcome && outcome.error().code == Codes::noServo) {
        outcome.error().code = Codes::notConfirmed;
        outcome.error().message += ": nothing confirms that what is there has stopped";
        outcome.error().hint = "cut their supply; then check cable and rate";
    }
    return outcome;
}

} // namespace servolane::cli
