// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workstation/flight_keeper.h"

#include "core/kernel/thread_setup.h"
#include "drivers/export/part_file.h"
#include "drivers/sqlite/recover_session.h"

#include <utility>

namespace servolane::app {

namespace fs = std::filesystem;

namespace {

/// Segments grow old without anybody recording.
constexpr Duration longestPause = std::chrono::hours{1};

} // namespace

FlightKeeper::FlightKeeper(fs::path folder, FlightLimits limits, MeasureRoom room, fs::path named)
    : folder_(std::move(folder))
    , limits_(limits)
    , room_(std::move(room))
    , named_(std::move(named))
    , thread_([this] { run(); }) {}

FlightKeeper::~FlightKeeper() {
    ending_ = true;
    waker_.wake();
    thread_.join();
}

void FlightKeeper::run() {
    lowerPriority();
    recoverSegments(folder_);
    if (!named_.empty()) {
        recoverSegments(named_);
        drivers::removeLeftParts(named_);
    }
    SystemClock clock;
    do {
        waker_.clear();
        keepNewest(folder_, limits_, room_(folder_));
        if (!ending_) clock.waitUntil(clock.now() + longestPause, waker_);
    } while (!ending_);
}

std::optional<std::uint64_t> roomOn(const fs::path& folder) {
    std::error_code error;
    const auto space = fs::space(folder, error);
    return error ? std::nullopt : std::optional<std::uint64_t>{space.available};
}

void recoverSegments(const fs::path& folder) {
    std::error_code error;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
        // One that cannot be recovered stays as it is: it can be read with its -wal.
        if (entry->path().extension() == ".servolane")
            static_cast<void>(drivers::sqlite::recoverSession(entry->path().string()));
}

} // namespace servolane::app
