// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/lx/lx_bus.h"

#include "drivers/line/group_collector.h"
#include "drivers/lx/lx.h"

#include <algorithm>
#include <array>
#include <utility>

namespace servolane::drivers::lx {

using bus::GroupRead;
using bus::GroupSlot;
using bus::Reply;

namespace {

/// The maker states no figure; other programs wait 10 to 50 ms.
constexpr Duration answerPatience = std::chrono::milliseconds{15};
constexpr std::int64_t lastPosition = 1000;
constexpr std::size_t timeAt = 2; ///< in the parameters of a move: position (2), time (2)
constexpr std::size_t requestSize = bareSize;

/// What a late answer is told by: the command that it carries.
std::size_t kindOf(Command command) {
    return static_cast<std::size_t>(command);
}

std::string nameOfServo(ServoId id) {
    return "servo " + std::to_string(id.value);
}

Result<Reply> unsupportedReply(const char* why) {
    return failure(ErrorCode::unsupported, why);
}

/// The servo would pass over it in silence.
Result<Reply> turnedOver(ServoId id, const RangeEnds& ends) {
    return failure(ErrorCode::refused, nameOfServo(id) + ": the lower limit would be " +
                                           std::to_string(ends.low) + " and the upper one " +
                                           std::to_string(ends.high) +
                                           ", which it ignores; write the other limit first");
}

/// The stretch of a span that lies in a block.
struct Overlap {
    std::size_t inBlock = 0;
    std::size_t inSpan = 0;
    std::size_t size = 0;
};
Overlap overlapOf(const Block& block, unsigned address, std::size_t size) {
    const unsigned begin = std::max<unsigned>(address, block.address());
    const unsigned end =
        std::min<unsigned>(address + static_cast<unsigned>(size), block.address() + block.size);
    if (begin >= end) return {};
    return {begin - block.address(), begin - address, end - begin};
}

} // namespace

LxBus::LxBus(bus::Transport& transport, Clock& clock)
    : line_(transport, clock) {}

const bus::FamilyTraits& LxBus::traits() const {
    static const bus::FamilyTraits own = lx::traits();
    return own;
}

Result<ByteView> LxBus::ask(ServoId id, Command command) {
    if (!line_.isAmbiguous(id, kindOf(command))) return askNow(id, command, answerPatience);
    if (auto outrun = outrunLateAnswers(id); !outrun) return tl::make_unexpected(outrun.error());
    return askNow(id, command, std::max(answerPatience, line_.latePatience())); // it was late a moment ago
}

Result<void> LxBus::outrunLateAnswers(ServoId id) {
    // Commands that every servo answers.
    constexpr std::array others{Command::idRead, Command::modeRead, Command::temperatureRead,
                                Command::voltageRead, Command::positionRead};
    const auto free =
        std::ranges::find_if(others, [&](Command other) { return !line_.isAmbiguous(id, kindOf(other)); });
    const auto answer = askNow(id, free == others.end() ? others.front() : *free,
                               std::max(answerPatience, line_.latePatience()));
    if (!answer) return tl::make_unexpected(answer.error());
    return {};
}

Result<ByteView> LxBus::askNow(ServoId id, Command command, Duration patience) {
    request_.clear();
    appendFrame(request_, id, command);
    const std::size_t parameters = answerSize(static_cast<std::uint8_t>(command));
    Expectation expectation;
    expectation.replyBytes = expectation.longestFrame = bareSize + parameters;
    expectation.patience = patience;
    if (auto sent = line_.send(request_, expectation); !sent) return tl::make_unexpected(sent.error());
    const auto corruptBefore = line_.parsed().corruptFrames;
    std::optional<Frame> own;
    for (bool late = false; !own;) {
        const auto next = late ? Result<std::optional<Frame>>(line_.recoverFrame()) : line_.nextFrame();
        if (!next) {
            line_.markLate(id, kindOf(command));
            line_.conclude(false);
            return tl::make_unexpected(next.error());
        }
        if (!*next && std::exchange(late, true)) break;
        if (!*next) continue;
        const bool fits = (*next)->id == id && (*next)->command == static_cast<std::uint8_t>(command);
        if (fits) own = **next;
    }
    if (own) {
        line_.markAnswered(id);
        line_.settle(id, kindOf(command));
    } else {
        line_.markLate(id, kindOf(command));
    }
    line_.conclude(own.has_value());
    if (own) return own->parameters;
    line_.countTimeout();
    if (line_.parsed().corruptFrames > corruptBefore)
        return failure(ErrorCode::corrupt, nameOfServo(id) + ": checksum");
    return failure(ErrorCode::timeout, nameOfServo(id) + " does not answer");
}

Result<void> LxBus::tell(ServoId id, Command command, ByteView parameters) {
    request_.clear();
    appendFrame(request_, id, command, parameters);
    return line_.send(request_);
}

Result<bus::ServoIdentity> LxBus::ping(ServoId id) {
    const auto answer = ask(id, Command::idRead);
    if (!answer) return tl::make_unexpected(answer.error());
    return bus::ServoIdentity{id, 0, 0};
}

Result<Reply> LxBus::read(ServoId id, std::uint16_t address, MutableByteView into) {
    std::ranges::fill(into, std::uint8_t{0});
    bool any = false;
    for (const Block& block : blocks()) {
        const Overlap part = overlapOf(block, address, into.size());
        if (part.size == 0) continue;
        const auto answer = ask(id, block.read);
        if (!answer) return tl::make_unexpected(answer.error());
        any = true;
        Bytes bytes(answer->begin(), answer->end());
        const auto& time = moveTimes_[id.value];
        if (block.read == Command::moveTimeRead && time)
            putLittleEndian(MutableByteView(bytes).subspan(timeAt, 2), *time);
        std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(part.inBlock), part.size,
                    into.begin() + static_cast<std::ptrdiff_t>(part.inSpan));
    }
    if (!any) return failure(ErrorCode::invalid, "no value at address " + std::to_string(address));
    return Reply{true, false, 0, std::max(Duration{}, line_.firstByteAt() - line_.requestEnd())};
}

