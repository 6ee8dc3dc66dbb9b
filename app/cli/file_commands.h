// SPDX-License-Identifier: GPL-3.0-or-later
// Commands that need no servo: what lies on this machine. They start no thread of the workstation.
#pragma once

#include "app/cli/arguments.h"
#include "app/cli/notices.h"
#include "app/workstation/workstation.h"

namespace servolane::cli {

/// With a name: gives it to the port first.
[[nodiscard]] Outcome runPorts(const Arguments& arguments, app::Workstation& workstation);
/// What keeps the ports of this machine from being used well.
[[nodiscard]] Outcome runPortDoctor(app::Workstation& workstation);
[[nodiscard]] Outcome runInfo(const Arguments& arguments, app::Workstation& workstation);
[[nodiscard]] Outcome runVerify(const Arguments& arguments, app::Workstation& workstation);
/// What is intact of a recording, or a stretch of it. `interrupt` cancels it; no half file is left.
[[nodiscard]] Outcome runCopy(const Arguments& arguments, app::Workstation& workstation, Notices& notices,
                              const Waker& interrupt);
/// Two backup files; no servo is asked.
[[nodiscard]] Outcome runCompareFiles(const Arguments& arguments, app::Workstation& workstation);
/// Shows, copies or replaces the machine file of the settings folder. A running window that keeps it is asked
/// before it is replaced, and says no where the command line may not, or while an axis moves.
[[nodiscard]] Outcome runMachine(const Arguments& arguments, app::Workstation& workstation, Notices& notices,
                                 const Waker& interrupt);
/// `interrupt` cancels it; no half file is left.
[[nodiscard]] Outcome runExport(const Arguments& arguments, app::Workstation& workstation, Notices& notices,
                                const Waker& interrupt);

/// Runs in a thread of its own, shows how far it is, and cancels when asked.
void watchJob(const std::string& title, const std::function<void(session::JobProgress&)>& job,
              Notices& notices, Clock& clock, const std::function<bool()>& isCancelled);

/// The export as the demo uses it, too.
[[nodiscard]] tl::expected<session::ExportReport, Failure>
exportSession(const session::ExportRequest& request, session::SessionExporter& exporter, Notices& notices,
              Clock& clock, const std::function<bool()>& isCancelled);

} // namespace servolane::cli
