// SPDX-License-Identifier: GPL-3.0-or-later
// Commands for a port that another running program owns: it carries them out, this one tells what came of it.
#pragma once

#include "app/cli/context.h"
#include "app/workstation/workstation.h"
#include "drivers/ipc/owners.h"
#include "drivers/ipc/remote_lane.h"

#include <optional>

namespace servolane::cli {

/// The program that owns the port of these words; absent if nobody does or they name none.
[[nodiscard]] std::optional<drivers::ipc::Owner> ownerOf(const Arguments& arguments);

using LaneWork = std::function<Outcome(Context&)>;

/// The same commands, fields and exit codes as in this process.
[[nodiscard]] Outcome runForwarded(const Arguments& arguments, const drivers::ipc::Owner& owner,
                                   app::Workstation& workstation, Notices& notices, const Waker& interrupt,
                                   const LaneWork& work);

/// Commands as calls on another process' lanes.
[[nodiscard]] app::CommandClient clientOf(drivers::ipc::RemoteLane& lane, Clock& clock,
                                          const Waker& interrupt);
/// `workstation` need not be started; its models are loaded.
[[nodiscard]] Context forwardedContext(const Arguments& arguments, app::CommandClient& client,
                                       app::Workstation& workstation, Notices& notices);

} // namespace servolane::cli
