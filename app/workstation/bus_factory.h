// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/registers/control_table.h"
#include "core/runtime/search/port_search.h"
#include "core/runtime/wire/bus_parts.h"

#include <memory>

namespace servolane::app {

/// Makes the parts of a bus from its link: "sim:…" paths get virtual servos at the far end of an in-memory
/// line, all others a serial port or pseudo-terminal.
[[nodiscard]] runtime::BusFactory busFactory(std::shared_ptr<const registers::ModelCatalog> models);

/// The same lines for searches, with every family of the order that is known here.
[[nodiscard]] runtime::SearchFactory searchFactory(std::shared_ptr<const registers::ModelCatalog> models);

} // namespace servolane::app
