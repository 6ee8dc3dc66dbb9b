// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/registers/staged_writes.h"

#include <cmath>

namespace servolane::ui {

namespace host = registers::host;
using registers::SettingDifference;

namespace {

bool isTravel(std::string_view name) {
    return name == host::travelLow || name == host::travelHigh;
}

std::int64_t rawOf(double value) {
    return static_cast<std::int64_t>(std::llround(value));
}

/// The wanted value where one of the differences names it, else the present one.
double wantedOr(const std::vector<SettingDifference>& wanted, const registers::SettingValues& now,
                std::string_view name) {
    for (const SettingDifference& difference : wanted)
        if (difference.name == name) return *difference.b;
    const auto known = now.find(name);
    return known == now.end() ? 0.0 : known->second;
}

api::CommandBody commandFor(const SettingDifference& difference, const motion::Axis& axis) {
    if (difference.name == host::stopReaction)
        return motion::SetStopReaction{axis.id, static_cast<motion::StopReaction>(rawOf(*difference.b))};
    const registers::Register& of = *axis.model->find(difference.name);
    if (of.role == registers::Role::operatingMode)
        return motion::SetOperatingMode{axis.id, *axis.model->modeFrom(rawOf(*difference.b))};
    return registers::WriteRegister{axis.id, difference.name, rawOf(*difference.b)};
}

/// A change of mode sets profile and gains back in the servo: it goes first.
bool goesFirst(const SettingDifference& difference, const motion::Axis& axis) {
    const registers::Register* of = axis.model->find(difference.name);
    return of && of->role == registers::Role::operatingMode;
}

} // namespace

QString textOf(Obstacle obstacle) {
    switch (obstacle) {
    case Obstacle::none:
        return {};
    case Obstacle::notKnown:
        return QStringLiteral("not known there; read all registers to know more");
    case Obstacle::noRegister:
        return QStringLiteral("this model has no such register");
    case Obstacle::readOnly:
        return QStringLiteral("is only read");
    case Obstacle::needsTorqueOff:
        return QStringLiteral("is kept in EEPROM: switch torque off first");
    case Obstacle::configuration:
        break;
    }
    return QStringLiteral("belongs to the configuration of the axis");
}

Obstacle obstacleTo(const SettingDifference& difference, const motion::AxisView& axis) {
    if (!difference.b) return Obstacle::notKnown;
    if (isTravel(difference.name) || difference.name == host::stopReaction) return Obstacle::none;
    if (registers::isHostSetting(difference.name)) return Obstacle::configuration;
    const registers::Register* of = axis.axis->model->find(difference.name);
    if (!of) return Obstacle::noRegister;
    if (!registers::isSetting(*of)) return Obstacle::readOnly;
    if (of->role == registers::Role::operatingMode && !axis.axis->model->modeFrom(rawOf(*difference.b)))
        return Obstacle::noRegister;
    if (of->storage == registers::Storage::eeprom && axis.torque == true) return Obstacle::needsTorqueOff;
    return Obstacle::none;
}

StagedWrites stageWrites(const std::vector<SettingDifference>& differences,
                         const registers::SettingValues& now, const motion::AxisView& axis) {
    StagedWrites staged;
    for (const SettingDifference& difference : differences) {
        const Obstacle obstacle = obstacleTo(difference, axis);
        if (obstacle != Obstacle::none)
            staged.left.emplace_back(difference, obstacle);
        else if (goesFirst(difference, *axis.axis))
            staged.applied.insert(staged.applied.begin(), difference);
        else
            staged.applied.push_back(difference);
    }
    bool travelDone = false;
    for (const SettingDifference& difference : staged.applied) {
        if (!isTravel(difference.name))
            staged.commands.push_back(commandFor(difference, *axis.axis));
        else if (!std::exchange(travelDone, true))
            staged.commands.emplace_back(
                motion::SetTravelLimits{axis.axis->id,
                                        {Position{wantedOr(staged.applied, now, host::travelLow)},
                                         Position{wantedOr(staged.applied, now, host::travelHigh)}}});
    }
    return staged;
}

} // namespace servolane::ui
