// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kernel/clock.h"

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <thread>

namespace servolane::app {

/// Looks after the segments of the flight recorder on a thread of its own, so that neither the start of the
/// program nor the recorder waits for a disk: those that a killed program left open become plain files, and
/// the oldest go when all take more than their share.
class FlightKeeper {
public:
    FlightKeeper(std::filesystem::path folder, std::uint64_t bytes);
    ~FlightKeeper();
    FlightKeeper(const FlightKeeper&) = delete;
    FlightKeeper& operator=(const FlightKeeper&) = delete;

    /// Soon; any thread, returns at once.
    void look() { waker_.wake(); }

private:
    void run();

    std::filesystem::path folder_;
    std::uint64_t bytes_;
    Waker waker_;
    std::atomic<bool> ending_ = false;
    std::thread thread_;
};

/// Of a folder, see drivers/sqlite/recover_session.h; segments that are in use stay as they are.
void recoverSegments(const std::filesystem::path& folder);

} // namespace servolane::app
