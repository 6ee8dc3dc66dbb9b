// SPDX-License-Identifier: GPL-3.0-or-later
// What happened to recordings. Facts.
#pragma once

#include "core/kernel/ids.h"
#include "core/kernel/result.h"
#include "core/kernel/time.h"

#include <cstdint>
#include <string>

namespace servolane::session {

struct RecordingStarted {
    std::string path;
    std::string name;
};
struct RecordingStopped {
    std::string path;
    std::uint64_t samples = 0;
    std::uint64_t lost = 0;
    Error error;
};
/// The stretch it is about began `ago` before the event and lasted `lasting`; both zero: the moment of the
/// event. One that was written afterwards has the time at which its stretch begins.
struct NoteAdded {
    std::string text;
    Duration ago{};
    Duration lasting{};
};
/// Monotonic time of the event paired with UTC; every ten seconds and at the start.
struct TimePaired {
    UtcTime utc{};
};
/// The machine slept, or the program did not run, for so long: feedback has a gap and leases have lapsed.
struct MachineResumed {
    Duration away{};
};
/// Samples that a queue or a failing disk dropped.
struct SamplesLost {
    BusId bus;
    std::uint64_t count = 0;
};

} // namespace servolane::session
