// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/command_bus.h"
#include "core/api/read_models.h"
#include "core/journal/read/command_archive.h"
#include "core/kernel/time.h"
#include "core/session/session_store.h"
#include "ui/bus/port_choice.h"
#include "ui/session/opened_session.h"

#include <functional>
#include <string>
#include <vector>

namespace servolane::ui {

/// All that the window knows of the rest of the program. Everything referred to outlives the window.
/// `commands` and `models` as their headers say; `sessions` and `exporter` are called from worker threads,
/// two at most at the same time; `ports` on the GUI thread, when someone opens the connect panel.
struct WindowContext {
    api::CommandBus& commands;
    api::ReadModels models;
    session::SessionStore& sessions;
    session::SessionExporter& exporter;
    PortSource ports;
    std::vector<FamilyChoice> families;
    std::function<Time()> now;
    std::string sessionsFolder;
    std::string configFolder; ///< window.ini is kept here
    std::string simulatedPath = "sim:dynamixel2:6@1000000";
    std::uint32_t simulatedBaud = 1'000'000;
    /// Write or read a machine file and say in a sentence what came of it; called on a worker thread.
    std::function<std::string(const std::string& path)> exportMachine = {};
    std::function<std::string(const std::string& path)> importMachine = {};
    /// See OpenReplay; absent: recordings are listed only.
    OpenReplay openReplay = {};
    /// The commands of earlier runs; called on a worker thread of the window, which uses what it returns.
    /// Absent: there are none.
    std::function<Result<std::unique_ptr<journal::CommandArchive>>()> openArchive;
    std::function<UtcTime()> utcNow = [] {
        return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
    };
    /// Absent: the desktop portal is asked, else the palette is judged.
    std::function<bool()> systemIsDark;
};

} // namespace servolane::ui
