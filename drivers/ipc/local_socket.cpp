// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/ipc/local_socket.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace servolane::drivers::ipc {

namespace fs = std::filesystem;

namespace {

constexpr int waitingConnections = 32;

Result<sockaddr_un> addressOf(const fs::path& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string text = path.string();
    if (text.size() >= sizeof address.sun_path)
        return failure(ErrorCode::invalid, "socket path " + text + " has " + std::to_string(text.size()) +
                                               " bytes; at most " +
                                               std::to_string(sizeof address.sun_path - 1) + " are possible");
    std::copy(text.begin(), text.end(), address.sun_path);
    return address;
}

ErrorCode codeOf(int error) {
    switch (error) {
    case ENOENT:
        return ErrorCode::notFound;
    case ECONNREFUSED:
        return ErrorCode::linkLost;
    case EAGAIN:
        return ErrorCode::busy;
    case EACCES:
    case EPERM:
        return ErrorCode::notAllowed;
    default:
        return ErrorCode::inputOutput;
    }
}

tl::unexpected<Error> systemFailure(const fs::path& path) {
    return failure(codeOf(errno), "socket " + path.string() + ": " + std::strerror(errno));
}

Descriptor newSocket() {
    return Descriptor(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
}

} // namespace

Result<Descriptor> listenAt(const fs::path& path) {
    // Under its own name only once it listens: nobody may take it for a dead one.
    const fs::path early = path.parent_path() / ("." + path.filename().string());
    const auto address = addressOf(early);
    if (!address) return tl::make_unexpected(address.error());
    Descriptor made = newSocket();
    ::unlink(early.c_str());
    const bool listening =
        made.isOpen() &&
        ::bind(made.number(), reinterpret_cast<const sockaddr*>(&*address), sizeof *address) == 0 &&
        ::chmod(early.c_str(), 0600) == 0 && ::listen(made.number(), waitingConnections) == 0 &&
        ::rename(early.c_str(), path.c_str()) == 0;
    if (listening) return made;
    const auto failed = systemFailure(path);
    ::unlink(early.c_str());
    return failed;
}

Result<Descriptor> connectTo(const fs::path& path) {
    const auto address = addressOf(path);
    if (!address) return tl::make_unexpected(address.error());
    Descriptor made = newSocket();
    if (!made.isOpen() ||
        ::connect(made.number(), reinterpret_cast<const sockaddr*>(&*address), sizeof *address) != 0)
        return systemFailure(path);
    return made;
}

std::optional<uid_t> peerUser(int descriptor) {
    ucred credentials{};
    socklen_t size = sizeof credentials;
    if (::getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) return std::nullopt;
    return credentials.uid;
}

} // namespace servolane::drivers::ipc
