// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/modbus/answer_finder.h"

#include <algorithm>

namespace servolane::drivers::modbus {

namespace {

/// Room for more than one frame, so that a read from the line is seldom cut.
constexpr std::size_t bufferSize = 1024;

/// Of a request or of its answer.
bool isRead(ByteView frame) {
    return frame.size() > 1 && frame[1] >= static_cast<std::uint8_t>(Function::readCoils) &&
           frame[1] <= static_cast<std::uint8_t>(Function::readInput);
}

} // namespace

RtuFinder::RtuFinder()
    : FrameFinder(bufferSize) {}

std::optional<Frame> RtuFinder::next() noexcept {
    while (!pending().empty()) {
        const ByteView bytes = pending();
        const auto size = sizeOf(bytes);
        if (!size) {
            drop(1);
            continue;
        }
        if (*size == 0 || bytes.size() < *size) return std::nullopt;
        if (!crcHolds(bytes.first(*size))) {
            countCorrupt();
            drop(1);
            continue;
        }
        return frameFrom(handOut(*size));
    }
    return std::nullopt;
}

AnswerFinder::AnswerFinder() {
    request_.reserve(longestFrame);
}

std::optional<std::size_t> AnswerFinder::sizeOf(ByteView begin) const noexcept {
    if (request_.empty() || begin[0] != request_[0]) return std::nullopt;
    if (begin.size() < 2) return 0;
    const bool mayEcho = isRead(request_) || echoAwaited_;
    const std::size_t compared = std::min(begin.size(), request_.size());
    if (mayEcho &&
        std::equal(begin.begin(), begin.begin() + static_cast<std::ptrdiff_t>(compared), request_.begin())) {
        if (begin.size() >= request_.size()) return request_.size();
        // An answer may begin like the request it answers: then its CRC tells.
        const bool isAnswer = begin.size() >= answerSize_ && crcHolds(begin.first(answerSize_));
        return isAnswer ? answerSize_ : 0;
    }
    if (begin[1] == (request_[1] | exceptionBit)) return exceptionSize;
    const bool mayBeLate = lateSize_ > 0 && isRead(begin);
    if (begin[1] != request_[1] && !mayBeLate) return std::nullopt;
    if (begin.size() < 3) return 0;
    const auto size = modbus::answerSize(begin);
    const bool isAnswer = size && *size == answerSize_ && begin[1] == request_[1];
    return isAnswer || (size && mayBeLate && *size == lateSize_) ? size : std::nullopt;
}

bool AnswerFinder::isEcho(ByteView frame) const noexcept {
    const bool same = std::ranges::equal(frame, request_);
    return same && (isRead(request_) || echoAwaited_);
}

std::optional<FoundFrame> AnswerFinder::find() noexcept {
    const auto frame = next();
    if (!frame) return std::nullopt;
    last_ = *frame;
    const ByteView whole(frame->data.data() - 2, frame->wireSize);
    const bool echo = isEcho(whole);
    echoes_ = echoes_ || echo;
    echoAwaited_ = false;
    const bool late = lateSize_ > 0 && frame->wireSize == lateSize_ && lateSize_ != answerSize_;
    return FoundFrame{frame->id, frame->wireSize, !echo && !late};
}

void AnswerFinder::expect(const Expectation& expectation, ByteView request) noexcept {
    request_.assign(request.begin(),
                    request.begin() + static_cast<std::ptrdiff_t>(std::min(request.size(), longestFrame)));
    answerSize_ = expectation.longestFrame;
    lateSize_ = expectation.lateSize;
    echoAwaited_ = echoes_;
}

std::optional<std::size_t> RequestFinder::sizeOf(ByteView begin) const noexcept {
    const auto size = begin[0] <= lastUnit ? requestSize(begin) : std::nullopt;
    return size && *size <= longestFrame ? size : std::nullopt;
}

std::optional<FoundFrame> RequestFinder::find() noexcept {
    const auto frame = next();
    if (!frame) return std::nullopt;
    return FoundFrame{frame->id, frame->wireSize, false};
}

} // namespace servolane::drivers::modbus
