// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workstation/sim_mark.h"

#include "drivers/ipc/socket_folder.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace servolane::app {

namespace fs = std::filesystem;

namespace {

constexpr const char* markExtension = ".simulated";

tl::unexpected<Error> markFailure(const fs::path& path) {
    return failure(ErrorCode::inputOutput, path.string() + ": " + std::strerror(errno));
}

bool writeAll(int descriptor, const std::string& text) {
    return ::write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

bool isOwnFolder(const fs::path& folder) {
    struct stat status {};
    return ::lstat(folder.c_str(), &status) == 0 && S_ISDIR(status.st_mode) && status.st_uid == ::geteuid();
}

/// What holds a lock lives.
bool isHeld(const fs::path& mark) {
    const int descriptor = ::open(mark.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (descriptor < 0) return false;
    const bool held = ::flock(descriptor, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    ::close(descriptor);
    return held;
}

bool names(const fs::path& mark, const std::string& port) {
    std::ifstream file(mark);
    for (std::string line; std::getline(file, line);)
        if (line == port) return true;
    return false;
}

template <class Visit>
void eachMark(const fs::path& folder, const Visit& visit) {
    if (!isOwnFolder(folder)) return;
    std::error_code error;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
        if (entry->path().extension() == markExtension) visit(entry->path());
}

} // namespace

Result<SimMark> SimMark::leave(const fs::path& folder, const std::vector<std::string>& ports) {
    if (auto ready = drivers::ipc::prepareSocketFolder(folder); !ready)
        return tl::make_unexpected(ready.error());
    eachMark(folder, [](const fs::path& mark) {
        std::error_code ignored;
        if (!isHeld(mark)) fs::remove(mark, ignored);
    });
    std::string text;
    for (const std::string& port : ports)
        text += port + '\n';
    const fs::path path = folder / (std::to_string(::getpid()) + markExtension);
    // Under its name only once it is held and whole.
    const fs::path making = path.string() + ".new";
    const int descriptor = ::open(making.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
    if (descriptor < 0) return markFailure(making);
    SimMark mark(making, descriptor);
    if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0 || !writeAll(descriptor, text) ||
        ::rename(making.c_str(), path.c_str()) != 0)
        return markFailure(making);
    mark.path_ = path;
    return mark;
}

SimMark::SimMark(SimMark&& other) noexcept
    : path_(std::move(other.path_))
    , descriptor_(std::exchange(other.descriptor_, -1)) {}

SimMark::~SimMark() {
    if (descriptor_ < 0) return;
    std::error_code ignored;
    fs::remove(path_, ignored);
    ::close(descriptor_);
}

bool isMarkedSimulated(const fs::path& folder, const std::string& port) {
    std::error_code error;
    const fs::path real = fs::canonical(port, error);
    if (error) return false;
    bool marked = false;
    eachMark(folder,
             [&](const fs::path& mark) { marked = marked || (names(mark, real.string()) && isHeld(mark)); });
    return marked;
}

} // namespace servolane::app
