// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/motion/machine.h"
#include "drivers/catalog/object_reader.h"

namespace servolane::drivers::machine {

/// Reads all there is to read and notes every problem; what it returns counts only where there is none.
[[nodiscard]] motion::Machine machineFrom(const nlohmann::json& document, const std::string& file,
                                          catalog::Problems& problems);

} // namespace servolane::drivers::machine
