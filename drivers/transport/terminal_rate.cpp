// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/transport/terminal_rate.h"

// The kernel's own header knows rates of any number; it cannot be mixed with <termios.h>.
#include <asm/termbits.h>
#include <fcntl.h>
#include <filesystem>
#include <sys/ioctl.h>
#include <unistd.h>

namespace servolane::drivers {

bool isPseudoTerminal(const std::string& path) {
    std::error_code ignored;
    return std::filesystem::weakly_canonical(path, ignored).parent_path() == "/dev/pts";
}

std::optional<std::uint32_t> terminalRate(const std::string& path) {
    if (!isPseudoTerminal(path)) return std::nullopt;
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (descriptor < 0) return std::nullopt;
    termios2 mode{};
    const bool told = ::ioctl(descriptor, TCGETS2, &mode) == 0;
    ::close(descriptor);
    // A fresh terminal stands at this one.
    if (!told || (mode.c_cflag & CBAUD) == B38400 || mode.c_ospeed == 0) return std::nullopt;
    return mode.c_ospeed;
}

std::optional<RateSetting> rateSettingOf(int descriptor) {
    termios2 mode{};
    if (::ioctl(descriptor, TCGETS2, &mode) != 0) return std::nullopt;
    return RateSetting{mode.c_cflag & CBAUD, mode.c_ospeed};
}

void putBackRate(int descriptor, const RateSetting& setting) {
    termios2 mode{};
    if (::ioctl(descriptor, TCGETS2, &mode) != 0) return;
    mode.c_cflag &= ~static_cast<tcflag_t>(CBAUD | (CBAUD << IBSHIFT));
    mode.c_cflag |= setting.code;
    mode.c_ispeed = mode.c_ospeed = setting.baud;
    ::ioctl(descriptor, TCSETS2, &mode);
}

void setTerminalRate(int descriptor, std::uint32_t bitsPerSecond) {
    putBackRate(descriptor, {BOTHER, bitsPerSecond});
}

} // namespace servolane::drivers
