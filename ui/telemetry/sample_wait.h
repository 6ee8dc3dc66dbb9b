// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/telemetry/read/trace.h"

#include <atomic>
#include <cstdint>
#include <thread>

namespace servolane::ui {

/// For work on a thread of its own that came to samples which are still being read from a recording: call it,
/// then look again.
class SampleWait {
public:
    explicit SampleWait(const std::atomic<bool>& cancel)
        : cancel_(cancel) {}

    /// Returns at once if something was read since the last call, else after a moment. False: give up, since
    /// `cancel` was set or nothing has been read for two seconds.
    [[nodiscard]] bool operator()(const telemetry::Trace& trace) {
        const std::uint64_t readBack = trace.readBack();
        idle_ = readBack == seen_ ? idle_ + 1 : 0;
        seen_ = readBack;
        if (cancel_ || idle_ > mostIdle) return false;
        if (idle_ > 0) std::this_thread::sleep_for(moment);
        return true;
    }

private:
    static constexpr int mostIdle = 400;
    static constexpr auto moment = std::chrono::milliseconds{5};
    const std::atomic<bool>& cancel_;
    std::uint64_t seen_ = 0;
    int idle_ = 0;
};

} // namespace servolane::ui
