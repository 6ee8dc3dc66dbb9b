// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/trial.h"

#include "app/cli/failures.h"
#include "core/registers/read/register_board.h"
#include "core/registers/write/decide.h"

namespace servolane::cli {

using registers::Role;

Trial::Trial(const Context& context, const Attached& attached)
    : context_(context) {
    const auto axes = context.client.axes();
    const auto known = context.client.models().registers.read();
    const auto buses = context.client.buses();
    if (const bus::BusView* view = buses->find(attached.bus); view && view->state == bus::LinkState::open)
        state_.up.insert(attached.bus);
    for (const motion::AxisView& view : axes->axes) {
        if (view.axis->bus != attached.bus) continue;
        registers::TableRecord& table = state_.tables[view.axis->id];
        table.axis = view.axis;
        table.torque = context.arguments.torqueOff ? std::optional(false) : view.torque;
        table.silent = view.silent;
        table.keptModel = view.keptModel;
        table.known = known->rawOf(view.axis->id);
        table.pingsOnly = view.silent && view.answers == bus::Answers::pingsOnly;
        table.other = view.other;
    }
}

Failure Trial::failureOf(const api::Rejection& rejection) const {
    Failure failure = cli::failureOf(rejection, *context_.client.axes());
    if (rejection.code == api::RejectionCode::eepromWhileTorqueOn) failure.hint = "add --torque-off";
    return failure;
}

std::optional<Failure> Trial::fixed(AxisId axis, Role role) const {
    const registers::TableRecord* table = state_.find(axis);
    const registers::Register* of = table ? table->axis->model->find(role) : nullptr;
    if (!table || (of && of->access == registers::Access::readWrite)) return std::nullopt;
    const registers::ServoModel& model = *table->axis->model;
    const std::string& why = role == Role::servoId ? model.fixedId : model.fixedRate;
    const std::string what = role == Role::servoId ? "id" : "rate";
    return Failure{Exit::rejected,
                   what + "-fixed",
                   "Servo " + std::to_string(table->axis->servo.value) + ", " + model.name + ": " +
                       (why.empty() ? "its model has no register for its " + what : why),
                   "nothing was written",
                   {}};
}

std::optional<Failure> Trial::of(const registers::WriteRegisters& command) {
    if (command.writes.empty()) return std::nullopt;
    const registers::SplitBatch split = registers::splitMode(state_, command);
    if (const auto verdict = registers::decide(state_, split.others); !verdict)
        return failureOf(verdict.error());
    const auto found = state_.tables.find(command.axis);
    // A mode is changed with torque off alone.
    if (split.mode && found != state_.tables.end() && found->second.torque == true) {
        api::Rejection rejection;
        rejection.code = api::RejectionCode::torqueOn;
        rejection.axis = command.axis;
        rejection.entry = split.modeName;
        Failure failure = failureOf(rejection);
        failure.hint = "add --torque-off";
        return failure;
    }
    if (found != state_.tables.end())
        for (const registers::StagedRegister& write : command.writes)
            found->second.known[write.name] = write.raw;
    return std::nullopt;
}

std::optional<Failure> Trial::of(const registers::SetServoId& command) {
    if (auto failure = fixed(command.axis, Role::servoId)) return failure;
    if (const auto verdict = registers::decide(state_, command); !verdict) return failureOf(verdict.error());
    const auto found = state_.tables.find(command.axis);
    if (found == state_.tables.end()) return std::nullopt;
    auto moved = std::make_shared<motion::Axis>(*found->second.axis);
    moved->servo = command.id;
    found->second.axis = std::move(moved);
    return std::nullopt;
}

std::optional<Failure> Trial::of(const registers::SetServoBaud& command) const {
    if (auto failure = fixed(command.axis, Role::baudRate)) return failure;
    if (const auto verdict = registers::decide(state_, command); !verdict) return failureOf(verdict.error());
    return std::nullopt;
}

} // namespace servolane::cli
