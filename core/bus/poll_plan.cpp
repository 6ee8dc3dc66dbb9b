// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/bus/poll_plan.h"

namespace servolane::bus {

namespace {
constexpr std::array<std::string_view, 3> words{"never", "slow", "every_cycle"};
}

std::string_view toString(Pace pace) {
    return words[static_cast<std::size_t>(pace)];
}

std::optional<Pace> paceFrom(std::string_view word) {
    for (std::size_t i = 0; i < words.size(); ++i)
        if (words[i] == word) return static_cast<Pace>(i);
    return std::nullopt;
}

} // namespace servolane::bus
