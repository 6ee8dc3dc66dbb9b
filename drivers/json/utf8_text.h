// SPDX-License-Identifier: GPL-3.0-or-later
// Text for formats that demand UTF-8. Any thread.
#pragma once

#include <string>
#include <string_view>

namespace servolane::drivers {

/// Itself, but each byte that is no UTF-8 becomes U+FFFD: a damaged file may hold any.
[[nodiscard]] std::string utf8Text(std::string_view text);

/// As JSON writes it: quoted, escaped, and UTF-8 as above.
[[nodiscard]] std::string jsonText(std::string_view text);

} // namespace servolane::drivers
