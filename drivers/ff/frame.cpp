// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/ff/frame.h"

#include <array>

namespace servolane::drivers::ff {

namespace {

std::uint8_t codeOf(Instruction instruction) {
    return static_cast<std::uint8_t>(instruction);
}

std::optional<Request> syncReadFrom(ByteView given) {
    if (given.size() < 3) return std::nullopt;
    return SyncReadRequest{given[0], given[1], given.subspan(2)};
}

std::optional<Request> syncWriteFrom(ByteView given) {
    if (given.size() < 2 || given[1] == 0 || (given.size() - 2) % (1U + given[1]) != 0) return std::nullopt;
    return SyncWriteRequest{given[0], given[1], given.subspan(2)};
}

/// A zero comes before the entries.
std::optional<Request> bulkReadFrom(ByteView given) {
    if (given.size() < 1 + BulkReadRequest::entrySize || given[0] != 0 ||
        (given.size() - 1) % BulkReadRequest::entrySize != 0)
        return std::nullopt;
    return BulkReadRequest{given.subspan(1)};
}

struct Appender {
    Bytes& into;
    ServoId id;

    void put(Instruction instruction, ByteView first = {}, ByteView rest = {}) const {
        appendFrame(into, id, codeOf(instruction), first, rest);
    }
    void operator()(const PlainRequest& request) const { put(request.instruction); }
    void operator()(const ReadRequest& request) const {
        put(Instruction::read, std::array{request.address, request.size});
    }
    void operator()(const WriteRequest& request) const {
        put(Instruction::write, std::array{request.address}, request.bytes);
    }
    void operator()(const RegisterWriteRequest& request) const {
        put(Instruction::registerWrite, std::array{request.address}, request.bytes);
    }
    void operator()(const CalibrateRequest& request) const { put(Instruction::calibrate, request.position); }
    void operator()(const SyncReadRequest& request) const {
        put(Instruction::syncRead, std::array{request.address, request.size}, request.ids);
    }
    void operator()(const SyncWriteRequest& request) const {
        put(Instruction::syncWrite, std::array{request.address, request.size}, request.items);
    }
    void operator()(const BulkReadRequest& request) const {
        put(Instruction::bulkRead, std::array{std::uint8_t{0}}, request.entries);
    }
};

} // namespace

std::uint8_t checksum(ByteView bytes) noexcept {
    unsigned sum = 0;
    for (const std::uint8_t byte : bytes)
        sum += byte;
    return static_cast<std::uint8_t>(~sum);
}

void appendFrame(Bytes& into, ServoId id, std::uint8_t code, ByteView first, ByteView rest) {
    const std::size_t start = into.size();
    const auto length = static_cast<std::uint8_t>(first.size() + rest.size() + 2);
    for (const std::uint8_t byte : {std::uint8_t{0xFF}, std::uint8_t{0xFF}, id.value, length, code})
        into.push_back(byte);
    into.insert(into.end(), first.begin(), first.end());
    into.insert(into.end(), rest.begin(), rest.end());
    into.push_back(checksum(ByteView(into).subspan(start + 2)));
}

Bytes encodeAnswer(ServoId id, std::uint8_t error, ByteView parameters) {
    Bytes bytes;
    appendFrame(bytes, id, error, parameters);
    return bytes;
}

std::optional<ByteView> SyncWriteRequest::bytesFor(ServoId id) const {
    std::optional<ByteView> found;
    const std::size_t step = 1U + size;
    for (std::size_t at = 0; at + step <= items.size(); at += step)
        if (items[at] == id.value) found = items.subspan(at + 1, size);
    return found;
}

void append(Bytes& into, ServoId id, const Request& request) {
    std::visit(Appender{into, id}, request);
}

Bytes encode(ServoId id, const Request& request) {
    Bytes bytes;
    append(bytes, id, request);
    return bytes;
}

std::optional<Request> decodeRequest(const Frame& frame) {
    const ByteView given = frame.parameters;
    switch (static_cast<Instruction>(frame.code)) {
    case Instruction::ping:
    case Instruction::action:
    case Instruction::factoryReset:
    case Instruction::reboot:
    case Instruction::backup:
    case Instruction::resetState:
        if (!given.empty()) return std::nullopt;
        return PlainRequest{static_cast<Instruction>(frame.code)};
    case Instruction::read:
        if (given.size() != 2 || given[1] == 0) return std::nullopt;
        return ReadRequest{given[0], given[1]};
    case Instruction::write:
        if (given.size() < 2) return std::nullopt;
        return WriteRequest{given[0], given.subspan(1)};
    case Instruction::registerWrite:
        if (given.size() < 2) return std::nullopt;
        return RegisterWriteRequest{given[0], given.subspan(1)};
    case Instruction::calibrate:
        if (!given.empty() && given.size() != 2) return std::nullopt;
        return CalibrateRequest{given};
    case Instruction::syncRead:
        return syncReadFrom(given);
    case Instruction::syncWrite:
        return syncWriteFrom(given);
    case Instruction::bulkRead:
        return bulkReadFrom(given);
    }
    return std::nullopt;
}

} // namespace servolane::drivers::ff
