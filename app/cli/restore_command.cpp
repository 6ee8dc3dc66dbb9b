// SPDX-License-Identifier: GPL-3.0-or-later
// restore
#include "app/cli/commands.h"
#include "app/cli/confirmation.h"
#include "app/cli/failures.h"
#include "app/cli/plan_text.h"
#include "app/cli/servo_table.h"
#include "app/cli/text.h"
#include "app/cli/trial.h"
#include "core/registers/restore_plan.h"
#include "drivers/backup/provision_report.h"
#include "drivers/families/families.h"

#include <algorithm>
#include <filesystem>

namespace servolane::cli {

using registers::PlannedWrite;
using registers::RestorePlan;
using registers::Storage;

namespace {

/// EEPROM is slow: each register may take some ten milliseconds.
constexpr Duration restorePatience = std::chrono::seconds{20};
constexpr Duration rebootPatience = std::chrono::seconds{10};

struct Target {
    AxisId axis;
    registers::ServoBackup source;
    std::string origin; ///< "restore of arm.json servo 3"
};

tl::expected<registers::ServoBackup, Failure> sourceOf(Context& context, const Attached& attached, int id) {
    const Arguments& arguments = context.arguments;
    if (arguments.clone) {
        const auto axis = axisOf(context, attached, *arguments.clone);
        if (!axis) return fail(axis.error());
        return readServo(context, *axis);
    }
    const auto backup = readBackupFile(arguments.file, context.models);
    if (!backup) return fail(backup.error());
    return servoOfFile(*backup, arguments.source.value_or(id), arguments.file);
}

/// Which servos get what: the one that is named, or each that the file and the port have in common.
tl::expected<std::vector<Target>, Failure> targetsOf(Context& context, const Attached& attached) {
    const Arguments& arguments = context.arguments;
    const std::string from = arguments.clone ? "servo " + std::to_string(*arguments.clone)
                                             : std::filesystem::path(arguments.file).filename().string();
    const auto axes = axesOf(context, attached, arguments.id);
    if (!axes) return fail(axes.error());
    std::vector<Target> targets;
    if (arguments.id) {
        auto source = sourceOf(context, attached, *arguments.id);
        if (!source) return fail(source.error());
        targets.push_back({axes->front(), std::move(*source), "restore of " + from});
        return targets;
    }
    const auto backup = readBackupFile(arguments.file, context.models);
    if (!backup) return fail(backup.error());
    for (const AxisId axis : *axes)
        if (const auto* source = backup->find({static_cast<std::uint8_t>(servoOf(context, axis))}))
            targets.push_back({axis, *source, "restore of " + from});
    if (targets.empty())
        return fail({Codes::noServo,
                     arguments.file + " holds none of the servos on " + attached.port,
                     "name the servo with --id and the one of the file with --source",
                     {}});
    return targets;
}

class Restore {
public:
    Restore(Context& context, const Attached& attached, const Target& target)
        : context_(context)
        , attached_(attached)
        , target_(target)
        , name_(nameOf(context, target.axis)) {}

    /// The object of this servo; a failure carries it among its fields.
    tl::expected<void, Failure> run(Json& object, std::string& text) {
        const auto now = readTable(context_, target_.axis);
        if (!now) return fail(now.error());
        axis_ = axisAt(context_, target_.axis);
        plan_ = registers::planRestore(target_.source, *axis_->model, axis_->servo, *now,
                                       context_.arguments.identity ? registers::Identity::restore
                                                                   : registers::Identity::keep,
                                       axis_->firmware);
        describe(object);
        text += name_ + ", " + axis_->model->name + ", from " + target_.source.model + " firmware " +
                std::to_string(target_.source.firmware) + '\n' + planText(*axis_->model, plan_);
        if (auto refused = refusal()) return fail(std::move(*refused));
        if (context_.arguments.dryRun) return {};
        if (plan_.needsTorqueOff())
            if (auto released = releaseTorque(context_, target_.axis); !released) return released;
        if (auto done = context_.arguments.reboot ? writeAndReboot(object) : writeAll(object); !done) {
            text += "Failed: " + done.error().message + '\n';
            return done;
        }
        if (auto done = identify(object); !done) return done;
        text += plan_.writes.empty()          ? "Nothing had to be written.\n"
                : object["confirmed"] == true ? "Written and read back.\n"
                                              : "Sent; this family confirms nothing.\n";
        return {};
    }

private:
    /// What the policies will say, of all of it, before any of it is written.
    [[nodiscard]] std::optional<Failure> refusal() const {
        Trial trial(context_, attached_);
        auto refused = trial.of(registers::WriteRegisters{target_.axis, plan_.staged(), target_.origin});
        if (!refused && plan_.id) refused = trial.of(registers::SetServoId{target_.axis, *plan_.id});
        if (!refused && plan_.baud) refused = trial.of(registers::SetServoBaud{target_.axis, *plan_.baud});
        return refused;
    }

    void describe(Json& object) {
        object["source"] = identityObject(target_.source);
        drivers::backup::putPlan(object, *axis_->model, plan_);
        object["new_id"] = plan_.id ? Json(plan_.id->value) : Json(nullptr);
        object["new_baud"] = plan_.baud ? Json(*plan_.baud) : Json(nullptr);
        object["confirmed"] = nullptr;
        object["latency_ms"] = nullptr;
        object["verified_after_reboot"] = nullptr;
    }

