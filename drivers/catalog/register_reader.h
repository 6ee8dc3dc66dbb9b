// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/registers/control_table.h"
#include "drivers/catalog/model_layers.h"

#include <map>
#include <memory>
#include <optional>

namespace servolane::drivers::catalog {

struct DriveFacts;

/// Registers that are right in themselves, by the JSON that models share. They keep it alive, so that no
/// other one takes its place in memory.
using ReadRegisters =
    std::map<std::shared_ptr<const nlohmann::json>, std::shared_ptr<const registers::Register>>;

/// One register, of a drive if `drive` is given; what is wrong with it alone is noted. Absent if it has not
/// even name, address and size.
[[nodiscard]] std::optional<registers::Register> readRegister(const PlacedRegister& entry, Problems& problems,
                                                              const DriveFacts* drive = nullptr);

} // namespace servolane::drivers::catalog
