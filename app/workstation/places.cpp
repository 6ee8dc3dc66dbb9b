// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workstation/places.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>

namespace servolane::app {

namespace fs = std::filesystem;

namespace {

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value ? value : "";
}

/// An XDG folder; relative values are to be ignored by the standard.
fs::path userFolder(const char* variable, const char* below) {
    const fs::path chosen = environment(variable);
    if (chosen.is_absolute()) return chosen / "servolane";
    const fs::path home = environment("HOME");
    return (home.empty() ? fs::temp_directory_path() : home / below) / "servolane";
}

bool isFolder(const fs::path& path) {
    std::error_code ignored;
    return fs::is_directory(path, ignored);
}

fs::path absolute(const fs::path& path) {
    std::error_code error;
    const fs::path found = fs::absolute(path, error);
    return error ? path : found.lexically_normal();
}

/// What comes with the program: where the environment says, else beside the program, else in the source tree.
fs::path shipped(const char* variable, const char* folder, const char* source) {
    if (const fs::path named = environment(variable); !named.empty()) return named;
    std::error_code error;
    const fs::path program = fs::read_symlink("/proc/self/exe", error);
    if (!error) {
        const fs::path installed = program.parent_path() / "../share/servolane" / folder;
        if (isFolder(installed)) return installed.lexically_normal();
    }
    return source;
}

struct Segment {
    fs::path path;
    fs::file_time_type changed;
    std::uint64_t bytes = 0;
    bool open = false; ///< somebody writes it, or was killed while writing it
};

std::vector<Segment> segmentsOf(const fs::path& folder) {
    std::vector<Segment> segments;
    std::error_code error;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
        if (entry->path().extension() != ".servolane") continue;
        std::error_code unreadable;
        Segment segment{entry->path(), entry->last_write_time(unreadable), entry->file_size(unreadable)};
        if (unreadable) continue;
        // While it is written only the -wal changes for long.
        const fs::path log = segment.path.string() + "-wal";
        if (const auto changed = fs::last_write_time(log, unreadable); !unreadable) {
            segment.open = true;
            segment.changed = std::max(segment.changed, changed);
        }
        if (const auto size = fs::file_size(log, unreadable); !unreadable) segment.bytes += size;
        segments.push_back(segment);
    }
    std::sort(segments.begin(), segments.end(),
              [](const Segment& a, const Segment& b) { return a.changed < b.changed; });
    return segments;
}

} // namespace

Places placesFor(const PlaceChoice& choice) {
    Places places;
    places.store =
        choice.store.empty() ? userFolder("XDG_DATA_HOME", ".local/share") : absolute(choice.store);
    places.config =
        choice.config.empty() ? userFolder("XDG_CONFIG_HOME", ".config") : absolute(choice.config);
    places.sessions = places.store / "sessions";
    places.flight = places.store / "flight";
    places.servos = {shipped("SERVOLANE_SERVOS", "servos", SERVOLANE_SOURCE_SERVOS)};
    if (const fs::path own = places.config / "servos"; isFolder(own)) places.servos.push_back(own);
    places.adapters = {shipped("SERVOLANE_ADAPTERS", "adapters", SERVOLANE_SOURCE_SERVOS "/../adapters") /
                           "adapters.json",
                       places.config / "adapters.json"};
    return places;
}

Result<void> makeFolder(const fs::path& folder) {
    std::error_code error;
    fs::create_directories(folder, error);
    if (!error) return {};
    const auto code = error == std::errc::permission_denied ? ErrorCode::notAllowed : ErrorCode::inputOutput;
    return failure(code, "folder " + folder.string() + ": " + error.message());
}

std::uint64_t keepNewest(const fs::path& folder, const FlightLimits& limits,
                         std::optional<std::uint64_t> freeBytes) {
    const auto segments = segmentsOf(folder);
    std::uint64_t held = 0;
    for (const Segment& segment : segments)
        held += segment.bytes;
    const auto now = fs::file_time_type::clock::now();
    std::uint64_t freed = 0;
    for (const Segment& segment : segments) {
        const Duration age = now - segment.changed;
        const bool isTooOld = limits.age > Duration{} && age > limits.age;
        const bool isTooMuch = held - freed > limits.bytes;
        const bool roomIsShort = freeBytes && *freeBytes + freed < limits.leastFree;
        if (!isTooOld && !isTooMuch && !roomIsShort) break;
        if (age < (segment.open ? limits.openYoungest : limits.closedYoungest)) continue;
        std::error_code error;
        if (fs::remove(segment.path, error)) freed += segment.bytes;
        for (const char* beside : {"-wal", "-shm", "-room"})
            fs::remove(segment.path.string() + beside, error);
    }
    return freed;
}

} // namespace servolane::app
