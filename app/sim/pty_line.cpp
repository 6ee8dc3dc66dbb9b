// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sim/pty_line.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>
#include <utility>

namespace servolane::app {

namespace {

tl::unexpected<Error> systemError(const char* what) {
    return failure(ErrorCode::inputOutput, std::string(what) + ": " + std::strerror(errno));
}

/// No echo and no line editing even for a client that sets nothing itself.
void makeRaw(const std::string& path) {
    const int slave = ::open(path.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (slave < 0) return;
    termios settings{};
    if (::tcgetattr(slave, &settings) == 0) {
        ::cfmakeraw(&settings);
        ::tcsetattr(slave, TCSANOW, &settings);
    }
    ::close(slave);
}

} // namespace

PtyLine::~PtyLine() {
    if (master_ >= 0) ::close(master_);
}

PtyLine::PtyLine(PtyLine&& other) noexcept
    : master_(std::exchange(other.master_, -1))
    , path_(std::move(other.path_)) {}

Result<PtyLine> PtyLine::make() {
    PtyLine line;
    line.master_ = ::posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (line.master_ < 0) return systemError("pseudo-terminal");
    if (::grantpt(line.master_) != 0 || ::unlockpt(line.master_) != 0) return systemError("pseudo-terminal");
    char name[64] = "";
    if (::ptsname_r(line.master_, name, sizeof name) != 0) return systemError("pseudo-terminal");
    line.path_ = name;
    makeRaw(line.path_);
    return line;
}

bool PtyLine::isHungUp() const {
    pollfd entry{master_, 0, 0};
    return ::poll(&entry, 1, 0) > 0 && (entry.revents & POLLHUP) != 0;
}

std::size_t PtyLine::read(MutableByteView into) const {
    const ssize_t got = ::read(master_, into.data(), into.size());
    return got > 0 ? static_cast<std::size_t>(got) : 0;
}

void PtyLine::send(ByteView bytes) const {
    [[maybe_unused]] const ssize_t taken = ::write(master_, bytes.data(), bytes.size());
}

void PtyLine::dropUnread() const {
    // What was sent lies in the far end's input queue, which only a descriptor of that end can flush.
    const int slave = ::open(path_.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (slave < 0) return;
    ::tcflush(slave, TCIFLUSH);
    ::close(slave);
}

} // namespace servolane::app
