// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers and tables for people, the same in any locale.
#pragma once

#include "core/kernel/time.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace servolane::cli {

/// From 1e15 up with an exponent and six figures.
[[nodiscard]] std::string fixed(double value, int decimals);
/// "12,345"
[[nodiscard]] std::string grouped(std::uint64_t value);
/// "1 servo", "3 servos".
[[nodiscard]] std::string countOf(std::uint64_t count, std::string_view noun);
/// The shortest text that names the number to ten digits, more than any servo counts: "90", "0.229".
[[nodiscard]] std::string shortest(double value);
/// A unit as people read it: "deg" → "°", "deg/s" → "°/s", "degC" → "°C".
[[nodiscard]] std::string unitText(std::string_view unit);
/// "12.5 °", "90 °/s".
[[nodiscard]] std::string quantity(double value, std::string_view unit, int decimals);
/// "2026-11-23T09:15:02.123Z"
[[nodiscard]] std::string utcText(UtcTime time);
/// "1.5 MB"
[[nodiscard]] std::string sizeText(std::uint64_t bytes);

/// Columns under their titles; a column whose cells all begin like a number is aligned to the right.
class Table {
public:
    explicit Table(std::vector<std::string> titles)
        : rows_{std::move(titles)} {}
    void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
    [[nodiscard]] std::string text() const;

private:
    std::vector<std::vector<std::string>> rows_;
};

/// "name    value" lines, values aligned.
[[nodiscard]] std::string facts(const std::vector<std::pair<std::string, std::string>>& lines);

} // namespace servolane::cli
