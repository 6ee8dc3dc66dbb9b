// SPDX-License-Identifier: GPL-3.0-or-later
// The feedback cycle of FfBus. Nothing in readGroup allocates, save the text of an error.
#include "drivers/ff/ff_bus.h"
#include "drivers/line/group_collector.h"

#include <algorithm>

namespace servolane::drivers::ff {

namespace {

using bus::GroupRead;
using bus::GroupSlot;
using bus::SlotState;

/// Request of a single read: address and size.
constexpr std::size_t singleRequest = frameSize(2);
constexpr std::size_t syncHead = 2;
constexpr std::size_t bulkHead = 1;

std::size_t answerBytes(const GroupRead& group) {
    std::size_t size = 0;
    for (const auto& slot : group.entries)
        size += frameSize(slot.span.size);
    return size;
}

std::size_t longestAnswer(const GroupRead& group) {
    std::size_t longest = 0;
    for (const auto& slot : group.entries)
        longest = std::max(longest, frameSize(slot.span.size));
    return longest;
}

Bytes syncRequest(const GroupRead& group) {
    Bytes ids;
    for (const auto& slot : group.entries)
        ids.push_back(slot.id.value);
    const auto& span = group.entries.front().span;
    return encode(broadcastId, SyncReadRequest{static_cast<std::uint8_t>(span.address),
                                               static_cast<std::uint8_t>(span.size), ids});
}

Bytes bulkRequest(const GroupRead& group) {
    Bytes entries;
    for (const auto& slot : group.entries) {
        entries.push_back(static_cast<std::uint8_t>(slot.span.size));
        entries.push_back(slot.id.value);
        entries.push_back(static_cast<std::uint8_t>(slot.span.address));
    }
    return encode(broadcastId, BulkReadRequest{entries});
}

} // namespace

bool FfBus::mayReadTogether(const GroupRead& group) const {
    if (group.entries.size() < 2) return false;
    const bool allowed =
        std::ranges::all_of(group.entries, [&](const auto& slot) { return bulk_.test(slot.id.value); });
    switch (dialect_.group) {
    case GroupWay::syncRead:
        return allowed && haveEqualSpans(group) && group.entries.size() <= longestParameters - syncHead;
    case GroupWay::bulkRead:
        return allowed && group.entries.size() <= (longestParameters - bulkHead) / BulkReadRequest::entrySize;
    case GroupWay::oneByOne:
        break;
    }
    return false;
}

Result<void> FfBus::prepareGroup(GroupRead& group) {
    if (auto checked = checkGroup(group, lastServoId, longestParameters); !checked) return checked;
    for (const auto& slot : group.entries)
        if (slot.span.address + slot.span.size > 0x100)
            return failure(ErrorCode::invalid, "span of servo " + std::to_string(slot.id.value));
    layOutGroup(group);
    group.token = mayReadTogether(group) ? 1 : 0;
    group.request = group.token == 0                       ? Bytes{}
                    : dialect_.group == GroupWay::syncRead ? syncRequest(group)
                                                           : bulkRequest(group);
    return {};
}

Result<void> FfBus::readGroup(GroupRead& group) {
    if (group.data.empty()) return failure(ErrorCode::invalid, "a group that was not prepared");
    forgetCycle(group);
    return group.token != 0 ? readTogether(group) : readOneByOne(group);
}

Result<void> FfBus::readTogether(GroupRead& group) {
    Expectation expectation;
    expectation.replyBytes = answerBytes(group);
    expectation.answers = group.entries.size();
    expectation.longestFrame = longestAnswer(group);
    // The order of the answers gives late ones away, unless they come from the first servo on. Where it is
    // silent now as well, its time-out has been waited out at least.
    const auto& first = group.entries.front();
    if (line_.isAmbiguous(first.id, frameSize(first.span.size))) {
        const auto outrun = outrunLateAnswers(first.id);
        if (!outrun && outrun.error().code != ErrorCode::timeout && outrun.error().code != ErrorCode::corrupt)
            return outrun;
        expectation.patience = line_.latePatience();
    }
    auto read = line_.send(group.request, expectation);
    group.time = line_.requestEnd();
    GroupCollector collector(group, line_, bareSize);
    const auto take = [&](const Frame& frame) {
        const auto refused =
            static_cast<std::uint8_t>(frame.parameters.empty() ? frame.code & dialect_.refusals : 0);
        collector.take(
            {frame.id, (frame.code & dialect_.conditions) != 0, refused, frame.parameters, frame.wireSize});
    };
    while (read && !collector.isComplete()) {
        const auto frame = line_.nextFrame();
        if (!frame) read = tl::make_unexpected(frame.error());
        if (!frame || !*frame) break;
        take(**frame);
    }
    while (read && !collector.isComplete()) {
        const auto frame = line_.recoverFrame();
        if (!frame) break;
        take(*frame);
    }
    if (read) collector.finish();
    concludeGroup(group, line_, read.has_value(), bareSize);
    return read;
}

Result<void> FfBus::readOneByOne(GroupRead& group) {
    bool any = false;
    for (GroupSlot& slot : group.entries) {
        const ReadRequest request{static_cast<std::uint8_t>(slot.span.address),
                                  static_cast<std::uint8_t>(slot.span.size)};
        const auto answer = transact(slot.id, request, slot.span.size);
        if (!answer) {
            const ErrorCode code = answer.error().code;
            if (code == ErrorCode::linkLost || code == ErrorCode::interrupted ||
                code == ErrorCode::inputOutput)
                return tl::make_unexpected(answer.error());
            slot.state = code == ErrorCode::corrupt ? SlotState::corrupt : SlotState::silent;
            if (code == ErrorCode::refused) slot.state = SlotState::answered;
            if (code == ErrorCode::refused) slot.error = dialect_.refusals;
            continue;
        }
        if (!answer->reply.confirmed) continue; // it answers pings only
        if (!std::exchange(any, true)) group.time = line_.firstByteAt();
        fillSlot(group, slot, {slot.id, answer->reply.alert, 0, answer->parameters, 0});
        slot.offset = std::max(Duration{}, line_.frameEnd() - group.time);
    }
    if (!any) group.time = line_.requestEnd();
    return {};
}

Duration FfBus::wireTime(const GroupRead& group, Duration returnDelay) const {
    const Duration byteTime = line_.byteTime();
    if (byteTime == Duration{}) return {};
    const std::size_t asked = group.token != 0 ? group.request.size() : singleRequest * group.entries.size();
    const auto bytes = static_cast<Duration::rep>(asked + answerBytes(group));
    return byteTime * bytes + returnDelay * static_cast<Duration::rep>(group.entries.size());
}

} // namespace servolane::drivers::ff