    tl::expected<void, Failure> write(Json& object, const std::vector<registers::StagedRegister>& staged) {
        if (staged.empty()) return {};
        const auto fate =
            context_.client.perform(registers::WriteRegisters{target_.axis, staged, target_.origin},
                                    restorePatience, [&] { context_.notices.progress("Writing " + name_); });
        context_.notices.clearProgress();
        if (!fate.isDone()) {
            Failure failure = failureOf(fate, "The " + target_.origin + " to " + name_, context_);
            if (failure.code == Codes::of(api::RejectionCode::eepromWhileTorqueOn))
                failure.hint = "add --torque-off";
            return fail(std::move(failure));
        }
        object["confirmed"] = confirmedOf(fate);
        object["latency_ms"] = latencyOf(fate);
        return {};
    }

    tl::expected<void, Failure> writeAll(Json& object) { return write(object, plan_.staged()); }

    /// RAM is lost by the reboot, so it is written behind it.
    tl::expected<void, Failure> writeAndReboot(Json& object) {
        const auto part = [&](Storage storage) {
            RestorePlan some = plan_;
            std::erase_if(some.writes, [&](const PlannedWrite& one) { return one.storage != storage; });
            return some.staged();
        };
        if (auto done = write(object, part(Storage::eeprom)); !done) return done;
        if (auto done = reboot(); !done) return done;
        const auto now = readTable(context_, target_.axis);
        if (!now) return fail(now.error());
        const auto lost = registers::notHeld(plan_, *now, Storage::eeprom);
        object["verified_after_reboot"] = lost.empty();
        if (!lost.empty()) {
            std::string names;
            for (const PlannedWrite& one : lost)
                names += (names.empty() ? "" : ", ") + one.name;
            return fail({Codes::notHeld,
                         name_ + " did not keep over its reboot: " + names,
                         "read them with servolane-cli read, and write them again",
                         {}});
        }
        return write(object, part(Storage::ram));
    }

    tl::expected<void, Failure> reboot() {
        const auto fate = context_.client.perform(motion::RebootAxis{target_.axis});
        if (!fate.isDone()) return fail(failureOf(fate, "The reboot of " + name_, context_));
        // A servo that restarts answers nobody for a moment.
        const Time until = context_.client.clock().now() + rebootPatience;
        for (;;) {
            const auto look = context_.client.perform(registers::ReadRegister{target_.axis, firstRegister()});
            if (look.isDone()) return {};
            if (look.wait == app::WaitEnd::interrupted) return fail(interrupted());
            if (context_.client.clock().now() >= until)
                return fail(failureOf(look, name_ + " after its reboot", context_));
            if (context_.client.pause(std::chrono::milliseconds{100}) == app::WaitEnd::interrupted)
                return fail(interrupted());
        }
    }

    [[nodiscard]] std::string firstRegister() const { return axis_->model->registers.front().name; }

    tl::expected<void, Failure> identify(Json& object) {
        if (plan_.id) {
            const auto fate = context_.client.perform(registers::SetServoId{target_.axis, *plan_.id});
            if (!fate.isDone()) return fail(failureOf(fate, "The new id of " + name_, context_));
            object["id"] = plan_.id->value;
        }
        if (plan_.baud) {
            const auto fate = context_.client.perform(registers::SetServoBaud{target_.axis, *plan_.baud});
            if (!fate.isDone()) return fail(failureOf(fate, "The new rate of " + name_, context_));
            context_.notices.note(name_ + " speaks at " + grouped(*plan_.baud) +
                                  " bit/s now; the port still does not.");
        }
        return {};
    }

    Context& context_;
    const Attached& attached_;
    const Target& target_;
    std::string name_;
    std::shared_ptr<const motion::Axis> axis_;
    RestorePlan plan_;
};

/// `--reboot` of servos that no packet restarts, before anything is written.
std::optional<Failure> cannotReboot(const Context& context, const std::vector<Target>& targets) {
    if (!context.arguments.reboot) return std::nullopt;
    for (const Target& target : targets) {
        const auto axis = axisAt(context, target.axis);
        const drivers::Family* family = axis ? drivers::familyNamed(axis->model->family) : nullptr;
        if (!family || family->traits.restart) continue;
        return Failure{Codes::noRestart,
                       nameOf(context, target.axis) + ", " + axis->model->name +
                           ", restarts only with its supply; nothing was written",
                       "restore without --reboot, switch the supply off and on, then servolane-cli compare "
                       "shows what was kept",
                       {}};
    }
    return std::nullopt;
}

Outcome restoreOn(Context& context, const Attached& attached) {
    const auto targets = targetsOf(context, attached);
    if (!targets) return fail(targets.error());
    if (auto refused = cannotReboot(context, *targets)) return fail(std::move(*refused));
    Report report;
    report.object = {{"dry_run", context.arguments.dryRun}, {"servos", Json::array()}};
    for (const Target& target : *targets) {
        Json object{{"id", servoOf(context, target.axis)}};
        auto done = Restore(context, attached, target).run(object, report.text);
        report.object["servos"].push_back(std::move(object));
        if (done) continue;
        Failure failure = std::move(done.error());
        failure.fields = report.object;
        return fail(std::move(failure));
    }
    return report;
}

} // namespace

Outcome runRestore(Context& context) {
    const Arguments& arguments = context.arguments;
    if (arguments.file.empty() == !arguments.clone || (arguments.clone && !arguments.id))
        return fail({Codes::usage,
                     "restore needs a FILE, or --clone SERVO and --id SERVO",
                     "servolane-cli restore --port P --id N FILE",
                     {}});
    return withPort(context, {}, [&](const Attached& attached) { return restoreOn(context, attached); });
}

} // namespace servolane::cli
