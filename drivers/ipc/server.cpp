// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/ipc/server.h"

#include "drivers/ipc/socket_folder.h"

#include <algorithm>
#include <cerrno>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

namespace servolane::drivers::ipc {

namespace {
/// So many requests of one connection, then the others' turn.
constexpr int requestsPerTurn = 8;
constexpr std::size_t firstGuest = 2;
/// Without a free descriptor the waiting connection would wake the loop without end.
constexpr int fullPause = 100; // ms
} // namespace

Result<std::unique_ptr<Server>> Server::start(ServerSettings settings, Offer offer) {
    if (auto ready = prepareSocketFolder(settings.folder); !ready) return tl::make_unexpected(ready.error());
    removeDeadSockets(settings.folder);
    const auto path = newSocketPath(settings.folder);
    auto listener = listenAt(path);
    if (!listener) return tl::make_unexpected(listener.error());
    return std::unique_ptr<Server>(
        new Server(std::move(settings), std::move(offer), path, std::move(*listener)));
}

Server::Server(ServerSettings settings, Offer offer, std::filesystem::path path, Descriptor listener)
    : settings_(std::move(settings))
    , service_(std::move(offer))
    , path_(std::move(path))
    , listener_(std::move(listener))
    , thread_([this] { run(); }) {}

Server::~Server() {
    ending_.wake();
    thread_.join();
    ::unlink(path_.c_str());
}

void Server::run() {
    ::pthread_setname_np(::pthread_self(), "ipc");
    while (!ending_.isWoken()) {
        if (wait() < 0) continue;
        ++turn_;
        for (std::size_t i = 0; i < guests_.size(); ++i)
            serve(guests_[i], polled_[firstGuest + i].revents);
        if (full_ || polled_[1].revents != 0) admit();
        for (Guest& guest : guests_)
            if (guest.peer.isOver()) service_.leave(guest.visitor);
        std::erase_if(guests_, [](const Guest& guest) { return guest.peer.isOver(); });
    }
    for (Guest& guest : guests_)
        service_.leave(guest.visitor);
}

int Server::wait() {
    polled_.assign(
        {{ending_.descriptor(), POLLIN, 0}, {listener_.number(), static_cast<short>(full_ ? 0 : POLLIN), 0}});
    bool waiting = false;
    for (const Guest& guest : guests_) {
        const Peer& peer = guest.peer;
        const int wanted = (peer.isReceiving() ? POLLIN : 0) | (peer.isSending() ? POLLOUT : 0);
        polled_.push_back({peer.descriptor(), static_cast<short>(wanted), 0});
        waiting = waiting || (peer.hasLine() && !peer.isSending());
    }
    return ::poll(polled_.data(), polled_.size(), waiting ? 0 : full_ ? fullPause : -1);
}

void Server::admit() {
    for (;;) {
        Descriptor connection(::accept4(listener_.number(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
        full_ = !connection.isOpen() && (errno == EMFILE || errno == ENFILE || errno == ENOMEM);
        if (full_) closeMostSilent();
        if (!connection.isOpen()) return;
        welcome(std::move(connection));
    }
}

void Server::welcome(Descriptor connection) {
    const bool sameUser = settings_.userOf(connection.number()) == ::geteuid();
    if (guests_.size() >= settings_.mostPeers) closeMostSilent();
    guests_.push_back({Peer(std::move(connection), longestRequest), {}, turn_});
    if (sameUser) return;
    Peer& stranger = guests_.back().peer;
    stranger.closeWhenSent();
    stranger.send(Service::refusal("not-allowed", "only the user who runs this program may speak with it"));
}

void Server::serve(Guest& guest, short happened) {
    Peer& peer = guest.peer;
    if ((happened & (POLLOUT | POLLERR | POLLHUP)) != 0) peer.flush();
    if ((happened & (POLLIN | POLLERR | POLLHUP)) != 0 && peer.isReceiving()) {
        peer.receive();
        guest.lastHeard = turn_;
    }
    answerLines(guest);
}

void Server::answerLines(Guest& guest) {
    Peer& peer = guest.peer;
    for (int i = 0; i < requestsPerTurn && !peer.isSending() && !peer.isClosing(); ++i) {
        const auto line = peer.nextLine();
        if (!line) break;
        peer.send(service_.answer(*line, guest.visitor));
    }
    if (!peer.isTooLong() || peer.isClosing()) return;
    peer.closeWhenSent();
    peer.send(
        Service::refusal("too-long", "a request has at most " + std::to_string(longestRequest) + " bytes"));
}

void Server::closeMostSilent() {
    // With the connection of one who has commanded, what he began may end: those who only look go first.
    // Who has only just come may be about to stop.
    const auto rank = [this](const Guest& guest) {
        return std::pair{guest.visitor.number != 0 || guest.lastHeard == turn_, guest.lastHeard};
    };
    const auto silent = std::min_element(guests_.begin(), guests_.end(),
                                         [&](const Guest& a, const Guest& b) { return rank(a) < rank(b); });
    if (silent == guests_.end()) return;
    service_.leave(silent->visitor);
    guests_.erase(silent);
}

} // namespace servolane::drivers::ipc
