// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/registers/staged_writes.h"

#include <algorithm>
#include <cmath>

namespace servolane::ui {

namespace host = registers::host;
using registers::OwnLimit;
using registers::SettingDifference;
using registers::SettingsRecord;

namespace {

/// The limit that a host setting belongs to.
constexpr std::pair<std::string_view, OwnLimit> limitNames[] = {
    {host::travelLow, OwnLimit::travel},
    {host::travelHigh, OwnLimit::travel},
    {host::velocityLimit, OwnLimit::velocity},
    {host::accelerationLimit, OwnLimit::acceleration},
    {host::currentLimit, OwnLimit::current},
    {host::temperatureLimit, OwnLimit::temperature},
    {host::followingErrorLimit, OwnLimit::followingError},
    {host::stepLimit, OwnLimit::step},
};
constexpr std::string_view scaleNames[] = {host::gear, host::offset, host::reversed, host::unitsPerTurn,
                                           host::unit};

std::optional<OwnLimit> limitOf(std::string_view name) {
    for (const auto& [known, limit] : limitNames)
        if (known == name) return limit;
    return std::nullopt;
}

bool isTravel(std::string_view name) {
    return limitOf(name) == OwnLimit::travel;
}

bool isScale(std::string_view name) {
    return std::find(std::begin(scaleNames), std::end(scaleNames), name) != std::end(scaleNames);
}

std::int64_t rawOf(double value) {
    return static_cast<std::int64_t>(std::llround(value));
}

/// The settings as they shall be: what differs, on top of what is known.
class Wanted {
public:
    Wanted(const std::vector<SettingDifference>& differences, const SettingsRecord& record)
        : differences_(differences)
        , record_(record) {}

    [[nodiscard]] std::optional<double> find(std::string_view name) const {
        for (const SettingDifference& difference : differences_)
            if (difference.name == name && difference.b) return difference.b;
        return present(name);
    }
    [[nodiscard]] std::optional<double> present(std::string_view name) const {
        const auto known = record_.now.find(name);
        return known == record_.now.end() ? std::nullopt : std::optional(known->second);
    }
    [[nodiscard]] double value(std::string_view name) const { return find(name).value_or(0.0); }
    /// Set by a person, in what is wanted.
    [[nodiscard]] bool isOwn(OwnLimit limit) const { return has(find(host::ownLimits), limit); }
    /// Set by a person, then or now: else it is what the servo's registers make of it.
    [[nodiscard]] bool concerns(OwnLimit limit) const {
        return isOwn(limit) || has(present(host::ownLimits), limit);
    }
    /// Old journals do not tell which limits a person has set.
    [[nodiscard]] bool knowsOwn() const { return find(host::ownLimits).has_value(); }

    [[nodiscard]] motion::AxisScale scale(const motion::AxisScale& now) const {
        const double unit = find(host::unit).value_or(-1.0);
        const bool named = unit >= 0.0 && unit < static_cast<double>(record_.units.size());
        return {find(host::gear).value_or(now.gear), find(host::offset).value_or(now.offset),
                find(host::reversed).value_or(now.reversed ? 1.0 : 0.0) != 0.0,
                find(host::unitsPerTurn).value_or(now.unitsPerTurn),
                named ? record_.units[static_cast<std::size_t>(unit)] : now.unit};
    }
    [[nodiscard]] Range<Position> travel() const {
        return {{value(host::travelLow)}, {value(host::travelHigh)}};
    }
    [[nodiscard]] motion::OwnLimits limits() const {
        motion::OwnLimits own;
        if (isOwn(OwnLimit::travel)) own.travel = travel();
        take(OwnLimit::velocity, host::velocityLimit, own.velocity);
        take(OwnLimit::acceleration, host::accelerationLimit, own.acceleration);
        take(OwnLimit::current, host::currentLimit, own.current);
        take(OwnLimit::temperature, host::temperatureLimit, own.temperature);
        take(OwnLimit::followingError, host::followingErrorLimit, own.followingError);
        take(OwnLimit::step, host::stepLimit, own.step);
        return own;
    }

private:
    static bool has(std::optional<double> mask, OwnLimit limit) {
        return mask && (rawOf(*mask) & static_cast<std::int64_t>(limit)) != 0;
    }
    template <class Limit>
    void take(OwnLimit limit, std::string_view name, std::optional<Limit>& into) const {
        if (isOwn(limit)) into = Limit{value(name)};
    }

