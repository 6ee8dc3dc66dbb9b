// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/trial.h"

#include "app/cli/failures.h"

namespace servolane::cli {

using registers::Role;

Trial::Trial(const Context& context, const Attached& attached)
    : context_(context)
    , trial_({*context.client.buses(), *context.client.axes(), *context.client.models().registers.read()},
             attached.bus,
             context.arguments.torqueOff ? app::Trial::Torque::off : app::Trial::Torque::asKnown) {}

std::optional<Failure> Trial::failureOf(const std::optional<api::Rejection>& rejection) const {
    if (!rejection) return std::nullopt;
    Failure failure = cli::failureOf(*rejection, *context_.client.axes());
    using enum api::RejectionCode;
    if (rejection->code == eepromWhileTorqueOn || rejection->code == torqueOn)
        failure.hint = "add --torque-off";
    return failure;
}

std::optional<Failure> Trial::fixed(AxisId id, Role role) const {
    const motion::Axis* axis = trial_.axis(id);
    if (!axis) return std::nullopt;
    const registers::ServoModel& model = *axis->model;
    if (const registers::Register* of = model.find(role); of && of->access == registers::Access::readWrite)
        return std::nullopt;
    const std::string& why = role == Role::servoId ? model.fixedId : model.fixedRate;
    const std::string what = role == Role::servoId ? "id" : "rate";
    return Failure{role == Role::servoId ? Codes::idFixed : Codes::rateFixed,
                   "Servo " + std::to_string(axis->servo.value) + ", " + model.name + ": " +
                       (why.empty() ? "its model has no register for its " + what : why),
                   "nothing was written",
                   {}};
}

std::optional<Failure> Trial::of(const registers::WriteRegisters& command) {
    return failureOf(trial_.of(command));
}

std::optional<Failure> Trial::of(const registers::SetServoId& command) {
    if (auto failure = fixed(command.axis, Role::servoId)) return failure;
    return failureOf(trial_.of(command));
}

std::optional<Failure> Trial::of(const registers::SetServoBaud& command) const {
    if (auto failure = fixed(command.axis, Role::baudRate)) return failure;
    return failureOf(trial_.of(command));
}

std::optional<Failure> Trial::of(const motion::SetOperatingMode& command) const {
    const auto rejection = trial_.of(command);
    if (!rejection) return std::nullopt;
    return cli::failureOf(*rejection, *context_.client.axes());
}

} // namespace servolane::cli
