// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/line/group_collector.h"

#include <algorithm>
#include <bitset>
#include <ranges>
#include <string>
#include <utility>

namespace servolane::drivers {

using bus::GroupRead;
using bus::GroupSlot;
using bus::SlotState;

Result<void> checkGroup(const GroupRead& group, std::uint8_t lastId, std::size_t longestSpan) {
    if (group.entries.empty()) return failure(ErrorCode::invalid, "a group without servos");
    std::bitset<256> ids;
    for (const auto& slot : group.entries) {
        const auto id = std::to_string(slot.id.value);
        if (slot.id.value > lastId || ids.test(slot.id.value)) {
            return failure(ErrorCode::invalid, "id " + id + " cannot be or is in the group twice");
        }
        ids.set(slot.id.value);
        if (slot.span.size == 0 || slot.span.size > longestSpan) {
            return failure(ErrorCode::invalid, "size of the span of servo " + id);
        }
    }
    return {};
}

void layOutGroup(GroupRead& group) {
    std::uint32_t at = 0;
    for (auto& slot : group.entries) {
        slot.dataAt = at;
        at += slot.span.size;
    }
    group.data.assign(at, 0);
    forgetCycle(group);
}

void forgetCycle(GroupRead& group) {
    for (auto& slot : group.entries) {
        slot.state = SlotState::silent;
        slot.alert = false;
        slot.error = 0;
        slot.offset = {};
    }
}

bool haveEqualSpans(const GroupRead& group) {
    return std::ranges::all_of(group.entries,
                               [&](const auto& slot) { return slot.span == group.entries.front().span; });
}

void concludeGroup(const GroupRead& group, HalfDuplexLine& line, bool heardOut, std::size_t frameBytes) {
    bool complete = true;
    bool silent = false;
    bool heard = false; // an answer from further back in the list: nothing comes from before it any more
    for (const auto& slot : group.entries | std::views::reverse) {
        const bool answered = slot.state == SlotState::answered;
        heard = heard || slot.state != SlotState::silent;
        if (answered)
            line.markAnswered(slot.id);
        else if (heard)
            line.markUnanswered(slot.id);
        else
            line.markLate(slot.id, frameBytes + slot.span.size);
        if (answered) line.settle(slot.id, frameBytes + slot.span.size);
        if (answered && slot.error != 0) line.countRefusal();
        complete = complete && answered;
        silent = silent || slot.state == SlotState::silent;
    }
    if (silent && heardOut) line.countTimeout();
    line.conclude(complete);
}

void fillSlot(GroupRead& group, GroupSlot& slot, const GroupAnswer& answer) {
    slot.state = SlotState::answered;
    slot.alert = answer.alert;
    slot.error = answer.error;
    if (answer.error == 0) std::ranges::copy(answer.bytes, group.data.begin() + slot.dataAt);
}

GroupCollector::GroupCollector(GroupRead& group, HalfDuplexLine& line, std::size_t frameBytes)
    : group_(group)
    , line_(line)
    , frameBytes_(frameBytes)
    , foreignBefore_(line.parsed().foreignBytes) {}

void GroupCollector::take(const GroupAnswer& answer) {
    const auto found = std::ranges::find(group_.entries, answer.id, &GroupSlot::id);
    if (found == group_.entries.end()) {
        if (line_.owesAnswer(answer.id)) line_.sawLateAnswer();
        return;
    }
    const auto index = static_cast<std::size_t>(found - group_.entries.begin());
    const bool refused = answer.error != 0 && answer.bytes.empty();
    if (answer.bytes.size() != found->span.size && !refused) return;
    if (index < next_) takeBackFrom(index);
    blameDroppedBytes(index);
    stamp(answer.wireSize, *found);
    fillSlot(group_, *found, answer);
    ++answered_;
    next_ = index + 1;
}

void GroupCollector::takeBackFrom(std::size_t index) {
    line_.sawLateAnswer();
    for (std::size_t later = index; later < next_; ++later) {
        GroupSlot& slot = group_.entries[later];
        if (slot.state == SlotState::answered) --answered_;
        slot.state = SlotState::silent;
    }
    next_ = index;
}

void GroupCollector::blameDroppedBytes(std::size_t end) {
    const auto dropped = line_.parsed().foreignBytes;
    auto rest = dropped - foreignBefore_;
    foreignBefore_ = dropped;
    for (std::size_t missing = next_; missing < end && rest > 0; ++missing) {
        group_.entries[missing].state = SlotState::corrupt;
        rest -= std::min<std::uint64_t>(rest, frameBytes_ + group_.entries[missing].span.size);
    }
}

void GroupCollector::stamp(std::size_t wireSize, GroupSlot& slot) {
    const Duration length = line_.byteTime() * static_cast<Duration::rep>(wireSize);
    if (answered_ == 0) group_.time = std::max(line_.firstByteAt(), line_.frameEnd() - length);
    slot.offset = std::max(Duration{}, line_.frameEnd() - group_.time);
}

Result<void> readOneByOne(GroupRead& group, bus::ServoBus& servos, HalfDuplexLine& line) {
    if (group.data.empty()) return failure(ErrorCode::invalid, "a group that was not prepared");
    forgetCycle(group);
    bool any = false;
    for (GroupSlot& slot : group.entries) {
        const auto read = servos.read(slot.id, slot.span.address,
                                      MutableByteView(group.data).subspan(slot.dataAt, slot.span.size));
        if (read) {
            if (!std::exchange(any, true)) group.time = line.firstByteAt();
            slot.state = SlotState::answered;
            slot.offset = std::max(Duration{}, line.frameEnd() - group.time);
            continue;
        }
        const ErrorCode code = read.error().code;
        if (code == ErrorCode::linkLost || code == ErrorCode::interrupted || code == ErrorCode::inputOutput)
            return tl::make_unexpected(read.error());
        slot.state = code == ErrorCode::corrupt ? SlotState::corrupt : SlotState::silent;
    }
    if (!any) group.time = line.requestEnd();
    return {};
}

} // namespace servolane::drivers
