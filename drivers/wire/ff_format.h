// SPDX-License-Identifier: GPL-3.0-or-later
// Packets of the FF FF frame in words: FF FF | ID | LEN | INST or error byte | P1 … Pn | CHK, LEN = n + 2,
// CHK the inverted low byte of the sum from ID on. DYNAMIXEL Protocol 1.0 and Feetech's STS, SMS and SCS
// share it; they differ in byte order and in what the bits of the error byte mean. Sources: ROBOTIS e-Manual,
// "Protocol 1.0"; Feetech's tables. Any thread.
#pragma once

#include "core/bus/wire.h"

namespace servolane::drivers::wire {

/// DYNAMIXEL Protocol 1.0: little-endian.
[[nodiscard]] const bus::WireFormat& dynamixel1Format();
/// Feetech, of any kind: nothing in a packet tells in which order the bytes of a number stand, so both are
/// told, the one of SCS in brackets.
[[nodiscard]] const bus::WireFormat& feetechFormat();
/// STS and SMS: little-endian.
[[nodiscard]] const bus::WireFormat& feetechStsFormat();
/// SCS: big-endian.
[[nodiscard]] const bus::WireFormat& feetechScsFormat();

} // namespace servolane::drivers::wire
