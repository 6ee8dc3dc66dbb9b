// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/binding/value_text.h"

#include "core/registers/control_table.h"

#include <array>
#include <cmath>
#include <utility>

namespace servolane::ui {

namespace {
const QChar minusSign(0x2212);
const QChar narrowSpace(0x202F);

struct UnitLook {
    std::string_view unit;
    const char* text;
    int decimals;
};
constexpr std::array<UnitLook, 14> looks{{{"deg", "°", 1},
                                          {"deg/s", "°/s", 1},
                                          {"deg/s^2", "°/s²", 0},
                                          {"degC", "°C", 0},
                                          {"A", "A", 2},
                                          {"mA", "mA", 0},
                                          {"V", "V", 1},
                                          {"%", "%", 1},
                                          {"mm", "mm", 2},
                                          {"mm/s", "mm/s", 1},
                                          {"mm/s^2", "mm/s²", 0},
                                          {"ms", "ms", 1},
                                          {"us", "µs", 0},
                                          {"", "", 0}}};

const UnitLook* unitLookOf(std::string_view unit) {
    for (const UnitLook& look : looks)
        if (look.unit == unit) return &look;
    return nullptr;
}
} // namespace

QString unitText(std::string_view unit) {
    const UnitLook* look = unitLookOf(unit);
    return look ? QString::fromUtf8(look->text)
                : QString::fromUtf8(unit.data(), static_cast<qsizetype>(unit.size()));
}

std::string unitSpelling(const QString& shown) {
    for (const UnitLook& look : looks)
        if (shown == QString::fromUtf8(look.text)) return std::string(look.unit);
    return shown.toStdString();
}

int decimalsOf(std::string_view unit) {
    const UnitLook* look = unitLookOf(unit);
    return look ? look->decimals : 2;
}

int decimalsOfStep(double step) {
    step = std::fabs(step);
    if (step == 1.0) return 0;
    constexpr int most = 9;
    int decimals = 1;
    for (double place = 0.1; step < place && decimals < most; place /= 10.0)
        ++decimals;
    return decimals;
}

QString numberText(double value, int decimals) {
    if (!std::isfinite(value)) return QStringLiteral("—");
    // Written out, the largest numbers take three hundred digits, of which sixteen mean something.
    constexpr double longest = 1e15;
    const bool isLong = std::fabs(value) >= longest;
    QString text =
        QString::number(std::fabs(value), isLong ? 'g' : 'f', isLong ? std::max(6, decimals) : decimals);
    bool isZero = true;
    for (const QChar c : text)
        isZero = isZero && (c == QLatin1Char('0') || c == QLatin1Char('.'));
    if (value < 0 && !isZero) text.prepend(minusSign);
    return text;
}

QString valueText(double value, std::string_view unit, int decimals) {
    const QString number = numberText(value, decimals);
    if (unit.empty()) return number;
    if (unit == "deg") return number + QStringLiteral("°");
    return number + narrowSpace + unitText(unit);
}

QString valueText(double value, std::string_view unit) {
    return valueText(value, unit, decimalsOf(unit));
}

QString firmwareText(const registers::Register& of, std::int64_t raw) {
    if (of.size != 2 || !of.bigEndian) return QString::number(raw);
    return QStringLiteral("%1.%2").arg(raw >> 8).arg(raw & 0xFF);
}

QString ageText(Duration age) {
    const double span = seconds(age);
    if (span < 10.0) return QStringLiteral("%1 s").arg(span, 0, 'f', 1);
    if (span < 120.0) return QStringLiteral("%1 s").arg(span, 0, 'f', 0);
    if (span < 7200.0) return QStringLiteral("%1 min").arg(span / 60.0, 0, 'f', 0);
    return QStringLiteral("%1 h").arg(span / 3600.0, 0, 'f', 0);
}

QString latencyText(Duration latency) {
    const double span = seconds(latency);
    // As it is rounded: "1000 µs" is 1.0 ms.
    if (span < 999.5e-6) return QStringLiteral("%1 µs").arg(span * 1e6, 0, 'f', 0);
    if (span < 999.95e-3) return QStringLiteral("%1 ms").arg(span * 1e3, 0, 'f', 1);
    return QStringLiteral("%1 s").arg(span, 0, 'f', 2);
}

QString clockText(Duration span) {
    const auto total = std::chrono::duration_cast<std::chrono::seconds>(span).count();
    const auto two = [](long long value) { return QStringLiteral("%1").arg(value, 2, 10, QLatin1Char('0')); };
    return two(total / 3600) + QLatin1Char(':') + two(total / 60 % 60) + QLatin1Char(':') + two(total % 60);
}

QString leftText(Duration left) {
    if (left <= Duration{}) return {};
    if (left < std::chrono::seconds{1}) return QStringLiteral("less than 1 s left");
    auto whole = std::chrono::ceil<std::chrono::seconds>(left).count();
    if (whole > 20) whole = (whole + 9) / 10 * 10; // it is a guess, and says so
    return QStringLiteral("about %1 left").arg(ageText(std::chrono::seconds{whole}));
}

QString bytesText(std::uint64_t bytes) {
    const double size = static_cast<double>(bytes);
    if (size < 1e3) return QStringLiteral("%1 B").arg(bytes);
    if (size < 1e6) return QStringLiteral("%1 kB").arg(size / 1e3, 0, 'f', 1);
    if (size < 1e9) return QStringLiteral("%1 MB").arg(size / 1e6, 0, 'f', 1);
    return QStringLiteral("%1 GB").arg(size / 1e9, 0, 'f', 2);
}

namespace {
/// Two figures of it.
std::uint64_t rough(std::uint64_t value) {
    std::uint64_t unit = 1;
    while (value / unit >= 100)
        unit *= 10;
    return (value + unit / 2) / unit * unit;
}
} // namespace

QString roughBytesText(std::uint64_t bytes) {
    const std::uint64_t rounded = rough(bytes);
    double size = static_cast<double>(rounded);
    const char* const units[] = {"B", "kB", "MB", "GB", "TB"};
    std::size_t unit = 0;
    while (size >= 1e3 && unit + 1 < std::size(units)) {
        size /= 1e3;
        ++unit;
    }
    return QStringLiteral("%1 %2")
        .arg(size, 0, 'f', size < 10.0 && unit > 0 ? 1 : 0)
        .arg(QLatin1String(units[unit]));
}

QString roughCountText(std::uint64_t count) {
    return countText(rough(count));
}

QString baudText(std::uint32_t bitsPerSecond) {
    if (bitsPerSecond >= 1'000'000) return QStringLiteral("%1 Mbit/s").arg(bitsPerSecond / 1e6);
    return QStringLiteral("%1 kbit/s").arg(bitsPerSecond / 1e3);
}

QString countText(std::uint64_t count) {
    QString text = QString::number(count);
    for (qsizetype at = text.size() - 3; at > 0; at -= 3)
        text.insert(at, narrowSpace);
    return text;
}

} // namespace servolane::ui
