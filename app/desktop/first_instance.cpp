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

bool FirstInstance::claim() {
    if (!drivers::ipc::prepareSocketFolder(folder_)) return true;
    if (!lock()) {
        askOther();
        return false;
    }
    listen();
    return true;
}

bool FirstInstance::lock() {
    const auto path = folder_ / (name_ + ".lock");
    lock_ = drivers::ipc::Descriptor(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    return !lock_.isOpen() || ::flock(lock_.number(), LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK;
}

void FirstInstance::askOther() const {
    const auto address = addressOf(folder_ / (name_ + ".raise"));
    const drivers::ipc::Descriptor socket(datagramSocket());
    if (!address || !socket.isOpen()) return;
    const char request = 'r';
    static_cast<void>(
        ::sendto(socket.number(), &request, 1, MSG_NOSIGNAL, plain(*address), sizeof(sockaddr_un)));
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

void FirstInstance::onRaise(std::function<void()> raise) {
    if (!socket_.isOpen()) return;
    notifier_ = std::make_unique<QSocketNotifier>(socket_.number(), QSocketNotifier::Read);
    QObject::connect(notifier_.get(), &QSocketNotifier::activated, notifier_.get(),
                     [this, raise = std::move(raise)] {
                         char request = 0;
                         bool asked = false;
                         while (::recv(socket_.number(), &request, 1, 0) >= 0)
                             asked = true;
                         if (asked) raise();
                     });
}

} // namespace servolane::app
