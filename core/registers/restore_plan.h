// SPDX-License-Identifier: GPL-3.0-or-later
// What of a backup can be written to a servo, what that makes of it, and what cannot carry over and why. Pure
// functions; any thread.
#pragma once

#include "core/registers/backup.h"
#include "core/registers/commands.h"

#include <optional>
#include <vector>

namespace servolane::registers {

/// Why a register of the backup is not written.
enum class Leftover : std::uint8_t {
    registerMissing, ///< the model has none of that name or role
    readOnly,        ///< the model does not let it be written
    motion,          ///< goals and what goes with them, torque and the bus watchdog are never restored
    identity,        ///< id and baud rate stay the servo's own unless asked for
    tooWide,         ///< the register is narrower and cannot hold the value
    outOfRange,      ///< the model does not accept the value
    otherUnit,       ///< measured in another unit, or without one and on another scale
    otherMeaning,    ///< a named value or a bit field that the model does not know
    factory,         ///< the maker set it to match this very servo: never restored
    lock,            ///< of the settings, opened and closed around every write of them
    unread,          ///< some of its bits are to stay, and what they are was not read
};
/// Stable kebab-case words: "register-missing".
[[nodiscard]] std::string_view toString(Leftover reason);

struct PlannedWrite {
    std::string name;                   ///< of the target's register
    std::optional<std::int64_t> before; ///< raw; absent: not known
    std::int64_t after = 0;             ///< raw
    bool converted = false;             ///< by the user's unit, since the register is scaled otherwise
    double wanted = 0.0;                ///< the backup's value
    double written = 0.0;               ///< what the nearest raw value stands for
    Storage storage = Storage::ram;
    std::vector<std::string> kept; ///< bit fields that the backup does not name: they stay as they are
    friend bool operator==(const PlannedWrite&, const PlannedWrite&) = default;
};

struct LeftRegister {
    std::string name; ///< in the backup
    Leftover reason = Leftover::registerMissing;
    std::int64_t raw = 0;
    double value = 0.0;
    std::string unit;
    std::string word; ///< the named value or bit field that means nothing to the model
    double low = 0.0; ///< what the model accepts, in its unit, where the value is outside
    double high = 0.0;
    friend bool operator==(const LeftRegister&, const LeftRegister&) = default;
};

struct RestorePlan {
    std::vector<PlannedWrite> writes; ///< the operating mode first, then EEPROM, then RAM, by address
    std::vector<LeftRegister> left;   ///< of one that is written all but a bit field, too
    std::vector<std::string> equal;   ///< are so already
    std::optional<ServoId> id;        ///< asked for, and another than the servo's
    std::optional<std::uint32_t> baud;

    [[nodiscard]] bool needsTorqueOff() const;
    [[nodiscard]] std::vector<StagedRegister> staged() const;
    friend bool operator==(const RestorePlan&, const RestorePlan&) = default;
};

enum class Identity : std::uint8_t { keep, restore };

/// `now`: raw values known of the target, which is `target`'s model under `servo`. `firmware`: the target's;
/// where model and firmware are those of the backup, registers made of bit fields are written whole, with the
/// bits that no field names. Absent (a recipe, which has only what somebody wrote): field by field.
[[nodiscard]] RestorePlan planRestore(const ServoBackup& from, const ServoModel& target, ServoId servo,
                                      const RawValues& now, Identity identity = Identity::keep,
                                      std::optional<std::uint32_t> firmware = {});

enum class Likeness : std::uint8_t {
    same,
    close, ///< scaled otherwise: the nearest that the coarser of the two can hold
    differs,
    onlyLeft, ///< of left and right, the latter has no such register
    onlyRight,
    notComparable, ///< other unit, or named values and bit fields of another meaning
};
[[nodiscard]] std::string_view toString(Likeness likeness);

struct ComparedRegister {
    std::string name; ///< the left one's, where there is one
    Likeness likeness = Likeness::same;
    std::optional<BackedUpRegister> left;
    std::optional<BackedUpRegister> right;
};
/// Settings and identity, by the left one's addresses; what only the right has comes last. `models`: where
/// they are known, what acts at once when it is written (actsAtOnce) is left out, too.
[[nodiscard]] std::vector<ComparedRegister> compare(const ServoBackup& left, const ServoBackup& right,
                                                    const ModelCatalog& models = {});

/// What a restore left otherwise: registers of `plan` whose raw value in `now` is not the written one, or not
/// known. Which storage is looked at; absent: both.
[[nodiscard]] std::vector<PlannedWrite> notHeld(const RestorePlan& plan, const RawValues& now,
                                                std::optional<Storage> storage = {});

} // namespace servolane::registers
