// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/command_bus.h"
#include "core/api/read_models.h"
#include "core/api/wire_monitor.h"
#include "core/bus/packet_form.h"
#include "core/journal/read/command_archive.h"
#include "core/kernel/time.h"
#include "core/registers/backup.h"
#include "core/registers/provisioning.h"
#include "core/registers/recipe.h"
#include "core/session/session_library.h"
#include "core/session/session_store.h"
#include "ui/bus/doctor_voice.h"
#include "ui/bus/find_setup.h"
#include "ui/bus/port_choice.h"
#include "ui/registers/provision_run.h"
#include "ui/session/opened_session.h"

#include <functional>
#include <string>
#include <vector>

namespace servolane::ui {

/// All that the window knows of the rest of the program. Everything referred to outlives the window.
/// `commands` and `models` as their headers say; `exporter` and `library` are called from worker threads,
/// several at the same time; `ports` on the GUI thread, when someone opens the connect panel.
struct WindowContext {
    api::CommandBus& commands;
    api::ReadModels models;
    session::SessionExporter& exporter;
    session::SessionLibrary& library;
    PortSource ports;
    std::vector<FamilyChoice> families;
    std::function<Time()> now;
    std::string sessionsFolder;
    std::string flightFolder; ///< segments of the flight recorder
    std::string configFolder; ///< window.ini is kept here
    std::string simulatedPath = "sim:dynamixel2:6@1000000";
    std::string simulatedFamily = "dynamixel2";
    std::uint32_t simulatedBaud = 1'000'000;
    /// Write or read a machine file and say in a sentence what came of it; called on a worker thread.
    std::function<std::string(const std::string& path)> exportMachine = {};
    std::function<std::string(const std::string& path)> importMachine = {};
    /// Backup files of control tables; called on a worker thread.
    std::function<Result<registers::Backup>(const std::string& path)> readBackup = {};
    std::function<Result<void>(const std::string& path, const registers::Backup& backup)> writeBackup = {};
    std::function<Result<registers::Recipe>(const std::string& path)> readRecipe = {};
    std::function<Result<void>(const std::string& path, const registers::ProvisionReport& report)>
        writeReport = {};
    PlannedRefusal plannedRefusal = {}; ///< of recipes
    /// Outlives the window; null: nobody hears the wire.
    api::WireMonitor* wire = nullptr;
    FindSetup find = {};
    DoctorVoice doctor = {}; ///< without words there is no bus doctor
    /// See OpenReplay; absent: recordings are listed only.
    OpenReplay openReplay = {};
    /// The commands of earlier runs; called on a worker thread of the window, which uses what it returns.
    /// Absent: there are none.
    std::function<Result<std::unique_ptr<journal::CommandArchive>>()> openArchive;
    /// Of the families whose packets can be composed by hand; never null.
    std::vector<const bus::PacketForm*> packetForms = {};
    std::function<UtcTime()> utcNow = [] {
        return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
    };
    /// MB of samples kept in memory for this run, from the command line; 0: as it is set in the window.
    unsigned traceMegabytes = 0;
    /// Takes effect at once; absent: nothing can be set.
    std::function<void(unsigned megabytes)> setTraceMegabytes = {};
    /// The window is painted once without its panels: it is there, with its stop button, after 0.6 to 0.75 of
    /// the time (measured; the less the panels hold, the later).
    bool panelsAfterFirstFrame = false;
    /// Absent: the desktop portal is asked, else the palette is judged.
    std::function<bool()> systemIsDark;
};

} // namespace servolane::ui
