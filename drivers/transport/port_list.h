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
    std::string place; ///< "1-2.4:1.0", where it is plugged in; empty: not on a USB
    bool openable = false; ///< as far as can be told without opening it
    std::string advice;    ///< one sentence with the way out where it is not openable; else empty
};

/// Looks, without opening any port of USB adapters (opening toggles DTR, which resets some boards). Any
/// thread.
[[nodiscard]] std::vector<PortDescription> listPorts();

/// One that the system does not list, such as a pseudo-terminal or a link, with what can be told of it.
[[nodiscard]] PortDescription describePort(const std::string& path);

/// By which an adapter is remembered, whatever its port is called: numbers and serial number of a USB adapter
/// and which of its ports it is; where it is plugged in, if it has no serial number; else the path.
[[nodiscard]] std::string portKey(const PortDescription& port);
/// Of the port with this path; who may open it or has it open is not asked.
[[nodiscard]] std::string portKey(const std::string& path);

/// The part of listPorts() that fills `openable` and `advice` for `path`.
void judgeAccess(PortDescription& port);

} // namespace servolane::drivers
