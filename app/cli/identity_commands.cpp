// SPDX-License-Identifier: GPL-3.0-or-later
// set-id, set-baud
#include "app/cli/commands.h"
#include "app/cli/failures.h"
#include "app/cli/identity_steps.h"
#include "app/cli/servo_table.h"
#include "app/cli/text.h"
#include "app/cli/trial.h"
#include "core/registers/read/register_board.h"
#include "drivers/families/families.h"

#include <algorithm>
#include <charconv>
#include <set>

namespace servolane::cli {

using registers::IdChange;

namespace {

constexpr Duration identityPatience = std::chrono::seconds{10};
constexpr Duration searchPatience = std::chrono::minutes{3};
constexpr Duration returnPatience = std::chrono::seconds{5};

std::optional<int> idFrom(std::string_view word) {
    int id = -1;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), id);
    const bool good = error == std::errc{} && end == word.data() + word.size() && id >= 0 && id <= 253;
    return good ? std::optional(id) : std::nullopt;
}

/// "3:13"
std::optional<IdChange> changeFrom(const std::string& text) {
    const auto colon = text.find(':');
    if (colon == std::string::npos) return std::nullopt;
    const auto from = idFrom(std::string_view(text).substr(0, colon));
    const auto to = idFrom(std::string_view(text).substr(colon + 1));
    if (!from || !to) return std::nullopt;
    return IdChange{{static_cast<std::uint8_t>(*from)}, {static_cast<std::uint8_t>(*to)}};
}

std::uint32_t linkBaud(const Context& context, const Attached& attached) {
    const auto board = context.client.buses();
    const bus::BusView* view = board->find(attached.bus);
    return view ? view->link.line.baud : 0;
}

std::vector<ServoId> presentOn(const Context& context, const Attached& attached) {
    std::vector<ServoId> ids;
    const auto board = context.client.axes();
    for (const auto& view : board->axes)
        if (view.axis->bus == attached.bus && !view.silent) ids.push_back(view.axis->servo);
    return ids;
}

/// Every rate that the servo's model knows.
std::vector<std::uint32_t> ratesOf(const motion::Axis& axis) {
    std::vector<std::uint32_t> rates;
    if (const auto* of = axis.model->find(registers::Role::baudRate))
        for (const auto& named : of->values)
            if (const auto baud = registers::baudFromRaw(*of, named.value)) rates.push_back(*baud);
    std::sort(rates.begin(), rates.end());
    return rates;
}

/// Where a servo that answers nobody may be: at its ids, at every rate of its model.
Json searched(Context& context, const Attached& attached, const motion::Axis& axis,
              const std::set<int>& ids) {
    Json object{{"id", axis.servo.value},
                {"last_seen", {{"id", axis.servo.value}, {"baud", linkBaud(context, attached)}}}};
    object["found"] = Json::array();
    const std::vector<std::uint32_t> rates = ratesOf(axis);
    context.notices.note("Servo " + std::to_string(axis.servo.value) + " was last seen at id " +
                         std::to_string(axis.servo.value) + ", " + grouped(linkBaud(context, attached)) +
                         " bit/s. Looking for it at every rate of its model.");
    const auto fate = context.client.perform(bus::ScanBus{attached.bus, rates}, searchPatience);
    object["searched_bauds"] = rates;
    if (!fate.isDone()) {
        object["search_failed"] = failureOf(fate, "The search", context).message;
        return object;
    }
    const auto board = context.client.buses();
    if (const bus::BusView* view = board->find(attached.bus))
        for (const auto& found : view->scan.found)
            if (ids.contains(found.servo.id.value) && found.servo.modelNumber == axis.model->number)
                object["found"].push_back({{"id", found.servo.id.value}, {"baud", found.baud}});
    return object;
}

std::string foundText(const Json& lost) {
    if (lost["found"].empty())
        return "it answers at no rate of its model; check supply and cable, then servolane-cli scan";
    std::string text;
    for (const auto& place : lost["found"])
        text += (text.empty() ? "it answers at id " : "; at id ") + place["id"].dump() + ", " +
                grouped(place["baud"].get<std::uint32_t>()) + " bit/s";
    return text + "; name that rate with --baud to go on from there";
}

/// The failure of one servo in the midst of several; what was done and what was not stands beside it.
Failure halfWay(Context& context, const Attached& attached, const app::Fate& fate, AxisId axis,
                const std::string& what, const std::set<int>& ids, Json fields) {
    Failure failure = failureOf(fate, what, context);
    if (failure.code == Codes::of(api::RejectionCode::eepromWhileTorqueOn)) failure.hint = "add --torque-off";
    const auto at = axisAt(context, axis);
    const bool lost = fate.wait == app::WaitEnd::reached && journal::hasFailed(fate.entry.state) &&
                      fate.entry.error.code == ErrorCode::timeout;
    fields["lost"] = nullptr;
    if (lost && at) {
        fields["lost"] = searched(context, attached, *at, ids);
        failure.hint = foundText(fields["lost"]);
    }
    failure.fields = std::move(fields);
    return failure;
}

