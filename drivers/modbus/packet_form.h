// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/bus/packet_form.h"

namespace servolane::drivers::modbus {

/// Composes Modbus RTU frames by hand, and reads what comes back.
[[nodiscard]] const bus::PacketForm& packetForm();

} // namespace servolane::drivers::modbus
