// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/registers/control_table.h"

#include <array>

namespace servolane::drivers::simulator {

/// The registers of a model that the virtual firmware knows what to do with, found once. Points into the
/// model.
class ServoItems {
public:
    explicit ServoItems(const registers::ServoModel& model);

    /// nullptr where the model lacks it.
    [[nodiscard]] const registers::Register* operator[](registers::Role role) const {
        return byRole_[static_cast<std::size_t>(role)];
    }

    // Items without a role, by the name they have in model files.
    const registers::Register* movingThreshold = nullptr;
    const registers::Register* realtimeTick = nullptr;
    const registers::Register* registeredInstruction = nullptr;
    const registers::Register* startup = nullptr;
    const registers::Register* secondaryId = nullptr;
    const registers::Register* backupReady = nullptr;

private:
    static constexpr std::size_t roleCount = static_cast<std::size_t>(registers::Role::eepromLock) + 1;
    std::array<const registers::Register*, roleCount> byRole_{};
};

/// One raw step of a velocity register in degrees a second, of an acceleration register in degrees a second²:
/// from its scale and unit.
[[nodiscard]] double degreesPerRaw(const registers::Register& item);
/// One raw step of a current register in ampere.
[[nodiscard]] double amperesPerRaw(const registers::Register& item);

} // namespace servolane::drivers::simulator
