// SPDX-License-Identifier: GPL-3.0-or-later
// What can be asked of recordings.
#pragma once

#include "core/kernel/time.h"

#include <string>

namespace servolane::session {

/// A recording of its own, with up to `preroll` from the flight recorder copied in before its start.
struct StartRecording {
    std::string path;
    std::string name;
    Duration preroll = std::chrono::seconds{60};
};
struct StopRecording {};
struct AddNote {
    std::string text;
};

} // namespace servolane::session
