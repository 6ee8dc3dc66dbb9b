// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/tokens.h"

#include <algorithm>
#include <cmath>

namespace servolane::ui {

namespace {

QColor rgb(QRgb value) {
    return QColor::fromRgb(value);
}

double linear(double channel) {
    return channel <= 0.04045 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
}

double luminance(const QColor& color) {
    return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) + 0.0722 * linear(color.blueF());
}

Tokens makeLight() {
    Tokens t;
    t.dark = false;
    t.window = rgb(0xF4F6F8);
    t.surface = rgb(0xFFFFFF);
    t.raised = rgb(0xEDF0F4);
    t.border = rgb(0xCBD2DB);
    t.text = rgb(0x17202B);
    t.muted = rgb(0x566273);
    t.accent = rgb(0x1A5FD0);
    t.onAccent = rgb(0xFFFFFF);
    t.stop = rgb(0xC4161C);
    t.onStop = rgb(0xFFFFFF);
    t.ok = rgb(0x1B7F4B);
    t.warn = rgb(0x9A5B00);
    t.fault = rgb(0xC4161C);
    t.info = rgb(0x1A5FD0);
    t.off = rgb(0x5F6977);
    t.traces = {rgb(0x0067A5), rgb(0xC75300), rgb(0x00805C), rgb(0xB0508A),
                rgb(0x2A86C4), rgb(0x946200), rgb(0x6A4FB3), rgb(0x3D4653)};
    return t;
}

Tokens makeDark() {
    Tokens t;
    t.dark = true;
    t.window = rgb(0x11151B);
    t.surface = rgb(0x181E26);
    t.raised = rgb(0x212934);
    t.border = rgb(0x354150);
    t.text = rgb(0xE7ECF2);
    t.muted = rgb(0x9DAABA);
    t.accent = rgb(0x6EA8FF);
    t.onAccent = rgb(0x11151B);
    t.stop = rgb(0xD12A30);
    t.onStop = rgb(0xFFFFFF);
    t.ok = rgb(0x3FC380);
    t.warn = rgb(0xF0AE3C);
    t.fault = rgb(0xFF6B6B);
    t.info = rgb(0x6EA8FF);
    t.off = rgb(0x8794A5);
    t.traces = {rgb(0x4FA8E8), rgb(0xFF8A3D), rgb(0x2FC79A), rgb(0xE58CC0),
                rgb(0x8CCBFF), rgb(0xF0C64A), rgb(0xB39DFF), rgb(0xC9D2DD)};
    return t;
}

} // namespace

const Tokens& lightTokens() {
    static const Tokens tokens = makeLight();
    return tokens;
}

const Tokens& darkTokens() {
    static const Tokens tokens = makeDark();
    return tokens;
}

double contrastRatio(const QColor& one, const QColor& other) {
    const double a = luminance(one);
    const double b = luminance(other);
    return (std::max(a, b) + 0.05) / (std::min(a, b) + 0.05);
}

QColor blend(const QColor& front, const QColor& back, double share) {
    const auto mix = [share](float f, float b) { return static_cast<float>(f * share + b * (1.0 - share)); };
    return QColor::fromRgbF(mix(front.redF(), back.redF()), mix(front.greenF(), back.greenF()),
                            mix(front.blueF(), back.blueF()));
}

} // namespace servolane::ui
