// SPDX-License-Identifier: GPL-3.0-or-later
// The machine file: axes as people named, scaled and limited them, and the rights of roles, as one JSON
// document (schema 1). It is read strictly: what is not understood is told, and nothing of the file is used.
//
//   {"schema": 1,
//    "axes": [{"bus": "left arm", "protocol": "dynamixel2", "id": 5, "model": "XM430-W350", "name": "Lift",
//              "gear": 3.5, "offset": -12, "reversed": true, "units_per_turn": 5, "unit": "mm",
//              "limits": {"travel": [0, 80], "velocity": 12, "acceleration": 50, "current": 1.1,
//                         "temperature": 60, "following_error": 2, "step": 1},
//              "stop_reaction": "hold"}],
//    "rights": {"viewer": ["ReadRegister"], "operator": ["Halt", "StartRecording"]}}
//
// "bus" is the link's alias, or its path. Of an axis only the first five members are needed; limits that are
// absent are the servo's. Without "rights" the usual ones hold. Plain functions; any thread.
#pragma once

#include "core/kernel/result.h"
#include "core/motion/machine.h"

#include <filesystem>
#include <string>

namespace servolane::drivers::machine {

inline constexpr int schema = 1;

/// Errors: notFound; invalid, whose detail names file, JSON pointer, what was expected and what was found, a
/// line for each problem.
[[nodiscard]] Result<motion::Machine> readMachine(const std::filesystem::path& file);
[[nodiscard]] std::string machineText(const motion::Machine& machine);
/// Writes beside the file and renames, so that it is always whole. Errors: inputOutput.
[[nodiscard]] Result<void> writeMachine(const std::filesystem::path& file, const motion::Machine& machine);

} // namespace servolane::drivers::machine
