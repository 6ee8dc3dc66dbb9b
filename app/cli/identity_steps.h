// SPDX-License-Identifier: GPL-3.0-or-later
// Other ids, one servo after the other.
#pragma once

#include "app/cli/attach.h"
#include "app/cli/trial.h"
#include "core/registers/id_changes.h"

namespace servolane::cli {

/// In an order in which no two servos share an id; fails, with what stands in the way, before anything is
/// written. `trial` has been asked for what is written before.
[[nodiscard]] tl::expected<std::vector<registers::IdChange>, Failure>
orderIds(Context& context, const Attached& attached, const std::vector<registers::IdChange>& wanted,
         Trial& trial);
/// Carries them out. `object` gets `done[]`; a failure has it among its fields, and `lost`.
[[nodiscard]] tl::expected<void, Failure> changeIds(Context& context, const Attached& attached,
                                                    const std::vector<registers::IdChange>& order,
                                                    Json& object);

} // namespace servolane::cli