Json changeObject(const IdChange& change) {
    return {{"from", change.from.value}, {"to", change.to.value}};
}

tl::expected<std::vector<IdChange>, Failure> wantedIds(const Arguments& arguments) {
    std::vector<IdChange> wanted;
    for (const std::string& text : arguments.changes) {
        const auto change = changeFrom(text);
        if (!change)
            return fail({Codes::usage,
                         "'" + text + "' is no change of id",
                         "FROM:TO with ids from 0 to 253, as 1:11",
                         {}});
        wanted.push_back(*change);
    }
    return wanted;
}

/// Read anew from the servo.
bool holds(Context& context, AxisId axis, registers::Role role, std::int64_t raw) {
    const auto at = axisAt(context, axis);
    const auto* of = at ? at->model->find(role) : nullptr;
    if (!of || !context.client.perform(registers::ReadRegister{axis, of->name}).isDone()) return false;
    const auto* known = context.client.models().registers.read()->find(axis, of->name);
    return known && known->raw == raw;
}

Outcome setIdOn(Context& context, const Attached& attached) {
    const auto wanted = wantedIds(context.arguments);
    if (!wanted) return fail(wanted.error());
    Trial trial(context, attached);
    const auto order = orderIds(context, attached, *wanted, trial);
    if (!order) return fail(order.error());
    Report report;
    report.object = {
        {"dry_run", context.arguments.dryRun}, {"steps", Json::array()}, {"done", Json::array()}};
    for (const IdChange& change : *order) {
        report.object["steps"].push_back(changeObject(change));
        report.text +=
            "id " + std::to_string(change.from.value) + " → " + std::to_string(change.to.value) + '\n';
    }
    if (context.arguments.dryRun) return report;
    if (auto done = changeIds(context, attached, *order, report.object); !done)
        return fail(std::move(done.error()));
    report.text += "Done: each was asked under its new id and reads it back.\n";
    return report;
}

struct RateChange {
    std::vector<AxisId> axes;
    std::uint32_t from = 0;
    std::uint32_t to = 0;
    bool all = true; ///< every servo of the port: the port follows
};

tl::expected<RateChange, Failure> rateChangeOf(Context& context, const Attached& attached) {
    RateChange change{{}, linkBaud(context, attached), context.arguments.newBaud, true};
    const auto all = axesOf(context, attached, {});
    if (!all) return fail(all.error());
    change.axes = *all;
    if (context.arguments.ids.empty()) return change;
    change.axes.clear();
    for (const int id : context.arguments.ids) {
        const auto axis = axisOf(context, attached, id);
        if (!axis) return fail(axis.error());
        change.axes.push_back(*axis);
    }
    change.all = std::all_of(all->begin(), all->end(), [&](AxisId axis) {
        return std::find(change.axes.begin(), change.axes.end(), axis) != change.axes.end();
    });
    return change;
}

/// The port goes on at the new rate, and every servo is asked there what rate it has.
tl::expected<void, Failure> follow(Context& context, const Attached& attached, const RateChange& change,
                                   Json& object) {
    const auto fate = context.client.perform(bus::SetLinkBaud{attached.bus, change.to}, identityPatience);
    if (!fate.isDone()) return fail(failureOf(fate, "Changing the rate of " + attached.port, context));
    object["port_baud"] = change.to;
    const auto answers = [&] {
        const auto board = context.client.axes();
        return std::all_of(change.axes.begin(), change.axes.end(), [&](AxisId axis) {
            const motion::AxisView* view = board->find(axis);
            return view && !view->silent;
        });
    };
    static_cast<void>(context.client.waitUntil(answers, returnPatience));
    for (std::size_t i = 0; i < change.axes.size(); ++i) {
        const auto at = axisAt(context, change.axes[i]);
        const auto* of = at ? at->model->find(registers::Role::baudRate) : nullptr;
        const auto code = of ? registers::rawFromBaud(*of, change.to) : std::nullopt;
        object["servos"][i]["verified"] =
            code && holds(context, change.axes[i], registers::Role::baudRate, *code);
    }
    return {};
}

