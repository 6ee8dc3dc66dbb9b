// SPDX-License-Identifier: GPL-3.0-or-later
// torque, mode, halt, reset: one command to each of the axes that are meant
#include "app/cli/attach.h"
#include "app/cli/commands.h"
#include "app/cli/confirmation.h"
#include "app/cli/failures.h"
#include "app/cli/hardware_errors.h"
#include "app/cli/trial.h"

namespace servolane::cli {

namespace {

/// A reboot and the torque check behind it take a servo about a second.
constexpr Duration rebootPatience = std::chrono::seconds{10};

/// What is to be sent to an axis; absent: nothing is to be done there.
using CommandFor = std::function<std::optional<api::CommandBody>(AxisId)>;

struct Row {
    Json object;
    std::string text;
};

Row rowOf(const Context& context, AxisId axis, const app::Fate& fate) {
    return {
        {{"id", servoOf(context, axis)}, {"confirmed", confirmedOf(fate)}, {"latency_ms", latencyOf(fate)}},
        confirmationText(fate)};
}

Row untouchedRow(const Context& context, AxisId axis) {
    return {{{"id", servoOf(context, axis)}, {"confirmed", true}, {"latency_ms", nullptr}}, "nothing to do"};
}

bool isSilent(const Context& context, AxisId axis) {
    const auto board = context.client.axes();
    const motion::AxisView* view = board->find(axis);
    return !view || view->silent;
}

/// Goes on with the other axes after one has failed: they must not be left out for it. The first failure is
/// told.
Outcome toEach(Context& context, const std::vector<AxisId>& axes, const std::string& what,
               const CommandFor& commandFor, Duration patience = app::CommandClient::usualPatience) {
    Report report;
    Json rows = Json::array();
    std::optional<Failure> first;
    for (const AxisId axis : axes) {
        const std::string subject = what + " of " + nameOf(context, axis);
        const auto command = commandFor(axis);
        const auto fate = command ? context.client.perform(*command, patience) : app::Fate{};
        if (command && !fate.isDone()) {
            if (!first) first = failureOf(fate, subject, context);
            rows.push_back({{"id", servoOf(context, axis)}, {"confirmed", false}, {"latency_ms", nullptr}});
            if (first->exit() == Exit::interrupted) break;
            continue;
        }
        const Row row = command ? rowOf(context, axis, fate) : untouchedRow(context, axis);
        rows.push_back(row.object);
        report.text += subject + ": " + row.text + '\n';
    }
    if (first) {
        first->fields["axes"] = rows;
        return fail(*first);
    }
    report.object = {{"axes", rows}};
    return report;
}

/// Whether the command is one that a latched hardware error forbids: it waits until that is known. What takes
/// motion out waits for nothing.
enum class Judgement : std::uint8_t { atOnce, withErrorsKnown };

/// Asked about all axes before the first is told anything; absent: they would be let through.
using Beforehand = std::function<std::optional<Failure>(const Attached&, const std::vector<AxisId>&)>;

Outcome toChosen(Context& context, const std::string& what, Judgement judgement, const CommandFor& commandFor,
                 const Beforehand& beforehand = {}) {
    return withPort(context, {}, [&](const Attached& attached) -> Outcome {
        const auto axes = axesOf(context, attached, context.arguments.id);
        if (!axes) return fail(axes.error());
        if (judgement == Judgement::withErrorsKnown &&
            waitForErrors(context, *axes) == app::WaitEnd::interrupted)
            return fail(interrupted());
        if (beforehand)
            if (auto refused = beforehand(attached, *axes)) return fail(*refused);
        return toEach(context, *axes, what, commandFor);
    });
}

/// All or nothing: a machine half of whose axes have changed their mode is in nobody's mode.
std::optional<Failure> refusedMode(const Context& context, const Attached& attached,
                                   const std::vector<AxisId>& axes, registers::OperatingMode mode) {
    const Trial trial(context, attached);
    std::optional<Failure> first;
    Json rows = Json::array();
    for (const AxisId axis : axes) {
        if (!first) first = trial.of(motion::SetOperatingMode{axis, mode});
        rows.push_back({{"id", servoOf(context, axis)}, {"confirmed", false}, {"latency_ms", nullptr}});
    }
    if (!first) return std::nullopt;
    if (axes.size() > 1) first->message += "; no mode was changed";
    first->fields["axes"] = rows;
    return first;
}

Outcome resetOn(Context& context, const Attached& attached) {
    const auto axes = axesOf(context, attached, context.arguments.id);
    if (!axes) return fail(axes.error());
    const motion::StopView stop = context.client.axes()->stop;
    if (stop.latched) {
        const auto fate = context.client.perform(motion::ResetStop{stop.generation});
        if (!fate.isDone()) return fail(failureOf(fate, "Reset", context));
    }
    if (waitForErrors(context, *axes) == app::WaitEnd::interrupted) return fail(interrupted());
    return toEach(
        context, *axes, "Reset",
        [&](AxisId axis) -> std::optional<api::CommandBody> {
            // Of one that does not answer nobody knows that there is nothing to do; the write model says so.
            if (!isSilent(context, axis) && !hasHardwareError(context, axis).value_or(false))
                return std::nullopt;
            return motion::RebootAxis{axis};
        },
        rebootPatience);
}

} // namespace

Outcome runTorque(Context& context) {
    const bool on = context.arguments.torqueOn;
    return toChosen(context, on ? "Torque on" : "Torque off",
                    on ? Judgement::withErrorsKnown : Judgement::atOnce,
                    [on](AxisId axis) -> std::optional<api::CommandBody> {
                        return motion::SetTorque{axis, on};
                    });
}

Outcome runMode(Context& context) {
    const auto mode = *registers::operatingModeFrom(context.arguments.mode);
    return toChosen(
        context, "Mode " + context.arguments.mode, Judgement::withErrorsKnown,
        [mode](AxisId axis) -> std::optional<api::CommandBody> {
            return motion::SetOperatingMode{axis, mode};
        },
        [&](const Attached& attached, const std::vector<AxisId>& axes) {
            return refusedMode(context, attached, axes, mode);
        });
}

Outcome runHalt(Context& context) {
    return toChosen(context, "Halt", Judgement::atOnce,
                    [](AxisId axis) -> std::optional<api::CommandBody> { return motion::Halt{axis}; });
}

Outcome runReset(Context& context) {
    return withPort(context, {}, [&](const Attached& attached) { return resetOn(context, attached); });
}

} // namespace servolane::cli
