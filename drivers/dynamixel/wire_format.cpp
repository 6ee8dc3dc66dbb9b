// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/dynamixel/wire_format.h"

#include "core/kernel/hex.h"
#include "drivers/dynamixel/crc16.h"
#include "drivers/dynamixel/instruction.h"
#include "drivers/dynamixel/status.h"

#include <algorithm>
#include <array>

namespace servolane::drivers::dynamixel {

using bus::WireDirection;
using bus::WirePart;
using bus::WireTrouble;
using bus::WireWords;

namespace {

constexpr std::array<std::uint8_t, 4> header{0xFF, 0xFF, 0xFD, 0x00};
/// A LEN beyond it is chance: no servo holds so many bytes.
constexpr std::size_t longestLength = 8192;
constexpr std::size_t shortestLength = 3;

/// Where the next header, or the beginning of one, stands at or behind `from`.
std::size_t findHeader(ByteView bytes, std::size_t from) {
    for (std::size_t at = from; at < bytes.size(); ++at) {
        const std::size_t seen = std::min(header.size(), bytes.size() - at);
        if (std::equal(header.begin(), header.begin() + static_cast<std::ptrdiff_t>(seen),
                       bytes.begin() + static_cast<std::ptrdiff_t>(at)))
            return at;
    }
    return bytes.size();
}

bool crcHolds(ByteView packet) {
    return crc16(packet.first(packet.size() - crcSize)) == littleEndian(packet.last(crcSize));
}

/// A packet whose checksum fails ends where another begins.
std::size_t sizeOfDamaged(ByteView packet) {
    const std::size_t next = findHeader(packet, 1);
    return packet.size() - next >= header.size() ? next : packet.size();
}

/// Numbers as the registers hold them; longer stretches as bytes.
std::string valueOf(ByteView bytes) {
    const bool isNumber = bytes.size() == 1 || bytes.size() == 2 || bytes.size() == 4;
    return isNumber ? std::to_string(littleEndian(bytes)) : hexText(bytes);
}

std::string spanText(bus::RegisterSpan span) {
    return "address " + std::to_string(span.address) + ", " + std::to_string(span.size) +
           (span.size == 1 ? " byte" : " bytes");
}

std::string_view wordOf(std::uint8_t instruction) {
    switch (static_cast<Instruction>(instruction)) {
    case Instruction::ping:
        return "ping";
    case Instruction::read:
        return "read";
    case Instruction::write:
        return "write";
    case Instruction::registerWrite:
        return "reg-write";
    case Instruction::action:
        return "action";
    case Instruction::factoryReset:
        return "factory-reset";
    case Instruction::reboot:
        return "reboot";
    case Instruction::clear:
        return "clear";
    case Instruction::controlTableBackup:
        return "backup";
    case Instruction::status:
        return "status";
    case Instruction::syncRead:
        return "sync-read";
    case Instruction::syncWrite:
        return "sync-write";
    case Instruction::fastSyncRead:
        return "fast-sync-read";
    case Instruction::bulkRead:
        return "bulk-read";
    case Instruction::bulkWrite:
        return "bulk-write";
    case Instruction::fastBulkRead:
        return "fast-bulk-read";
    }
    return "unknown";
}

// What a request asks for.
std::string wordsOf(const PingRequest&) {
    return {};
}
std::string wordsOf(const ReadRequest& request) {
    return spanText(request.span);
}
std::string wordsOf(const WriteRequest& request) {
    return "address " + std::to_string(request.address) + " ← " + valueOf(request.bytes);
}
std::string wordsOf(const RegisterWriteRequest& request) {
    return "address " + std::to_string(request.address) + " ← " + valueOf(request.bytes) + ", later";
}
std::string wordsOf(const ActionRequest&) {
    return {};
}
std::string wordsOf(const FactoryResetRequest& request) {
    switch (request.scope) {
    case bus::ResetScope::all:
        return "everything";
    case bus::ResetScope::keepId:
        return "all but the id";
    case bus::ResetScope::keepIdAndBaud:
        break;
    }
    return "all but id and baud rate";
}
std::string wordsOf(const RebootRequest&) {
    return {};
}
std::string wordsOf(const ClearRequest& request) {
    return request.target == ClearTarget::turns ? "turns" : "errors";
}
std::string wordsOf(const BackupRequest& request) {
    return request.step == BackupStep::store ? "store" : "restore";
}
std::string wordsOf(const SyncReadRequest& request) {
    std::string text = spanText(request.span) + ", ids";
    for (const std::uint8_t id : request.ids)
        text += ' ' + std::to_string(id);
    return text;
}
std::string wordsOf(const SyncWriteRequest& request) {
    std::string text = spanText(request.span) + ":";
    for (std::size_t item = 0; item < request.count(); ++item)
        text += (item == 0 ? " id " : ", id ") + std::to_string(request.id(item).value) + " ← " +
                valueOf(request.bytes(item));
    return text;
}
std::string wordsOf(const BulkReadRequest& request) {
    std::string text;
    for (std::size_t entry = 0; entry < request.count(); ++entry)
        text += (entry == 0 ? "id " : "; id ") + std::to_string(request.id(entry).value) + " " +
                spanText(request.span(entry));
    return text;
}
std::string wordsOf(const BulkWriteRequest& request) {
    std::string text;
    for (std::size_t offset = 0; const auto item = request.next(offset);)
        text += (text.empty() ? "id " : "; id ") + std::to_string(item->id.value) + " address " +
                std::to_string(item->address) + " ← " + valueOf(item->bytes);
    return text;
}

/// A frame whose bytes are kept with it.
struct OpenedFrame {
    Bytes bytes; ///< between ID's LEN and the CRC: INST and what follows, without stuffing
    Frame frame;
};

OpenedFrame opened(ByteView packet) {
    OpenedFrame result;
    const ByteView inside = packet.subspan(prefixSize, packet.size() - prefixSize - crcSize);
    result.bytes.assign(inside.begin(), inside.end());
    const bool merged =
        packet[4] == broadcastId.value && inside.front() == static_cast<std::uint8_t>(Instruction::status);
    if (!merged) result.bytes.resize(unstuff(result.bytes));
    result.frame.id = {packet[4]};
    result.frame.instruction = result.bytes.front();
    result.frame.body = ByteView(result.bytes).subspan(1);
    if (merged) result.frame.merged = packet;
    result.frame.wireSize = packet.size();
    return result;
}

std::optional<bus::RegisterSpan> spanFor(const Request& request, ServoId id) {
    if (const auto* read = std::get_if<ReadRequest>(&request)) return read->span;
    if (const auto* sync = std::get_if<SyncReadRequest>(&request)) return sync->span;
    if (const auto* bulk = std::get_if<BulkReadRequest>(&request))
        for (std::size_t entry = 0; entry < bulk->count(); ++entry)
            if (bulk->id(entry) == id) return bulk->span(entry);
    return std::nullopt;
}

std::string readText(bus::RegisterSpan span, ByteView bytes) {
    return "address " + std::to_string(span.address) + " = " + valueOf(bytes);
}

/// What a servo says with its parameters, as an answer to that request.
std::string answerText(const Status& status, const std::optional<Request>& request) {
    if (request && std::holds_alternative<PingRequest>(*request))
        if (const auto identity = identityFrom(status))
            return "model " + std::to_string(identity->modelNumber) + ", firmware " +
                   std::to_string(identity->firmware);
    if (status.parameters.empty()) return {};
    const auto span = request ? spanFor(*request, status.id) : std::nullopt;
    if (span && span->size == status.parameters.size()) return readText(*span, status.parameters);
    return hexText(status.parameters);
}

std::string joined(std::string first, const std::string& second) {
    if (!first.empty() && !second.empty()) first += ", ";
    return first + second;
}

std::string errorText(StatusError error) {
    std::string text;
    if (error.number != ErrorNumber::none) text = std::string(toString(error.number)) + " error";
    return error.alert ? joined(std::move(text), "alert") : text;
}

bus::WireTouch asked(ServoId id, bus::RegisterSpan span) {
    return {id.value, span.address, span.size};
}
bus::WireTouch held(ServoId id, std::uint32_t address, ByteView bytes) {
    return {id.value, address, bytes.size(), Bytes(bytes.begin(), bytes.end())};
}

/// What a request is about.
std::vector<bus::WireTouch> touchesOf(const Request& request, ServoId id) {
    std::vector<bus::WireTouch> touches;
    if (const auto* read = std::get_if<ReadRequest>(&request)) touches.push_back(asked(id, read->span));
    if (const auto* write = std::get_if<WriteRequest>(&request))
        touches.push_back(held(id, write->address, write->bytes));
    if (const auto* later = std::get_if<RegisterWriteRequest>(&request))
        touches.push_back(held(id, later->address, later->bytes));
    if (const auto* sync = std::get_if<SyncReadRequest>(&request))
        for (const std::uint8_t each : sync->ids)
            touches.push_back(asked({each}, sync->span));
    if (const auto* sync = std::get_if<SyncWriteRequest>(&request))
        for (std::size_t item = 0; item < sync->count(); ++item)
            touches.push_back(held(sync->id(item), sync->span.address, sync->bytes(item)));
    if (const auto* bulk = std::get_if<BulkReadRequest>(&request))
        for (std::size_t entry = 0; entry < bulk->count(); ++entry)
            touches.push_back(asked(bulk->id(entry), bulk->span(entry)));
    if (const auto* bulk = std::get_if<BulkWriteRequest>(&request))
        for (std::size_t offset = 0; const auto item = bulk->next(offset);)
            touches.push_back(held(item->id, item->address, item->bytes));
    return touches;
}

WireWords statusWords(const Status& status, const std::optional<Request>& request) {
    WireWords words;
    words.id = status.id.value;
    words.text = joined(errorText(status.error), answerText(status, request));
    const auto span = request ? spanFor(*request, status.id) : std::nullopt;
    if (span && span->size == status.parameters.size())
        words.touches.push_back(held(status.id, span->address, status.parameters));
    if (status.error.number != ErrorNumber::none) words.trouble = WireTrouble::refused;
    return words;
}

WireWords mergedWords(const Frame& frame, const std::optional<Request>& request) {
    WireWords words;
    words.id = WireWords::everyone;
    MergedReplyReader reader(frame.merged);
    const auto tell = [&](ServoId id, bus::RegisterSpan span) {
        const auto block = reader.next(id, span.size);
        words.text += (words.text.empty() ? "id " : "; id ") + std::to_string(id.value) + " ";
        if (!block.intact) {
            words.trouble = WireTrouble::damaged;
            words.text += "damaged";
            return;
        }
        if (block.error.number != ErrorNumber::none) words.trouble = WireTrouble::refused;
        words.text += joined(errorText(block.error), readText(span, block.bytes));
        words.touches.push_back(held(id, span.address, block.bytes));
    };
    if (const auto* sync = request ? std::get_if<SyncReadRequest>(&*request) : nullptr)
        for (const std::uint8_t id : sync->ids)
            tell({id}, sync->span);
    else if (const auto* bulk = request ? std::get_if<BulkReadRequest>(&*request) : nullptr)
        for (std::size_t entry = 0; entry < bulk->count(); ++entry)
            tell(bulk->id(entry), bulk->span(entry));
    return words;
}

class Format final : public bus::WireFormat {
public:
    WirePart first(ByteView bytes) const override {
        if (const std::size_t start = findHeader(bytes, 0); start > 0) return {start, false};
        if (bytes.size() < prefixSize) return {};
        const std::size_t length = lengthField(bytes);
        if (length < shortestLength || length > longestLength) return {findHeader(bytes, 1), false};
        const std::size_t size = prefixSize + length;
        if (bytes.size() < size) return {};
        const ByteView packet = bytes.first(size);
        return {crcHolds(packet) ? size : sizeOfDamaged(packet), true};
    }

