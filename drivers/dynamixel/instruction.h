// SPDX-License-Identifier: GPL-3.0-or-later
// Every instruction of Protocol 2.0 as plain data, with encode (the host's side) and decode (the servo's
// side). The structs hold views: what they look at must outlive them. Pure functions, safe on any thread.
#pragma once

#include "core/bus/servo_bus.h"
#include "drivers/dynamixel/packet.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <tl/expected.hpp>
#include <variant>

namespace servolane::drivers::dynamixel {

/// To broadcastId: every servo answers in turn, the lowest id first.
struct PingRequest {};

struct ReadRequest {
    bus::RegisterSpan span;
};

struct WriteRequest {
    std::uint16_t address = 0;
    ByteView bytes;
};

/// Stored by the servo until ActionRequest.
struct RegisterWriteRequest {
    std::uint16_t address = 0;
    ByteView bytes;
};

struct ActionRequest {};

struct FactoryResetRequest {
    bus::ResetScope scope = bus::ResetScope::keepIdAndBaud;
};

struct RebootRequest {};

enum class ClearTarget : std::uint8_t { turns = 0x01, errors = 0x02 };
struct ClearRequest {
    ClearTarget target = ClearTarget::turns;
};

enum class BackupStep : std::uint8_t { store = 0x01, restore = 0x02 };
struct BackupRequest {
    BackupStep step = BackupStep::store;
};

enum class ReplyForm : std::uint8_t {
    separate, ///< one status per servo (sync read, bulk read)
    merged,   ///< one frame for all (fast sync read, fast bulk read)
};

struct SyncReadRequest {
    ReplyForm form = ReplyForm::separate;
    bus::RegisterSpan span;
    ByteView ids; ///< one byte each, in the order of the answers
};

struct SyncWriteRequest {
    bus::RegisterSpan span;
    ByteView items; ///< {id, span.size bytes} again and again

    [[nodiscard]] std::size_t count() const { return items.size() / (1U + span.size); }
    [[nodiscard]] ServoId id(std::size_t item) const { return ServoId{items[item * (1U + span.size)]}; }
    [[nodiscard]] ByteView bytes(std::size_t item) const {
        return items.subspan(item * (1U + span.size) + 1, span.size);
    }
    /// The last item for this servo, as the last write wins; absent if there is none.
    [[nodiscard]] std::optional<ByteView> bytesFor(ServoId id) const;
};

struct BulkReadRequest {
    static constexpr std::size_t entrySize = 5;
    ReplyForm form = ReplyForm::separate;
    ByteView entries; ///< {id, address(2), size(2)} again and again, in the order of the answers; each id at
                      ///< most once

    [[nodiscard]] std::size_t count() const { return entries.size() / entrySize; }
    [[nodiscard]] ServoId id(std::size_t entry) const { return ServoId{entries[entry * entrySize]}; }
    [[nodiscard]] bus::RegisterSpan span(std::size_t entry) const;
};

struct BulkWriteItem {
    ServoId id;
    std::uint16_t address = 0;
    ByteView bytes;
};

struct BulkWriteRequest {
    ByteView items; ///< {id, address(2), size(2), size bytes} again and again

    /// The item at this byte offset of `items`, which is moved to the next one; absent at the end or if cut
    /// short.
    [[nodiscard]] std::optional<BulkWriteItem> next(std::size_t& offset) const;
    /// Absent if there is none for this servo.
    [[nodiscard]] std::optional<BulkWriteItem> itemFor(ServoId id) const;
};

/// In the order of the instruction codes.
using Request = std::variant<PingRequest, ReadRequest, WriteRequest, RegisterWriteRequest, ActionRequest,
                             FactoryResetRequest, RebootRequest, ClearRequest, BackupRequest, SyncReadRequest,
                             SyncWriteRequest, BulkReadRequest, BulkWriteRequest>;

[[nodiscard]] Instruction instructionOf(const Request& request) noexcept;

/// Appends the whole frame. Group requests (sync, bulk) are to be sent to broadcastId.
void append(Bytes& into, ServoId id, const Request& request);
[[nodiscard]] Bytes encode(ServoId id, const Request& request);

/// What a servo makes of a frame that it heard. The error is what it would answer: `instruction` for an
/// unknown code (and for a status, which is none), `dataLength` for missing or surplus parameters,
/// `dataRange` for a wrong key or scope. Views look into `frame.body`.
[[nodiscard]] tl::expected<Request, ErrorNumber> decodeInstruction(const Frame& frame);

/// Appends {id, address(2), size(2)}: one entry of a bulk read.
void appendBulkReadEntry(Bytes& entries, ServoId id, bus::RegisterSpan span);
/// Appends {id, address(2), size(2), bytes}: one item of a bulk write.
void appendBulkWriteItem(Bytes& items, const BulkWriteItem& item);

} // namespace servolane::drivers::dynamixel
