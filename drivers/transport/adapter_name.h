// SPDX-License-Identifier: GPL-3.0-or-later
// Adapters by a name that stays the same when the system numbers its ports anew: the links that udev makes of
// maker, model and serial number. Any thread; looks at a folder of links, opens no port.
#pragma once

#include <string>

namespace servolane::drivers {

inline constexpr const char* usualAdapterFolder = "/dev/serial/by-id";

/// "usb-FTDI_USB__-__Serial_Converter_FT4THVTO-if00-port0" for "/dev/ttyUSB0"; empty for ports that have no
/// such name, pseudo-terminals among them, and for names that are of that folder already: those need none.
[[nodiscard]] std::string adapterName(const std::string& path,
                                      const std::string& folder = usualAdapterFolder);
/// "/dev/ttyUSB1", where that adapter is now; empty if it is not plugged in.
[[nodiscard]] std::string adapterPort(const std::string& name,
                                      const std::string& folder = usualAdapterFolder);

inline constexpr const char* usualPortFolder = "/sys/class/tty";

/// Where an adapter is plugged in, "1-2.4:1.0" (bus, ports of hubs, interface), for "/dev/ttyUSB0"; empty for
/// ports that are not on a USB. Links to a port are followed.
[[nodiscard]] std::string usbPlace(const std::string& path, const std::string& folder = usualPortFolder);

} // namespace servolane::drivers
