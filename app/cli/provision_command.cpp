// SPDX-License-Identifier: GPL-3.0-or-later
// provision
#include "app/cli/commands.h"
#include "app/cli/confirmation.h"
#include "app/cli/failures.h"
#include "app/cli/identity_steps.h"
#include "app/cli/plan_text.h"
#include "app/cli/servo_table.h"
#include "drivers/backup/provision_report.h"
#include "drivers/backup/recipe_file.h"

#include <algorithm>
#include <filesystem>

namespace servolane::cli {

using registers::RecipeServo;

namespace {

constexpr Duration writePatience = std::chrono::seconds{20};

struct Station {
    const RecipeServo& servo;
    AxisId axis;
    std::shared_ptr<const motion::Axis> at;
    registers::RestorePlan plan;
};

Failure unlike(const std::string& message, const std::string& hint) {
    return {Codes::recipeDoesNotFit, message, hint, {}};
}

/// Everything is read and planned before anything is written: a line is not left half set up for a slip of
/// the pen.
tl::expected<std::vector<Station>, Failure> planOf(Context& context, const Attached& attached,
                                                   const registers::Recipe& recipe) {
    std::vector<Station> stations;
    for (const RecipeServo& servo : recipe.servos) {
        const auto axis = axisOf(context, attached, servo.id.value);
        if (!axis) return fail(axis.error());
        const auto at = axisAt(context, *axis);
        const std::string name = nameOf(context, *axis);
        if (!servo.model.empty() && servo.model != at->model->name)
            return fail(
                unlike(name + " is an " + at->model->name + ", and the recipe wants an " + servo.model,
                       "check which servo has which id"));
        const auto now = readTable(context, *axis);
        if (!now) return fail(now.error());
        auto plan = registers::planRestore(registers::wantedOf(recipe, servo, *at->model), *at->model,
                                           servo.id, *now);
        if (!plan.left.empty()) {
            Json object{{"id", servo.id.value}};
            drivers::backup::putPlan(object, *at->model, plan);
            Failure failure =
                unlike(name + " cannot be set up as the recipe says:\n" + planText(*at->model, plan),
                       "mend the recipe; nothing was written");
            failure.fields = std::move(object);
            return fail(std::move(failure));
        }
        stations.push_back({servo, *axis, at, std::move(plan)});
    }
    return stations;
}

std::vector<registers::IdChange> idsOf(const registers::Recipe& recipe) {
    std::vector<registers::IdChange> changes;
    for (const RecipeServo& servo : recipe.servos)
        if (servo.newId && *servo.newId != servo.id) changes.push_back({servo.id, *servo.newId});
    return changes;
}

tl::expected<void, Failure> setUp(Context& context, const Station& station, const std::string& origin,
                                  Json& object) {
    const std::string name = nameOf(context, station.axis);
    if (!station.servo.name.empty() && station.servo.name != station.at->name) {
        const auto named = context.client.perform(motion::RenameAxis{station.axis, station.servo.name});
        if (!named.isDone()) return fail(failureOf(named, "Naming " + name, context));
    }
    if (station.plan.writes.empty()) {
        object["confirmed"] = true;
        return {};
    }
    if (station.plan.needsTorqueOff())
        if (auto released = releaseTorque(context, station.axis); !released) return released;
    const auto fate = context.client.perform(
        registers::WriteRegisters{station.axis, station.plan.staged(), origin}, writePatience);
    if (!fate.isDone()) {
        Failure failure = failureOf(fate, "Setting up " + name, context);
        if (failure.code == Codes::of(api::RejectionCode::eepromWhileTorqueOn))
            failure.hint = "add --torque-off";
        return fail(std::move(failure));
    }
    object["confirmed"] = confirmedOf(fate);
    return {};
}

Outcome provisionOn(Context& context, const Attached& attached, const registers::Recipe& recipe) {
    const auto stations = planOf(context, attached, recipe);
    if (!stations) return fail(stations.error());
    Trial trial(context, attached);
    for (const Station& station : *stations)
        if (auto refused = trial.of(registers::WriteRegisters{station.axis, station.plan.staged(), {}})) {
            refused->hint += refused->hint.empty() ? "nothing was written" : "; nothing was written";
            return fail(std::move(*refused));
        }
    const auto order = orderIds(context, attached, idsOf(recipe), trial);
    if (!order) return fail(order.error());
    const std::string origin = "recipe " + std::filesystem::path(context.arguments.file).filename().string();
    Report report;
    registers::ProvisionReport planned{context.arguments.dryRun, {}, {}};
    for (const Station& station : *stations) {
        planned.servos.push_back({station.servo.id,
                                  station.servo.newId.value_or(station.servo.id),
                                  station.at->model,
                                  station.servo.name.empty() ? station.at->name : station.servo.name,
                                  station.plan,
                                  {}});
        report.text += "Servo " + std::to_string(station.servo.id.value) + ", " + station.at->model->name +
                       ": " + std::to_string(station.plan.writes.size()) + " to write, " +
                       std::to_string(station.plan.equal.size()) + " are so already\n" +
                       planText(*station.at->model, station.plan);
    }
    report.object = drivers::backup::reportObject(planned);
    for (const auto& change : *order)
        report.text +=
            "id " + std::to_string(change.from.value) + " → " + std::to_string(change.to.value) + '\n';
    if (context.arguments.dryRun) return report;
    for (std::size_t i = 0; i < stations->size(); ++i)
        if (auto done = setUp(context, (*stations)[i], origin, report.object["servos"][i]); !done) {
            Failure failure = std::move(done.error());
            failure.fields = report.object;
            return fail(std::move(failure));
        }
    if (auto done = changeIds(context, attached, *order, report.object); !done)
        return fail(std::move(done.error()));
    report.text += "Done: " + std::to_string(stations->size()) + " servos are set up and read back.\n";
    return report;
}

} // namespace

Outcome runProvision(Context& context) {
    const auto recipe = drivers::backup::readRecipe(context.arguments.file);
    if (!recipe) return fail(fileFailure(recipe.error(), context.arguments.file));
    Wish wish;
    for (const RecipeServo& servo : recipe->servos)
        wish.ids.push_back(servo.id);
    return withPort(context, wish, [&](const Attached& attached) {
        auto outcome = provisionOn(context, attached, *recipe);
        if (!context.arguments.dryRun) rememberPort(context, attached);
        return outcome;
    });
}

} // namespace servolane::cli
