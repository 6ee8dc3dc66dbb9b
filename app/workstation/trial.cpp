// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workstation/trial.h"

#include "core/motion/write/decide.h"
#include "core/registers/write/decide.h"

namespace servolane::app {

Trial::Trial(const Known& known, BusId bus, Torque torque) {
    if (const bus::BusView* view = known.buses.find(bus); view && view->state == bus::LinkState::open) {
        state_.up.insert(bus);
        motion_.links[bus].up = true;
    }
    motion_.latched = known.axes.stop.latched;
    for (const motion::AxisView& view : known.axes.axes) {
        if (view.axis->bus != bus) continue;
        registers::TableRecord& table = state_.tables[view.axis->id];
        table.axis = view.axis;
        table.torque = torque == Torque::off ? std::optional(false) : view.torque;
        table.silent = view.silent;
        table.keptModel = view.keptModel;
        table.known = known.registers.rawOf(view.axis->id);
        table.pingsOnly = view.silent && view.answers == bus::Answers::pingsOnly;
        table.other = view.other;
        motion::AxisRecord& record = motion_.axes[view.axis->id];
        record.axis = view.axis;
        record.torque = table.torque;
        record.mode = view.mode;
        record.silent = view.silent;
        record.pingsOnly = table.pingsOnly;
        record.keptModel = view.keptModel;
        record.other = view.other;
    }
}

const motion::Axis* Trial::axis(AxisId id) const {
    const registers::TableRecord* table = state_.find(id);
    return table ? table->axis.get() : nullptr;
}

std::optional<api::Rejection> Trial::of(const registers::WriteRegisters& command) {
    if (command.writes.empty()) return std::nullopt;
    const registers::SplitBatch split = registers::splitMode(state_, command);
    if (const auto verdict = registers::decide(state_, split.others); !verdict) return verdict.error();
    const auto found = state_.tables.find(command.axis);
    if (found == state_.tables.end()) return std::nullopt;
    // A mode is changed with torque off alone.
    if (split.mode && found->second.torque == true) {
        api::Rejection rejection;
        rejection.code = api::RejectionCode::torqueOn;
        rejection.axis = command.axis;
        rejection.entry = split.modeName;
        return rejection;
    }
    for (const registers::StagedRegister& write : command.writes)
        found->second.known[write.name] = write.raw;
    return std::nullopt;
}

std::optional<api::Rejection> Trial::of(const registers::SetServoId& command) {
    if (const auto verdict = registers::decide(state_, command); !verdict) return verdict.error();
    const auto found = state_.tables.find(command.axis);
    if (found == state_.tables.end()) return std::nullopt;
    auto moved = std::make_shared<motion::Axis>(*found->second.axis);
    moved->servo = command.id;
    found->second.axis = std::move(moved);
    return std::nullopt;
}

std::optional<api::Rejection> Trial::of(const registers::SetServoBaud& command) const {
    if (const auto verdict = registers::decide(state_, command); !verdict) return verdict.error();
    return std::nullopt;
}

std::optional<api::Rejection> Trial::of(const motion::SetOperatingMode& command) const {
    const motion::Present unmeasured; // no policy of modes looks at feedback
    if (const auto verdict = motion::decide(motion_, command, {unmeasured}); !verdict) return verdict.error();
    return std::nullopt;
}

std::optional<api::Rejection> Trial::of(const std::vector<api::CommandBody>& commands) {
    for (const api::CommandBody& command : commands) {
        std::optional<api::Rejection> refused;
        if (const auto* write = std::get_if<registers::WriteRegisters>(&command)) refused = of(*write);
        if (const auto* id = std::get_if<registers::SetServoId>(&command)) refused = of(*id);
        if (const auto* baud = std::get_if<registers::SetServoBaud>(&command)) refused = of(*baud);
        if (refused) return refused;
    }
    return std::nullopt;
}

} // namespace servolane::app
