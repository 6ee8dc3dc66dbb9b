// SPDX-License-Identifier: GPL-3.0-or-later
// How the servos of a line are to be set up: which id, which settings, in the user's units. Plain values and
// pure functions; any thread.
#pragma once

#include "core/registers/backup.h"

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace servolane::registers {

/// A number in the register's unit, the name of a value, or bit fields by name.
using RecipeValue = std::variant<double, std::string, std::map<std::string, std::int64_t, std::less<>>>;
using RecipeSettings = std::map<std::string, RecipeValue, std::less<>>;

struct RecipeServo {
    ServoId id;                   ///< as it answers now
    std::optional<ServoId> newId; ///< absent: it stays
    std::string model;            ///< that it must be; empty: any
    std::string name;             ///< of the axis; empty: as it is
    RecipeSettings settings;
    friend bool operator==(const RecipeServo&, const RecipeServo&) = default;
};

struct Recipe {
    RecipeSettings all; ///< of every servo, where it says nothing else
    std::vector<RecipeServo> servos;
    friend bool operator==(const Recipe&, const Recipe&) = default;
};

/// What the recipe wants of this servo, as if it were a backup of one of the same model: planRestore says
/// what of it can be written. A name or a word that the model lacks is kept, so that the plan can say so.
[[nodiscard]] ServoBackup wantedOf(const Recipe& recipe, const RecipeServo& servo, const ServoModel& model);

} // namespace servolane::registers
