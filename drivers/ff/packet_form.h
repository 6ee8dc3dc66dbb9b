// SPDX-License-Identifier: GPL-3.0-or-later
// FF FF frames composed by hand, and what comes back. Nothing in a frame tells an answer from a request:
// where two frames of one servo come and the first could be a request, the first counts as the own echo.
#pragma once

#include "core/bus/packet_form.h"

namespace servolane::drivers::ff {

[[nodiscard]] const bus::PacketForm& dynamixel1Packets();
[[nodiscard]] const bus::PacketForm& feetechPackets();

} // namespace servolane::drivers::ff
