// SPDX-License-Identifier: GPL-3.0-or-later
// The feedback cycle of DynamixelBus: sync, bulk and fast reads. Nothing in readGroup allocates.
#include "drivers/dynamixel/crc16.h"
#include "drivers/dynamixel/dynamixel_bus.h"

#include <algorithm>

namespace servolane::drivers::dynamixel {

namespace {

using bus::GroupRead;
using bus::GroupSlot;
using bus::SlotState;

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

Result<void> check(const GroupRead& group) {
    if (group.entries.empty()) return failure(ErrorCode::invalid, "a group without servos");
    std::bitset<256> ids;
    for (const auto& slot : group.entries) {
        const auto id = std::to_string(slot.id.value);
        if (slot.id.value > lastServoId || ids.test(slot.id.value)) {
            return failure(ErrorCode::invalid, "id " + id + " cannot be or is in the group twice");
        }
        ids.set(slot.id.value);
        if (slot.span.size == 0 || longestStatusSize(slot.span.size) > PacketParser::defaultCapacity) {
            return failure(ErrorCode::invalid, "size of the span of servo " + id);
        }
    }
    return {};
}

bool haveEqualSpans(const GroupRead& group) {
    return std::ranges::all_of(group.entries,
                               [&](const auto& slot) { return slot.span == group.entries.front().span; });
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

void forgetCycle(GroupRead& group) {
    for (auto& slot : group.entries) {
        slot.state = SlotState::silent;
        slot.alert = false;
        slot.error = 0;
        slot.offset = {};
    }
}

void fill(GroupRead& group, GroupSlot& slot, StatusError error, ByteView bytes) {
    slot.state = SlotState::answered;
    slot.alert = error.alert;
    slot.error = static_cast<std::uint8_t>(error.number);
    if (error.number != ErrorNumber::none) return;
    std::ranges::copy(bytes, group.data.begin() + slot.dataAt);
}

/// Puts statuses into the slots they belong to. Servos answer in the order of the list; a status out of order
/// tells that those behind it were late answers to an earlier cycle.
class Collector {
public:
    Collector(GroupRead& group, HalfDuplexLine& line)
        : group_(group)
        , line_(line)
        , foreignBefore_(line.parsed().foreignBytes) {}

    [[nodiscard]] bool isComplete() const { return answered_ == group_.entries.size(); }

    void take(const Frame& frame) {
        const auto status = statusFrom(frame);
        if (!status) return;
        const auto found = std::ranges::find(group_.entries, status->id, &GroupSlot::id);
        if (found == group_.entries.end()) {
            if (line_.owesAnswer(status->id)) line_.sawLateAnswer();
            return;
        }
        const auto index = static_cast<std::size_t>(found - group_.entries.begin());
        const bool refused = status->error.number != ErrorNumber::none && status->parameters.empty();
        if (status->parameters.size() != found->span.size && !refused) return;
        if (index < next_) takeBackFrom(index);
        blameDroppedBytes(index);
        stamp(frame, *found);
        fill(group_, *found, status->error, status->parameters);
        ++answered_;
        next_ = index + 1;
    }

    /// What is still missing was corrupt if bytes were dropped in its place.
    void finish() { blameDroppedBytes(group_.entries.size()); }

private:
    void takeBackFrom(std::size_t index) {
        line_.sawLateAnswer();
        for (std::size_t later = index; later < next_; ++later) {
            GroupSlot& slot = group_.entries[later];
            if (slot.state == SlotState::answered) --answered_;
            slot.state = SlotState::silent;
        }
        next_ = index;
    }

    void blameDroppedBytes(std::size_t end) {
        const auto dropped = line_.parsed().foreignBytes;
        auto rest = dropped - foreignBefore_;
        foreignBefore_ = dropped;
        for (std::size_t missing = next_; missing < end && rest > 0; ++missing) {
            group_.entries[missing].state = SlotState::corrupt;
            rest -= std::min<std::uint64_t>(rest, bareStatusSize + group_.entries[missing].span.size);
        }
    }

    void stamp(const Frame& frame, GroupSlot& slot) {
        const Duration length = line_.byteTime() * static_cast<Duration::rep>(frame.wireSize);
        if (answered_ == 0) group_.time = std::max(line_.firstByteAt(), line_.frameEnd() - length);
        slot.offset = std::max(Duration{}, line_.frameEnd() - group_.time);
    }

    GroupRead& group_;
    HalfDuplexLine& line_;
    std::uint64_t foreignBefore_;
    std::size_t answered_ = 0;
    std::size_t next_ = 0; ///< the slot behind the last one that answered
};

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
        fill(group, slot, block.error, block.bytes);
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
    if (auto checked = check(group); !checked) return checked;
    std::uint32_t at = 0;
    for (auto& slot : group.entries) {
        slot.dataAt = at;
        at += slot.span.size;
    }
    group.data.assign(at, 0);
    forgetCycle(group);
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
    const auto read = isMerged(group) ? readMerged(group) : readSeparate(group);
    concludeGroup(group, read.has_value());
    return read;
}

Result<void> DynamixelBus::readSeparate(GroupRead& group) {
    Expectation expectation;
    expectation.replyBytes = separateSize(group);
    expectation.answers = group.entries.size();
    for (const auto& slot : group.entries) {
        expectation.longestFrame = std::max(expectation.longestFrame, longestStatusSize(slot.span.size));
    }
    // In a larger group the order of the answers gives a late one away.
    const auto answerer = group.entries.size() == 1 ? std::optional(group.entries.front().id) : std::nullopt;
    if (auto sent = line_.send(group.request, expectation, answerer); !sent) return sent;
    group.time = line_.requestEnd();
    Collector collector(group, line_);
    while (!collector.isComplete()) {
        const auto frame = line_.nextFrame();
        if (!frame) return tl::make_unexpected(frame.error());
        if (!*frame) break;
        collector.take(**frame);
    }
    while (!collector.isComplete()) {
        const auto frame = line_.recoverFrame();
        if (!frame) break;
        collector.take(*frame);
    }
    collector.finish();
    return {};
}

Result<void> DynamixelBus::readMerged(GroupRead& group) {
    Expectation expectation;
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
    if (!answered && line_.parsed().foreignBytes > foreignBefore)
        group.entries.front().state = SlotState::corrupt;
    const bool complete =
        std::ranges::all_of(group.entries, [](auto& slot) { return slot.state == SlotState::answered; });
    group.token = complete ? 0 : group.token + 1;
    if (group.token >= mergedFailuresAllowed) makeSeparate(group);
    return {};
}

/// A cycle that a stop broke off or that the line lost is not a time-out of the servos.
void DynamixelBus::concludeGroup(const GroupRead& group, bool heardOut) {
    bool complete = true;
    bool silent = false;
    for (const auto& slot : group.entries) {
        const bool answered = slot.state == SlotState::answered;
        answered ? line_.markAnswered(slot.id) : line_.markUnanswered(slot.id);
        if (answered && slot.error != 0) line_.countRefusal();
        complete = complete && answered;
        silent = silent || slot.state == SlotState::silent;
    }
    if (silent && heardOut) line_.countTimeout();
    line_.conclude(complete);
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
