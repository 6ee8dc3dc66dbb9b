// SPDX-License-Identifier: GPL-3.0-or-later
// LX servos have no control table: values are read and written with commands. Model files give each value the
// address "command that reads it × 8 + its place in the parameters". Pure functions, safe on any thread.
#pragma once

#include "core/bus/servo_bus.h"
#include "drivers/lx/frame.h"

#include <span>

namespace servolane::drivers::lx {

/// What one pair of commands carries.
struct Block {
    Command read = Command::positionRead;
    Command write = Command::positionRead; ///< the same as `read`: it is only read
    std::uint8_t size = 0;
    /// A lower and an upper end: the servo ignores a pair whose lower one is not below the upper one.
    bool isRange = false;

    [[nodiscard]] bool isWritten() const { return write != read; }
    [[nodiscard]] std::uint16_t address() const {
        return static_cast<std::uint16_t>(static_cast<unsigned>(read) * 8U);
    }
};

/// Two numbers in the bytes of a range.
struct RangeEnds {
    std::int64_t low = 0;
    std::int64_t high = 0;
    [[nodiscard]] bool isUpright() const { return low < high; }
};
/// `bytes`: all of such a block.
[[nodiscard]] RangeEnds endsOf(ByteView bytes);

[[nodiscard]] std::span<const Block> blocks();
/// nullptr: no value there.
[[nodiscard]] const Block* blockAt(std::uint16_t address);
[[nodiscard]] const Block* blockReadBy(std::uint8_t command);
[[nodiscard]] const Block* blockWrittenBy(std::uint8_t command);

} // namespace servolane::drivers::lx
