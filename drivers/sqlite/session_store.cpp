// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/sqlite/session_store.h"

#include "drivers/sqlite/session_file.h"
#include "drivers/sqlite/session_reader.h"
#include "drivers/sqlite/session_writer.h"

#include <algorithm>
#include <filesystem>

namespace servolane::drivers::sqlite {

namespace {

Result<session::SessionSummary> summaryOf(const std::string& path, const std::string& vfs) {
    auto file = openSessionFile(path, vfs);
    if (!file) return tl::make_unexpected(file.error());
    const auto timeLine = readTimeLine(*file);
    if (!timeLine) return tl::make_unexpected(timeLine.error());
    return readSummary(*file, *timeLine);
}

} // namespace

Result<std::unique_ptr<session::SessionWriter>>
SqliteSessionStore::create(const std::string& path, const session::SessionStart& start) {
    // A log that is as long as SQLite lets it become, twice.
    constexpr std::uint64_t roomAhead = 8ULL << 20;
    auto writer = SqliteSessionWriter::create(path, start, vfs_, roomAhead);
    if (!writer) return tl::make_unexpected(writer.error());
    return std::unique_ptr<session::SessionWriter>{std::move(*writer)};
}

Result<std::unique_ptr<session::SessionReader>> SqliteSessionStore::open(const std::string& path) {
    auto reader = SqliteSessionReader::open(path, vfs_);
    if (!reader) return tl::make_unexpected(reader.error());
    return std::unique_ptr<session::SessionReader>{std::move(*reader)};
}

std::optional<std::uint64_t> SqliteSessionStore::freeBytes(const std::string& path) const {
    std::error_code failed;
    const auto folder = std::filesystem::path{path}.parent_path();
    const auto space = std::filesystem::space(folder.empty() ? "." : folder, failed);
    // A file system without blocks, as /proc is one, has none that could run out.
    const bool isTold = !failed && space.capacity > 0;
    return isTold ? std::optional<std::uint64_t>{space.available} : std::nullopt;
}

std::vector<session::SessionSummary> SqliteSessionStore::list(const std::string& folder,
                                                              std::vector<Error>& problems) {
    std::vector<session::SessionSummary> summaries;
    std::error_code failed;
    for (std::filesystem::directory_iterator entry{folder, failed}, end; !failed && entry != end;
         entry.increment(failed)) {
        if (entry->path().extension() != ".servolane") continue;
        auto summary = summaryOf(entry->path().string(), vfs_);
        if (summary)
            summaries.push_back(std::move(*summary));
        else
            problems.push_back(summary.error());
    }
    if (failed && failed != std::errc::no_such_file_or_directory)
        problems.push_back({ErrorCode::inputOutput, folder + ": " + failed.message()});
    std::sort(summaries.begin(), summaries.end(),
              [](const auto& a, const auto& b) { return a.startedUtc > b.startedUtc; });
    return summaries;
}

} // namespace servolane::drivers::sqlite
