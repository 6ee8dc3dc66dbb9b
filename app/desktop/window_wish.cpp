// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/window_wish.h"

#include <charconv>
#include <sstream>

namespace servolane::app {

std::string textOf(const WindowWish& wish) {
    if (wish.port.empty()) return {};
    return wish.port + '\n' + wish.line.protocol + '\n' + std::to_string(wish.line.baud.value_or(0));
}

std::optional<WindowWish> windowWishFrom(const std::string& text) {
    WindowWish wish;
    if (text.empty()) return wish;
    std::istringstream lines(text);
    std::string baud;
    if (!std::getline(lines, wish.port) || !std::getline(lines, wish.line.protocol) ||
        !std::getline(lines, baud))
        return std::nullopt;
    std::uint32_t rate = 0;
    const auto [end, wrong] = std::from_chars(baud.data(), baud.data() + baud.size(), rate);
    if (wrong != std::errc{} || end != baud.data() + baud.size() || wish.port.empty()) return std::nullopt;
    if (rate != 0 && (rate < slowestBaud || rate > fastestBaud)) return std::nullopt;
    if (rate != 0) wish.line.baud = rate;
    if (!wish.line.protocol.empty() && !protocolProblem(wish.line.protocol).empty()) return std::nullopt;
    return wish;
}

} // namespace servolane::app
