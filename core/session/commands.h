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
/// About a moment or, with `ago` > 0, about a stretch: it began so long before now and lasted so long.
struct AddNote {
    std::string text;
    Duration ago{};     ///< ≥ 0
    Duration lasting{}; ///< 0 … ago
};

} // namespace servolane::session
