// SPDX-License-Identifier: GPL-3.0-or-later
// A real window on a workbench: its commands go to the real write model, its snapshots come from there.
#pragma once

#include "tests/pipeline/workbench.h"
#include "ui/shell/main_window.h"

namespace servolane::tests {

/// Everything outlives the window.
inline ui::WindowContext windowContextOf(Workbench& bench, session::SessionExporter& exporter,
                                         session::SessionLibrary& library) {
    ui::WindowContext context{.commands = *bench.workstation,
                              .models = bench.workstation->readModels(),
                              .exporter = exporter,
                              .library = library,
                              .ports = [] { return std::vector<ui::PortChoice>{}; },
                              .families = {},
                              .now = [&bench] { return bench.clock.now(); },
                              .sessionsFolder = bench.folder.path().toStdString(),
                              .flightFolder = bench.folder.path().toStdString(),
                              .configFolder = bench.folder.path().toStdString()};
    context.systemIsDark = [] { return false; };
    return context;
}

} // namespace servolane::tests
