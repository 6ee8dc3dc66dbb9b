// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/registers/write/register_state.h"

namespace servolane::registers {

namespace {

template <class Change>
void change(RegisterState& state, AxisId axis, Change&& apply) {
    const auto found = state.tables.find(axis);
    if (found != state.tables.end()) apply(found->second);
}

void forgetTorque(RegisterState& state, BusId bus) {
    for (auto& [id, table] : state.tables)
        if (table.axis->bus == bus) table.torque.reset();
}

template <class Other>
void apply(RegisterState&, const Other&) {} // facts of other contexts

void apply(RegisterState& state, const bus::BusConnected& event) {
    state.up.insert(event.bus);
    state.rates[event.bus] = event.link.line.baud;
}
void apply(RegisterState& state, const bus::BusRestored& event) {
    state.up.insert(event.bus);
}
void apply(RegisterState& state, const bus::BusLost& event) {
    state.up.erase(event.bus);
    forgetTorque(state, event.bus);
}
void apply(RegisterState& state, const bus::BusDisconnected& event) {
    state.up.erase(event.bus);
    state.rates.erase(event.bus);
    forgetTorque(state, event.bus);
}
void apply(RegisterState& state, const bus::AxisFellSilent& event) {
    change(state, event.axis, [](TableRecord& table) {
        table.silent = true;
        table.other.reset();
        table.torque.reset();
    });
}
void apply(RegisterState& state, const bus::OtherServoFound& event) {
    change(state, event.axis, [&](TableRecord& table) {
        table.silent = true;
        table.other = motion::OtherServo{event.found, event.model};
        table.torque.reset();
    });
}
void apply(RegisterState& state, const bus::AxisReturned& event) {
    change(state, event.axis, [](TableRecord& table) {
        table.silent = false;
        table.other.reset();
    });
}
void apply(RegisterState& state, const bus::AxisAnswers& event) {
    change(state, event.axis,
           [&](TableRecord& table) { table.pingsOnly = event.to == bus::Answers::pingsOnly; });
}

void apply(RegisterState& state, const motion::AxisConfigured& event) {
    TableRecord& table = state.tables[event.axis->id];
    // On another bus it may be another specimen: nothing that was read of the first holds.
    if (table.axis && table.axis->bus != event.axis->bus)
        table = {{}, {}, {}, {}, table.keptModel, {}, {}, {}};
    table.axis = event.axis;
    if (table.other && motion::isServoOf(*event.axis, table.other->found, *table.other->model))
        table.other.reset();
    table.displaced = false;
    for (auto& [id, other] : state.tables)
        if (id != event.axis->id && other.axis->bus == event.axis->bus &&
            other.axis->servo == event.axis->servo)
            other.displaced = true;
}
void apply(RegisterState& state, const motion::OtherModelFound& event) {
    change(state, event.axis, [&](TableRecord& table) { table.keptModel = event.kept; });
}
void apply(RegisterState& state, const motion::ModelAdopted& event) {
    change(state, event.axis, [](TableRecord& table) { table.keptModel.clear(); });
}
/// What a raw packet did is not known.
void apply(RegisterState& state, const bus::RawPacketExchanged& event) {
    forgetTorque(state, event.bus);
    for (auto& [id, table] : state.tables)
        if (table.axis->bus == event.bus) table.known.clear();
}
void apply(RegisterState& state, const motion::AxisObserved& event) {
    change(state, event.axis, [&](TableRecord& table) { table.torque = event.torque; });
}
void apply(RegisterState& state, const motion::TorqueEnabled& event) {
    change(state, event.axis, [](TableRecord& table) { table.torque = true; });
}
void apply(RegisterState& state, const motion::TorqueDisabled& event) {
    change(state, event.axis, [](TableRecord& table) { table.torque = false; });
}
void apply(RegisterState& state, const motion::StopLatched&) {
    for (auto& [id, table] : state.tables)
        table.torque.reset();
}

void apply(RegisterState& state, const RegisterRead& event) {
    change(state, event.axis, [&](TableRecord& table) { table.known[event.name] = event.raw; });
}
void apply(RegisterState& state, const RegisterWritten& event) {
    change(state, event.axis, [&](TableRecord& table) { table.known[event.name] = event.after; });
}

void apply(RegisterState& state, const ServoIdChanged& event) {
    change(state, event.axis, [&](TableRecord& table) {
        if (const Register* id = table.axis->model->find(Role::servoId))
            table.known[id->name] = event.after.value;
    });
}

} // namespace

const TableRecord* RegisterState::find(AxisId id) const {
    const auto found = tables.find(id);
    return found == tables.end() ? nullptr : &found->second;
}

void evolve(RegisterState& state, const api::EventBody& event, Time) {
    std::visit([&](const auto& fact) { apply(state, fact); }, event);
}

} // namespace servolane::registers
