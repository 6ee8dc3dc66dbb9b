// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workstation/flight_keeper.h"

#include "app/workstation/places.h"
#include "core/kernel/thread_setup.h"
#include "drivers/sqlite/recover_session.h"

#include <utility>

namespace servolane::app {

namespace fs = std::filesystem;

FlightKeeper::FlightKeeper(fs::path folder, std::uint64_t bytes)
    : folder_(std::move(folder))
    , bytes_(bytes)
    , thread_([this] { run(); }) {}

FlightKeeper::~FlightKeeper() {
    ending_ = true;
    waker_.wake();
    thread_.join();
}

void FlightKeeper::run() {
    lowerPriority();
    recoverSegments(folder_);
    SystemClock clock;
    do {
        waker_.clear();
        keepNewest(folder_, bytes_);
        if (!ending_) clock.waitUntil(Time::max(), waker_);
    } while (!ending_);
}

void recoverSegments(const fs::path& folder) {
    std::error_code error;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
        // One that cannot be recovered stays as it is: it can be read with its -wal.
        if (entry->path().extension() == ".servolane")
            static_cast<void>(drivers::sqlite::recoverSession(entry->path().string()));
}

} // namespace servolane::app