    const std::vector<SettingDifference>& differences_;
    const SettingsRecord& record_;
};

Obstacle obstacleToHost(std::string_view name, const Wanted& wanted) {
    if (name == host::stopReaction || name == host::ownLimits || isScale(name)) return Obstacle::none;
    const auto limit = limitOf(name);
    if (!limit) return Obstacle::unknownHere;
    if (!wanted.knowsOwn()) return isTravel(name) ? Obstacle::none : Obstacle::unknownHere;
    return wanted.concerns(*limit) ? Obstacle::none : Obstacle::followsServo;
}

Obstacle obstacleTo(const SettingDifference& difference, const Wanted& wanted, const motion::AxisView& axis) {
    if (!difference.b) return Obstacle::notKnown;
    if (registers::isHostSetting(difference.name)) return obstacleToHost(difference.name, wanted);
    const registers::Register* of = axis.axis->model->find(difference.name);
    if (!of) return Obstacle::noRegister;
    if (!registers::isSetting(*axis.axis->model, *of)) return Obstacle::readOnly;
    if (of->role == registers::Role::operatingMode && !axis.axis->model->modeFrom(rawOf(*difference.b)))
        return Obstacle::noRegister;
    if (of->storage == registers::Storage::eeprom && axis.torque == true) return Obstacle::needsTorqueOff;
    return Obstacle::none;
}

api::CommandBody commandFor(const SettingDifference& difference, const motion::Axis& axis) {
    const registers::Register& of = *axis.model->find(difference.name);
    if (of.role == registers::Role::operatingMode)
        return motion::SetOperatingMode{axis.id, *axis.model->modeFrom(rawOf(*difference.b))};
    return registers::WriteRegister{axis.id, difference.name, rawOf(*difference.b)};
}

bool goesFirst(const SettingDifference& difference, const motion::Axis& axis) {
    const registers::Register* of = axis.model->find(difference.name);
    return of && of->role == registers::Role::operatingMode;
}

/// What the host keeps of the axis, in as few commands as there are kinds of it.
void stageHost(StagedWrites& staged, const Wanted& wanted, const motion::Axis& axis) {
    const auto applies = [&](auto belongs) {
        return std::any_of(staged.applied.begin(), staged.applied.end(),
                           [&](const SettingDifference& difference) { return belongs(difference.name); });
    };
    const bool scale = applies(isScale);
    const bool limits = applies([](std::string_view n) { return n == host::ownLimits || limitOf(n); });
    if (scale) staged.commands.emplace_back(motion::SetAxisScale{axis.id, wanted.scale(axis.scale)});
    if (!wanted.knowsOwn() && limits)
        staged.commands.emplace_back(motion::SetTravelLimits{axis.id, wanted.travel()});
    // A change of scale leaves them at their places on the machine; wanted are the numbers.
    else if (limits || (scale && wanted.value(host::ownLimits) != 0.0))
        staged.commands.emplace_back(motion::SetAxisLimits{axis.id, wanted.limits()});
    if (applies([](std::string_view n) { return n == host::stopReaction; }))
        staged.commands.emplace_back(motion::SetStopReaction{
            axis.id, static_cast<motion::StopReaction>(rawOf(wanted.value(host::stopReaction)))});
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
    case Obstacle::followsServo:
        return QStringLiteral("follows from the servo's registers");
    case Obstacle::unknownHere:
        break;
    }
    return QStringLiteral("the history does not tell enough of it");
}

StagedWrites stageWrites(const std::vector<SettingDifference>& differences, const SettingsRecord& record,
                         const motion::AxisView& axis) {
    StagedWrites staged;
    const Wanted wanted(differences, record);
    for (const SettingDifference& difference : differences) {
        const Obstacle obstacle = obstacleTo(difference, wanted, axis);
        if (obstacle != Obstacle::none)
            staged.left.emplace_back(difference, obstacle);
        else if (goesFirst(difference, *axis.axis))
            staged.applied.insert(staged.applied.begin(), difference);
        else
            staged.applied.push_back(difference);
    }
    for (const SettingDifference& difference : staged.applied)
        if (!registers::isHostSetting(difference.name))
            staged.commands.push_back(commandFor(difference, *axis.axis));
    stageHost(staged, wanted, *axis.axis);
    return staged;
}

} // namespace servolane::ui
