// SPDX-License-Identifier: GPL-3.0-or-later
// How a command's confirmation is written down.
#pragma once

#include "app/cli/outcome.h"
#include "app/cli/text.h"
#include "app/workstation/command_client.h"

namespace servolane::cli {

/// true, or null where the family cannot confirm.
[[nodiscard]] inline Json confirmedOf(const app::Fate& fate) {
    return fate.entry.state == journal::CommandState::confirmed ? Json(true) : Json(nullptr);
}

[[nodiscard]] inline Json latencyOf(const app::Fate& fate) {
    return milliseconds(fate.entry.latency);
}

[[nodiscard]] inline std::string confirmationText(const app::Fate& fate) {
    if (fate.entry.state != journal::CommandState::confirmed) return "sent; this family confirms nothing";
    return "confirmed after " + fixed(milliseconds(fate.entry.latency), 2) + " ms";
}

} // namespace servolane::cli
