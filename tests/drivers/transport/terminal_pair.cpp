// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/drivers/transport/terminal_pair.h"

#include <cstdlib>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

namespace servolane::tests {

TerminalPair::TerminalPair()
    : master_(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)) {
    if (::grantpt(master_) != 0 || ::unlockpt(master_) != 0) std::abort();
    char name[64] = "";
    if (::ptsname_r(master_, name, sizeof name) != 0) std::abort();
    path_ = name;
}

TerminalPair::~TerminalPair() {
    unplug();
}

void TerminalPair::send(ByteView bytes) const {
    if (::write(master_, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size())) std::abort();
}

Bytes TerminalPair::receive(std::size_t most) const {
    pollfd entry{master_, POLLIN, 0};
    constexpr int patience = 5000;
    if (::poll(&entry, 1, patience) <= 0) return {};
    Bytes bytes(most);
    const ssize_t got = ::read(master_, bytes.data(), bytes.size());
    bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return bytes;
}

void TerminalPair::unplug() {
    if (master_ >= 0) ::close(master_);
    master_ = -1;
}

} // namespace servolane::tests
