// SPDX-License-Identifier: GPL-3.0-or-later
// Where the bytes of a drive's model come from. The program counts bytes in a space of its own, in which
// registers that stand in a row on the wire stand in a row too (drivers/catalog lays it out); on the wire
// there are four tables of 16-bit registers and bits. Plain values, immutable; safe on any thread.
#pragma once

#include "core/registers/control_table.h"
#include "drivers/modbus/frame.h"

#include <optional>
#include <vector>

namespace servolane::drivers::modbus {

/// One request on the wire: so many registers, or bits, from here.
struct WireSpan {
    registers::RegisterSpace space = registers::RegisterSpace::holding;
    std::uint16_t first = 0;
    std::uint16_t count = 0;
    std::uint32_t at = 0; ///< where its bytes go among those of all requests; bits take a byte each

    [[nodiscard]] bool isBits() const {
        return space == registers::RegisterSpace::coil || space == registers::RegisterSpace::discrete;
    }
    [[nodiscard]] Function reading() const;
    /// Of the answer's frame.
    [[nodiscard]] std::size_t answerSize() const;
    /// Bytes among those of all requests.
    [[nodiscard]] std::size_t bytes() const { return isBits() ? count : std::size_t{2} * count; }
};

/// What has to be read for a stretch of the model's bytes, and what they are made of.
struct ReadPlan {
    struct Piece {
        const registers::Register* source = nullptr; ///< what is decoded, for a derived one its origin
        const registers::Register* target = nullptr;
        std::uint32_t from = 0; ///< among the bytes of all requests
        std::uint32_t to = 0;   ///< in the stretch
    };
    std::vector<WireSpan> spans;
    std::vector<Piece> pieces;
    std::uint32_t size = 0; ///< bytes of all requests together

    /// Puts what was read where it belongs; bytes of no register become 0.
    void fill(ByteView read, MutableByteView into) const;
    /// Where this register's bytes are among those read; absent: it is not among them.
    [[nodiscard]] std::optional<std::uint32_t> find(const registers::Register& source) const;
};

/// `model` has a drive profile. Registers that the stretch covers in part are left out.
[[nodiscard]] ReadPlan planRead(const registers::ServoModel& model, bus::RegisterSpan span);

/// The registers that lie wholly within the span, by address; empty if any other lies in it in part.
[[nodiscard]] std::vector<const registers::Register*> registersIn(const registers::ServoModel& model,
                                                                  bus::RegisterSpan span);

} // namespace servolane::drivers::modbus
