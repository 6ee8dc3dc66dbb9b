// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/bus/answers.h"

#include <array>

namespace servolane::bus {

std::string_view toString(Answers answers) {
    constexpr std::array<std::string_view, 3> words{"all", "pings_and_reads", "pings_only"};
    return words[static_cast<std::size_t>(answers)];
}

} // namespace servolane::bus
