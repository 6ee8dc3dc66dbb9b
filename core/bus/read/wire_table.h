// SPDX-License-Identifier: GPL-3.0-or-later
// Packets as a table for other programs. Pure functions, any thread.
#pragma once

#include "core/bus/read/wire_filter.h"

namespace servolane::bus {

enum class WireTableForm : std::uint8_t {
    csv,   ///< a head and a row per packet
    jsonl, ///< an object per line
};

/// "FF FF FD 00"; `most` bytes and "…" where there are more.
[[nodiscard]] std::string hexText(ByteView bytes, std::size_t most = ~std::size_t{0});
/// "all", "7", or empty where no servo is named.
[[nodiscard]] std::string idText(int id);

/// What stands before the rows; empty for jsonl.
[[nodiscard]] std::string wireTableHead(WireTableForm form);
/// Appends one line: number, time_s (since `start`), bus, direction, id, instruction, text, trouble, bytes.
void appendWireRow(std::string& into, const WirePacket& packet, Time start, WireTableForm form);

} // namespace servolane::bus