Outcome setBaudOn(Context& context, const Attached& attached) {
    const auto change = rateChangeOf(context, attached);
    if (!change) return fail(change.error());
    Report report;
    report.object = {{"dry_run", context.arguments.dryRun},
                     {"from", change->from},
                     {"to", change->to},
                     {"servos", Json::array()},
                     {"port_baud", change->from}};
    const Trial trial(context, attached);
    for (const AxisId axis : change->axes)
        if (auto refused = trial.of(registers::SetServoBaud{axis, change->to}))
            return fail(std::move(*refused));
    for (const AxisId axis : change->axes)
        report.object["servos"].push_back(
            {{"id", servoOf(context, axis)}, {"changed", false}, {"verified", nullptr}});
    report.text = countOf(change->axes.size(), "servo") + " on " + attached.port + ": " +
                  grouped(change->from) + " → " + grouped(change->to) + " bit/s" +
                  (change->all ? ", and the port with them\n"
                               : "; the port stays at its rate, where they will be silent\n");
    if (context.arguments.dryRun) return report;
    for (std::size_t i = 0; i < change->axes.size(); ++i) {
        const AxisId axis = change->axes[i];
        if (auto released = releaseTorque(context, axis); !released) return fail(released.error());
        const int id = servoOf(context, axis);
        const auto fate = context.client.perform(registers::SetServoBaud{axis, change->to}, identityPatience);
        if (!fate.isDone())
            return fail(halfWay(context, attached, fate, axis,
                                "Changing the rate of servo " + std::to_string(id), {id}, report.object));
        report.object["servos"][i]["changed"] = true;
    }
    if (change->all)
        if (auto done = follow(context, attached, *change, report.object); !done)
            return fail(std::move(done.error()));
    for (const Json& servo : report.object["servos"])
        if (servo["verified"] == false)
            return fail({Codes::notConfirmed,
                         "Servo " + std::to_string(servo["id"].get<int>()) + " does not say that it has " +
                             grouped(change->to) + " bit/s",
                         "servolane-cli scan --port " + attached.port + " finds it at whatever rate it has",
                         report.object});
    report.text += change->all ? "Done: each has answered at the new rate.\n"
                               : "Done; nobody is asked at a rate that the port does not have.\n";
    return report;
}

/// The highest id of the family.
ServoId lastIdOn(const Context& context, const Attached& attached) {
    const auto board = context.client.buses();
    const bus::BusView* view = board->find(attached.bus);
    const drivers::Family* family = view ? drivers::familyNamed(view->link.family) : nullptr;
    constexpr std::uint8_t usual = 252;
    return {family ? std::min(usual, family->traits.lastId) : usual};
}

/// The first change that will be refused.
std::optional<Failure> tried(const Context& context, const Attached& attached,
                             const std::vector<IdChange>& order, Trial& trial) {
    std::map<ServoId, AxisId> at;
    const auto board = context.client.axes();
    for (const auto& view : board->axes)
        if (view.axis->bus == attached.bus && !view.silent) at[view.axis->servo] = view.axis->id;
    for (const IdChange& change : order) {
        const AxisId axis = at[change.from];
        if (auto refused = trial.of(registers::SetServoId{axis, change.to})) return refused;
        at.erase(change.from);
        at[change.to] = axis;
    }
    return std::nullopt;
}

} // namespace

tl::expected<std::vector<IdChange>, Failure> orderIds(Context& context, const Attached& attached,
                                                      const std::vector<IdChange>& wanted, Trial& trial) {
    const std::vector<ServoId> present = presentOn(context, attached);
    for (const IdChange& change : wanted)
        if (std::find(present.begin(), present.end(), change.from) == present.end())
            return fail(
                {Codes::noServo,
                 "No servo answers under id " + std::to_string(change.from.value) + " on " + attached.port,
                 "servolane-cli scan lists the ids of a port",
                 {}});
    auto order = registers::orderIdChanges(wanted, present, lastIdOn(context, attached));
    if (order) {
        if (auto refused = tried(context, attached, *order, trial)) return fail(std::move(*refused));
        return std::move(*order);
    }
    return fail({Codes::idInUse,
                 "The ids cannot be changed: " + order.error().detail,
                 "servolane-cli scan lists the ids of a port",
                 {}});
}

tl::expected<void, Failure> changeIds(Context& context, const Attached& attached,
                                      const std::vector<IdChange>& order, Json& object) {
    for (const IdChange& change : order) {
        const auto axis = axisOf(context, attached, change.from.value);
        if (!axis) return fail(axis.error());
        if (auto released = releaseTorque(context, *axis); !released) return released;
        const auto fate = context.client.perform(registers::SetServoId{*axis, change.to}, identityPatience);
        if (!fate.isDone())
            return fail(halfWay(context, attached, fate, *axis,
                                "Changing id " + std::to_string(change.from.value) + " to " +
                                    std::to_string(change.to.value),
                                {change.from.value, change.to.value}, object));
        const auto moved = [&] { return servoOf(context, *axis) == change.to.value; };
        static_cast<void>(context.client.waitUntil(moved, returnPatience));
        Json done = changeObject(change);
        done["verified"] = holds(context, *axis, registers::Role::servoId, change.to.value);
        object["done"].push_back(std::move(done));
    }
    return {};
}

Outcome runSetId(Context& context) {
    Wish wish;
    for (const std::string& text : context.arguments.changes)
        if (const auto change = changeFrom(text)) wish.ids.push_back(change->from);
    return withPort(context, wish, [&](const Attached& attached) {
        auto outcome = setIdOn(context, attached);
        if (!context.arguments.dryRun) rememberPort(context, attached);
        return outcome;
    });
}

Outcome runSetBaud(Context& context) {
    return withPort(context, {}, [&](const Attached& attached) {
        auto outcome = setBaudOn(context, attached);
        if (outcome && !context.arguments.dryRun) rememberPort(context, attached);
        return outcome;
    });
}

} // namespace servolane::cli
