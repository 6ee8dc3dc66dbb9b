// SPDX-License-Identifier: GPL-3.0-or-later
// What is going to be written to a servo, and what is not and why.
#pragma once

#include "app/cli/outcome.h"
#include "core/registers/restore_plan.h"

namespace servolane::cli {

/// Sets `writes`, `left` and `equal`.
void putPlan(Json& object, const registers::ServoModel& model, const registers::RestorePlan& plan);
[[nodiscard]] std::string planText(const registers::ServoModel& model, const registers::RestorePlan& plan);

} // namespace servolane::cli
