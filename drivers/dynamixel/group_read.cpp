// SPDX-License-Identifier: GPL-3.0-or-later
// The feedback cycle of DynamixelBus: sync, bulk and fast reads. Nothing in readGroup allocates.
#include "drivers/dynamixel/crc16.h"
#include "drivers/dynamixel/dynamixel_bus.h"
#include "drivers/line/group_collector.h"

#include <algorithm>

namespace servolane::drivers::dynamixel {

namespace {

using bus::GroupRead;
using bus::GroupSlot;
using bus::SlotState;

/// Of which an answer still fits into the parser, stuffed as much as can be.
constexpr std::size_t longestSpan = (PacketParser::defaultCapacity - bareStatusSize - 1) * 3 / 4;
static_assert(longestStatusSize(longestSpan) <= PacketParser::defaultCapacity);

bool isMerged(const GroupRead& group) {
    if (group.request.size() <= prefixSize) return false;
    const auto instruction = static_cast<Instruction>(group.request[prefixSize]);
    return instruction == Instruction::fastSyncRead || instruction == Instruction::fastBulkRead;
}

std::size_t mergedSize(const GroupRead& group) {
    std::size_t size = mergedPrefixSize;
    for (const auto& slot : group.entries)
        size += mergedBlockSize(slot.span.size);
    return size;
}

std::size_t separateSize(const GroupRead& group) {
    std::size_t size = 0;
    for (const auto& slot : group.entries)
        size += bareStatusSize + slot.span.size;
    return size;
}

Bytes requestFor(const GroupRead& group, ReplyForm form) {
    Bytes parameters;
    if (haveEqualSpans(group)) {
        for (const auto& slot : group.entries)
            parameters.push_back(slot.id.value);
        return encode(broadcastId, SyncReadRequest{form, group.entries.front().span, parameters});
    }
    for (const auto& slot : group.entries)
        appendBulkReadEntry(parameters, slot.id, slot.span);
    return encode(broadcastId, BulkReadRequest{form, parameters});
}

/// The plain and the fast instruction differ in their code alone, and neither takes part in stuffing.
void makeSeparate(GroupRead& group) {
    const bool sync = group.request[prefixSize] == static_cast<std::uint8_t>(Instruction::fastSyncRead);
    group.request[prefixSize] =
        static_cast<std::uint8_t>(sync ? Instruction::syncRead : Instruction::bulkRead);
    const MutableByteView frame(group.request);
    putLittleEndian(frame.last(crcSize), crc16(frame.first(frame.size() - crcSize)));
}

void take(GroupCollector& collector, const Frame& frame) {
    if (const auto status = statusFrom(frame))
        collector.take({status->id, status->error.alert, static_cast<std::uint8_t>(status->error.number),
                        status->parameters, frame.wireSize});
}

/// `reply` starts at the first FF and may end anywhere.
void fillFromMerged(GroupRead& group, ByteView reply, const HalfDuplexLine& line) {
    MergedReplyReader reader(reply);
    std::size_t end = mergedPrefixSize;
    group.time = line.firstByteAt();
    for (auto& slot : group.entries) {
        const auto block = reader.next(slot.id, slot.span.size);
        end += mergedBlockSize(slot.span.size);
        if (block.whole) slot.state = SlotState::corrupt;
        if (!block.intact) continue;
        fillSlot(group, slot,
                 {slot.id, block.error.alert, static_cast<std::uint8_t>(block.error.number), block.bytes, 0});
        slot.offset = line.byteTime() * static_cast<Duration::rep>(end);
        if (slot.offset == Duration{}) slot.offset = std::max(Duration{}, line.frameEnd() - group.time);
    }
}

bool isMergedReplyOf(const GroupRead& group, ByteView bytes) {
    return bytes.size() >= mergedPrefixSize && bytes[4] == broadcastId.value &&
           prefixSize + lengthField(bytes) == mergedSize(group) &&
           bytes[prefixSize] == static_cast<std::uint8_t>(Instruction::status);
}

} // namespace

Result<void> DynamixelBus::prepareGroup(GroupRead& group) {
    if (auto checked = checkGroup(group, lastServoId, longestSpan); !checked) return checked;
    layOutGroup(group);
    const bool fast =
        group.entries.size() > 1 && mergedSize(group) <= PacketParser::defaultCapacity &&
        std::ranges::all_of(group.entries, [&](const auto& slot) { return fast_.test(slot.id.value); });
    group.request = requestFor(group, fast ? ReplyForm::merged : ReplyForm::separate);
    group.token = 0;
    return {};
}

Result<void> DynamixelBus::readGroup(GroupRead& group) {
    if (group.request.empty()) return failure(ErrorCode::invalid, "a group that was not prepared");
    forgetCycle(group);
    // The order of the answers gives late ones away, unless they come from the first servo on. Where it is
    // silent now as well, its time-out has been waited out at least.
    const auto& first = group.entries.front();
    Duration patience{};
    if (line_.isAmbiguous(first.id, bareStatusSize + first.span.size)) {
        const auto outrun = outrunLateAnswers(first.id);
        if (!outrun && outrun.error().code != ErrorCode::timeout && outrun.error().code != ErrorCode::corrupt)
            return outrun;
        patience = line_.latePatience();
    }
    const auto read = isMerged(group) ? readMerged(group, patience) : readSeparate(group, patience);
    concludeGroup(group, line_, read.has_value(), bareStatusSize);
    return read;
}

Result<void> DynamixelBus::readSeparate(GroupRead& group, Duration patience) {
    Expectation expectation;
    expectation.patience = patience;
    expectation.replyBytes = separateSize(group);
    expectation.answers = group.entries.size();
    for (const auto& slot : group.entries) {
        expectation.longestFrame = std::max(expectation.longestFrame, longestStatusSize(slot.span.size));
    }
    if (auto sent = line_.send(group.request, expectation); !sent) return sent;
    group.time = line_.requestEnd();
    GroupCollector collector(group, line_, bareStatusSize);
    while (!collector.isComplete()) {
        const auto frame = line_.nextFrame();
        if (!frame) return tl::make_unexpected(frame.error());
        if (!*frame) break;
        take(collector, **frame);
    }
    while (!collector.isComplete()) {
        const auto frame = line_.recoverFrame();
        if (!frame) break;
        take(collector, *frame);
    }
    collector.finish();
    return {};
}

Result<void> DynamixelBus::readMerged(GroupRead& group, Duration patience) {
    Expectation expectation;
    expectation.patience = patience;
    expectation.replyBytes = expectation.longestFrame = expectation.mergedSize = mergedSize(group);
    expectation.answers = group.entries.size();
    const auto foreignBefore = line_.parsed().foreignBytes;
    if (auto sent = line_.send(group.request, expectation); !sent) return sent;
    group.time = line_.requestEnd();
    for (;;) {
        const auto frame = line_.nextFrame();
        if (!frame) return tl::make_unexpected(frame.error());
        if (!*frame && isMergedReplyOf(group, line_.unfinished()))
            fillFromMerged(group, line_.unfinished(), line_);
        if (!*frame) break;
        if (!isMergedReplyOf(group, (*frame)->merged)) continue;
        fillFromMerged(group, (*frame)->merged, line_);
        break;
    }
    const bool answered =
        std::ranges::any_of(group.entries, [](auto& slot) { return slot.state != SlotState::silent; });
    // Under this id a merged reply that comes too late is known as such.
    answered ? line_.markAnswered(broadcastId) : line_.markUnanswered(broadcastId);
    if (!answered && line_.parsed().foreignBytes > foreignBefore)
        group.entries.front().state = SlotState::corrupt;
    const bool complete =
        std::ranges::all_of(group.entries, [](auto& slot) { return slot.state == SlotState::answered; });
    group.token = complete ? 0 : group.token + 1;
    if (group.token >= mergedFailuresAllowed) makeSeparate(group);
    return {};
}

Duration DynamixelBus::wireTime(const GroupRead& group, Duration returnDelay) const {
    const Duration byteTime = line_.byteTime();
    if (byteTime == Duration{}) return {};
    const bool merged = isMerged(group);
    const std::size_t bytes = group.request.size() + (merged ? mergedSize(group) : separateSize(group));
    // Each servo waits its return delay after its predecessor; in a merged reply only the first one does.
    const std::size_t delays = merged ? 1 : group.entries.size();
    return byteTime * static_cast<Duration::rep>(bytes) + returnDelay * static_cast<Duration::rep>(delays);
}

} // namespace servolane::drivers::dynamixel