Result<Reply> LxBus::write(ServoId id, std::uint16_t address, ByteView bytes) {
    const Block* block = blockAt(address);
    const std::size_t at = block ? address - block->address() : 0U;
    if (!block || !block->isWritten() || at + bytes.size() > block->size || bytes.empty())
        return failure(ErrorCode::invalid, "no command writes " + std::to_string(bytes.size()) +
                                               " bytes at address " + std::to_string(address));
    if (block->read == Command::moveTimeRead) return writeMove(id, at, bytes, Command::moveTimeWrite);
    return writeBlock(id, *block, at, bytes);
}

Result<Reply> LxBus::writeMove(ServoId id, std::size_t at, ByteView bytes, Command command) {
    auto time = moveTimes_[id.value]; // kept when the goal that it belongs to is on its way
    if (at + bytes.size() > timeAt) {
        if (at > timeAt || at + bytes.size() != timeAt + 2 || (at != 0 && at != timeAt))
            return failure(ErrorCode::invalid, "half of a move time");
        time = static_cast<std::uint16_t>(littleEndian(bytes.subspan(timeAt - at, 2)));
        if (at == timeAt) {
            moveTimes_[id.value] = time;
            return Reply{};
        }
    }
    if (at != 0 || bytes.size() < 2) return failure(ErrorCode::invalid, "half of a goal");
    const std::int64_t goal = signedLittleEndian(bytes.first(2));
    if (goal < 0 || goal > lastPosition)
        return failure(ErrorCode::refused,
                       nameOfServo(id) + ": a goal of " + std::to_string(goal) + " is outside of 0…1000");
    Bytes parameters = littleEndianBytes(goal, 2);
    const Bytes lasting = littleEndianBytes(time.value_or(0), 2);
    parameters.insert(parameters.end(), lasting.begin(), lasting.end());
    if (auto told = tell(id, command, parameters); !told) return tl::make_unexpected(told.error());
    moveTimes_[id.value] = time;
    return sent();
}

