// SPDX-License-Identifier: GPL-3.0-or-later
// With a lock and a datagram rather than QLocalServer: QtNetwork and what it brings along would cost a tenth
// of the time until the first frame.
#include "app/desktop/first_instance.h"

#include "drivers/ipc/socket_folder.h"

#include <QtCore/QByteArray>
#include <QtCore/QCryptographicHash>
#include <QtCore/QSocketNotifier>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <optional>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace servolane::app {

namespace {

/// So that an empty wish is a request too.
constexpr char raiseLetter = 'r';

/// Absent if the path is too long for the system.
std::optional<sockaddr_un> addressOf(const std::filesystem::path& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string& text = path.native();
    if (text.size() >= sizeof(address.sun_path)) return std::nullopt;
    std::memcpy(address.sun_path, text.c_str(), text.size() + 1);
    return address;
}

int datagramSocket() {
    return ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

const sockaddr* plain(const sockaddr_un& address) {
    return reinterpret_cast<const sockaddr*>(&address);
}

} // namespace

FirstInstance::FirstInstance(const std::filesystem::path& configFolder)
    : folder_(drivers::ipc::usualSocketFolder())
    , name_("window-" + QCryptographicHash::hash(QByteArray::fromStdString(configFolder.string()),
                                                 QCryptographicHash::Sha1)
                            .toHex()
                            .left(12)
                            .toStdString()) {}

FirstInstance::~FirstInstance() {
    if (socket_.isOpen()) ::unlink((folder_ / (name_ + ".raise")).c_str());
}

FirstInstance::Claim FirstInstance::claim(const std::string& wish) {
    if (!drivers::ipc::prepareSocketFolder(folder_)) return Claim::first;
    if (!lock()) return askOther(wish) ? Claim::passedOn : Claim::unheard;
    listen();
    return Claim::first;
}

bool FirstInstance::lock() {
    const auto path = folder_ / (name_ + ".lock");
    lock_ = drivers::ipc::Descriptor(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    return !lock_.isOpen() || ::flock(lock_.number(), LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK;
}

bool FirstInstance::askOther(const std::string& wish) const {
    const auto address = addressOf(folder_ / (name_ + ".raise"));
    const drivers::ipc::Descriptor socket(datagramSocket());
    if (!address || !socket.isOpen() || wish.size() > longestWish) return false;
    const std::string request = raiseLetter + wish;
    const auto sent = ::sendto(socket.number(), request.data(), request.size(), MSG_NOSIGNAL, plain(*address),
                               sizeof(sockaddr_un));
    return sent == static_cast<ssize_t>(request.size());
}

void FirstInstance::listen() {
    const auto path = folder_ / (name_ + ".raise");
    const auto address = addressOf(path);
    if (!address) return;
    ::unlink(path.c_str()); // what a killed program left behind
    drivers::ipc::Descriptor socket(datagramSocket());
    if (socket.isOpen() && ::bind(socket.number(), plain(*address), sizeof(sockaddr_un)) == 0)
        socket_ = std::move(socket);
}

void FirstInstance::onRaise(std::function<void(const std::string& wish)> raise) {
    if (!socket_.isOpen()) return;
    notifier_ = std::make_unique<QSocketNotifier>(socket_.number(), QSocketNotifier::Read);
    QObject::connect(notifier_.get(), &QSocketNotifier::activated, notifier_.get(),
                     [this, raise = std::move(raise)] {
                         std::string request(longestWish + 1, '\0');
                         for (;;) {
                             const auto size = ::recv(socket_.number(), request.data(), request.size(), 0);
                             if (size < 0) return;
                             if (size > 0) raise(request.substr(1, static_cast<std::size_t>(size) - 1));
                         }
                     });
}

} // namespace servolane::app
