// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string_view>

namespace servolane::api {

/// toString() of every RejectionCode, in their order. Any thread.
[[nodiscard]] std::span<const std::string_view> rejectionWords();

} // namespace servolane::api
