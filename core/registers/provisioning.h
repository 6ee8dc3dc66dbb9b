// SPDX-License-Identifier: GPL-3.0-or-later
// What setting up a line by a recipe is going to do to each servo, and what became of it: what the command
// line and the window report. Plain values, any thread.
#pragma once

#include "core/registers/id_changes.h"
#include "core/registers/restore_plan.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace servolane::registers {

struct ProvisionedServo {
    ServoId id; ///< as it answered before
    ServoId newId;
    std::shared_ptr<const ServoModel> model; ///< never null
    std::string name;                        ///< of its axis, as the recipe wants it
    RestorePlan plan;
    std::optional<bool> confirmed; ///< false: sent to a family that confirms nothing; absent: not written
};

struct ProvisionedId {
    IdChange change;
    bool verified = false; ///< it was asked under the new id and says so
};

struct ProvisionReport {
    bool dryRun = false; ///< nothing was written
    std::vector<ProvisionedServo> servos;
    std::vector<ProvisionedId> done; ///< changes of ids, in their order
};

} // namespace servolane::registers
