// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/bus/packet_form.h"

namespace servolane::drivers::dynamixel {

/// Protocol 2.0 for people who write packets themselves.
[[nodiscard]] const bus::PacketForm& packetForm();

} // namespace servolane::drivers::dynamixel
