// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/ipc/peer.h"

#include <array>
#include <cerrno>
#include <sys/socket.h>

namespace servolane::drivers::ipc {

namespace {
bool isPassing(int error) {
    return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}
} // namespace

void Peer::receive() {
    std::array<char, 16384> bytes;
    const auto got = ::recv(descriptor_.number(), bytes.data(), bytes.size(), 0);
    if (got > 0)
        received_.append(bytes.data(), static_cast<std::size_t>(got));
    else if (got == 0)
        ended_ = true;
    else if (!isPassing(errno))
        broken_ = true;
}

std::optional<std::string> Peer::nextLine() {
    const auto end = received_.find('\n');
    if (end == std::string::npos) return std::nullopt;
    std::string line = received_.substr(0, end);
    received_.erase(0, end + 1);
    return line;
}

void Peer::send(std::string line) {
    unsent_ += line;
    flush();
}

void Peer::flush() {
    if (unsent_.empty()) return;
    const auto sent = ::send(descriptor_.number(), unsent_.data(), unsent_.size(), MSG_NOSIGNAL);
    if (sent > 0)
        unsent_.erase(0, static_cast<std::size_t>(sent));
    else if (sent < 0 && !isPassing(errno))
        broken_ = true;
}

} // namespace servolane::drivers::ipc
