// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/attach.h"
#include "app/cli/borrowed_watches.h"
#include "app/cli/commands.h"
#include "app/cli/failures.h"
#include "app/cli/link_gaps.h"
#include "app/cli/link_watch.h"
#include "app/cli/text.h"
#include "app/cli/wire.h"

#include <algorithm>

namespace servolane::cli {

using motion::AxisView;
using telemetry::Channel;

namespace {

constexpr Duration firstFigures = std::chrono::seconds{2};

std::string_view wordOf(motion::AxisState state) {
    switch (state) {
    case motion::AxisState::off:
        return "off";
    case motion::AxisState::ready:
        return "ready";
    case motion::AxisState::moving:
        return "moving";
    case motion::AxisState::silent:
        return "silent";
    case motion::AxisState::stopped:
        return "stopped";
    case motion::AxisState::fault:
        return "fault";
    }
    return "off";
}

Json valueOf(const AxisView& view, Channel channel) {
    const auto& latest = view[channel];
    return latest.isKnown() ? Json(latest.value) : Json(nullptr);
}

/// The registers that are watched, with their newest values.
Json watchedOf(const AxisView& view) {
    Json watched = Json::array();
    for (const motion::Watch& watch : view.axis->watches) {
        if (!watch.on) continue;
        const Channel channel = *motion::watchOf(watch.name, *view.axis);
        watched.push_back({{"register", watch.name},
                           {"value", valueOf(view, channel)},
                           {"unit", motion::unitOf(channel, *view.axis)}});
    }
    return watched;
}

Json axisObject(const AxisView& view, Time now) {
    Json object = {{"id", view.axis->servo.value},
                   {"name", view.axis->name},
                   {"model", view.axis->model->name},
                   {"state", wordOf(view.state)},
                   {"torque", view.torque ? Json(*view.torque) : Json(nullptr)},
                   {"mode", view.mode ? Json(registers::toString(*view.mode)) : Json(nullptr)}};
    for (const Channel channel : telemetry::allChannels)
        if (!telemetry::isWatch(channel))
            object[std::string(telemetry::toString(channel))] = valueOf(view, channel);
    object["watched"] = watchedOf(view);
    // What a servo without feedback tells is what it was sent.
    object["measured"] = !view.axis->positionIsCommanded();
    object["unit"] = view.axis->scale.unit; // of the position; of the velocity a second
    object["age_ms"] = view.lastAnswer == Time{} ? Json(nullptr) : Json(milliseconds(now - view.lastAnswer));
    return object;
}

bool isChosen(const Context& context, const AxisView& view, BusId bus) {
    const auto& ids = context.arguments.ids;
    const int id = view.axis->servo.value;
    return view.axis->bus == bus && (ids.empty() || std::find(ids.begin(), ids.end(), id) != ids.end());
}

Json axesObject(const Context& context, BusId bus) {
    Json axes = Json::array();
    const Time now = context.client.clock().now();
    const auto board = context.client.axes(); // outlives the loop over its axes
    for (const AxisView& view : board->axes)
        if (isChosen(context, view, bus)) axes.push_back(axisObject(view, now));
    return axes;
}

std::string cell(const Json& value, int decimals) {
    return value.is_null() ? "-" : fixed(value.get<double>(), decimals);
}

std::string cell(const Json& value, const std::string& unit, int decimals) {
    return value.is_null() ? "-" : quantity(value.get<double>(), unit, decimals);
}

/// Figures of a silent servo are those of its last answer.
std::string ageCell(const Json& age) {
    if (age.is_null()) return "never";
    const auto milliseconds = age.get<double>();
    return milliseconds < 1000.0 ? fixed(milliseconds, 0) + " ms ago"
                                 : fixed(milliseconds / 1000.0, 1) + " s ago";
}

std::string axesTable(const Json& axes) {
    Table table({"id", "state", "position", "velocity", "current A", "supply V", "temp. °C", "answered"});
    for (const Json& axis : axes) {
        const auto unit = axis["unit"].get<std::string>();
        table.add({std::to_string(axis["id"].get<int>()), axis["state"], cell(axis["position"], unit, 2),
                   cell(axis["velocity"], unit + "/s", 1), cell(axis["current"], 3), cell(axis["voltage"], 1),
                   cell(axis["temperature"], 0), ageCell(axis["age_ms"])});
    }
    std::string watched;
    for (const Json& axis : axes)
        for (const Json& one : axis["watched"])
            watched += "id " + std::to_string(axis["id"].get<int>()) + "  " +
                       one["register"].get<std::string>() + " " + cell(one["value"], 3) + " " +
                       one["unit"].get<std::string>() + "\n";
    const bool commanded =
        std::any_of(axes.begin(), axes.end(), [](const Json& axis) { return !axis["measured"].get<bool>(); });
    return table.text() + watched +
           (commanded ? "Positions of PWM servos are commanded, not measured\n" : "");
}

std::string linkLine(const LinkWatch& link) {
    const Json share = link.shareOfWireLimit();
    std::string line = fixed(link.cyclesPerSecond(), 1) + " cycles/s";
    if (link.errors() > 0) line += ", " + fixed(link.completeCyclesPerSecond(), 1) + " of them complete";
    if (!share.is_null())
        line +=
            ", " + fixed(share.get<double>() * 100.0, 1) + " % of the wire's " + fixed(link.wireLimit(), 1);
    return line + ", " + grouped(link.errors()) + " errors";
}

tl::expected<void, Failure> checkIds(Context& context, const Attached& attached) {
    for (const int id : context.arguments.ids)
        if (auto axis = axisOf(context, attached, id); !axis) return tl::make_unexpected(axis.error());
    return {};
}

Outcome monitorOn(Context& context, const Attached& attached) {
    if (context.arguments.wire) return tellWire(context, attached);
    if (auto known = checkIds(context, attached); !known) return fail(known.error());
    BorrowedWatches watches(context);
    if (auto taken = watches.take(attached); !taken) return fail(taken.error());
    LinkWatch link(context.client, attached.bus);
    const auto begun = [&] {
        link.look();
        return link.newest().has_value();
    };
    if (context.client.waitUntil(begun, firstFigures) == app::WaitEnd::interrupted)
        return fail(interrupted());
    link.start();
    const auto tell = [&] {
        link.look();
        context.notices.progress(linkLine(link));
    };
    LinkGaps gaps(context, attached, "monitoring goes on when the adapter is back");
    const auto closed = [&] { return gaps.look(); };
    const auto wait = context.client.waitUntil(closed, fromSeconds(context.arguments.seconds), tell);
    if (wait == app::WaitEnd::timedOut && !gaps.isLostNow() && !link.isMeasured())
        static_cast<void>(context.client.waitUntil([&] { return link.isMeasured(); }, firstFigures, tell));
    const Json axes = axesObject(context, attached.bus);
    const double limit = link.wireLimit();
    Report report;
    report.object = {{"cycles", link.cycles()},
                     {"cycles_per_second", link.cyclesPerSecond()},
                     {"complete_cycles_per_second", link.completeCyclesPerSecond()},
                     {"wire_limit_cycles_per_second", limit > 0.0 ? Json(limit) : Json(nullptr)},
                     {"share_of_wire_limit", link.shareOfWireLimit()},
                     {"errors", link.errors()},
                     {"lost", link.lost()},
                     {"jitter_p99_us", link.jitterP99Microseconds()},
                     {"axes", axes}};
    context.notices.clearProgress();
    report.text =
        axesTable(axes) + linkLine(link) + ", jitter p99 " + fixed(link.jitterP99Microseconds(), 0) + " µs\n";
    gaps.tellIn(report);
    if (wait == app::WaitEnd::timedOut && !gaps.isLostNow()) return report;
    Failure failure = wait == app::WaitEnd::interrupted ? interrupted() : lostLink(context, attached);
    failure.fields = report.object;
    return fail(failure);
}

} // namespace

Outcome runMonitor(Context& context) {
    Wish wish;
    wish.pollRate = 0.0;
    wish.nobody = context.arguments.wire;
    return withPort(context, wish, [&](const Attached& attached) { return monitorOn(context, attached); });
}

} // namespace servolane::cli
