// SPDX-License-Identifier: GPL-3.0-or-later
// The words of the command line as values.
#pragma once

#include "app/cli/outcome.h"
#include "core/access/role.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace servolane::cli {

/// Only the fields that belong to `command` are filled. Times in seconds, angles in degrees.
struct Arguments {
    std::string command;
    bool json = false;
    bool quiet = false;
    std::string store;
    std::string config;
    std::optional<access::Role> role; ///< absent: as much as is allowed

    std::string port;
    std::vector<std::string> ports;       ///< of a scan, beside `port` if there is not exactly one
    std::vector<std::string> protocols;   ///< of a scan, as asked; "all": every family
    std::vector<std::uint32_t> bauds;     ///< of a scan, as asked
    std::string protocol;                 ///< empty: as last known, then the likely ones
    std::optional<std::uint32_t> baud;    ///< absent: as last known, then the likely ones
    std::string parity;                   ///< "none", "even", "odd"; empty: as last known, then none
    std::optional<std::uint8_t> stopBits; ///< 1 or 2; absent: as last known, then 1
    std::optional<double> rate;           ///< cycles per second; 0: as fast as the wire allows
    std::optional<int> id;
    std::vector<int> ids;
    double seconds = 0.0;             ///< 0: the command's own
    bool wire = false;                ///< of monitor: every packet
    std::vector<std::string> watches; ///< registers that are read as channels meanwhile

    std::string registerName;
    std::string value;
    bool raw = false; ///< `value` is the servo's own number
    bool torqueOn = false;
    std::string mode;

    std::vector<std::string> bytes; ///< of a raw packet, hexadecimal

    double target = 0.0;
    bool referenced = false; ///< the position shown is the machine's
    std::optional<double> velocity;
    std::optional<double> acceleration;

    std::optional<int> clone;         ///< the servo whose registers are copied
    std::optional<int> source;        ///< the servo in a backup file
    std::vector<std::string> changes; ///< of ids: FROM:TO
    std::uint32_t newBaud = 0;        ///< bit/s
    bool dryRun = false;
    bool torqueOff = false; ///< torque that stands in the way is switched off
    bool identity = false;  ///< id and baud rate are restored too
    bool reboot = false;    ///< look again after a reboot
    bool all = false;       ///< equal registers are listed too

    std::string action; ///< of machine: show, export or import
    std::string file;
    std::string name;               ///< of a kept stretch
    std::vector<std::string> files; ///< of an export
    std::string out;
    std::string format = "csv";
    std::optional<double> from;
    std::optional<double> to;
    std::vector<std::string> channels;
    std::string resample = "none"; ///< METHOD or METHOD@ROWS_PER_SECOND
    bool facts = false;            ///< of an export: in a second file
};

/// Either what to do, or what to print and end with.
struct Parsed {
    std::optional<Arguments> arguments;
    Failure failure; ///< `help` or `version` with the text of --help or --version in `message`
    bool json = false;
};

[[nodiscard]] Parsed parse(int argc, const char* const* argv);

} // namespace servolane::cli
