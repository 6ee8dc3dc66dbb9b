// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/sqlite/session_library.h"

#include "drivers/sqlite/recover_session.h"
#include "drivers/sqlite/session_reader.h"
#include "drivers/sqlite/session_thumbnail.h"

#include <algorithm>
#include <filesystem>

namespace servolane::drivers::sqlite {

using session::ListedSession;

namespace {

ListedSession readListed(const std::string& path) {
    ListedSession listed;
    listed.path = path;
    listed.summary.path = path;
    const auto reader = SqliteSessionReader::open(path);
    if (!reader) {
        listed.problem = reader.error();
        return listed;
    }
    listed.summary = (*reader)->summary();
    listed.thumbnail = thumbnailOf(**reader);
    return listed;
}

struct Found {
    std::filesystem::file_time_type changed;
    std::string path;
};

Result<std::vector<Found>> recordingsIn(const std::string& folder) {
    std::vector<Found> found;
    std::error_code failed;
    for (std::filesystem::directory_iterator entry{folder, failed}, end; !failed && entry != end;
         entry.increment(failed)) {
        if (entry->path().extension() != ".servolane") continue;
        std::error_code none;
        found.push_back({entry->last_write_time(none), entry->path().string()});
    }
    if (failed && failed != std::errc::no_such_file_or_directory)
        return failure(ErrorCode::inputOutput, folder + ": " + failed.message());
    std::sort(found.begin(), found.end(), [](const Found& a, const Found& b) {
        return std::tie(b.changed, a.path) < std::tie(a.changed, b.path);
    });
    return found;
}

} // namespace

SqliteSessionLibrary::Stamp SqliteSessionLibrary::stampOf(const std::string& path) {
    std::error_code none;
    Stamp stamp;
    stamp.changed = std::filesystem::last_write_time(path, none).time_since_epoch().count();
    const auto size = [](const std::string& file) -> std::uint64_t {
        std::error_code failed;
        const auto bytes = std::filesystem::file_size(file, failed);
        return failed ? 0 : bytes;
    };
    stamp.bytes = size(path);
    stamp.logBytes = size(path + "-wal");
    return stamp;
}

ListedSession SqliteSessionLibrary::listedAt(const std::string& path) {
    const Stamp stamp = stampOf(path); // before it is read: what is written meanwhile makes it differ
    {
        const std::lock_guard guard{mutex_};
        const auto known = known_.find(path);
        if (known != known_.end() && known->second.stamp == stamp) return known->second.listed;
        ++opened_;
    }
    ListedSession listed = readListed(path);
    const std::lock_guard guard{mutex_};
    known_[path] = {stamp, listed};
    return listed;
}

std::uint64_t SqliteSessionLibrary::opened() const {
    const std::lock_guard guard{mutex_};
    return opened_;
}

Result<void> SqliteSessionLibrary::list(const std::string& folder,
                                        const std::function<bool(const ListedSession&)>& take,
                                        session::JobProgress& progress) {
    const auto found = recordingsIn(folder);
    if (!found) return tl::make_unexpected(found.error());
    for (std::size_t at = 0; at < found->size(); ++at) {
        if (progress.cancel) return {};
        if (!take(listedAt((*found)[at].path))) return {};
        progress.done = static_cast<double>(at + 1) / static_cast<double>(found->size());
    }
    return {};
}

Result<void> SqliteSessionLibrary::settle(const std::string& path) {
    const auto moved = recoverSession(path);
    return moved ? Result<void>{} : tl::make_unexpected(moved.error());
}

} // namespace servolane::drivers::sqlite