    WireWords describe(ByteView packet, WireDirection direction, ByteView request) const override {
        WireWords words;
        const bool whole = packet.size() >= prefixSize + shortestLength;
        if (packet.size() > 4) words.id = packet[4] == broadcastId.value ? WireWords::everyone : packet[4];
        if (packet.size() > prefixSize) words.instruction = wordOf(packet[prefixSize]);
        if (!whole || prefixSize + lengthField(packet) != packet.size() || !crcHolds(packet)) {
            words.trouble = WireTrouble::damaged;
            words.text = "checksum does not hold";
            return tolerated(words, packet, request);
        }
        const OpenedFrame now = opened(packet);
        if (now.frame.is(Instruction::status)) return withWord(answer(now.frame, request), words.instruction);
        const auto understood = decodeInstruction(now.frame);
        words.text = understood ? std::visit([](const auto& of) { return wordsOf(of); }, *understood)
                                : joined(std::string(toString(understood.error())) + " error",
                                         hexText(now.frame.body));
        if (understood) words.touches = touchesOf(*understood, now.frame.id);
        if (direction == WireDirection::in) words.text = joined("own echo", words.text);
        return words;
    }

private:
    static WireWords withWord(WireWords words, std::string_view instruction) {
        words.instruction = instruction;
        return words;
    }

