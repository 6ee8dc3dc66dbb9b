// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workstation/port_links.h"

#include <optional>
#include <string>

namespace servolane::app {

/// What a start wants of a window, its own or that of a program that runs already.
struct WindowWish {
    std::string port; ///< empty: only that it is seen
    PortWish line;    ///< protocol and baud alone are passed on
};

/// "PORT\nPROTOCOL\nBAUD", 0 for a rate that was left out; empty without a port.
[[nodiscard]] std::string textOf(const WindowWish& wish);
/// Absent if it is no such text: a protocol that there is not, a rate out of range.
[[nodiscard]] std::optional<WindowWish> windowWishFrom(const std::string& text);

} // namespace servolane::app
