// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kernel/clock.h"
#include "drivers/ipc/local_socket.h"
#include "drivers/ipc/peer.h"
#include "drivers/ipc/service.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <poll.h>
#include <thread>
#include <vector>

namespace servolane::drivers::ipc {

struct ServerSettings {
    std::filesystem::path folder; ///< for all programs of this user
    /// Beyond it the one that has been silent longest is closed, of those who have not commanded anything if
    /// there are any: there is always room for a stop.
    std::size_t mostPeers = 64;
    /// Who is at the other end; a test may say something else than the kernel.
    std::function<std::optional<uid_t>(int descriptor)> userOf = peerUser;
};

/// Answers other processes of the same user on a thread of its own, which waits for nothing but its sockets:
/// it works while the window is frozen. Made and ended by one thread; the offer's commands and read models
/// are used from the server's.
class Server {
public:
    /// Errors: notAllowed (the folder is another user's), invalid (path too long), inputOutput.
    [[nodiscard]] static Result<std::unique_ptr<Server>> start(ServerSettings settings, Offer offer);
    /// Ends the thread, closes every connection and removes the socket.
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
    struct Guest {
        Peer peer;
        Visitor visitor;
        std::uint64_t lastHeard = 0; ///< in turns of the loop
    };

    Server(ServerSettings settings, Offer offer, std::filesystem::path path, Descriptor listener);
    void run();
    [[nodiscard]] int wait();
    void admit();
    void welcome(Descriptor connection);
    void serve(Guest& guest, short happened);
    void answerLines(Guest& guest);
    void closeMostSilent();

    ServerSettings settings_;
    Service service_;
    std::filesystem::path path_;
    Descriptor listener_;
    bool full_ = false; ///< no descriptor was left for one more connection
    std::vector<Guest> guests_;
    std::vector<pollfd> polled_; ///< waker, listener, then the guests in their order
    std::uint64_t turn_ = 0;
    Waker ending_;
    std::thread thread_;
};

} // namespace servolane::drivers::ipc
