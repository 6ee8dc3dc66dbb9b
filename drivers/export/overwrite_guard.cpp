// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/export/overwrite_guard.h"

#include "drivers/export/part_file.h"

#include <array>
#include <filesystem>
#include <fstream>
#include <string_view>

namespace servolane::drivers {

namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 4> companions{"-wal", "-shm", "-journal", "-room"};

bool isSame(const fs::path& a, const fs::path& b) {
    std::error_code missing;
    return fs::equivalent(a, b, missing) && !missing;
}

bool isDatabase(const fs::path& path) {
    constexpr std::string_view magic{"SQLite format 3\0", 16};
    std::array<char, magic.size()> start{};
    std::ifstream file(path, std::ios::binary);
    return file.read(start.data(), start.size()) && std::string_view(start.data(), start.size()) == magic;
}

bool liesBesideADatabase(const std::string& path) {
    for (const auto suffix : companions)
        if (path.ends_with(suffix) && isDatabase(path.substr(0, path.size() - suffix.size()))) return true;
    return false;
}

} // namespace

Result<void> refuseToOverwrite(const std::string& source, const std::string& out) {
    // Written beside first, so that this name must be free, too.
    for (const std::string& path : {out, out + partSuffix}) {
        // A rename would put a file in the place of a device, and a pipe is waited for.
        std::error_code missing;
        if (fs::is_other(fs::status(path, missing)))
            return failure(ErrorCode::invalid,
                           path + " is a device, a pipe or a socket: only a file is written");
        bool isSource = isSame(source, path);
        for (const auto suffix : companions)
            isSource = isSource || isSame(source + std::string{suffix}, path);
        if (isSource) return failure(ErrorCode::invalid, path + " is the recording to be exported");
        if (isDatabase(path) || liesBesideADatabase(path))
            return failure(ErrorCode::invalid,
                           path + " is a recording or another database; it is not overwritten");
    }
    return {};
}

} // namespace servolane::drivers
