// SPDX-License-Identifier: GPL-3.0-or-later
// Where an entry of a backup says one thing by its raw number and another one by what people read of it: a
// restore would have to choose. Plain values and pure functions; any thread.
#pragma once

#include "core/registers/backup.h"

#include <cstddef>
#include <string>
#include <vector>

namespace servolane::registers {

struct Contradiction {
    enum class Member : std::uint8_t { value, word, bits };
    std::size_t entry = 0; ///< of ServoBackup::registers
    Member member = Member::value;
    std::string name; ///< the word, or the bit field
    double stated =
        0.0; ///< the value in its unit; of a word the raw number it stands for; of a bit field its bits
    double expected = 0.0; ///< by the raw number: the same
    friend bool operator==(const Contradiction&, const Contradiction&) = default;
};

/// `model`: the one that the backup is of. A value that is rounded to the same raw number, or to the
/// decimals that it has, agrees with it; what a restore never writes, and what the model does not know (a
/// register, a word or a bit field of another version; another unit) is not judged.
[[nodiscard]] std::vector<Contradiction> contradictionsOf(const ServoBackup& backup, const ServoModel& model);

} // namespace servolane::registers
