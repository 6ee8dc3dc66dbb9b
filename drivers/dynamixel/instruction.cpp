// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/dynamixel/instruction.h"

#include <algorithm>
#include <array>

namespace servolane::drivers::dynamixel {

namespace {

using Decoded = tl::expected<Request, ErrorNumber>;

constexpr std::array<std::uint8_t, 4> clearTurnsKey{0x44, 0x58, 0x4C, 0x22};  // "DXL" and 0x22
constexpr std::array<std::uint8_t, 4> clearErrorsKey{0x45, 0x52, 0x43, 0x4C}; // "ERCL"
constexpr std::array<std::uint8_t, 4> backupKey{0x43, 0x54, 0x52, 0x4C};      // "CTRL"

constexpr std::uint8_t byteOf(bus::ResetScope scope) {
    switch (scope) {
    case bus::ResetScope::all:
        return 0xFF;
    case bus::ResetScope::keepId:
        return 0x01;
    case bus::ResetScope::keepIdAndBaud:
        return 0x02;
    }
    return 0x02;
}

constexpr std::uint8_t low(std::uint16_t word) {
    return static_cast<std::uint8_t>(word & 0xFF);
}
constexpr std::uint8_t high(std::uint16_t word) {
    return static_cast<std::uint8_t>(word >> 8);
}

std::uint16_t wordAt(ByteView bytes, std::size_t at) {
    return static_cast<std::uint16_t>(littleEndian(bytes.subspan(at, 2)));
}

bus::RegisterSpan spanAt(ByteView bytes, std::size_t at) {
    return {wordAt(bytes, at), wordAt(bytes, at + 2)};
}

std::array<std::uint8_t, 2> bytesOf(std::uint16_t address) {
    return {low(address), high(address)};
}

std::array<std::uint8_t, 4> bytesOf(bus::RegisterSpan span) {
    return {low(span.address), high(span.address), low(span.size), high(span.size)};
}

std::array<std::uint8_t, 5> keyed(std::uint8_t option, const std::array<std::uint8_t, 4>& key) {
    return {option, key[0], key[1], key[2], key[3]};
}

bool matches(ByteView bytes, std::uint8_t option, const std::array<std::uint8_t, 4>& key) {
    return std::ranges::equal(bytes, keyed(option, key));
}

/// Appends the frame of each request; the parameters are what differs.
struct Appender {
    Bytes& into;
    ServoId id;
    Instruction instruction;

    void frame(ByteView first, ByteView rest = {}) const { appendFrame(into, id, instruction, first, rest); }

