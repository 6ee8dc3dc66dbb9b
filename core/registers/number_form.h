// SPDX-License-Identifier: GPL-3.0-or-later
// How a number stands in the bytes of a control table. Plain values and pure functions, safe on any thread.
#pragma once

#include "core/kernel/bytes.h"
#include "core/kernel/units.h"

#include <cstdint>
#include <optional>

namespace servolane::registers {

struct NumberForm {
    std::uint8_t size = 1; ///< bytes: 1, 2 or 4
    bool isSigned = false;
    /// Sign and magnitude instead of two's complement: the bit that tells a negative number. The bits above
    /// it are no part of the number. Only with isSigned.
    std::optional<std::uint8_t> signBit;
    bool bigEndian = false; ///< the high byte first
    /// With bigEndian, of 4 bytes: the low 16 bits come first, each half with its high byte first. There is
    /// no standard order of the two registers that a number fills on Modbus.
    bool lowWordFirst = false;

    /// `bytes` holds at least `size` bytes.
    [[nodiscard]] std::int64_t decode(ByteView bytes) const;
    /// The low bits of what does not fit.
    [[nodiscard]] Bytes encode(std::int64_t raw) const;
    /// The lowest and the highest number.
    [[nodiscard]] Range<std::int64_t> range() const;
    friend bool operator==(const NumberForm&, const NumberForm&) = default;
};

} // namespace servolane::registers
