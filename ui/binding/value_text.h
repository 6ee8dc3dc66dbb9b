// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers, units, times and sizes as people read them. Always "." as the decimal mark and never a group
// separator, in every locale: the same number looks the same in the window, in the record and in the export.
#pragma once

#include "core/kernel/time.h"

#include <QtCore/QString>
#include <string>
#include <string_view>

namespace servolane::registers {
struct Register;
}

namespace servolane::ui {

/// "deg" → "°", "deg/s" → "°/s", "degC" → "°C"; others as they are.
[[nodiscard]] QString unitText(std::string_view unit);
/// The other way round, for files: one spelling for each unit, whatever was typed or shown.
[[nodiscard]] std::string unitSpelling(const QString& shown);
/// Digits after the point with which a unit is shown.
[[nodiscard]] int decimalsOf(std::string_view unit);
/// Digits that tell two neighbouring raw values of a register apart; `step`: its scale, not 0.
[[nodiscard]] int decimalsOfStep(double step);
/// With a true minus sign; "—" for what is not a number. Never "−0.0". From 1e15 up with an exponent.
[[nodiscard]] QString numberText(double value, int decimals);
/// "120.0°", "12.1 V". The degree sign stands at the number, other units after a narrow space.
[[nodiscard]] QString valueText(double value, std::string_view unit);
[[nodiscard]] QString valueText(double value, std::string_view unit, int decimals);

/// "48"; "3.10" where the register holds the major and the minor number, a byte each.
[[nodiscard]] QString firmwareText(const registers::Register& of, std::int64_t raw);
/// "0.4 s", "12 s", "3 min", "2 h": how old something is.
[[nodiscard]] QString ageText(Duration age);
/// "3.1 ms", "820 µs", "1.20 s".
[[nodiscard]] QString latencyText(Duration latency);
/// "00:12:31".
[[nodiscard]] QString clockText(Duration span);
/// "about 4 s left", "about 40 s left": to the second it would look known. Empty for nothing.
[[nodiscard]] QString leftText(Duration left);
/// "2.1 MB".
[[nodiscard]] QString bytesText(std::uint64_t bytes);
/// Of an estimate: two figures, no more than it knows. "12 MB", "1.2 MB".
[[nodiscard]] QString roughBytesText(std::uint64_t bytes);
/// "4 800" of 4812.
[[nodiscard]] QString roughCountText(std::uint64_t count);
/// "1 Mbit/s", "57.6 kbit/s".
[[nodiscard]] QString baudText(std::uint32_t bitsPerSecond);
/// Digits grouped by narrow spaces, for counts that are only read: "1 204 512".
[[nodiscard]] QString countText(std::uint64_t count);

} // namespace servolane::ui
