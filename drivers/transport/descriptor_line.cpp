// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/transport/descriptor_line.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <poll.h>
#include <termios.h>
#include <unistd.h>
#include <utility>

namespace servolane::drivers {

namespace {

using namespace std::chrono_literals;

timespec timespecOf(Duration span) {
    const auto whole = std::chrono::duration_cast<std::chrono::seconds>(span);
    return {static_cast<time_t>(whole.count()), static_cast<long>((span - whole).count())};
}

/// The numbers a terminal answers with once its device has gone.
bool meansGone(int number) {
    return number == EIO || number == ENXIO || number == ENODEV || number == EBADF;
}

bool meansLater(int number) {
    return number == EAGAIN || number == EWOULDBLOCK || number == EINTR;
}

} // namespace

void DescriptorLine::attach(int descriptor, std::string name) {
    descriptor_ = descriptor;
    name_ = std::move(name);
}

Result<void> DescriptorLine::write(ByteView bytes, Duration byteTime) {
    if (!isAttached()) return lost();
    const Time deadline = clock_.now() + 100ms + byteTime * static_cast<std::int64_t>(bytes.size());
    while (!bytes.empty()) {
        const ssize_t taken = ::write(descriptor_, bytes.data(), bytes.size());
        if (taken >= 0) {
            bytes = bytes.subspan(static_cast<std::size_t>(taken));
            continue;
        }
        if (!meansLater(errno)) return failed("write", errno);
        if (!awaitRoom(deadline))
            return failure(ErrorCode::timeout,
                           name_ + " stays full with " + std::to_string(bytes.size()) + " bytes left");
    }
    return {};
}

Result<std::size_t> DescriptorLine::read(MutableByteView into, Time deadline) {
    if (!isAttached()) return lost();
    if (into.empty()) return std::size_t{0};
    for (;;) {
        switch (awaitInput(deadline)) {
        case Readiness::lost:
            return lost();
        case Readiness::woken:
            return failure(ErrorCode::interrupted);
        case Readiness::expired:
            return std::size_t{0};
        case Readiness::data:
            break;
        }
        const ssize_t got = ::read(descriptor_, into.data(), into.size());
        if (got > 0) return static_cast<std::size_t>(got);
        if (got < 0 && !meansLater(errno)) return failed("read", errno);
    }
}

Result<void> DescriptorLine::discardInput() {
    if (!isAttached()) return lost();
    if (::tcflush(descriptor_, TCIFLUSH) != 0) return failed("flush", errno);
    return {};
}

DescriptorLine::Readiness DescriptorLine::awaitInput(Time deadline) const {
    for (;;) {
        std::array<pollfd, 2> entries{{{descriptor_, POLLIN, 0}, {waker_.descriptor(), POLLIN, 0}}};
        const timespec timeout = timespecOf(std::max(deadline - clock_.now(), Duration::zero()));
        const int ready = ::ppoll(entries.data(), entries.size(), &timeout, nullptr);
        if (ready < 0 && errno == EINTR) continue;
        if (ready <= 0) return Readiness::expired;
        // A device that went away reports data and hang-up together; what it still holds is of no use.
        if ((entries[0].revents & (POLLHUP | POLLERR | POLLNVAL)) != 0) return Readiness::lost;
        return (entries[0].revents & POLLIN) != 0 ? Readiness::data : Readiness::woken;
    }
}

bool DescriptorLine::awaitRoom(Time deadline) const {
    const Duration left = deadline - clock_.now();
    if (left <= Duration::zero()) return false;
    pollfd entry{descriptor_, POLLOUT, 0};
    const timespec timeout = timespecOf(left);
    return ::ppoll(&entry, 1, &timeout, nullptr) != 0;
}

tl::unexpected<Error> DescriptorLine::lost() const {
    return failure(ErrorCode::linkLost, (name_.empty() ? "line" : name_) + " is gone");
}

tl::unexpected<Error> DescriptorLine::failed(const char* what, int number) const {
    return failure(meansGone(number) ? ErrorCode::linkLost : ErrorCode::inputOutput,
                   name_ + ": " + what + ": " + std::strerror(number));
}

} // namespace servolane::drivers
