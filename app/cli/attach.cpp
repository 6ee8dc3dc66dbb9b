// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/attach.h"

#include "app/cli/failures.h"
#include "app/cli/text.h"
#include "app/workstation/port_links.h"
#include "drivers/families/families.h"
#include "drivers/ipc/owners.h"

#include <algorithm>
#include <cstdlib>
#include <set>

namespace servolane::cli {

namespace {

/// A scan of every likely rate with 253 ids each, one after the other where nobody answers a ping of all;
/// interruptible.
constexpr Duration openPatience = std::chrono::minutes{15};
/// Lets the bus try every rate its family is likely to use.
constexpr std::uint32_t anyBaud = 0;

const bus::BusView* findPort(const bus::BusBoard& board, const std::string& path) {
    const auto found = std::find_if(board.buses.begin(), board.buses.end(), [&](const auto& view) {
        return drivers::ipc::isSamePort(view.link.line.path, path);
    });
    return found == board.buses.end() ? nullptr : &*found;
}

} // namespace

namespace {
bus::Parity parityFrom(const std::string& word) {
    if (word == "even") return bus::Parity::even;
    return word == "odd" ? bus::Parity::odd : bus::Parity::none;
}
} // namespace

std::optional<bus::LineFrame> frameOf(const Arguments& arguments) {
    if (arguments.parity.empty() && !arguments.stopBits) return std::nullopt;
    bus::LineSettings line;
    setFrame(arguments, line);
    return line.frame();
}

void setFrame(const Arguments& arguments, bus::LineSettings& line) {
    if (!arguments.parity.empty()) line.parity = parityFrom(arguments.parity);
    if (arguments.stopBits) line.stopBits = *arguments.stopBits;
}

std::vector<std::string> familiesFor(const Context& context, const std::string& port) {
    std::vector<std::string> all;
    if (context.book) return context.book->describe(port).families;
    for (const drivers::Family& family : drivers::families())
        all.push_back(family.name());
    return all;
}

namespace {
app::PortWish portWish(const Arguments& arguments, const Wish& wish) {
    app::PortWish said{.protocol = arguments.protocol, .baud = arguments.baud, .anyRate = wish.allRates};
    if (!arguments.parity.empty()) said.parity = parityFrom(arguments.parity);
    said.stopBits = arguments.stopBits;
    said.everyId = wish.allRates;
    said.ids = wish.ids;
    const auto name = [&](int id) { said.ids.push_back({static_cast<std::uint8_t>(id)}); };
    if (arguments.id) name(*arguments.id);
    if (arguments.clone) name(*arguments.clone);
    std::for_each(arguments.ids.begin(), arguments.ids.end(), name);
    return said;
}
} // namespace

bus::LinkSettings linkFor(const Context& context, const std::string& port, const Wish& wish) {
    bus::LinkSettings link =
        app::linkFor(context.ports, familiesFor(context, port), port, portWish(context.arguments, wish));
    link.pollRate = context.arguments.rate.value_or(wish.pollRate);
    return link;
}

namespace {

bool hasAxes(const Context& context, BusId bus) {
    const auto board = context.client.axes();
    return std::any_of(board->axes.begin(), board->axes.end(),
                       [&](const auto& view) { return view.axis->bus == bus; });
}

tl::expected<Attached, Failure> connect(Context& context, const bus::LinkSettings& link) {
    const std::string& port = link.line.path;
    const auto watch = [&] {
        const auto board = context.client.buses();
        const bus::BusView* view = findPort(*board, port);
        if (view && view->scan.running)
            context.notices.progress("Looking for servos on " + port + " at " + grouped(view->scan.baud) +
                                     " bit/s: " + fixed(view->scan.done * 100.0, 0) + " %, " +
                                     std::to_string(view->scan.found.size()) + " found");
    };
    const app::Fate fate = context.client.perform(bus::ConnectBus{link}, openPatience, watch);
    context.notices.clearProgress();
    if (!fate.isDone()) {
        const bool technical = fate.wait == app::WaitEnd::reached && journal::hasFailed(fate.entry.state);
        return fail(technical ? portFailure(fate.entry.error, port)
                              : failureOf(fate, "Opening " + port, context));
    }
    const auto board = context.client.buses();
    const bus::BusView* view = findPort(*board, port);
    if (!view) return fail(portFailure({ErrorCode::linkLost, "the line is gone again"}, port));
    return Attached{view->id, port, true};
}

} // namespace

namespace {

/// Those of `before`, but not who is known to have another id now, and the servos that answer now under ids
/// that a port which is opened is not asked for by itself.
std::vector<ServoId> seldomIds(const Context& context, const bus::BusView& bus,
                               const std::vector<ServoId>& before) {
    const drivers::Family* family = drivers::familyNamed(bus.link.family);
    if (!family || family->traits.usualLastId == 0) return {};
    std::set<ServoId> ids(before.begin(), before.end());
    const auto board = context.client.axes();
    for (const auto& change : context.arguments.changes)
        ids.erase({static_cast<std::uint8_t>(std::atoi(change.c_str()))});
    for (const auto& view : board->axes)
        if (view.axis->bus == bus.id && !view.silent && view.axis->servo.value > family->traits.usualLastId)
            ids.insert(view.axis->servo);
    return {ids.begin(), ids.end()};
}

} // namespace

void rememberPort(Context& context, const Attached& attached) {
    const auto board = context.client.buses();
    const bus::BusView* view = board->find(attached.bus);
    if (!view) return;
    // What the window polls and how fast is its own affair.
    app::KnownPort known = context.ports.find(attached.port).value_or(app::KnownPort{});
    known.protocol = view->link.family;
    known.line = view->link.line;
    known.line.path.clear();
    app::PortHabits habits = context.ports.habits(attached.port);
    habits.ids = seldomIds(context, *view, habits.ids);
    auto kept = context.ports.remember(attached.port, known);
    if (kept) kept = context.ports.keepHabits(attached.port, habits);
    if (!kept) context.notices.note("The port's rate is not remembered: " + kept.error().detail);
}

namespace {

/// A link that somebody else opened a moment ago may still be looking for its servos.
tl::expected<Attached, Failure> share(Context& context, const Attached& attached) {
    const auto found = [&] {
        const auto board = context.client.buses();
        const bus::BusView* view = board->find(attached.bus);
        return !view || !view->scan.running;
    };
    const bool interrupt = context.client.waitUntil(found, openPatience) == app::WaitEnd::interrupted ||
                           context.client.waitObserved(attached.bus) == app::WaitEnd::interrupted;
    if (interrupt) return fail(interrupted());
    return attached;
}

Failure nobodyAnswers(const std::string& port, const bus::LinkSettings& link, bool tried) {
    const std::string rate = tried ? "any likely rate" : grouped(link.line.baud) + " bit/s";
    return {Codes::noServo,
            "No " + link.family + " servo that is known answers on " + port + " at " + rate,
            "check supply and cable; servolane-cli scan --port " + port + " looks at every likely rate",
            {}};
}

} // namespace

namespace {

Failure nobodyOfAnyFamily(const std::string& port) {
    return {Codes::noServo,
            "No servo of a known family answers on " + port,
            "check supply and cable; servolane-cli scan --port " + port +
                " --protocol all looks at every likely rate",
            {}};
}

} // namespace

tl::expected<Attached, Failure> attach(Context& context, const std::string& port, const Wish& wish) {
    const auto board = context.client.buses();
    if (const bus::BusView* open = findPort(*board, port)) return share(context, {open->id, port, false});
    const app::PortWish said = portWish(context.arguments, wish);
    auto links = app::linksToTry(context.ports, familiesFor(context, port), port, said);
    if (links.empty()) return fail(otherKind(context.book->describe(port)));
    tl::expected<Attached, Failure> attached;
    for (bus::LinkSettings& link : links) {
        if (&link != &links.front()) detach(context, *attached);
        link.pollRate = context.arguments.rate.value_or(wish.pollRate);
        attached = connect(context, link);
        if (!attached || hasAxes(context, attached->bus)) break;
    }
    if (!attached || (!hasAxes(context, attached->bus) && (wish.allRates || wish.nobody))) return attached;
    if (!hasAxes(context, attached->bus)) {
        detach(context, *attached);
        if (!app::isProtocolKnown(context.ports, port, said)) return fail(nobodyOfAnyFamily(port));
        return fail(nobodyAnswers(port, links.front(), links.back().line.baud == anyBaud));
    }
    if (!wish.atOnce && context.client.waitObserved(attached->bus) == app::WaitEnd::interrupted) {
        detach(context, *attached);
        return fail(interrupted());
    }
    rememberPort(context, *attached);
    return attached;
}

bool isLost(const Context& context, BusId bus) {
    const auto board = context.client.buses();
    const bus::BusView* view = board->find(bus);
    return !view || view->state != bus::LinkState::open;
}

Failure lostLink(const Context& context, const Attached& attached) {
    const auto board = context.client.buses();
    const bus::BusView* view = board->find(attached.bus);
    const std::string why = view ? view->error.detail : std::string();
    return {Codes::linkLost,
            "The link on " + attached.port + " was lost" + (why.empty() ? "" : ": " + why),
            "check the adapter's plug",
            {}};
}

namespace {

/// What other programs had this one do is done or has failed; a stop waits for none of it.
void waitForOthers(const Context& context) {
    constexpr Duration patience = std::chrono::seconds{1};
    const auto isDone = [&] {
        const auto log = context.client.models().commands.read();
        return std::none_of(log->entries.begin(), log->entries.end(), [](const auto& entry) {
            const bool isUnderWay =
                entry.state == journal::CommandState::pending || entry.state == journal::CommandState::sent;
            return isUnderWay && entry.asker.connection != 0;
        });
    };
    static_cast<void>(context.client.waitUntil(isDone, patience));
}

} // namespace

void detach(Context& context, const Attached& attached) {
    const app::CommandClient::Undisturbed undisturbed(context.client);
    if (attached.opened && context.owner == LaneOwner::thisProcess) waitForOthers(context);
    if (attached.opened) static_cast<void>(context.client.perform(bus::DisconnectBus{attached.bus}));
}

tl::expected<void, Failure> takeRole(Context& context, std::optional<access::Role> role) {
    if (!role) return {};
    const app::Fate fate = context.client.perform(access::SetRole{*role});
    if (fate.isDone()) return {};
    return fail(failureOf(fate, "Taking a role", context));
}

Outcome withPort(Context& context, const Wish& wish, const std::function<Outcome(const Attached&)>& work) {
    const auto attached = attach(context, context.arguments.port, wish);
    if (!attached) return fail(attached.error());
    // To open the port is what this program is for; the role is for what it does there.
    const auto role = takeRole(context, context.arguments.role);
    Outcome outcome = role ? work(*attached) : fail(role.error());
    context.notices.clearProgress();
    if (attached->opened && context.arguments.role)
        static_cast<void>(takeRole(context, access::Role::engineer));
    detach(context, *attached);
    return outcome;
}

tl::expected<std::vector<AxisId>, Failure> axesOf(Context& context, const Attached& attached,
                                                  std::optional<int> id) {
    const auto board = context.client.axes();
    std::vector<std::pair<int, AxisId>> found;
    std::string present;
    for (const auto& view : board->axes) {
        if (view.axis->bus != attached.bus) continue;
        const int servo = view.axis->servo.value;
        present += (present.empty() ? "" : ", ") + std::to_string(servo);
        if (!id || *id == servo) found.emplace_back(servo, view.axis->id);
    }
    if (found.empty())
        return fail({Codes::noServo,
                     "No servo with id " + std::to_string(id.value_or(0)) + " on " + attached.port +
                         "; found: " + (present.empty() ? "none" : present),
                     "choose one of those",
                     {}});
    std::sort(found.begin(), found.end());
    std::vector<AxisId> axes;
    for (const auto& [servo, axis] : found)
        axes.push_back(axis);
    return axes;
}

tl::expected<AxisId, Failure> axisOf(Context& context, const Attached& attached, int id) {
    const auto axes = axesOf(context, attached, id);
    if (!axes) return fail(axes.error());
    return axes->front();
}

int servoOf(const Context& context, AxisId axis) {
    const auto board = context.client.axes();
    const motion::AxisView* view = board->find(axis);
    return view ? view->axis->servo.value : 0;
}

std::string nameOf(const Context& context, AxisId axis) {
    return "servo " + std::to_string(servoOf(context, axis));
}

} // namespace servolane::cli
