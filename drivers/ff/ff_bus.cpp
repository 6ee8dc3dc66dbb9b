// SPDX-License-Identifier: GPL-3.0-or-later
// Single-servo transactions and group writes. Group reads are in ff_group_read.cpp.
#include "drivers/ff/ff_bus.h"

#include "core/registers/return_level.h"

#include <algorithm>
#include <limits>

namespace servolane::drivers::ff {

using registers::answersAll;
using registers::answersPings;
using registers::answersReads;

namespace {

using bus::Reply;

/// A reset writes to flash before it is answered. A stop breaks the wait off.
constexpr Duration flashPatience = std::chrono::milliseconds(100);
/// Address and size, before the items of a group write.
constexpr std::size_t groupHead = 2;

std::uint8_t levelNeeded(const Request& request) {
    if (const auto* plain = std::get_if<PlainRequest>(&request))
        return plain->instruction == Instruction::ping ? answersPings : answersAll;
    return std::holds_alternative<ReadRequest>(request) ? answersReads : answersAll;
}

Expectation expectationOf(std::size_t parameters, Duration patience) {
    Expectation expectation;
    expectation.replyBytes = expectation.longestFrame = frameSize(parameters);
    expectation.patience = patience;
    return expectation;
}

std::string nameOf(ServoId id) {
    return "servo " + std::to_string(id.value);
}

constexpr std::size_t lastAddress = std::numeric_limits<std::uint8_t>::max();

Result<std::uint8_t> addressOf(std::uint16_t address, std::size_t size, std::size_t longest) {
    if (size == 0 || size > longest || address + size > lastAddress + 1) {
        return failure(ErrorCode::invalid,
                       std::to_string(size) + " bytes at address " + std::to_string(address));
    }
    return static_cast<std::uint8_t>(address);
}

} // namespace

FfBus::FfBus(bus::Transport& transport, Clock& clock, Dialect dialect)
    : dialect_(std::move(dialect))
    , line_(transport, clock) {
    levels_.fill(answersAll);
}

Result<bus::ServoIdentity> FfBus::ping(ServoId id) {
    const auto answer = transact(id, PlainRequest{Instruction::ping}, 0);
    // A ping's answer may look like its echo, and an echo like an answer: what is read decides.
    if (!answer && !line_.finder().sawEcho()) return tl::make_unexpected(answer.error());
    Bytes identity(dialect_.identity.size);
    const auto level = std::exchange(levels_[id.value], answersAll);
    auto read = this->read(id, dialect_.identity.address, identity);
    // It is there, and one answer got lost.
    if (!read && answer && read.error().code == ErrorCode::timeout)
        read = this->read(id, dialect_.identity.address, identity);
    levels_[id.value] = level;
    if (!read && !answer) return tl::make_unexpected(answer.error());
    if (!read) return failure(read.error().code, nameOf(id) + " answers pings, but no reads");
    return dialect_.identify(id, identity);
}

Result<std::vector<bus::ServoIdentity>> FfBus::broadcastPing(Time, bool) {
    return failure(ErrorCode::unsupported, "servos of this family are not pinged all at once");
}

Result<Reply> FfBus::read(ServoId id, std::uint16_t address, MutableByteView into) {
    if (address == errorByteAddress) return readErrorByte(id, into);
    const auto from = addressOf(address, into.size(), longestParameters);
    if (!from) return tl::make_unexpected(from.error());
    const auto answer = transact(id, ReadRequest{*from, static_cast<std::uint8_t>(into.size())}, into.size());
    if (!answer) return tl::make_unexpected(answer.error());
    if (!answer->reply.confirmed) return failure(ErrorCode::unsupported, nameOf(id) + " answers pings only");
    std::ranges::copy(answer->parameters, into.begin());
    return answer->reply;
}

Result<Reply> FfBus::readErrorByte(ServoId id, MutableByteView into) {
    if (into.size() != 1) return failure(ErrorCode::invalid, "the error byte is one byte");
    // The answer to a ping that tells of the lowest bit alone equals the ping; no answer to this read does.
    const bool reads = levels_[id.value] >= answersReads;
    const ReadRequest shortest{static_cast<std::uint8_t>(dialect_.identity.address), 1};
    const auto answer = reads ? transact(id, shortest, 1) : transact(id, PlainRequest{Instruction::ping}, 0);
    if (!answer) return tl::make_unexpected(answer.error());
    into[0] = answer->error & dialect_.conditions;
    return answer->reply;
}

Result<Reply> FfBus::write(ServoId id, std::uint16_t address, ByteView bytes) {
    const auto to = addressOf(address, bytes.size(), longestParameters - 1);
    if (!to) return tl::make_unexpected(to.error());
    return command(id, WriteRequest{*to, bytes});
}

Result<Reply> FfBus::registerWrite(ServoId id, std::uint16_t address, ByteView bytes) {
    const auto to = addressOf(address, bytes.size(), longestParameters - 1);
    if (!to) return tl::make_unexpected(to.error());
    return command(id, RegisterWriteRequest{*to, bytes});
}

Result<void> FfBus::action() {
    return sendToAll(PlainRequest{Instruction::action});
}

Result<void> FfBus::writeGroup(bus::RegisterSpan span, std::span<const bus::GroupWriteItem> items) {
    const auto to = addressOf(span.address, span.size, longestParameters - groupHead - 1);
    if (!to) return tl::make_unexpected(to.error());
    if (items.empty()) return failure(ErrorCode::invalid, "an empty group write");
    for (const auto& item : items)
        if (item.bytes.size() != span.size || item.id.value > lastServoId)
            return failure(ErrorCode::invalid,
                           "group write to " + nameOf(item.id) + ": id or number of bytes");
    const auto size = static_cast<std::uint8_t>(span.size);
    const std::size_t most = (longestParameters - groupHead) / (1U + size);
    for (std::size_t first = 0; first < items.size(); first += most) {
        items_.clear();
        for (const auto& item : items.subspan(first, std::min(most, items.size() - first))) {
            items_.push_back(item.id.value);
            items_.insert(items_.end(), item.bytes.begin(), item.bytes.end());
        }
        if (auto sent = sendToAll(SyncWriteRequest{*to, size, items_}); !sent) return sent;
    }
    return {};
}

Result<void> FfBus::broadcastWrite(std::uint16_t address, ByteView bytes) {
    const auto to = addressOf(address, bytes.size(), longestParameters - 1);
    if (!to) return tl::make_unexpected(to.error());
    return sendToAll(WriteRequest{*to, bytes});
}

Result<Bytes> FfBus::exchange(ByteView request, Duration wait) {
    return line_.exchange(request, wait);
}

Result<Reply> FfBus::reboot(ServoId id) {
    if (!dialect_.reboots)
        return failure(ErrorCode::unsupported, "this protocol has no restart; switch the supply off and on");
    request_.clear();
    append(request_, id, PlainRequest{Instruction::reboot});
    if (auto sent = line_.send(request_); !sent) return tl::make_unexpected(sent.error());
    return Reply{false, false, 0, {}};
}

Result<Reply> FfBus::factoryReset(ServoId id, bus::ResetScope scope) {
    const auto does = dialect_.resetKeepsId ? bus::ResetScope::keepId : bus::ResetScope::all;
    if (scope != does)
        return failure(ErrorCode::unsupported,
                       dialect_.resetKeepsId ? "a reset of this family keeps the id, and nothing else"
                                             : "a reset of this family keeps nothing: the id becomes 1");
    return command(id, PlainRequest{Instruction::factoryReset}, flashPatience);
}

Result<Reply> FfBus::clearTurns(ServoId id) {
    if (!dialect_.forgetsTurns) return failure(ErrorCode::unsupported, "this family cannot clear its turns");
    return command(id, PlainRequest{Instruction::resetState});
}

Result<Reply> FfBus::command(ServoId id, const Request& request, Duration patience) {
    const auto answer = transact(id, request, 0, patience);
    if (!answer) return tl::make_unexpected(answer.error());
    return answer->reply;
}

Result<void> FfBus::sendToAll(const Request& request) {
    request_.clear();
    append(request_, broadcastId, request);
    return line_.send(request_);
}

Result<FfBus::Answer> FfBus::transact(ServoId id, const Request& request, std::size_t parameters,
                                      Duration patience) {
    if (id.value > lastServoId) return failure(ErrorCode::invalid, nameOf(id) + " cannot be");
    const bool reads = std::holds_alternative<ReadRequest>(request);
    const bool doubtful = reads && line_.isAmbiguous(id, frameSize(parameters));
    if (doubtful && levels_[id.value] >= levelNeeded(request)) {
        if (auto outrun = outrunLateAnswers(id); !outrun) return tl::make_unexpected(outrun.error());
        patience = std::max(patience, line_.latePatience()); // it lives, and was late a moment ago
    }
    request_.clear();
    append(request_, id, request);
    if (levels_[id.value] < levelNeeded(request)) {
        if (auto sent = line_.send(request_); !sent) return tl::make_unexpected(sent.error());
        return Answer{Reply{false, false, 0, {}}, 0, {}};
    }
    const auto answerer = reads ? std::nullopt : std::optional(id);
    Expectation expectation = expectationOf(parameters, patience);
    expectation.isRead = reads;
    if (auto sent = line_.send(request_, expectation, answerer); !sent) {
        return tl::make_unexpected(sent.error());
    }
    // A ping is not refused: what its answer tells of is an earlier instruction.
    const auto* plain = std::get_if<PlainRequest>(&request);
    const bool pings = plain != nullptr && plain->instruction == Instruction::ping;
    const bool mayEqual = reads ? parameters == 2 : pings && levels_[id.value] < answersReads;
    return awaitAnswer({id, parameters, pings ? std::uint8_t{0} : dialect_.refusals, mayEqual});
}

Result<void> FfBus::outrunLateAnswers(ServoId id) {
    // A read of two bytes would be told from its own echo by luck alone.
    std::uint8_t size = 1;
    for (const std::uint8_t other : std::array<std::uint8_t, 3>{3, 4, 5})
        if (line_.isAmbiguous(id, frameSize(size))) size = other;
    request_.clear();
    append(request_, id, ReadRequest{static_cast<std::uint8_t>(dialect_.identity.address), size});
    if (auto sent = line_.send(request_, expectationOf(size, line_.latePatience())); !sent) return sent;
    const auto answer = awaitAnswer({id, size, dialect_.refusals});
    if (!answer) return tl::make_unexpected(answer.error());
    return {};
}

bool FfBus::isAnswerOf(const Frame& frame, const Awaited& awaited) {
    if (frame.id != awaited.id) return false;
    const bool refused = (frame.code & awaited.refusals) != 0 && frame.parameters.empty();
    return frame.parameters.size() == awaited.parameters || refused;
}

std::optional<Frame> FfBus::echoAsAnswer(const Awaited& awaited) const {
    const Frame& frame = line_.finder().last();
    const bool doubtful = !echoes_ && awaited.mayEqualRequest && line_.finder().sawEcho();
    return doubtful && isAnswerOf(frame, awaited) ? std::optional(frame) : std::nullopt;
}

Result<FfBus::Answer> FfBus::awaitAnswer(const Awaited& awaited) {
    const ServoId id = awaited.id;
    const auto corruptBefore = line_.parsed().corruptFrames;
    bool odd = false;
    const auto accepts = [&](const Frame& frame) {
        if (isAnswerOf(frame, awaited)) {
            echoes_ = echoes_ || line_.finder().sawEcho();
            return true;
        }
        odd = odd || frame.id == id;
        if (line_.owesAnswer(frame.id)) line_.sawLateAnswer();
        return false;
    };
    for (;;) {
        const auto frame = line_.nextFrame();
        if (!frame) return noAnswer(id, frame.error());
        if (!*frame) break;
        if (accepts(**frame)) return judge(**frame, awaited);
    }
    if (const auto frame = echoAsAnswer(awaited)) return judge(*frame, awaited);
    while (const auto frame = line_.recoverFrame()) {
        if (accepts(*frame)) return judge(*frame, awaited);
    }
    line_.countTimeout();
    if (odd) return noAnswer(id, {ErrorCode::corrupt, nameOf(id) + ": an answer of another length"});
    if (line_.parsed().corruptFrames > corruptBefore)
        return noAnswer(id, {ErrorCode::corrupt, nameOf(id) + ": checksum"});
    return noAnswer(id, {ErrorCode::timeout, nameOf(id) + " does not answer"});
}

Result<FfBus::Answer> FfBus::judge(const Frame& frame, const Awaited& awaited) {
    line_.markAnswered(frame.id);
    line_.settle(frame.id, frameSize(frame.parameters.size()));
    line_.conclude(true);
    const unsigned refused = frame.code & awaited.refusals;
    // What was read is there all the same: a goal that was refused a while ago may still be told of.
    if (refused != 0 && frame.parameters.empty()) {
        line_.countRefusal();
        const bool again = (refused & dialect_.damaged) != 0;
        return failure(again ? ErrorCode::corrupt : ErrorCode::refused,
                       nameOf(frame.id) + ": " + describe(refused));
    }
    const Duration turnaround = std::max(Duration{}, line_.firstByteAt() - line_.requestEnd());
    const bool alert = (frame.code & dialect_.conditions) != 0;
    return Answer{Reply{true, alert, 0, turnaround}, frame.code, frame.parameters};
}

tl::unexpected<Error> FfBus::noAnswer(ServoId id, Error error) {
    line_.markLate(id);
    line_.conclude(false);
    return tl::make_unexpected(std::move(error));
}

std::string FfBus::describe(unsigned error) const {
    std::string text = "error " + std::to_string(error) + " (";
    bool first = true;
    for (unsigned bit = 0; bit < 8; ++bit) {
        if ((error >> bit & 1U) == 0) continue;
        if (!std::exchange(first, false)) text += ", ";
        text += dialect_.bitName(bit);
    }
    return text + ")";
}

} // namespace servolane::drivers::ff
