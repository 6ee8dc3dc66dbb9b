// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/registers/control_table.h"
#include "drivers/catalog/model_layers.h"
#include "drivers/catalog/register_reader.h"

#include <optional>

namespace servolane::drivers::catalog {

/// A whole model with its registers in the order of their addresses. Absent, with what is wrong noted, unless
/// every part of it and their agreement is right. `place` is the file; `known` are registers
/// of models read before.
[[nodiscard]] std::optional<registers::ServoModel> readModel(const LayeredModel& layers, const Place& place,
                                                             ReadRegisters& known, Problems& problems);

} // namespace servolane::drivers::catalog
