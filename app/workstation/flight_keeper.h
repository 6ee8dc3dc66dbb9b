// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workstation/places.h"
#include "core/kernel/clock.h"

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <thread>

namespace servolane::app {

/// What this user may still write to the disk of a folder; absent: not known.
[[nodiscard]] std::optional<std::uint64_t> roomOn(const std::filesystem::path& folder);

/// Looks after the segments of the flight recorder on a thread of its own, so that neither the start of the
/// program nor the recorder waits for a disk: those that a killed program left open become plain files, and
/// the oldest go when all take more than their share, grow too old, or leave the disk too little room.
class FlightKeeper {
public:
    using MeasureRoom = std::function<std::optional<std::uint64_t>(const std::filesystem::path&)>;
    /// `named`: the folder of recordings that have a name; those that a killed program left open become plain
    /// files too, once, and nothing of it goes. Empty: none.
    FlightKeeper(std::filesystem::path folder, FlightLimits limits, MeasureRoom room = roomOn,
                 std::filesystem::path named = {});
    ~FlightKeeper();
    FlightKeeper(const FlightKeeper&) = delete;
    FlightKeeper& operator=(const FlightKeeper&) = delete;

    /// Soon; any thread, returns at once.
    void look() { waker_.wake(); }

private:
    void run();

    std::filesystem::path folder_;
    FlightLimits limits_;
    MeasureRoom room_;
    std::filesystem::path named_;
    Waker waker_;
    std::atomic<bool> ending_ = false;
    std::thread thread_;
};

/// Of a folder, see drivers/sqlite/recover_session.h; segments that are in use stay as they are.
void recoverSegments(const std::filesystem::path& folder);

} // namespace servolane::app
