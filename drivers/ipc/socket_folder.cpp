// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/ipc/socket_folder.h"

#include "drivers/ipc/local_socket.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <random>
#include <sys/stat.h>
#include <unistd.h>

namespace servolane::drivers::ipc {

namespace fs = std::filesystem;

namespace {

constexpr const char* extension = ".sock";
constexpr mode_t forOthers = S_IRWXG | S_IRWXO;

struct Standing {
    bool exists = false;
    bool ours = false;
    mode_t mode = 0;
};

/// Of a folder itself: a link to one is not followed.
Standing standingOf(const fs::path& folder) {
    struct stat status {};
    if (::lstat(folder.c_str(), &status) != 0) return {};
    return {true, S_ISDIR(status.st_mode) && status.st_uid == ::geteuid(), status.st_mode};
}

} // namespace

fs::path usualSocketFolder() {
    const char* chosen = std::getenv("XDG_RUNTIME_DIR");
    if (chosen && fs::path(chosen).is_absolute()) return fs::path(chosen) / "servolane";
    const std::string user = std::to_string(::geteuid());
    const fs::path usual = "/run/user/" + user;
    if (standingOf(usual).ours) return usual / "servolane";
    std::error_code error;
    const fs::path temporary = fs::temp_directory_path(error);
    return (error ? fs::path("/tmp") : temporary) / ("servolane-" + user);
}

Result<void> prepareSocketFolder(const fs::path& folder) {
    if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
        return failure(errno == EACCES ? ErrorCode::notAllowed : ErrorCode::inputOutput,
                       "folder " + folder.string() + ": " + std::strerror(errno));
    const Standing standing = standingOf(folder);
    if (!standing.ours)
        return failure(ErrorCode::notAllowed, folder.string() + " is not a folder of this user");
    if ((standing.mode & forOthers) != 0 && ::chmod(folder.c_str(), 0700) != 0)
        return failure(ErrorCode::notAllowed, "folder " + folder.string() + " is open to others");
    return {};
}

fs::path newSocketPath(const fs::path& folder) {
    constexpr char digits[] = "0123456789abcdef";
    std::random_device random;
    std::string name = std::to_string(::getpid()) + "-";
    for (int i = 0; i < 8; ++i)
        name += digits[random() % 16];
    return folder / (name + extension);
}

std::vector<fs::path> socketsIn(const fs::path& folder) {
    std::vector<fs::path> found;
    if (!standingOf(folder).ours) return found;
    std::error_code error;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
        std::error_code gone;
        if (entry->path().extension() == extension && !entry->path().filename().string().starts_with('.') &&
            entry->is_socket(gone))
            found.push_back(entry->path());
    }
    std::sort(found.begin(), found.end());
    return found;
}

void removeDeadSockets(const fs::path& folder) {
    for (const fs::path& path : socketsIn(folder)) {
        const auto connection = connectTo(path);
        std::error_code ignored;
        if (!connection && connection.error().code == ErrorCode::linkLost) fs::remove(path, ignored);
    }
}

} // namespace servolane::drivers::ipc
