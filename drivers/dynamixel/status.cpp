// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/dynamixel/status.h"

#include "drivers/dynamixel/crc16.h"

#include <algorithm>
#include <array>

namespace servolane::drivers::dynamixel {

namespace {

void appendCrc(Bytes& into, std::uint16_t crc) {
    into.push_back(static_cast<std::uint8_t>(crc & 0xFF));
    into.push_back(static_cast<std::uint8_t>(crc >> 8));
}

} // namespace

void appendStatus(Bytes& into, ServoId id, StatusError error, ByteView parameters) {
    const std::uint8_t errorByte = error.toByte();
    appendFrame(into, id, Instruction::status, ByteView(&errorByte, 1), parameters);
}

Bytes encodeStatus(ServoId id, StatusError error, ByteView parameters) {
    Bytes bytes;
    appendStatus(bytes, id, error, parameters);
    return bytes;
}

std::optional<Status> statusFrom(const Frame& frame) {
    if (!frame.is(Instruction::status) || frame.id == broadcastId || frame.body.empty()) return std::nullopt;
    return Status{frame.id, StatusError::fromByte(frame.body[0]), frame.body.subspan(1)};
}

Bytes pingParameters(std::uint16_t modelNumber, std::uint8_t firmware) {
    return {static_cast<std::uint8_t>(modelNumber & 0xFF), static_cast<std::uint8_t>(modelNumber >> 8),
            firmware};
}

std::optional<bus::ServoIdentity> identityFrom(const Status& status) {
    if (status.parameters.size() != 3) return std::nullopt;
    const auto model = static_cast<std::uint32_t>(littleEndian(status.parameters.first(2)));
    return bus::ServoIdentity{status.id, model, status.parameters[2]};
}

void beginMergedReply(Bytes& into, std::size_t blockBytes) {
    const std::size_t length = 1 + blockBytes;
    const std::array<std::uint8_t, mergedPrefixSize> prefix{0xFF,
                                                            0xFF,
                                                            0xFD,
                                                            0x00,
                                                            broadcastId.value,
                                                            static_cast<std::uint8_t>(length & 0xFF),
                                                            static_cast<std::uint8_t>(length >> 8),
                                                            static_cast<std::uint8_t>(Instruction::status)};
    into.insert(into.end(), prefix.begin(), prefix.end());
}

void appendMergedBlock(Bytes& reply, ServoId id, StatusError error, ByteView bytes) {
    reply.push_back(error.toByte());
    reply.push_back(id.value);
    reply.insert(reply.end(), bytes.begin(), bytes.end());
    appendCrc(reply, crc16(reply));
}

MergedReplyReader::MergedReplyReader(ByteView reply) {
    const std::size_t prefix = std::min(reply.size(), mergedPrefixSize);
    running_ = claimed_ = crc16(reply.first(prefix));
    rest_ = reply.subspan(prefix);
}

MergedReplyReader::Block MergedReplyReader::next(ServoId id, std::size_t size) {
    const std::size_t whole = mergedBlockSize(size);
    if (rest_.size() < whole) {
        rest_ = {};
        return {};
    }
    const ByteView block = rest_.first(whole);
    rest_ = rest_.subspan(whole);
    const ByteView covered = block.first(whole - crcSize);
    const ByteView crcBytes = block.last(crcSize);
    const auto crc = static_cast<std::uint16_t>(littleEndian(crcBytes));
    running_ = crc16(covered, running_);
    const bool holds = running_ == crc || crc16(covered, claimed_) == crc;
    running_ = crc16(crcBytes, running_);
    claimed_ = crc16(crcBytes, crc);
    const bool intact = holds && block[1] == id.value;
    return {true, intact, StatusError::fromByte(block[0]), covered.subspan(2)};
}

} // namespace servolane::drivers::dynamixel
