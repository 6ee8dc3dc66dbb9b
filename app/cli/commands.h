// SPDX-License-Identifier: GPL-3.0-or-later
// Every command of the command line that speaks with servos, one function each. The names are those of the
// contract.
#pragma once

#include "app/cli/context.h"

namespace servolane::cli {

[[nodiscard]] Outcome runScan(Context& context);
[[nodiscard]] Outcome runMonitor(Context& context);
[[nodiscard]] Outcome runDoctor(Context& context);
[[nodiscard]] Outcome runRead(Context& context);
[[nodiscard]] Outcome runWrite(Context& context);
[[nodiscard]] Outcome runRaw(Context& context);
[[nodiscard]] Outcome runBackup(Context& context);
[[nodiscard]] Outcome runRestore(Context& context);
[[nodiscard]] Outcome runCompare(Context& context);
[[nodiscard]] Outcome runSetId(Context& context);
[[nodiscard]] Outcome runSetBaud(Context& context);
[[nodiscard]] Outcome runProvision(Context& context);
[[nodiscard]] Outcome runTorque(Context& context);
[[nodiscard]] Outcome runMode(Context& context);
[[nodiscard]] Outcome runHalt(Context& context);
[[nodiscard]] Outcome runReset(Context& context);
[[nodiscard]] Outcome runMove(Context& context);
[[nodiscard]] Outcome runJog(Context& context);
/// Of a `move` or `jog` whose port another program had and has left: the axis is brought to rest. Nothing is
/// done to one that somebody else moves by now (superseded).
[[nodiscard]] Outcome endMotionLeftBehind(Context& context);
/// The same, and torque that was on for the motion is switched off.
[[nodiscard]] Outcome giveBackTorqueLeftBehind(Context& context);
[[nodiscard]] Outcome runStop(Context& context);
[[nodiscard]] Outcome runRecord(Context& context);
[[nodiscard]] Outcome runDemo(Context& context);

} // namespace servolane::cli
