// SPDX-License-Identifier: GPL-3.0-or-later
// What is going to be written to a servo, and what is not and why.
#pragma once

#include "core/registers/restore_plan.h"

#include <string>

namespace servolane::cli {

[[nodiscard]] std::string planText(const registers::ServoModel& model, const registers::RestorePlan& plan);

} // namespace servolane::cli
