// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/ff/frame_parser.h"

#include <algorithm>

namespace servolane::drivers::ff {

namespace {

constexpr std::uint8_t headerByte = 0xFF;
constexpr std::size_t shortestLength = 2;

/// Room for a burst of answers, so that a read from the line is seldom cut.
constexpr std::size_t bufferSize = 4096;

} // namespace

FrameParser::FrameParser()
    : FrameFinder(bufferSize) {
    echo_.reserve(longestFrame);
}

void FrameParser::limitFrameSize(std::size_t bytes) noexcept {
    longest_ = std::clamp(bytes, bareSize, longestFrame);
}

std::optional<Frame> FrameParser::next() noexcept {
    for (;;) {
        skipToHeader();
        const ByteView bytes = pending();
        if (bytes.size() < prefixSize) return std::nullopt;
        const std::size_t size = prefixSize + bytes[3];
        if (bytes[3] < shortestLength || size > longest_) {
            drop(1);
            continue;
        }
        if (bytes.size() < size) return std::nullopt;
        if (checksum(bytes.subspan(2, size - 3)) != bytes[size - 1]) {
            countCorrupt();
            drop(1);
            continue;
        }
        const ByteView frame = handOut(size);
        return Frame{ServoId{frame[2]}, frame[4], frame.subspan(5, size - bareSize), size};
    }
}

std::optional<FoundFrame> FrameParser::find() noexcept {
    const auto frame = next();
    if (!frame) return std::nullopt;
    last_ = *frame;
    const bool echo = isEcho(*frame);
    sawEcho_ = sawEcho_ || echo;
    echo_.clear();
    return FoundFrame{frame->id, frame->wireSize, !echo};
}

bool FrameParser::isEcho(const Frame& frame) const noexcept {
    if (frame.wireSize != echo_.size() || frame.id.value != echo_[2] || frame.code != echo_[4]) return false;
    const ByteView asked = ByteView(echo_).subspan(5, echo_.size() - bareSize);
    return std::equal(asked.begin(), asked.end(), frame.parameters.begin(), frame.parameters.end());
}

void FrameParser::expect(const Expectation& expectation, ByteView request) noexcept {
    // An own echo is as long as the request; it has to pass in one piece to be known as such.
    limitFrameSize(std::max(expectation.longestFrame, request.size()));
    sawEcho_ = false;
    const bool fits = request.size() >= bareSize && request.size() <= longestFrame;
    if (fits)
        echo_.assign(request.begin(), request.end());
    else
        echo_.clear();
}

void FrameParser::expectAnything() noexcept {
    limitFrameSize(longestFrame);
}

/// Of a run of FF the last two are the header; at the end of the bytes it may go on.
void FrameParser::skipToHeader() noexcept {
    const ByteView bytes = pending();
    const auto mayBegin = [&](std::size_t at) {
        if (bytes[at] != headerByte) return false;
        if (at + 1 == bytes.size()) return true;
        if (bytes[at + 1] != headerByte) return false;
        return at + 2 == bytes.size() || bytes[at + 2] != headerByte;
    };
    std::size_t skipped = 0;
    while (skipped < bytes.size() && !mayBegin(skipped))
        ++skipped;
    drop(skipped);
}

} // namespace servolane::drivers::ff