Result<Reply> LxBus::writeBlock(ServoId id, const Block& block, std::size_t at, ByteView bytes) {
    Bytes whole(block.size);
    if (bytes.size() < block.size) {
        const auto now = ask(id, block.read);
        if (!now) return tl::make_unexpected(now.error());
        whole.assign(now->begin(), now->end());
    }
    std::ranges::copy(bytes, whole.begin() + static_cast<std::ptrdiff_t>(at));
    if (block.isRange && !endsOf(whole).isUpright()) return turnedOver(id, endsOf(whole));
    if (auto told = tell(id, block.write, whole); !told) return tl::make_unexpected(told.error());
    if (block.write == Command::offsetAdjust)
        if (auto saved = tell(id, Command::offsetSave); !saved) return tl::make_unexpected(saved.error());
    return sent();
}

Result<Reply> LxBus::registerWrite(ServoId id, std::uint16_t address, ByteView bytes) {
    const Block* block = blockAt(address);
    if (!block || block->read != Command::moveTimeRead || address != block->address() || bytes.size() < 2)
        return unsupportedReply("only goals are stored for later");
    return writeMove(id, 0, bytes, Command::moveTimeWaitWrite);
}

Result<void> LxBus::action() {
    return tell(broadcastId, Command::moveStart);
}

Result<std::vector<bus::ServoIdentity>> LxBus::broadcastPing(Time, bool) {
    return failure(ErrorCode::unsupported, "the answers of several servos to one ping collide");
}

Result<void> LxBus::writeGroup(bus::RegisterSpan, std::span<const bus::GroupWriteItem>) {
    return failure(ErrorCode::unsupported, "LX servos have no group write");
}

Result<void> LxBus::broadcastWrite(std::uint16_t address, ByteView bytes) {
    const Block* block = blockAt(address);
    const bool whole =
        block && block->isWritten() && address == block->address() && bytes.size() == block->size;
    if (!whole) return failure(ErrorCode::unsupported, "a command to all carries all of its values");
    return tell(broadcastId, block->write, bytes);
}

Result<Bytes> LxBus::exchange(ByteView request, Duration wait) {
    return line_.exchange(request, wait);
}

Result<void> LxBus::prepareGroup(GroupRead& group) {
    constexpr std::size_t longestSpan = 512;
    if (auto checked = checkGroup(group, lastServoId, longestSpan); !checked) return checked;
    layOutGroup(group);
    return {};
}

Result<void> LxBus::readGroup(GroupRead& group) {
    return readOneByOne(group, *this, line_);
}

Duration LxBus::wireTime(const GroupRead& group, Duration returnDelay) const {
    std::size_t bytes = 0;
    Duration waits{};
    for (const GroupSlot& slot : group.entries)
        for (const Block& block : blocks()) {
            if (overlapOf(block, slot.span.address, slot.span.size).size == 0) continue;
            bytes += requestSize + bareSize + block.size;
            waits += returnDelay;
        }
    const Duration byteTime = line_.byteTime();
    return byteTime == Duration{} ? byteTime : byteTime * static_cast<Duration::rep>(bytes) + waits;
}

Result<Reply> LxBus::reboot(ServoId) {
    return unsupportedReply("LX servos have no restart; switch the supply off and on");
}

Result<Reply> LxBus::factoryReset(ServoId, bus::ResetScope) {
    return unsupportedReply("LX servos have no factory reset");
}

Result<Reply> LxBus::clearTurns(ServoId) {
    return unsupportedReply("LX servos count no turns");
}

} // namespace servolane::drivers::lx
