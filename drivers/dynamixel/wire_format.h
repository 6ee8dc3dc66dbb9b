// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/bus/wire.h"

namespace servolane::drivers::dynamixel {

/// Packets of Protocol 2.0 in words: "read", id 1, "address 132, 4 bytes"; its answer "status",
/// "address 132 = 2048". A status is understood by the request that went out before it. Any thread.
[[nodiscard]] const bus::WireFormat& wireFormat();

} // namespace servolane::drivers::dynamixel
