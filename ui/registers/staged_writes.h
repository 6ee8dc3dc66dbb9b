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
    followsServo,   ///< a limit that nobody set: it is what the servo's registers make of it
    unknownHere,    ///< a setting of the host that this program has no command for
};
[[nodiscard]] QString textOf(Obstacle obstacle);

struct StagedWrites {
    std::vector<api::CommandBody> commands;
    std::vector<registers::SettingDifference> applied;
    std::vector<std::pair<registers::SettingDifference, Obstacle>> left;
};

/// Commands that bring each `a` to its `b`. `record`: what is known of the axis, for commands that carry more
/// than one setting. The mode goes first, since changing it sets registers back in the servo; own limits
/// after the scale, whose numbers they are in.
[[nodiscard]] StagedWrites stageWrites(const std::vector<registers::SettingDifference>& differences,
                                       const registers::SettingsRecord& record, const motion::AxisView& axis);

} // namespace servolane::ui
