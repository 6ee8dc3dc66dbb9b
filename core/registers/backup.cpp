// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/registers/backup.h"

#include "core/motion/axis.h"
#include "core/registers/setting.h"

#include <algorithm>

namespace servolane::registers {

const BackedUpRegister* ServoBackup::find(std::string_view name) const {
    const auto found =
        std::find_if(registers.begin(), registers.end(), [&](const auto& of) { return of.name == name; });
    return found == registers.end() ? nullptr : &*found;
}

const BackedUpRegister* ServoBackup::find(Role role) const {
    if (role == Role::none) return nullptr;
    const auto found =
        std::find_if(registers.begin(), registers.end(), [&](const auto& of) { return of.role == role; });
    return found == registers.end() ? nullptr : &*found;
}

const ServoBackup* Backup::find(ServoId servo) const {
    const auto found =
        std::find_if(servos.begin(), servos.end(), [&](const auto& one) { return one.servo == servo; });
    return found == servos.end() ? nullptr : &*found;
}

BackedUpRegister backedUp(const Register& of, std::int64_t raw) {
    BackedUpRegister made{of.name, of.role,           of.address, of.size, of.access,
                          raw,     of.valueFrom(raw), of.unit,    {},      {}};
    for (const NamedValue& named : of.values)
        if (named.value == raw) made.word = named.name;
    if (raw == 0 && made.word.empty()) made.word = of.zeroMeans;
    for (const BitField& field : of.fields)
        made.bits[field.name] = (raw >> field.firstBit) & ((std::int64_t{1} << field.bits) - 1);
    return made;
}

ServoBackup backupOf(const motion::Axis& axis, const RawValues& known, UtcTime at) {
    const ServoModel& model = *axis.model;
    ServoBackup made{model.family, model.name, model.number, axis.firmware, axis.servo, axis.name, at, {}};
    for (const Register& of : model.registers)
        if (const auto raw = known.find(of.name); raw != known.end())
            made.registers.push_back(backedUp(of, raw->second));
    return made;
}

Carriage carriageOf(std::string_view name, Role role, Access access) {
    Register of;
    of.name = name;
    of.role = role;
    of.access = access;
    if (isSetting(of)) return Carriage::setting;
    if (access == Access::readOnly || role == Role::none) return Carriage::none;
    return role == Role::servoId || role == Role::baudRate ? Carriage::identity : Carriage::motion;
}

} // namespace servolane::registers
