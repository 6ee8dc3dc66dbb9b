// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/binding/frame.h"

namespace servolane::ui {

Frame readFrame(const api::ReadModels& models, Time now, bool figuresDue) {
    Frame frame;
    frame.now = now;
    frame.figuresDue = figuresDue;
    frame.buses = models.buses.read();
    frame.axes = models.axes.read();
    frame.commands = models.commands.read();
    frame.events = models.events.read();
    frame.traces = models.traces.read();
    frame.registers = models.registers.read();
    frame.recording = models.recording.read();
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