    static WireWords answer(const Frame& frame, ByteView requestBytes) {
        const OpenedRequest request(requestBytes);
        if (!frame.merged.empty()) return mergedWords(frame, request.decoded);
        if (const auto status = statusFrom(frame)) return statusWords(*status, request.decoded);
        WireWords words;
        words.id = frame.id.value;
        words.trouble = WireTrouble::damaged;
        words.text = "too short for a status";
        return words;
    }

    /// In a merged reply each block has a checksum of its own: the good ones are told.
    static WireWords tolerated(WireWords damaged, ByteView packet, ByteView requestBytes) {
        const bool merged = packet.size() > mergedPrefixSize && packet[4] == broadcastId.value &&
                            packet[prefixSize] == static_cast<std::uint8_t>(Instruction::status);
        if (!merged) return damaged;
        Frame frame;
        frame.merged = packet;
        WireWords words = withWord(mergedWords(frame, OpenedRequest(requestBytes).decoded), "status");
        words.trouble = WireTrouble::damaged;
        if (words.text.empty()) words.text = damaged.text;
        return words;
    }

    struct OpenedRequest {
        explicit OpenedRequest(ByteView bytes) {
            if (bytes.size() < prefixSize + shortestLength || prefixSize + lengthField(bytes) != bytes.size())
                return;
            kept = opened(bytes);
            if (auto understood = decodeInstruction(kept.frame)) decoded = *understood;
        }
        OpenedFrame kept;
        std::optional<Request> decoded;
    };
};

} // namespace

const bus::WireFormat& wireFormat() {
    static const Format format;
    return format;
}

} // namespace servolane::drivers::dynamixel
