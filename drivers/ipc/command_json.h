// SPDX-License-Identifier: GPL-3.0-or-later
// Commands as JSON objects: {"kind": "MoveAxis", "axis": 1, "target": 90.0}. Pure functions, any thread.
#pragma once

#include "core/api/command.h"
#include "core/kernel/result.h"

#include <nlohmann/json_fwd.hpp>

namespace servolane::drivers::ipc {

[[nodiscard]] nlohmann::json commandToJson(const api::CommandBody& body);

/// Strict, since it may move something: an unknown member, a missing one (save optional ones and those of a
/// link, which have defaults) and a number that is none are refused. Errors: invalid, with the member's
/// place.
[[nodiscard]] Result<api::CommandBody> commandFromJson(const nlohmann::json& from);

} // namespace servolane::drivers::ipc
