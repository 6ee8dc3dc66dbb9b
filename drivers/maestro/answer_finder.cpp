// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/maestro/answer_finder.h"

#include "drivers/maestro/command.h"

#include <utility>

namespace servolane::drivers::maestro {

namespace {

constexpr std::size_t bufferSize = 256;

} // namespace

AnswerFinder::AnswerFinder()
    : FrameFinder(bufferSize) {}

void AnswerFinder::expect(const Expectation& expectation, ByteView request) noexcept {
    awaited_ = expectation.replyBytes;
    answerer_ = {};
    isNumber_ = false;
    for (ByteView rest = request; !rest.empty();) {
        const auto part = firstRequest(rest);
        if (!part) return;
        rest = rest.subspan(part->wireSize);
        if (part->device && namesChannel(part->command) && !part->data.empty())
            answerer_ = idOf(*part->device, part->data[0]).value_or(ServoId{});
        isNumber_ = part->command == static_cast<std::uint8_t>(Command::getPosition);
    }
}

std::optional<FoundFrame> AnswerFinder::find() noexcept {
    const ByteView bytes = pending();
    if (awaited_ == 0 || bytes.size() > awaited_) {
        if (!bytes.empty()) {
            if (awaited_ != 0) countCorrupt();
            drop(bytes.size());
        }
        return std::nullopt;
    }
    if (bytes.size() < awaited_) return std::nullopt;
    const bool absurd = isNumber_ && static_cast<std::int64_t>(littleEndian(bytes)) > largestNumber;
    if (absurd) {
        countCorrupt();
        drop(bytes.size());
        return std::nullopt;
    }
    last_ = {handOut(awaited_)};
    return FoundFrame{answerer_, std::exchange(awaited_, 0), true};
}

} // namespace servolane::drivers::maestro