    void operator()(const PingRequest&) const { frame({}); }
    void operator()(const ActionRequest&) const { frame({}); }
    void operator()(const RebootRequest&) const { frame({}); }
    void operator()(const ReadRequest& request) const { frame(bytesOf(request.span)); }
    void operator()(const WriteRequest& request) const { frame(bytesOf(request.address), request.bytes); }
    void operator()(const RegisterWriteRequest& request) const {
        frame(bytesOf(request.address), request.bytes);
    }
    void operator()(const FactoryResetRequest& request) const {
        const std::uint8_t scope = byteOf(request.scope);
        frame(ByteView(&scope, 1));
    }
    void operator()(const ClearRequest& request) const {
        const auto& key = request.target == ClearTarget::turns ? clearTurnsKey : clearErrorsKey;
        frame(keyed(static_cast<std::uint8_t>(request.target), key));
    }
    void operator()(const BackupRequest& request) const {
        frame(keyed(static_cast<std::uint8_t>(request.step), backupKey));
    }
    void operator()(const SyncReadRequest& request) const { frame(bytesOf(request.span), request.ids); }
    void operator()(const SyncWriteRequest& request) const { frame(bytesOf(request.span), request.items); }
    void operator()(const BulkReadRequest& request) const { frame(request.entries); }
    void operator()(const BulkWriteRequest& request) const { frame(request.items); }
};

struct InstructionNamer {
    Instruction operator()(const PingRequest&) const { return Instruction::ping; }
    Instruction operator()(const ReadRequest&) const { return Instruction::read; }
    Instruction operator()(const WriteRequest&) const { return Instruction::write; }
    Instruction operator()(const RegisterWriteRequest&) const { return Instruction::registerWrite; }
    Instruction operator()(const ActionRequest&) const { return Instruction::action; }
    Instruction operator()(const FactoryResetRequest&) const { return Instruction::factoryReset; }
    Instruction operator()(const RebootRequest&) const { return Instruction::reboot; }
    Instruction operator()(const ClearRequest&) const { return Instruction::clear; }
    Instruction operator()(const BackupRequest&) const { return Instruction::controlTableBackup; }
    Instruction operator()(const SyncReadRequest& request) const {
        return request.form == ReplyForm::merged ? Instruction::fastSyncRead : Instruction::syncRead;
    }
    Instruction operator()(const SyncWriteRequest&) const { return Instruction::syncWrite; }
    Instruction operator()(const BulkReadRequest& request) const {
        return request.form == ReplyForm::merged ? Instruction::fastBulkRead : Instruction::bulkRead;
    }
    Instruction operator()(const BulkWriteRequest&) const { return Instruction::bulkWrite; }
};

Decoded wrongLength() {
    return tl::make_unexpected(ErrorNumber::dataLength);
}
Decoded wrongValue() {
    return tl::make_unexpected(ErrorNumber::dataRange);
}

template <class Empty>
Decoded decodeEmpty(ByteView body) {
    return body.empty() ? Decoded(Empty{}) : wrongLength();
}

Decoded decodeRead(ByteView body) {
    if (body.size() != 4) return wrongLength();
    return ReadRequest{spanAt(body, 0)};
}

template <class Write>
Decoded decodeWrite(ByteView body) {
    if (body.size() < 3) return wrongLength();
    return Write{wordAt(body, 0), body.subspan(2)};
}

Decoded decodeFactoryReset(ByteView body) {
    if (body.size() != 1) return wrongLength();
    for (const auto scope : {bus::ResetScope::all, bus::ResetScope::keepId, bus::ResetScope::keepIdAndBaud}) {
        if (body[0] == byteOf(scope)) return FactoryResetRequest{scope};
    }
    return wrongValue();
}

Decoded decodeClear(ByteView body) {
    if (body.size() != 5) return wrongLength();
    if (matches(body, static_cast<std::uint8_t>(ClearTarget::turns), clearTurnsKey))
        return ClearRequest{ClearTarget::turns};
    if (matches(body, static_cast<std::uint8_t>(ClearTarget::errors), clearErrorsKey))
        return ClearRequest{ClearTarget::errors};
    return wrongValue();
}

Decoded decodeBackup(ByteView body) {
    if (body.size() != 5) return wrongLength();
    for (const auto step : {BackupStep::store, BackupStep::restore}) {
        if (matches(body, static_cast<std::uint8_t>(step), backupKey)) return BackupRequest{step};
    }
    return wrongValue();
}

Decoded decodeSyncRead(ByteView body, ReplyForm form) {
    if (body.size() < 5) return wrongLength();
    return SyncReadRequest{form, spanAt(body, 0), body.subspan(4)};
}

Decoded decodeSyncWrite(ByteView body) {
    if (body.size() < 4) return wrongLength();
    const SyncWriteRequest request{spanAt(body, 0), body.subspan(4)};
    const bool wholeItems = request.items.size() % (1U + request.span.size) == 0;
    return wholeItems && !request.items.empty() && request.span.size > 0 ? Decoded(request) : wrongLength();
}

Decoded decodeBulkRead(ByteView body, ReplyForm form) {
    if (body.empty() || body.size() % BulkReadRequest::entrySize != 0) return wrongLength();
    return BulkReadRequest{form, body};
}

Decoded decodeBulkWrite(ByteView body) {
    const BulkWriteRequest request{body};
    std::size_t offset = 0;
    while (request.next(offset)) {
    }
    return offset == body.size() && offset > 0 ? Decoded(request) : wrongLength();
}

} // namespace

std::optional<ByteView> SyncWriteRequest::bytesFor(ServoId wanted) const {
    for (std::size_t item = count(); item-- > 0;) {
        if (id(item) == wanted) return bytes(item);
    }
    return std::nullopt;
}

bus::RegisterSpan BulkReadRequest::span(std::size_t entry) const {
    return spanAt(entries, entry * entrySize + 1);
}

std::optional<BulkWriteItem> BulkWriteRequest::next(std::size_t& offset) const {
    constexpr std::size_t headSize = 5;
    if (offset > items.size() || items.size() - offset < headSize) return std::nullopt;
    const bus::RegisterSpan span = spanAt(items, offset + 1);
    if (items.size() - offset - headSize < span.size) return std::nullopt;
    const BulkWriteItem item{ServoId{items[offset]}, span.address,
                             items.subspan(offset + headSize, span.size)};
    offset += headSize + span.size;
    return item;
}

std::optional<BulkWriteItem> BulkWriteRequest::itemFor(ServoId id) const {
    std::size_t offset = 0;
    while (const auto item = next(offset)) {
        if (item->id == id) return item;
    }
    return std::nullopt;
}

Instruction instructionOf(const Request& request) noexcept {
    return std::visit(InstructionNamer{}, request);
}

void append(Bytes& into, ServoId id, const Request& request) {
    std::visit(Appender{into, id, instructionOf(request)}, request);
}

Bytes encode(ServoId id, const Request& request) {
    Bytes bytes;
    append(bytes, id, request);
    return bytes;
}

tl::expected<Request, ErrorNumber> decodeInstruction(const Frame& frame) {
    const ByteView body = frame.body;
    switch (static_cast<Instruction>(frame.instruction)) {
    case Instruction::ping:
        return decodeEmpty<PingRequest>(body);
    case Instruction::read:
        return decodeRead(body);
    case Instruction::write:
        return decodeWrite<WriteRequest>(body);
    case Instruction::registerWrite:
        return decodeWrite<RegisterWriteRequest>(body);
    case Instruction::action:
        return decodeEmpty<ActionRequest>(body);
    case Instruction::factoryReset:
        return decodeFactoryReset(body);
    case Instruction::reboot:
        return decodeEmpty<RebootRequest>(body);
    case Instruction::clear:
        return decodeClear(body);
    case Instruction::controlTableBackup:
        return decodeBackup(body);
    case Instruction::syncRead:
        return decodeSyncRead(body, ReplyForm::separate);
    case Instruction::syncWrite:
        return decodeSyncWrite(body);
    case Instruction::fastSyncRead:
        return decodeSyncRead(body, ReplyForm::merged);
    case Instruction::bulkRead:
        return decodeBulkRead(body, ReplyForm::separate);
    case Instruction::bulkWrite:
        return decodeBulkWrite(body);
    case Instruction::fastBulkRead:
        return decodeBulkRead(body, ReplyForm::merged);
    case Instruction::status:
        break;
    }
    return tl::make_unexpected(ErrorNumber::instruction);
}

void appendBulkReadEntry(Bytes& entries, ServoId id, bus::RegisterSpan span) {
    const auto bytes = bytesOf(span);
    entries.push_back(id.value);
    entries.insert(entries.end(), bytes.begin(), bytes.end());
}

void appendBulkWriteItem(Bytes& items, const BulkWriteItem& item) {
    appendBulkReadEntry(items, item.id, {item.address, static_cast<std::uint16_t>(item.bytes.size())});
    items.insert(items.end(), item.bytes.begin(), item.bytes.end());
}

} // namespace servolane::drivers::dynamixel
