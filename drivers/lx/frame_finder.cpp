// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/lx/frame_finder.h"

namespace servolane::drivers::lx {

namespace {

constexpr std::size_t bufferSize = 1024;
constexpr std::uint8_t headerByte = 0x55;
/// 55 55 ID LEN: what comes before the bytes that are counted, LEN itself among them.
constexpr std::size_t prefixSize = 4;

} // namespace

LxFinder::LxFinder()
    : FrameFinder(bufferSize) {}

void LxFinder::skipToHeader() noexcept {
    const ByteView bytes = pending();
    std::size_t skipped = 0;
    while (skipped < bytes.size()) {
        const bool last = skipped + 1 == bytes.size();
        if (bytes[skipped] == headerByte && (last || bytes[skipped + 1] == headerByte)) break;
        ++skipped;
    }
    if (skipped > 0) drop(skipped);
}

std::optional<Frame> LxFinder::next() noexcept {
    for (;;) {
        skipToHeader();
        const ByteView bytes = pending();
        if (bytes.size() < prefixSize) return std::nullopt;
        const std::uint8_t length = bytes[3];
        const bool plausible =
            length >= bareLength && length <= longestLength && bytes[2] <= broadcastId.value;
        if (!plausible) {
            drop(1);
            continue;
        }
        const std::size_t size = prefixSize + length - 1U;
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

std::optional<FoundFrame> LxFinder::find() noexcept {
    const auto frame = next();
    if (!frame) return std::nullopt;
    last_ = *frame;
    const std::size_t answer = answerSize(frame->command);
    const bool isAnswer = answer > 0 && frame->parameters.size() == answer;
    return FoundFrame{frame->id, frame->wireSize, isAnswer && (asked_ == 0 || asked_ == frame->command)};
}

void LxFinder::expect(const Expectation&, ByteView request) noexcept {
    asked_ = request.size() >= bareSize ? request[prefixSize] : std::uint8_t{0};
}

} // namespace servolane::drivers::lx
