// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sim/line_mode.h"

// The kernel's own header knows rates of any number; it cannot be mixed with <termios.h>.
#include <algorithm>
#include <array>
#include <asm/termbits.h>
#include <sys/ioctl.h>
#include <utility>

namespace servolane::app {

namespace {

/// A terminal that nobody has set stands at 38400, so that is written as a number.
constexpr std::array<std::pair<std::uint32_t, tcflag_t>, 8> standardRates{{{9'600, B9600},
                                                                           {57'600, B57600},
                                                                           {115'200, B115200},
                                                                           {500'000, B500000},
                                                                           {1'000'000, B1000000},
                                                                           {2'000'000, B2000000},
                                                                           {3'000'000, B3000000},
                                                                           {4'000'000, B4000000}}};

tcflag_t codeOf(std::uint32_t baud) {
    const auto found = std::find_if(standardRates.begin(), standardRates.end(),
                                    [&](const auto& rate) { return rate.first == baud; });
    return found == standardRates.end() ? tcflag_t{BOTHER} : found->second;
}

} // namespace

void setRaw(int master, std::uint32_t baud) {
    termios2 mode{};
    if (::ioctl(master, TCGETS2, &mode) != 0) return;
    mode.c_iflag &= ~static_cast<tcflag_t>(IGNBRK | BRKINT | PARMRK | ISTRIP | INLCR | IGNCR | ICRNL | IXON);
    mode.c_oflag &= ~static_cast<tcflag_t>(OPOST);
    mode.c_lflag &= ~static_cast<tcflag_t>(ECHO | ECHONL | ICANON | ISIG | IEXTEN);
    mode.c_cflag &= ~static_cast<tcflag_t>(CSIZE | PARENB | CBAUD | (CBAUD << IBSHIFT));
    mode.c_cflag |= CS8 | CREAD | codeOf(baud);
    mode.c_ispeed = mode.c_ospeed = baud;
    mode.c_cc[VMIN] = 1;
    mode.c_cc[VTIME] = 0;
    ::ioctl(master, TCSETS2, &mode);
}

std::uint32_t rateOfFarEnd(int master) {
    termios2 mode{};
    // Through the near end, the kernel tells of the far one; it counts standard rates out, too.
    return ::ioctl(master, TCGETS2, &mode) == 0 ? mode.c_ospeed : 0;
}

void dropUnreadAtFarEnd(int master) {
    termios2 mode{};
    // First what is still under way, then what lies in the far end's queue: the latter goes with a new mode.
    ::ioctl(master, TCFLSH, TCOFLUSH);
    if (::ioctl(master, TCGETS2, &mode) == 0) ::ioctl(master, TCSETSF2, &mode);
}

} // namespace servolane::app
