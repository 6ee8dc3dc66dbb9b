// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/bus/wire.h"

namespace servolane::drivers::modbus {

/// Modbus RTU in words. A frame does not say how long it is, nor which way it goes: of the lengths that a
/// request or an answer of its function may have, the one with a good CRC is taken. Addresses are told as
/// they are sent, counted from 0.
[[nodiscard]] const bus::WireFormat& wireFormat();

} // namespace servolane::drivers::modbus
