// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/bus/packet_form.h"
#include "core/bus/wire.h"

namespace servolane::drivers::lx {

/// LX frames in words.
[[nodiscard]] const bus::WireFormat& wireFormat();
/// Composes them by hand, and reads what comes back.
[[nodiscard]] const bus::PacketForm& packetForm();

} // namespace servolane::drivers::lx
