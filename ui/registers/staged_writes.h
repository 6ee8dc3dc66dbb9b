// SPDX-License-Identifier: GPL-3.0-or-later
// Which commands lead from one state of the settings to another, and what no command can do. Pure functions.
#pragma once

#include "core/api/command.h"
#include "core/motion/read/axis_board.h"
#include "core/registers/read/settings_history.h"

#include <QtCore/QString>
#include <vector>

namespace servolane::ui {

/// Why a difference is left as it is.
enum class Obstacle : std::uint8_t {
    none,
    notKnown,       ///< the wanted state does not know the value
    noRegister,     ///< the model has no such register
    readOnly,       ///< this program does not write it
    needsTorqueOff, ///< stored in EEPROM
    configuration,  ///< belongs to the configuration of the axis, not to its settings
};
[[nodiscard]] QString textOf(Obstacle obstacle);

struct StagedWrites {
    std::vector<api::CommandBody> commands;
    std::vector<registers::SettingDifference> applied;
    std::vector<std::pair<registers::SettingDifference, Obstacle>> left;
};

/// Why this difference cannot be applied to the axis as it is now.
[[nodiscard]] Obstacle obstacleTo(const registers::SettingDifference& difference,
                                  const motion::AxisView& axis);

/// Commands that bring each `a` to its `b`. `now`: the settings known of the axis, for commands that carry
/// more than one of them.
[[nodiscard]] StagedWrites stageWrites(const std::vector<registers::SettingDifference>& differences,
                                       const registers::SettingValues& now, const motion::AxisView& axis);

} // namespace servolane::ui
