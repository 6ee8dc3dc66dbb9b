// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/bus/packet_form.h"
#include "core/bus/wire.h"

namespace servolane::drivers::maestro {

/// What a Maestro is told in words, and its answers by what they answer.
[[nodiscard]] const bus::WireFormat& wireFormat();
/// Composes commands by hand; what comes back is read as bytes.
[[nodiscard]] const bus::PacketForm& packetForm();

} // namespace servolane::drivers::maestro
