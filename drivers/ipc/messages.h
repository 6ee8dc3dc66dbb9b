// SPDX-License-Identifier: GPL-3.0-or-later
// What is asked and answered between a window and the command line, as values. PROTOCOL.md is the same for
// people. Plain values, any thread.
#pragma once

#include "core/bus/read/bus_board.h"
#include "core/bus/wire.h"
#include "core/journal/read/command_log.h"
#include "core/motion/read/axis_board.h"
#include "core/session/read/recording_board.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace servolane::drivers::ipc {

constexpr int protocolVersion = 1;
/// Bytes of one line. A machine of 253 axes takes less than the first.
constexpr std::size_t longestRequest = 256 * 1024;
constexpr std::size_t longestAnswer = 16 * 1024 * 1024;
/// The longest that a jog may be let go on by one renewal.
constexpr Duration longestLease = std::chrono::seconds{1};

struct OwnedPort {
    BusId bus;
    std::string path; ///< as its owner was told it
};

/// Who answers, and what it owns.
struct Greeting {
    std::string program; ///< "servolane", "servolane-cli record"
    std::string version;
    std::int64_t process = 0;
    std::vector<OwnedPort> ports;
    std::optional<std::string> machine{}; ///< the machine file that it keeps, if it keeps one
};

/// What the asker has seen already: boards come only if they are newer.
struct Seen {
    Sequence buses;
    Sequence axes;
    Time registersSince{};           ///< values read at this time or later are told
    std::vector<CommandId> commands; ///< those whose fate is followed
};

struct RegisterNews {
    AxisId axis;
    std::string name;
    std::int64_t raw = 0;
    Time at{};
};

/// `axes` and `registers` are at least as new as `commands`: what a confirmed command did is in them.
struct News {
    std::optional<bus::BusBoard> buses;
    std::optional<motion::AxisBoard> axes;
    session::RecordingBoard recording;
    std::vector<RegisterNews> registers;
    std::vector<journal::CommandEntry> commands;
    Sequence commandsUpTo; ///< of the owner's command log
    Sequence storedUpTo;   ///< facts up to this one are on disk
    bool journalFailing = false;
};

/// A packet on the wire, as of bus::WirePacket.
struct PacketNews {
    std::uint64_t number = 0;
    Time at{};
    bus::WireDirection direction = bus::WireDirection::out;
    bus::WireTrouble trouble = bus::WireTrouble::none;
    int id = bus::WireWords::nobody;
    std::string instruction;
    std::string text;
    Bytes bytes;
};

/// The next packets of a bus that the asker watches.
struct WireNews {
    std::vector<PacketNews> packets;
    std::uint64_t next = 0;  ///< the number to ask from the next time
    std::uint64_t letGo = 0; ///< packets from the number asked for that were kept no longer, of any bus
    std::uint64_t unheardBytes = 0; ///< as of bus::WireLog, since the owner began to count
    bool isWatching = false;        ///< packets go on being kept for the asker
    bool hasMore = false;           ///< there are more already
};
/// Packets in one answer.
constexpr std::size_t mostPackets = 2000;

} // namespace servolane::drivers::ipc
