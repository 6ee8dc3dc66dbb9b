// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/text.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <ctime>

namespace servolane::cli {

namespace {

/// Characters, not bytes, of UTF-8 text.
std::size_t widthOf(std::string_view text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string padded(const std::string& text, std::size_t width, bool right) {
    const std::string space(width - std::min(width, widthOf(text)), ' ');
    return right ? space + text : text + space;
}

bool beginsLikeNumber(const std::string& cell) {
    if (cell.empty() || cell == "-") return true;
    const std::size_t at = cell[0] == '-' || cell[0] == '+' ? 1 : 0;
    return at < cell.size() && std::isdigit(static_cast<unsigned char>(cell[at]));
}

template <class... Format>
std::string converted(double value, Format... format) {
    std::array<char, 400> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value, format...).ptr;
    return {text.data(), end};
}

} // namespace

std::string fixed(double value, int decimals) {
    // Written out, the largest numbers take three hundred digits, of which sixteen mean something.
    if (std::fabs(value) >= 1e15) return converted(value, std::chars_format::general, 6);
    std::string text = converted(value, std::chars_format::fixed, decimals);
    const bool zero = text.find_first_not_of("-0.") == std::string::npos;
    return zero && text[0] == '-' ? text.substr(1) : text;
}

std::string grouped(std::uint64_t value) {
    std::string text = std::to_string(value);
    for (auto at = static_cast<std::ptrdiff_t>(text.size()) - 3; at > 0; at -= 3)
        text.insert(static_cast<std::size_t>(at), 1, ',');
    return text;
}

std::string countOf(std::uint64_t count, std::string_view noun) {
    return grouped(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

std::string shortest(double value) {
    // Scaled by a decimal that no double holds: 611.4300000000001 is 611.43. Back through a double, so that
    // large numbers stay without an exponent.
    double rounded = value;
    const std::string digits = converted(value, std::chars_format::scientific, 9);
    static_cast<void>(std::from_chars(digits.data(), digits.data() + digits.size(), rounded));
    return converted(rounded);
}

std::string unitText(std::string_view unit) {
    if (unit.starts_with("degC")) return "°C";
    if (unit.starts_with("deg")) return "°" + std::string(unit.substr(3));
    return std::string(unit);
}

std::string quantity(double value, std::string_view unit, int decimals) {
    const std::string shown = unitText(unit);
    return fixed(value, decimals) + (shown.empty() ? "" : " " + shown);
}

std::string utcText(UtcTime time) {
    const auto whole = std::chrono::floor<std::chrono::seconds>(time);
    const std::time_t count = whole.time_since_epoch().count();
    const auto millis = std::chrono::duration_cast<std::chrono::milliseconds>(time - whole).count();
    std::tm parts{};
    ::gmtime_r(&count, &parts);
    std::array<char, 32> text{};
    std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
    const std::string fraction = std::to_string(1000 + millis).substr(1);
    return std::string(text.data()) + "." + fraction + "Z";
}

std::string sizeText(std::uint64_t bytes) {
    constexpr std::array<const char*, 4> units{"B", "kB", "MB", "GB"};
    double value = static_cast<double>(bytes);
    std::size_t unit = 0;
    for (; value >= 1000.0 && unit + 1 < units.size(); ++unit)
        value /= 1000.0;
    return fixed(value, unit == 0 ? 0 : 1) + " " + units[unit];
}

std::string Table::text() const {
    const std::size_t columns = rows_.front().size();
    std::string out;
    std::vector<std::size_t> widths(columns, 0);
    std::vector<bool> right(columns, true);
    for (std::size_t row = 0; row < rows_.size(); ++row)
        for (std::size_t c = 0; c < columns; ++c) {
            widths[c] = std::max(widths[c], widthOf(rows_[row][c]));
            if (row > 0 && !beginsLikeNumber(rows_[row][c])) right[c] = false;
        }
    for (const auto& row : rows_) {
        std::string line;
        for (std::size_t c = 0; c < columns; ++c)
            line += (c ? "  " : "") + padded(row[c], widths[c], right[c]);
        line.erase(line.find_last_not_of(' ') + 1);
        out += line + '\n';
    }
    return out;
}

std::string facts(const std::vector<std::pair<std::string, std::string>>& lines) {
    std::size_t width = 0;
    for (const auto& [name, value] : lines)
        width = std::max(width, widthOf(name));
    std::string out;
    for (const auto& [name, value] : lines)
        out += padded(name, width, false) + "  " + value + '\n';
    return out;
}

} // namespace servolane::cli
