// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/analysis/math_presets.h"

namespace servolane::ui {

namespace {

struct Preset {
    const char* title;
    const char* name;       ///< short: it stands beside the line with its value
    const char* expression; ///< "@" stands for the word of the axis
    bool apart;
};

constexpr Preset presets[] = {
    {"Following error", "Error @", "@.setpoint - @.position", true},
    {"Velocity from position", "Speed @", "lowpass(ddt(@.position), 30)", false},
    {"Acceleration from velocity", "Accel. @", "lowpass(ddt(@.velocity), 20)", false},
    {"Filtered current, 5 Hz", "Filtered @", "lowpass(@.current, 5)", false},
    {"Current, rms of 1 s", "Rms @", "rms(@.current, 1)", false},
    {"Electrical power", "Power @", "@.voltage * abs(@.current)", false},
};

} // namespace

std::vector<MathPreset> mathPresets(AxisId axis, const telemetry::ChannelNames& names) {
    std::vector<MathPreset> found;
    const QString word = QString::fromStdString(names.wordOf(axis));
    if (word.isEmpty()) return found;
    const auto ofAxis = [&](const char* text) {
        return QString::fromLatin1(text).replace(QLatin1Char('@'), word);
    };
    for (const Preset& preset : presets) {
        MathChannel channel;
        channel.name = ofAxis(preset.name);
        channel.expression = ofAxis(preset.expression);
        channel.apart = preset.apart;
        if (telemetry::Formula::compile(channel.expression.toStdString(), names))
            found.push_back({QString::fromLatin1(preset.title), std::move(channel)});
    }
    return found;
}

} // namespace servolane::ui
