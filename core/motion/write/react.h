// SPDX-License-Identifier: GPL-3.0-or-later
// What follows from facts and from the passing of time, without anyone's command. Pure functions.
//
// Every fact is folded (evolve) before it is reacted to. Ends of streams are told by the bus thread, so a
// reaction ends moves and speeds only.
#pragma once

#include "core/api/decision.h"
#include "core/motion/present.h"
#include "core/motion/write/motion_state.h"
#include "core/registers/control_table.h"

namespace servolane::motion {

[[nodiscard]] api::Decision react(const MotionState& state, const registers::ModelCatalog& catalog,
                                  const api::EventBody& fact);

/// Whether the window that moves axes can still take its word back.
enum class Window : std::uint8_t { alive, silent };

/// Arrival, time-out, travel limits of speeds, errors in the feedback and its loss, and motions of a window
/// that is silent. Call it every few milliseconds.
[[nodiscard]] api::Decision watch(const MotionState& state, const Present& present, Time now,
                                  Window window = Window::alive);

/// Reads torque and mode of axes that answer and of which one is not known: whoever asked first may have got
/// no answer, and an axis whose mode is not known can be told nothing.
[[nodiscard]] api::Decision askAgain(const MotionState& state);

} // namespace servolane::motion
