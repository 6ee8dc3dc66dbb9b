// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sim/pty_line.h"

#include "app/sim/line_mode.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>
#include <utility>

namespace servolane::app {

namespace {

tl::unexpected<Error> systemError(const char* what) {
    return failure(ErrorCode::inputOutput, std::string(what) + ": " + std::strerror(errno));
}

/// The kernel keeps the far end's mode only once that was open.
void openOnce(const std::string& path) {
    const int slave = ::open(path.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (slave >= 0) ::close(slave);
}

int watchOn(const std::string& path) {
    const int watch = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (watch < 0 || ::inotify_add_watch(watch, path.c_str(), IN_OPEN | IN_CLOSE) >= 0) return watch;
    ::close(watch);
    return -1;
}

} // namespace

PtyLine::~PtyLine() {
    if (master_ >= 0) ::close(master_);
    if (watch_ >= 0) ::close(watch_);
}

PtyLine::PtyLine(PtyLine&& other) noexcept
    : master_(std::exchange(other.master_, -1))
    , watch_(std::exchange(other.watch_, -1))
    , clients_(other.clients_)
    , baud_(other.baud_)
    , path_(std::move(other.path_)) {}

Result<PtyLine> PtyLine::make(std::uint32_t baud) {
    PtyLine line;
    line.baud_ = baud;
    line.master_ = ::posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (line.master_ < 0) return systemError("pseudo-terminal");
    if (::grantpt(line.master_) != 0 || ::unlockpt(line.master_) != 0) return systemError("pseudo-terminal");
    char name[64] = "";
    if (::ptsname_r(line.master_, name, sizeof name) != 0) return systemError("pseudo-terminal");
    line.path_ = name;
    openOnce(line.path_);
    setRaw(line.master_, baud);
    line.watch_ = watchOn(line.path_);
    return line;
}

bool PtyLine::changedHands() {
    if (watch_ < 0) return false;
    alignas(inotify_event) char events[4096];
    bool changed = false;
    for (;;) {
        const ssize_t got = ::read(watch_, events, sizeof events);
        if (got <= 0) return changed;
        for (ssize_t at = 0; at < got;) {
            inotify_event event{};
            std::memcpy(&event, events + at, sizeof event);
            at += static_cast<ssize_t>(sizeof event + event.len);
            const bool opened = (event.mask & IN_OPEN) != 0;
            if (opened ? clients_++ == 0 : clients_ > 0 && --clients_ == 0) changed = true;
        }
    }
}

bool PtyLine::isHungUp() const {
    pollfd entry{master_, 0, 0};
    return ::poll(&entry, 1, 0) > 0 && (entry.revents & POLLHUP) != 0;
}

std::uint32_t PtyLine::rate() const {
    return rateOfFarEnd(master_);
}

std::size_t PtyLine::read(MutableByteView into) const {
    const ssize_t got = ::read(master_, into.data(), into.size());
    return got > 0 ? static_cast<std::size_t>(got) : 0;
}

void PtyLine::send(ByteView bytes) const {
    [[maybe_unused]] const ssize_t taken = ::write(master_, bytes.data(), bytes.size());
}

void PtyLine::dropUnread() const {
    dropUnreadAtFarEnd(master_);
    if (isHungUp()) setRaw(master_, baud_);
}

} // namespace servolane::app
