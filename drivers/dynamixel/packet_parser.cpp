// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/dynamixel/packet_parser.h"

#include "drivers/dynamixel/crc16.h"

#include <algorithm>
#include <array>

namespace servolane::drivers::dynamixel {

namespace {

constexpr std::array<std::uint8_t, 4> packetHeader{0xFF, 0xFF, 0xFD, 0x00};
/// INST and CRC.
constexpr std::size_t shortestPacketLength = 3;

/// Bytes at the start of `bytes` that a header may begin with; all four, or fewer at the end of `bytes`.
bool mayBeHeader(ByteView bytes) noexcept {
    const std::size_t known = std::min(bytes.size(), packetHeader.size());
    return std::equal(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(known),
                      packetHeader.begin());
}

bool isMergedStatus(ByteView bytes) noexcept {
    return bytes.size() > prefixSize && bytes[4] == broadcastId.value &&
           bytes[prefixSize] == static_cast<std::uint8_t>(Instruction::status);
}

} // namespace

PacketParser::PacketParser(std::size_t capacity)
    : FrameFinder(std::max(capacity, bareStatusSize))
    , longest_(this->capacity()) {}

void PacketParser::limitFrameSize(std::size_t bytes) noexcept {
    longest_ = std::clamp(bytes, bareStatusSize, capacity());
}

void PacketParser::expect(const Expectation& expectation, ByteView request) noexcept {
    // An own echo is as long as the request; it has to pass in one piece to be known as such.
    limitFrameSize(std::max(expectation.longestFrame, request.size()));
    expectMergedReply(expectation.mergedSize);
}

void PacketParser::expectAnything() noexcept {
    limitFrameSize(defaultCapacity);
    expectMergedReply(0);
}

std::optional<FoundFrame> PacketParser::find() noexcept {
    const auto frame = next();
    if (!frame) return std::nullopt;
    last_ = *frame;
    return FoundFrame{frame->id, frame->wireSize, frame->is(Instruction::status)};
}

std::optional<Frame> PacketParser::next() noexcept {
    for (;;) {
        skipToHeader();
        switch (judge()) {
        case Verdict::incomplete:
            return std::nullopt;
        case Verdict::chance:
            drop(1);
            continue;
        case Verdict::complete:
            break;
        }
        const std::size_t size = prefixSize + lengthField(pending());
        const ByteView frame = pending().first(size);
        const bool crcHolds = crc16(frame.first(size - crcSize)) == littleEndian(frame.last(crcSize));
        if (crcHolds || isMergedReply(size)) return take(size, crcHolds);
        countCorrupt();
        drop(1);
    }
}

void PacketParser::skipToHeader() noexcept {
    const ByteView bytes = pending();
    std::size_t skipped = 0;
    while (!mayBeHeader(bytes.subspan(skipped)))
        ++skipped;
    drop(skipped);
}

/// Decides by what the first bytes say, so that chance is seen through before the whole false length has
/// come.
PacketParser::Verdict PacketParser::judge() const noexcept {
    const ByteView bytes = pending();
    if (bytes.size() > 4 && (bytes[4] == 0xFD || bytes[4] == 0xFF)) return Verdict::chance;
    if (bytes.size() < prefixSize) return Verdict::incomplete;
    const std::size_t length = lengthField(bytes);
    if (length < shortestPacketLength || prefixSize + length > longest_) return Verdict::chance;
    if (bytes.size() == prefixSize) return Verdict::incomplete;
    const bool isStatus = bytes[prefixSize] == static_cast<std::uint8_t>(Instruction::status);
    if (isStatus && length == shortestPacketLength) return Verdict::chance; // no room for ERR
    return bytes.size() < prefixSize + length ? Verdict::incomplete : Verdict::complete;
}

bool PacketParser::isMergedReply(std::size_t size) const noexcept {
    return size == mergedSize_ && isMergedStatus(pending());
}

Frame PacketParser::take(std::size_t size, bool crcHolds) noexcept {
    const MutableByteView bytes = handOut(size);
    const MutableByteView stuffed = bytes.subspan(prefixSize, size - prefixSize - crcSize);
    const bool merged = isMergedStatus(bytes);
    const std::size_t plain = merged ? stuffed.size() : unstuff(stuffed);
    Frame frame;
    frame.id = ServoId{bytes[4]};
    frame.instruction = stuffed[0];
    frame.body = stuffed.subspan(1, plain - 1);
    if (merged) frame.merged = bytes;
    frame.wireSize = size;
    frame.crcHolds = crcHolds;
    return frame;
}

} // namespace servolane::drivers::dynamixel
