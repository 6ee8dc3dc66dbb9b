// SPDX-License-Identifier: GPL-3.0-or-later
// One tick of the window: the newest snapshot of every read model, read once, so that all panels of a frame
// tell the same story.
#pragma once

#include "core/access/read/access_board.h"
#include "core/api/read_models.h"
#include "core/bus/read/bus_board.h"
#include "core/journal/read/command_log.h"
#include "core/motion/read/axis_board.h"
#include "core/motion/read/machine_board.h"
#include "core/registers/read/register_board.h"
#include "core/registers/read/settings_history.h"
#include "core/session/read/recording_board.h"

#include <memory>

namespace servolane::ui {

struct Frame {
    Time now{};
    /// Set in every sixth frame: figures that change ten times a second can be read, faster ones cannot.
    bool figuresDue = true;
    /// The snapshots are of a recording, and `now` is a time in it: nothing may be commanded.
    bool isReplay = false;
    std::shared_ptr<const bus::BusBoard> buses;
    std::shared_ptr<const motion::AxisBoard> axes;
    std::shared_ptr<const journal::CommandLog> commands;
    std::shared_ptr<const journal::EventLane> events;
    std::shared_ptr<const telemetry::TraceSet> traces;
    std::shared_ptr<const registers::RegisterBoard> registers;
    std::shared_ptr<const session::RecordingBoard> recording;
    std::shared_ptr<const access::AccessBoard> access;
    std::shared_ptr<const motion::MachineBoard> machine;
    std::shared_ptr<const registers::SettingsHistory> settings; ///< never null; empty where nobody keeps one
};

/// Whether anybody on the screen looks at traces; else the frame has none, and they are published seldom.
enum class TracesSeen : std::uint8_t { no, yes };
[[nodiscard]] Frame readFrame(const api::ReadModels& models, Time now, bool figuresDue,
                              TracesSeen traces = TracesSeen::yes);

/// nullptr if the log does not hold it (not yet, or no more).
[[nodiscard]] const journal::CommandEntry* findCommand(const journal::CommandLog& log, CommandId id);

} // namespace servolane::ui
