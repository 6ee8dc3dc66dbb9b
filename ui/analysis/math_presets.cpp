// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/analysis/math_presets.h"

#include "core/motion/axis.h"

namespace servolane::ui {

namespace {

struct Preset {
    const char* title;
    const char* name;       ///< short: it stands beside the line with its value
    const char* expression; ///< "@" stands for the word of the axis
    bool apart;
};

constexpr Preset followingError{"Following error", "Error @", "@.setpoint - @.position", true};
constexpr Preset presets[] = {
    {"Velocity from position", "Speed @", "lowpass(ddt(@.position), 30)", false},
    {"Acceleration from velocity", "Accel. @", "lowpass(ddt(@.velocity), 20)", false},
    {"Filtered current, 5 Hz", "Filtered @", "lowpass(@.current, 5)", false},
    {"Current, rms of 1 s", "Rms @", "rms(@.current, 1)", false},
    {"Electrical power", "Power @", "@.voltage * abs(@.current)", false},
};

std::optional<MathPreset> made(const Preset& preset, const QString& word,
                               const telemetry::ChannelNames& names) {
    const auto ofAxis = [&](const char* text) {
        return QString::fromLatin1(text).replace(QLatin1Char('@'), word);
    };
    MathChannel channel;
    channel.name = ofAxis(preset.name);
    channel.expression = ofAxis(preset.expression);
    channel.apart = preset.apart;
    if (!telemetry::Formula::compile(channel.expression.toStdString(), names)) return std::nullopt;
    return MathPreset{QString::fromLatin1(preset.title), std::move(channel)};
}

/// A watched register is in the unit of the servo, whatever the axis is measured in.
bool readsAsPosition(const registers::Register& goal, const motion::Axis& axis) {
    constexpr std::int64_t far = 4096;
    const auto agrees = [&](std::int64_t raw) {
        return std::abs(goal.valueFrom(raw) - axis.positionFromRaw(raw).value) <= std::abs(goal.scale) * 1e-3;
    };
    return goal.unit == axis.scale.unit && agrees(0) && agrees(far);
}

/// Of a servo that measures no setpoint.
MathPreset goalError(const motion::Axis& axis, const QString& word, const telemetry::ChannelNames& names) {
    const auto missing = [](const QString& why) { return MathPreset{QString(), {}, why}; };
    const registers::Register* goal = axis.model->find(registers::Role::goalPosition);
    if (axis.positionIsCommanded())
        return missing(QStringLiteral("Following error: this servo measures no position"));
    if (!goal || !motion::canBeWatched(goal->name, *axis.model))
        return missing(QStringLiteral("Following error: this servo tells neither its setpoint nor its goal"));
    const QString name = QString::fromStdString(goal->name);
    if (!readsAsPosition(*goal, axis))
        return missing(
            QStringLiteral("Following error: this servo measures no setpoint, and %1 is in its own %2, "
                           "not in those of the axis (gear, offset, unit)")
                .arg(name, QString::fromStdString(goal->unit)));
    if (!motion::isWatched(goal->name, axis))
        return missing(QStringLiteral("Following error: this servo measures no setpoint. Watch %1 in the "
                                      "Registers panel to have it against the commanded goal")
                           .arg(name));
    const std::string expression = "@." + goal->name + " - @.position";
    auto preset =
        made({"Following error against the commanded goal", "Error to goal @", expression.c_str(), true},
             word, names);
    return preset ? std::move(*preset)
                  : missing(QStringLiteral("Following error: %1 is watched, and not read yet").arg(name));
}

} // namespace

std::vector<MathPreset> mathPresets(const motion::Axis& axis, const telemetry::ChannelNames& names) {
    std::vector<MathPreset> found;
    const QString word = QString::fromStdString(names.wordOf(axis.id));
    if (word.isEmpty()) return found;
    auto error = made(followingError, word, names);
    found.push_back(error ? std::move(*error) : goalError(axis, word, names));
    for (const Preset& preset : presets)
        if (auto one = made(preset, word, names)) found.push_back(std::move(*one));
    return found;
}

} // namespace servolane::ui
