// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/registers/register_text.h"

#include "core/registers/backup.h"
#include "core/registers/restore_plan.h"
#include "ui/binding/value_text.h"

#include <algorithm>

namespace servolane::ui {

using registers::Register;
using registers::Role;

RegisterGroup groupOf(const Register& of) {
    using enum RegisterGroup;
    switch (of.role) {
    case Role::modelNumber:
    case Role::firmwareVersion:
    case Role::servoId:
    case Role::baudRate:
    case Role::returnDelay:
    case Role::statusReturnLevel:
        return identity;
    case Role::driveMode:
    case Role::operatingMode:
    case Role::torqueEnable:
    case Role::busWatchdog:
    case Role::homingOffset:
        return mode;
    case Role::temperatureLimit:
    case Role::maxVoltageLimit:
    case Role::minVoltageLimit:
    case Role::pwmLimit:
    case Role::currentLimit:
    case Role::velocityLimit:
    case Role::maxPositionLimit:
    case Role::minPositionLimit:
    case Role::shutdown:
        return limits;
    case Role::velocityIGain:
    case Role::velocityPGain:
    case Role::positionDGain:
    case Role::positionIGain:
    case Role::positionPGain:
    case Role::feedforward1Gain:
    case Role::feedforward2Gain:
        return gains;
    case Role::profileAcceleration:
    case Role::profileVelocity:
        return profile;
    case Role::goalPwm:
    case Role::goalCurrent:
    case Role::goalVelocity:
    case Role::goalPosition:
        return goals;
    case Role::none:
        break;
    default:
        return present;
    }
    if (of.name.starts_with("indirect_")) return indirect;
    return of.access == registers::Access::readOnly ? present : other;
}

QString titleOf(RegisterGroup group) {
    static const char* const titles[] = {
        "Identity and bus", "Mode and drive", "Limits", "Gains", "Profile", "Goals",
        "Present values",   "Indirect",       "Other"};
    return QString::fromLatin1(titles[static_cast<std::size_t>(group)]);
}

const std::vector<RegisterGroup>& registerGroups() {
    using enum RegisterGroup;
    static const std::vector<RegisterGroup> all{identity, mode,    limits,   gains, profile,
                                                goals,    present, indirect, other};
    return all;
}

QString registerTitle(const Register& of) {
    return QString::fromStdString(of.title.empty() ? of.name : of.title);
}

int registerDecimals(const Register& of) {
    return decimalsOfStep(of.scale);
}

QString registerText(const Register& of, std::int64_t raw) {
    const registers::BackedUpRegister value = registers::backedUp(of, raw);
    if (!value.word.empty()) return QString::fromStdString(value.word);
    if (of.role == Role::firmwareVersion) return firmwareText(of, raw);
    if (of.fields.empty()) {
        const QString text = valueText(value.value, of.unit, registerDecimals(of));
        // A factor without a unit, such as that of a gain: manuals speak of the servo's own number.
        return of.unit.empty() && of.scale != 1.0 ? QStringLiteral("%1 (raw %2)").arg(text).arg(raw) : text;
    }
    QStringList names;
    for (const auto& [name, bits] : value.bits)
        if (bits != 0)
            names << QString::fromStdString(name) + (bits == 1 ? QString() : QStringLiteral("=%1").arg(bits));
    return names.isEmpty() ? QStringLiteral("none") : names.join(QStringLiteral(", "));
}

QString registerHex(const Register& of, std::int64_t raw) {
    const auto bits = static_cast<std::uint64_t>(raw) & ((std::uint64_t{1} << (of.size * 8)) - 1);
    return QStringLiteral("0x%1").arg(bits, of.size * 2, 16, QLatin1Char('0')).toUpper().replace(1, 1, u'x');
}

QString registerRange(const Register& of) {
    if (!of.minimum || !of.maximum || !of.fields.empty() || !of.values.empty()) return {};
    const int decimals = registerDecimals(of);
    return QStringLiteral("%1 … %2").arg(valueText(of.valueFrom(*of.minimum), of.unit, decimals),
                                         valueText(of.valueFrom(*of.maximum), of.unit, decimals));
}

RegisterWay wayOf(const Register& of) {
    if (of.access == registers::Access::readOnly) return RegisterWay::readOnly;
    switch (registers::carriageOf(of.name, of.role, of.access)) {
    case registers::Carriage::identity:
        return RegisterWay::alone;
    case registers::Carriage::motion:
        return RegisterWay::motion;
    default:
        return RegisterWay::staged;
    }
}

QString reasonOf(const Register& of) {
    switch (wayOf(of)) {
    case RegisterWay::readOnly:
        return QStringLiteral("read only");
    case RegisterWay::motion:
        if (of.role == Role::busWatchdog)
            return QStringLiteral("armed while torque is on, and cleared, by this program");
        return QStringLiteral("moves the axis: use the axis panel");
    default:
        return {};
    }
}

QString whyLeft(const registers::LeftRegister& left) {
    using registers::Leftover;
    switch (left.reason) {
    case Leftover::registerMissing:
        return QStringLiteral("this model has no such register");
    case Leftover::readOnly:
        return QStringLiteral("this model lets it only be read");
    case Leftover::motion:
        return QStringLiteral("part of a command to the servo: never written by a recipe");
    case Leftover::lock:
        return QStringLiteral("opened and closed around every write of settings");
    case Leftover::unread:
        return QStringLiteral("some of its bits are to stay, and were not read");
    case Leftover::identity:
        return QStringLiteral("an id is set by new_id, a rate by Find");
    case Leftover::tooWide:
    case Leftover::outOfRange:
        return QStringLiteral("outside %1 … %2")
            .arg(QString::number(left.low, 'g', 8), QString::number(left.high, 'g', 8));
    case Leftover::otherUnit:
        return QStringLiteral("measured in another unit by this model");
    case Leftover::factory:
        return QStringLiteral("set by the maker to match this very servo: never written by a recipe");
    case Leftover::otherMeaning:
        break;
    }
    return QStringLiteral("this model knows no '%1'").arg(QString::fromStdString(left.word));
}

} // namespace servolane::ui
