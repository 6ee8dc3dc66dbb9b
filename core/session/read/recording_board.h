// SPDX-License-Identifier: GPL-3.0-or-later
// Read model: what is being recorded now.
#pragma once

#include "core/kernel/ids.h"
#include "core/kernel/result.h"
#include "core/kernel/time.h"

#include <cstdint>
#include <optional>
#include <string>

namespace servolane::session {

/// Of the disk that a recording is written to.
struct DiskRoom {
    std::optional<std::uint64_t> freeBytes; ///< absent: not known
    std::optional<Duration> left; ///< until the recording ends for want of room, at the present rate
    bool low = false;             ///< little room, or full soon
};

/// At the end of the name of a file in which a recording goes on, since another program held the one before.
inline constexpr const char* continuedMark = " (continued)";

struct RecordingView {
    std::string path;
    std::string name;
    Time since{};
    std::uint64_t bytes = 0;
    std::uint64_t samples = 0;
    std::uint64_t lost = 0;
    DiskRoom disk;
    bool closing = false; ///< takes no more samples; the file is being put in order
    /// Samples and facts that are only in memory: another program has held the file for writing for a second
    /// or longer. 0: it does not.
    std::uint64_t waiting = 0;
};

/// A recording ended for want of room, and there is none yet.
struct FullDisk {
    std::string path; ///< of that recording
    std::optional<std::uint64_t> freeBytes;
};

struct RecordingBoard {
    Sequence upTo;
    std::optional<RecordingView> named;  ///< a recording of its own is running
    std::optional<RecordingView> flight; ///< the flight recorder's present segment
    Error error;                         ///< why a recording of its own stopped by itself, if it did
    Error flightError;                   ///< why the flight recorder pauses, or what a segment lost
    std::optional<Time> flightRetry;     ///< it pauses, and tries a new segment then
    std::optional<FullDisk> full;        ///< until there is room again
    std::string lastFinished;            ///< path of the newest finished recording
};

} // namespace servolane::session
