// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/registers/control_table.h"

#include <memory>

namespace servolane::tests {

/// A control table like that of an XM430-W350, written by hand so that these tests do not lean on model
/// files.
[[nodiscard]] std::shared_ptr<const registers::ServoModel> handmadeXm430();

} // namespace servolane::tests
