// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/dynamixel/packet_parser.h"

#include "drivers/dynamixel/crc16.h"

#include <algorithm>
#include <array>

namespace servolane::drivers::dynamixel {

namespace {

constexpr std::array<std::uint8_t, 4> header{0xFF, 0xFF, 0xFD, 0x00};
/// INST and CRC.
constexpr std::size_t shortestLength = 3;

/// Bytes at the start of `bytes` that a header may begin with; all four, or fewer at the end of `bytes`.
bool mayBeHeader(ByteView bytes) noexcept {
    const std::size_t known = std::min(bytes.size(), header.size());
    return std::equal(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(known), header.begin());
}

bool isMergedStatus(ByteView bytes) noexcept {
    return bytes.size() > prefixSize && bytes[4] == broadcastId.value &&
           bytes[prefixSize] == static_cast<std::uint8_t>(Instruction::status);
}

} // namespace

PacketParser::PacketParser(std::size_t capacity)
    : buffer_(std::max(capacity, bareStatusSize))
    , longest_(buffer_.size()) {}

void PacketParser::limitFrameSize(std::size_t bytes) noexcept {
    longest_ = std::clamp(bytes, bareStatusSize, buffer_.size());
}

MutableByteView PacketParser::writable() noexcept {
    if (begin_ > 0) {
        const auto first = buffer_.begin();
        std::copy(first + static_cast<std::ptrdiff_t>(begin_), first + static_cast<std::ptrdiff_t>(end_),
                  first);
        end_ -= begin_;
        begin_ = 0;
    }
    return MutableByteView(buffer_).subspan(end_);
}

void PacketParser::commit(std::size_t bytes) noexcept {
    end_ = std::min(end_ + bytes, buffer_.size());
}

std::size_t PacketParser::feed(ByteView bytes) noexcept {
    const MutableByteView room = writable();
    const std::size_t taken = std::min(room.size(), bytes.size());
    std::copy_n(bytes.begin(), taken, room.begin());
    commit(taken);
    return taken;
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
        ++counters_.corruptFrames;
        drop(1);
    }
}

bool PacketParser::abandonPending() noexcept {
    if (pending().empty()) return false;
    drop(1);
    skipToHeader();
    return true;
}

ByteView PacketParser::pending() const noexcept {
    return ByteView(buffer_).subspan(begin_, end_ - begin_);
}

void PacketParser::clear() noexcept {
    begin_ = end_ = 0;
}

void PacketParser::skipToHeader() noexcept {
    const ByteView bytes = pending();
    std::size_t skipped = 0;
    while (!mayBeHeader(bytes.subspan(skipped)))
        ++skipped;
    drop(skipped);
}

void PacketParser::drop(std::size_t bytes) noexcept {
    begin_ += bytes;
    counters_.foreignBytes += bytes;
}

/// Decides by what the first bytes say, so that chance is seen through before the whole false length has
/// come.
PacketParser::Verdict PacketParser::judge() const noexcept {
    const ByteView bytes = pending();
    if (bytes.size() > 4 && (bytes[4] == 0xFD || bytes[4] == 0xFF)) return Verdict::chance;
    if (bytes.size() < prefixSize) return Verdict::incomplete;
    const std::size_t length = lengthField(bytes);
    if (length < shortestLength || prefixSize + length > longest_) return Verdict::chance;
    if (bytes.size() == prefixSize) return Verdict::incomplete;
    const bool isStatus = bytes[prefixSize] == static_cast<std::uint8_t>(Instruction::status);
    if (isStatus && length == shortestLength) return Verdict::chance; // no room for ERR
    return bytes.size() < prefixSize + length ? Verdict::incomplete : Verdict::complete;
}

bool PacketParser::isMergedReply(std::size_t size) const noexcept {
    return size == mergedSize_ && isMergedStatus(pending());
}

Frame PacketParser::take(std::size_t size, bool crcHolds) noexcept {
    const MutableByteView bytes = MutableByteView(buffer_).subspan(begin_, size);
    const MutableByteView stuffed = bytes.subspan(prefixSize, size - prefixSize - crcSize);
    const bool merged = isMergedStatus(bytes);
    const std::size_t plain = merged ? stuffed.size() : unstuff(stuffed);
    begin_ += size;
    ++counters_.frames;
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
