// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <optional>
#include <vector>

namespace servolane {

/// The value in the middle of their order, which a few that are far off do not change; of an even number the
/// upper one. Absent of none.
template <class Value>
[[nodiscard]] std::optional<Value> medianOf(std::vector<Value> values) {
    if (values.empty()) return std::nullopt;
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

} // namespace servolane
