// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/registers/control_table.h"
#include "drivers/simulator/refusal.h"

#include <memory>
#include <string_view>
#include <vector>

namespace servolane::drivers::simulator {

/// A value for a register, not yet written.
struct Assignment {
    const registers::Register* target = nullptr;
    std::int64_t raw = 0;
};

/// The bytes behind a servo's control table, with the indirection of the X-series: what is read or written at
/// "indirect_data_n" is what "indirect_address_n" points at. Knows places and sizes, no rules. One thread.
class ControlMemory {
public:
    explicit ControlMemory(std::shared_ptr<const registers::ServoModel> model);

    [[nodiscard]] const registers::ServoModel& model() const { return *model_; }
    [[nodiscard]] std::int64_t value(const registers::Register& of) const;
    void put(const registers::Register& into, std::int64_t raw);

    /// Gaps inside the table read as zeros, as real X-series servos do. Errors: access (beyond the end).
    [[nodiscard]] Refusal read(bus::RegisterSpan span, Bytes& into) const;
    /// Sorts bytes into registers without writing them. Errors: access (no register there, or a read-only
    /// one), dataLength (a register covered in part).
    [[nodiscard]] Refusal sort(std::uint16_t address, ByteView bytes, std::vector<Assignment>& into) const;

    /// Every register of this storage to its default.
    void restoreDefaults(registers::Storage storage);
    [[nodiscard]] const Bytes& image() const { return bytes_; }
    /// Takes the registers of `wanted` from another image of the same table.
    template <class Wanted>
    void restore(const Bytes& image, Wanted&& wanted) {
        for (const auto& one : model_->registers)
            if (wanted(one)) put(one, one.rawFrom(ByteView(image).subspan(one.address)));
    }

private:
    static constexpr std::uint16_t nowhere = 0xFFFF;

    void linkIndirection();
    /// Where a byte at this address really lives.
    [[nodiscard]] std::uint16_t resolve(std::size_t address) const;
    [[nodiscard]] std::int64_t defaultOf(const registers::Register& of) const;

    std::shared_ptr<const registers::ServoModel> model_;
    Bytes bytes_;
    std::vector<std::uint16_t> owner_;   ///< by address: index of the register, or nowhere
    std::vector<std::uint16_t> pointer_; ///< by address: where the indirect address for it lies, or nowhere
    bool indirect_ = false;
};

} // namespace servolane::drivers::simulator
