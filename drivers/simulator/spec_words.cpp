// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/simulator/spec_words.h"

#include <charconv>
#include <cmath>

namespace servolane::drivers::simulator {

std::pair<std::string_view, std::optional<std::string_view>> splitAt(std::string_view text, char mark) {
    const std::size_t place = text.find(mark);
    if (place == std::string_view::npos) return {text, std::nullopt};
    return {text.substr(0, place), text.substr(place + 1)};
}

std::optional<std::uint64_t> wholeNumber(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || text.empty()) return std::nullopt;
    return value;
}

std::optional<double> plainNumber(std::string_view text) {
    if (text.empty() || text.find_first_not_of("0123456789.") != std::string_view::npos) return std::nullopt;
    double value = 0.0;
    const auto [end, error] =
        std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::optional<Duration> timeSpan(std::string_view text) {
    double unit = 1.0;
    if (text.ends_with("ms")) {
        unit = 1e-3;
        text.remove_suffix(2);
    } else if (text.ends_with("s")) {
        text.remove_suffix(1);
    } else {
        return std::nullopt;
    }
    const auto value = plainNumber(text);
    constexpr double longest = 1e9;
    if (!value || *value > longest) return std::nullopt;
    return Duration{std::llround(*value * unit * 1e9)};
}

std::string numberText(double value) {
    char text[64];
    const auto [end, error] = std::to_chars(text, text + sizeof text, value, std::chars_format::fixed);
    return error == std::errc{} ? std::string(text, end) : std::string("0");
}

std::string timeSpanText(Duration span) {
    const bool wholeMilliseconds = span < std::chrono::seconds{1};
    return wholeMilliseconds ? numberText(milliseconds(span)) + "ms" : numberText(seconds(span)) + "s";
}

} // namespace servolane::drivers::simulator
