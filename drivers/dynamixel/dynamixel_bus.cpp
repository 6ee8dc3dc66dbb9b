// SPDX-License-Identifier: GPL-3.0-or-later
// Single-servo transactions, group writes and scans. Group reads are in group_read.cpp.
#include "drivers/dynamixel/dynamixel_bus.h"

#include "drivers/dynamixel/dynamixel2.h"

#include <algorithm>

namespace servolane::drivers::dynamixel {

namespace {

using bus::Reply;

/// Clearing, resetting and backing up write to flash before they answer. A stop breaks the wait off.
constexpr Duration flashPatience = std::chrono::milliseconds(100);
constexpr std::size_t longestRequest = 16 * 1024; // far below what LEN holds, far above what a servo takes
constexpr std::size_t longestRead = 4 * 1024;
constexpr std::size_t pingParameterCount = 3;

StatusReturnLevel levelNeeded(const Request& request) {
    if (std::holds_alternative<PingRequest>(request)) return StatusReturnLevel::pingOnly;
    if (std::holds_alternative<ReadRequest>(request)) return StatusReturnLevel::pingAndRead;
    return StatusReturnLevel::all;
}

Expectation expectationOf(std::size_t parameters, Duration patience) {
    Expectation expectation;
    expectation.replyBytes = bareStatusSize + parameters;
    expectation.longestFrame = longestStatusSize(parameters);
    expectation.patience = patience;
    return expectation;
}

bool hasLengthOf(const Status& status, std::size_t parameters) {
    if (status.parameters.size() == parameters) return true;
    return status.error.number != ErrorNumber::none && status.parameters.empty();
}

std::string nameOf(ServoId id) {
    return "servo " + std::to_string(id.value);
}

std::string describe(StatusError error) {
    std::string text = "error " + std::to_string(static_cast<unsigned>(error.number)) + " (";
    text += toString(error.number);
    return text + (error.alert ? "), alert" : ")");
}

} // namespace

DynamixelBus::DynamixelBus(bus::Transport& transport, Clock& clock)
    : traits_(dynamixel::traits())
    , line_(transport, clock) {
    levels_.fill(StatusReturnLevel::all);
}

Result<bus::ServoIdentity> DynamixelBus::ping(ServoId id) {
    const auto answer = transact(id, PingRequest{}, pingParameterCount);
    if (!answer) return tl::make_unexpected(answer.error());
    return *identityFrom({id, {}, answer->parameters});
}

Result<std::vector<bus::ServoIdentity>> DynamixelBus::broadcastPing(Time until, bool resume) {
    std::vector<bus::ServoIdentity> found;
    if (!resume) {
        found_.reset();
        doubled_.clear();
        request_.clear();
        append(request_, broadcastId, PingRequest{});
        if (auto sent = line_.send(request_, Expectation{}); !sent) return tl::make_unexpected(sent.error());
    }
    line_.listenUntil(until);
    for (;;) {
        const auto frame = line_.nextFrame();
        if (!frame) {
            line_.conclude(false);
            // What was found before a stop is not lost: the next slice reports the stop, if there is one.
            if (frame.error().code == ErrorCode::interrupted && !found.empty()) return found;
            return tl::make_unexpected(frame.error());
        }
        if (!*frame) break;
        const auto status = statusFrom(**frame);
        const auto identity = status ? identityFrom(*status) : std::nullopt;
        if (!identity) continue;
        if (found_.test(identity->id.value)) {
            line_.countDoubleAnswer((*frame)->wireSize);
            doubled_.push_back(identity->id);
            continue;
        }
        found_.set(identity->id.value);
        found.push_back(*identity);
    }
    line_.conclude(false);
    return found;
}

/// As ROBOTIS' own SDK computes it: 14 bytes an answer and 3 byte times of pause for each of 252 ids, 16 ms
/// on top.
Duration DynamixelBus::broadcastPingWindow() const {
    return line_.byteTime() * ((14 + 3) * 252) +
           std::max<Duration>(std::chrono::milliseconds(16), line_.gapTimeout());
}

Result<Reply> DynamixelBus::read(ServoId id, std::uint16_t address, MutableByteView into) {
    if (into.empty() || into.size() > longestRead) return failure(ErrorCode::invalid, "size of a read");
    const auto size = static_cast<std::uint16_t>(into.size());
    const auto answer = transact(id, ReadRequest{{address, size}}, into.size());
    if (!answer) return tl::make_unexpected(answer.error());
    if (!answer->reply.confirmed) return failure(ErrorCode::unsupported, nameOf(id) + " answers pings only");
    std::ranges::copy(answer->parameters, into.begin());
    return answer->reply;
}

Result<Reply> DynamixelBus::write(ServoId id, std::uint16_t address, ByteView bytes) {
    return command(id, WriteRequest{address, bytes});
}

Result<Reply> DynamixelBus::registerWrite(ServoId id, std::uint16_t address, ByteView bytes) {
    return command(id, RegisterWriteRequest{address, bytes});
}

Result<void> DynamixelBus::action() {
    return sendToAll(ActionRequest{});
}

Result<void> DynamixelBus::writeGroup(bus::RegisterSpan span, std::span<const bus::GroupWriteItem> items) {
    if (items.empty() || span.size == 0) return failure(ErrorCode::invalid, "an empty group write");
    parameters_.clear();
    for (const auto& item : items) {
        if (item.bytes.size() != span.size || item.id.value > lastServoId) {
            return failure(ErrorCode::invalid,
                           "group write to " + nameOf(item.id) + ": id or number of bytes");
        }
        parameters_.push_back(item.id.value);
        parameters_.insert(parameters_.end(), item.bytes.begin(), item.bytes.end());
    }
    return sendToAll(SyncWriteRequest{span, parameters_});
}

Result<void> DynamixelBus::writeBulk(std::span<const BulkWriteItem> items) {
    if (items.empty()) return failure(ErrorCode::invalid, "an empty bulk write");
    parameters_.clear();
    for (const auto& item : items) {
        if (item.bytes.empty() || item.id.value > lastServoId) {
            return failure(ErrorCode::invalid,
                           "bulk write to " + nameOf(item.id) + ": id or number of bytes");
        }
        appendBulkWriteItem(parameters_, item);
    }
    return sendToAll(BulkWriteRequest{parameters_});
}

Result<void> DynamixelBus::broadcastWrite(std::uint16_t address, ByteView bytes) {
    if (bytes.empty()) return failure(ErrorCode::invalid, "an empty broadcast write");
    return sendToAll(WriteRequest{address, bytes});
}

Result<Bytes> DynamixelBus::exchange(ByteView request, Duration wait) {
    return line_.exchange(request, wait);
}

Result<Reply> DynamixelBus::reboot(ServoId id) {
    return command(id, RebootRequest{});
}

Result<Reply> DynamixelBus::factoryReset(ServoId id, bus::ResetScope scope) {
    return command(id, FactoryResetRequest{scope}, flashPatience);
}

Result<Reply> DynamixelBus::clearTurns(ServoId id) {
    return command(id, ClearRequest{ClearTarget::turns}, flashPatience);
}

Result<Reply> DynamixelBus::clearErrors(ServoId id) {
    return command(id, ClearRequest{ClearTarget::errors}, flashPatience);
}

Result<Reply> DynamixelBus::backUp(ServoId id, BackupStep step) {
    return command(id, BackupRequest{step}, flashPatience);
}

Result<Reply> DynamixelBus::command(ServoId id, const Request& request, Duration patience) {
    const auto answer = transact(id, request, 0, patience);
    if (!answer) return tl::make_unexpected(answer.error());
    return answer->reply;
}

Result<void> DynamixelBus::sendToAll(const Request& request) {
    request_.clear();
    append(request_, broadcastId, request);
    if (request_.size() > longestRequest) return failure(ErrorCode::invalid, "a write beyond one frame");
    return line_.send(request_);
}

Result<DynamixelBus::Answer> DynamixelBus::transact(ServoId id, const Request& request,
                                                    std::size_t parameters, Duration patience) {
    if (id.value > lastServoId) return failure(ErrorCode::invalid, nameOf(id) + " cannot be");
    const bool reads = std::holds_alternative<ReadRequest>(request);
    const bool doubtful = reads && line_.isAmbiguous(id, bareStatusSize + parameters);
    if (doubtful && levels_[id.value] >= levelNeeded(request)) {
        if (auto outrun = outrunLateAnswers(id); !outrun) return tl::make_unexpected(outrun.error());
        patience = std::max(patience, line_.latePatience()); // it lives, and was late a moment ago
    }
    request_.clear();
    append(request_, id, request);
    if (request_.size() > longestRequest) return failure(ErrorCode::invalid, "a write beyond one frame");
    if (levels_[id.value] < levelNeeded(request)) {
        if (auto sent = line_.send(request_); !sent) return tl::make_unexpected(sent.error());
        return Answer{Reply{false, false, 0, {}}, {}};
    }
    const auto answerer = reads ? std::nullopt : std::optional(id);
    Expectation expectation = expectationOf(parameters, patience);
    expectation.isRead = reads;
    if (auto sent = line_.send(request_, expectation, answerer); !sent) {
        return tl::make_unexpected(sent.error());
    }
    return awaitAnswer(id, parameters);
}

Result<void> DynamixelBus::outrunLateAnswers(ServoId id) {
    Request request = PingRequest{};
    std::size_t parameters = pingParameterCount;
    // All servos have their model number at address 0; what is read does not matter, its size does.
    for (const std::uint16_t size : std::array<std::uint16_t, 3>{1, 2, 4})
        if (line_.isAmbiguous(id, bareStatusSize + parameters)) {
            request = ReadRequest{{0, size}};
            parameters = size;
        }
    request_.clear();
    append(request_, id, request);
    if (auto sent = line_.send(request_, expectationOf(parameters, line_.latePatience())); !sent) return sent;
    const auto answer = awaitAnswer(id, parameters);
    if (!answer) return tl::make_unexpected(answer.error());
    return {};
}

Result<DynamixelBus::Answer> DynamixelBus::awaitAnswer(ServoId id, std::size_t parameters) {
    const auto corruptBefore = line_.parsed().corruptFrames;
    bool odd = false;
    const auto isAnswer = [&](const Frame& frame) {
        const auto status = statusFrom(frame);
        if (status && status->id == id && hasLengthOf(*status, parameters)) return true;
        odd = odd || frame.id == id;
        if (line_.owesAnswer(frame.id)) line_.sawLateAnswer();
        return false;
    };
    for (;;) {
        const auto frame = line_.nextFrame();
        if (!frame) return noAnswer(id, frame.error());
        if (!*frame) break;
        if (isAnswer(**frame)) return judge(*statusFrom(**frame));
    }
    while (const auto frame = line_.recoverFrame()) {
        if (isAnswer(*frame)) return judge(*statusFrom(*frame));
    }
    line_.countTimeout();
    if (odd) return noAnswer(id, {ErrorCode::corrupt, nameOf(id) + ": an answer of another length"});
    if (line_.parsed().corruptFrames > corruptBefore)
        return noAnswer(id, {ErrorCode::corrupt, nameOf(id) + ": checksum"});
    return noAnswer(id, {ErrorCode::timeout, nameOf(id) + " does not answer"});
}

Result<DynamixelBus::Answer> DynamixelBus::judge(const Status& status) {
    line_.markAnswered(status.id);
    line_.settle(status.id, bareStatusSize + status.parameters.size());
    line_.conclude(true);
    if (status.error.number != ErrorNumber::none) {
        line_.countRefusal();
        return failure(ErrorCode::refused, nameOf(status.id) + ": " + describe(status.error));
    }
    const Duration turnaround = std::max(Duration{}, line_.firstByteAt() - line_.requestEnd());
    return Answer{Reply{true, status.error.alert, 0, turnaround}, status.parameters};
}

tl::unexpected<Error> DynamixelBus::noAnswer(ServoId id, Error error) {
    line_.markLate(id);
    line_.conclude(false);
    return tl::make_unexpected(std::move(error));
}

} // namespace servolane::drivers::dynamixel
