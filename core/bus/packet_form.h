// SPDX-License-Identifier: GPL-3.0-or-later
// What it takes to compose a packet of a family by hand and to read what comes back. Plain values and pure
// functions; any thread. Who sends it is SendRawPacket.
#pragma once

#include "core/kernel/bytes.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace servolane::bus {

struct InstructionForm {
    std::uint8_t code = 0;
    std::string_view name;       ///< "Read"
    std::string_view parameters; ///< what they are: "address (2), length (2)"; empty: it takes none
};

struct PacketDraft {
    std::uint8_t id = 1;
    std::uint8_t instruction = 0;
    Bytes parameters;
    friend bool operator==(const PacketDraft&, const PacketDraft&) = default;
};

/// One packet of what was heard, or a stretch in which there is none.
struct PacketReading {
    bool whole = false;    ///< header, length and checksum hold; false: `bytes` are of no packet
    bool isAnswer = false; ///< else the echo of a request
    std::uint8_t id = 0;
    std::uint8_t instruction = 0; ///< of a request
    std::uint8_t error = 0;       ///< of an answer: the family's number, 0 is none
    std::string_view errorWord;   ///< "data range"; empty without an error
    bool alert = false;           ///< a hardware error is latched in the servo
    Bytes parameters;             ///< as they mean, escapes undone
    std::size_t bytes = 0;        ///< on the wire
};

struct PacketForm {
    std::string_view family; ///< FamilyTraits::name
    std::span<const InstructionForm> instructions;
    std::uint8_t lastId = 252;
    std::optional<std::uint8_t> broadcastId = 254; ///< absent: the family has none
    /// Header, escapes and checksum added.
    Bytes (*encode)(const PacketDraft& draft) = nullptr;
    std::vector<PacketReading> (*read)(ByteView bytes) = nullptr;
};

} // namespace servolane::bus
