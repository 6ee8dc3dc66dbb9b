// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/transport/pty_transport.h"

#include "drivers/transport/port_lock.h"
#include "drivers/transport/serial_frame.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

namespace servolane::drivers {

namespace {

Result<void> makeRaw(int descriptor, const std::string& path) {
    termios settings{};
    if (::tcgetattr(descriptor, &settings) != 0)
        return failure(ErrorCode::invalid, path + " is not a terminal");
    ::cfmakeraw(&settings);
    settings.c_cc[VMIN] = 1;
    settings.c_cc[VTIME] = 0;
    if (::tcsetattr(descriptor, TCSANOW, &settings) != 0)
        return failure(ErrorCode::inputOutput, path + ": " + std::strerror(errno));
    return {};
}

} // namespace

PtyTransport::~PtyTransport() {
    close();
}

Result<void> PtyTransport::open(const bus::LineSettings& settings) {
    if (auto valid = checkSettings(settings); !valid) return valid;
    close();
    const int descriptor = ::open(settings.path.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (descriptor < 0) return tl::make_unexpected(openError(settings.path, errno));
    auto ready = lockPort(descriptor, settings.path, Exclusion::advisory).and_then([&] {
        return makeRaw(descriptor, settings.path);
    });
    if (!ready) {
        ::close(descriptor);
        return ready;
    }
    byteTime_ = serialByteTime(settings.baud, settings.parity, settings.stopBits);
    line_.attach(descriptor, settings.path);
    found_ = rateSettingOf(descriptor);
    setTerminalRate(descriptor, settings.baud);
    return line_.discardInput();
}

void PtyTransport::close() {
    if (!isOpen()) return;
    if (found_) putBackRate(line_.descriptor(), *found_);
    unlockPort(line_.descriptor(), Exclusion::advisory);
    ::close(line_.descriptor());
    line_.detach();
}

Result<void> PtyTransport::setBaud(std::uint32_t bitsPerSecond) {
    if (!isOpen()) return failure(ErrorCode::linkLost, "pseudo-terminal is not open");
    if (!isSupportedBaud(bitsPerSecond))
        return failure(ErrorCode::unsupported, "baud rate " + std::to_string(bitsPerSecond));
    byteTime_ = serialByteTime(bitsPerSecond, bus::Parity::none, 1);
    setTerminalRate(line_.descriptor(), bitsPerSecond);
    return {};
}

Result<void> PtyTransport::write(ByteView bytes) {
    return line_.write(bytes, byteTime_);
}

Result<std::size_t> PtyTransport::read(MutableByteView into, Time deadline) {
    return line_.read(into, deadline);
}

Result<void> PtyTransport::discardInput() {
    return line_.discardInput();
}

} // namespace servolane::drivers
