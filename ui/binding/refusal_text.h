// SPDX-License-Identifier: GPL-3.0-or-later
// Codes as sentences: why a policy said no, and what failed. One sentence, with the numbers and the way out.
#pragma once

#include "core/api/rejection.h"
#include "core/bus/read/bus_board.h"
#include "core/journal/read/command_log.h"
#include "core/motion/read/axis_board.h"

#include <QtCore/QString>

namespace servolane::ui {

/// "axis 1 Pan"; "axis 7" if the board does not know it.
[[nodiscard]] QString axisPhrase(AxisId axis, const motion::AxisBoard& axes);
/// The bus' name; "bus 2" if the board does not know it.
[[nodiscard]] QString busPhrase(BusId bus, const bus::BusBoard& buses);

/// "120.0° is outside the limit −90.0° … 90.0° of axis 1 Pan"
[[nodiscard]] QString textOf(const api::Rejection& rejection, const motion::AxisBoard& axes,
                             const bus::BusBoard& buses);
/// "No answer in time: servo 3, 3 tries".
[[nodiscard]] QString textOf(const Error& error);
/// What was asked: "Go to 90.0°", from the kind and the details of the journal.
[[nodiscard]] QString commandTitle(const std::string& kind);
/// What became of a command; empty while nothing is known.
[[nodiscard]] QString outcomeText(const journal::CommandEntry& entry, const motion::AxisBoard& axes,
                                  const bus::BusBoard& buses);
/// "4 of 4 axes confirmed torque off, 3.1 ms"; says so while waiting and where there is no axis.
[[nodiscard]] QString stopText(const motion::AxisBoard& axes, const motion::StopView& stop);

/// What a control says of itself whose command is refused because a stop is latched, and because a recording
/// is shown.
[[nodiscard]] QString stopLatchedReason();
[[nodiscard]] QString commandsOffReason();

} // namespace servolane::ui
