// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/arguments.h"
#include "app/cli/notices.h"
#include "app/workstation/command_client.h"
#include "app/workstation/places.h"
#include "app/workstation/port_book.h"
#include "app/workstation/port_memory.h"
#include "core/api/wire_monitor.h"
#include "core/registers/control_table.h"
#include "core/session/session_store.h"

namespace servolane::cli {

/// Whose servos a command works with.
enum class LaneOwner : std::uint8_t {
    thisProcess,
    otherProcess, ///< the port is open already, and stays so
};

/// What a command works with: a lane of commands and snapshots, and what is remembered. Whose process the
/// lane is in does not matter to a command.
struct Context {
    const Arguments& arguments;
    app::CommandClient& client;
    Notices& notices;
    const app::PortMemory& ports;
    const app::Places& places;
    const registers::ModelCatalog& models;
    session::SessionStore& sessions;
    session::SessionExporter& exporter;
    LaneOwner owner = LaneOwner::thisProcess;
    api::WireMonitor* wire = nullptr;    ///< null: nobody asked for it, or its owner does not tell
    const app::PortBook* book = nullptr; ///< which families a port may be asked for; null: it is open already
};

} // namespace servolane::cli
