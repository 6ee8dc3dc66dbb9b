// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace servolane::drivers {

/// A serial port of this machine as the operating system describes it.
struct PortDescription {
    std::string path;        ///< "/dev/ttyUSB0"
    std::string description; ///< the adapter's own words, or what kind of port it is
    std::optional<std::uint16_t> vid;
    std::optional<std::uint16_t> pid;
    std::string serial;
    std::string alias; ///< "/dev/serial/by-id/…": stays the same when ports are numbered anew; may be empty
    bool openable = false; ///< as far as can be told without opening it
    std::string advice;    ///< one sentence with the way out where it is not openable; else empty
};

/// Looks, without opening any port of USB adapters (opening toggles DTR, which resets some boards). Any
/// thread.
[[nodiscard]] std::vector<PortDescription> listPorts();

/// The part of listPorts() that fills `openable` and `advice` for `path`.
void judgeAccess(PortDescription& port);

} // namespace servolane::drivers
