// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/binding/setting_text.h"

#include "ui/binding/value_text.h"

#include <QtCore/QDateTime>
#include <QtCore/QStringList>
#include <algorithm>
#include <cmath>

namespace servolane::ui {

namespace host = registers::host;
using registers::Role;

namespace {

struct HostLook {
    std::string_view name;
    const char* title;
    const char* unit; ///< behind the axis' own
};
constexpr HostLook hostLooks[] = {
    {host::travelLow, "Travel limit, low", ""},
    {host::travelHigh, "Travel limit, high", ""},
    {host::velocityLimit, "Velocity limit", "/s"},
    {host::accelerationLimit, "Acceleration limit", "/s^2"},
    {host::followingErrorLimit, "Following error limit", ""},
    {host::offset, "Offset", ""},
    {host::stepLimit, "Step limit", ""},
};
constexpr std::pair<std::string_view, const char*> plainHostTitles[] = {
    {host::temperatureLimit, "Temperature limit of the axis"},
    {host::currentLimit, "Current limit of the axis"},
    {host::ownLimits, "Own limits"},
    {host::unit, "Unit"},
    {host::gear, "Gear ratio"},
    {host::reversed, "Direction"},
    {host::unitsPerTurn, "Travel per turn"},
    {host::stopReaction, "Stop reaction"},
};

QString hostTitle(const std::string& name) {
    for (const HostLook& look : hostLooks)
        if (look.name == name) return QString::fromLatin1(look.title);
    for (const auto& [known, title] : plainHostTitles)
        if (known == name) return QString::fromLatin1(title);
    return QString::fromStdString(name);
}

QString stopReactionText(double value) {
    switch (static_cast<motion::StopReaction>(std::lround(value))) {
    case motion::StopReaction::torqueOff:
        return QStringLiteral("Torque off");
    case motion::StopReaction::hold:
        return QStringLiteral("Hold");
    case motion::StopReaction::holdThenOff:
        break;
    }
    return QStringLiteral("Hold, then off");
}

/// "travel, velocity"
QString ownLimitsText(double mask) {
    using registers::OwnLimit;
    constexpr std::pair<OwnLimit, const char*> words[] = {{OwnLimit::travel, "travel"},
                                                          {OwnLimit::velocity, "velocity"},
                                                          {OwnLimit::acceleration, "acceleration"},
                                                          {OwnLimit::current, "current"},
                                                          {OwnLimit::temperature, "temperature"},
                                                          {OwnLimit::followingError, "following error"},
                                                          {OwnLimit::step, "step"}};
    QStringList own;
    for (const auto& [limit, word] : words)
        if ((std::lround(mask) & static_cast<long>(limit)) != 0) own << QString::fromLatin1(word);
    return own.isEmpty() ? QStringLiteral("None") : own.join(QStringLiteral(", "));
}

QString unitText(double place, const std::vector<std::string>& units) {
    const auto index = static_cast<std::size_t>(std::max(0L, std::lround(place)));
    return index < units.size() ? QString::fromStdString(units[index]) : QStringLiteral("—");
}

QString hostValue(const std::string& name, double value, const motion::AxisScale& scale) {
    for (const HostLook& look : hostLooks)
        if (look.name == name) return valueText(value, scale.unit + look.unit);
    if (name == host::stopReaction) return stopReactionText(value);
    if (name == host::reversed) return value != 0.0 ? QStringLiteral("Reversed") : QStringLiteral("Normal");
    if (name == host::ownLimits) return ownLimitsText(value);
    if (name == host::currentLimit) return valueText(value, "A");
    if (name == host::temperatureLimit) return valueText(value, "degC");
    if (name == host::unitsPerTurn) return valueText(value, scale.unit);
    return numberText(value, 3);
}

QString registerValue(const registers::Register& of, double raw, const motion::Axis& axis) {
    const auto whole = static_cast<std::int64_t>(std::llround(raw));
    for (const registers::NamedValue& named : of.values)
        if (named.value == whole) return QString::fromStdString(named.name);
    // Profiles are those of the axis: behind its gear.
    if (of.role == Role::profileVelocity || of.role == Role::profileAcceleration) {
        const double factor = axis.scale.unitsPerTurn / 360.0 / axis.scale.gear;
        const char* per = of.role == Role::profileVelocity ? "/s" : "/s^2";
        return valueText(of.valueFrom(whole) * factor, axis.scale.unit + per, decimalsOfStep(of.scale));
    }
    return valueText(of.valueFrom(whole), of.unit, decimalsOfStep(of.scale));
}

} // namespace

QString settingTitle(const std::string& name, const motion::Axis& axis) {
    if (registers::isHostSetting(name)) return hostTitle(name);
    const registers::Register* of = axis.model->find(name);
    return QString::fromStdString(of && !of->title.empty() ? of->title : name);
}

QString settingValueText(const std::string& name, std::optional<double> value, const motion::Axis& axis,
                         const std::vector<std::string>& units) {
    if (!value) return QStringLiteral("—");
    if (name == host::unit) return unitText(*value, units);
    if (registers::isHostSetting(name)) return hostValue(name, *value, axis.scale);
    const registers::Register* of = axis.model->find(name);
    return of ? registerValue(*of, *value, axis) : numberText(*value, 0);
}

QString askerText(api::Asker asker) {
    return QString::fromStdString(api::spoken(asker));
}

QString momentText(UtcTime at, UtcTime now) {
    const auto local = [](UtcTime time) {
        return QDateTime::fromMSecsSinceEpoch(
            std::chrono::floor<std::chrono::milliseconds>(time).time_since_epoch().count());
    };
    const QDateTime moment = local(at);
    const bool today = moment.date() == local(now).date();
    return moment.toString(today ? QStringLiteral("HH:mm:ss.zzz") : QStringLiteral("yyyy-MM-dd HH:mm:ss"));
}

} // namespace servolane::ui
