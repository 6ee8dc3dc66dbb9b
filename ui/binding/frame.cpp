// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/binding/frame.h"

#include "core/telemetry/read/trace_set.h"

namespace servolane::ui {

Frame readFrame(const api::ReadModels& models, Time now, bool figuresDue, TracesSeen traces) {
    Frame frame;
    frame.now = now;
    frame.figuresDue = figuresDue;
    // First, as the projector publishes it last: the outcome of a command is then never newer than what it
    // did, and no control shows the value from before its own confirmed command.
    frame.commands = models.commands.read();
    frame.buses = models.buses.read();
    frame.axes = models.axes.read();
    frame.events = models.events.read();
    static const auto unseen = std::make_shared<const telemetry::TraceSet>();
    frame.traces = traces == TracesSeen::yes ? models.traces.read() : unseen;
    frame.registers = models.registers.read();
    frame.recording = models.recording.read();
    frame.access = models.access.read();
    frame.machine = models.machine.read();
    // Read last: it is never older than a command's end that this frame shows.
    static const auto none = std::make_shared<const registers::SettingsHistory>();
    frame.settings = models.settings ? models.settings->read() : none;
    return frame;
}

const journal::CommandEntry* findCommand(const journal::CommandLog& log, CommandId id) {
    if (id == CommandId{}) return nullptr;
    for (auto entry = log.entries.rbegin(); entry != log.entries.rend(); ++entry)
        if (entry->id == id) return &*entry;
    return nullptr;
}

} // namespace servolane::ui
