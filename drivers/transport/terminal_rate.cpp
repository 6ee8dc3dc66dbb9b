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

} // namespace servolane::drivers
