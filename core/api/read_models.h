// SPDX-License-Identifier: GPL-3.0-or-later
// The way out: the newest snapshot of each read model. Any thread may read; nobody is notified, readers poll
// at the rate at which they draw.
#pragma once

#include "core/kernel/snapshot_cell.h"

namespace servolane::access {
struct AccessBoard;
}
namespace servolane::bus {
struct BusBoard;
}
namespace servolane::motion {
struct AxisBoard;
struct MachineBoard;
} // namespace servolane::motion
namespace servolane::journal {
struct CommandLog;
}
namespace servolane::journal {
struct EventLane;
}
namespace servolane::telemetry {
struct TraceSet;
}
namespace servolane::registers {
struct RegisterBoard;
}
namespace servolane::registers {
struct SettingsHistory;
}
namespace servolane::session {
struct RecordingBoard;
}

namespace servolane::api {

struct ReadModels {
    const SnapshotCell<bus::BusBoard>& buses;
    const SnapshotCell<motion::AxisBoard>& axes;
    const SnapshotCell<journal::CommandLog>& commands;
    const SnapshotCell<journal::EventLane>& events;
    const SnapshotCell<telemetry::TraceSet>& traces;
    const SnapshotCell<registers::RegisterBoard>& registers;
    const SnapshotCell<session::RecordingBoard>& recording;
    const SnapshotCell<access::AccessBoard>& access;
    const SnapshotCell<motion::MachineBoard>& machine;
    /// Null where nobody keeps one (the command line asks a window, which has it).
    const SnapshotCell<registers::SettingsHistory>* settings = nullptr;
};

} // namespace servolane::api
