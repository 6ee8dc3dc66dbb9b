// SPDX-License-Identifier: GPL-3.0-or-later
// What setting up a line by a recipe did, as the JSON object that `servolane-cli provision --json` prints and
// the window saves (told in app/cli/COMMANDS.md). Plain functions; any thread.
#pragma once

#include "core/kernel/result.h"
#include "core/registers/provisioning.h"

#include <filesystem>
#include <nlohmann/json_fwd.hpp>

namespace servolane::drivers::backup {

/// Sets `writes`, `left` and `equal` of the object.
void putPlan(nlohmann::ordered_json& object, const registers::ServoModel& model,
             const registers::RestorePlan& plan);
[[nodiscard]] nlohmann::ordered_json reportObject(const registers::ProvisionReport& report);
/// Writes beside the file and renames, so that it is always whole. Errors: inputOutput.
[[nodiscard]] Result<void> writeReport(const std::filesystem::path& file,
                                       const registers::ProvisionReport& report);

} // namespace servolane::drivers::backup
