// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/dynamixel/dynamixel2_side.h"

#include "core/registers/return_level.h"
#include "drivers/simulator/collision.h"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace servolane::drivers::dynamixel {

using registers::answersAll;
using registers::answersReads;
using registers::Role;
using simulator::collide;
using simulator::overlay;

namespace {

/// Rates by the code in the Baud Rate register.
constexpr std::array<std::uint32_t, 8> baudCodes{9'600,     57'600,    115'200,   1'000'000,
                                                 2'000'000, 3'000'000, 4'000'000, 4'500'000};

ErrorNumber numberOf(Refusal refusal) {
    switch (refusal) {
    case Refusal::none:
        return ErrorNumber::none;
    case Refusal::resultFail:
        return ErrorNumber::resultFail;
    case Refusal::instruction:
        return ErrorNumber::instruction;
    case Refusal::dataRange:
        return ErrorNumber::dataRange;
    case Refusal::dataLength:
        return ErrorNumber::dataLength;
    case Refusal::dataLimit:
        return ErrorNumber::dataLimit;
    case Refusal::access:
        break;
    }
    return ErrorNumber::access;
}

StatusError errorOf(const VirtualServo& servo, Refusal refusal) {
    return {numberOf(refusal), servo.hasAlert()};
}

bool isSetTo(const VirtualServo& servo, std::uint32_t baud) {
    const auto code = static_cast<std::size_t>(servo.value(Role::baudRate));
    if (code >= baudCodes.size()) return true;
    return simulator::isSameRate(baudCodes[code], baud);
}

} // namespace

Dynamixel2Side::Dynamixel2Side(ServoRack& rack, std::uint32_t baud)
    : rack_(rack) {
    const auto code = std::find(baudCodes.begin(), baudCodes.end(), baud);
    // A rate without a code of its own still makes a bus: such servos do not mind the rate.
    for (const auto& servo : rack_.servos())
        servo->preset(Role::baudRate, code - baudCodes.begin());
}

void Dynamixel2Side::hear(ByteView bytes, Time end, const WireRules& rules, std::vector<Answer>& answers) {
    while (!bytes.empty()) {
        bytes = bytes.subspan(parser_.feed(bytes));
        while (const auto frame = parser_.next()) {
            const auto behind = static_cast<std::int64_t>(parser_.pending().size() + bytes.size());
            Exchange exchange{frame->id, end - behind * rules.byteTime, rules, answers};
            const std::size_t before = answers.size();
            carryOut(*frame, exchange);
            for (std::size_t i = before; i < answers.size(); ++i)
                answers[i].asked = exchange.at;
        }
    }
}

void Dynamixel2Side::carryOut(const Frame& frame, Exchange& exchange) {
    if (frame.is(Instruction::status)) return;
    rack_.applyFaults(exchange.at);
    pendingGap_ = Duration::zero();
    const auto request = decodeInstruction(frame);
    if (!request) {
        refuse(request.error(), exchange);
        return;
    }
    std::visit([&](const auto& known) { perform(known, exchange); }, *request);
}

void Dynamixel2Side::refuse(ErrorNumber number, Exchange& exchange) {
    if (exchange.isBroadcast()) return;
    const std::size_t before = exchange.answers.size();
    for (const auto& servo : rack_.servos()) {
        if (!hears(*servo, exchange) || rack_.believedId(*servo, exchange.at) != exchange.target) continue;
        servo->advanceTo(exchange.at);
        if (servo->value(Role::statusReturnLevel) < answersAll) continue;
        const StatusError error{number, servo->hasAlert()};
        const ServoId as = rack_.answerId(*servo, exchange.at);
        exchange.answers.push_back(
            {encodeStatus(as, error), exchange.at + delayOf(*servo, exchange), {}, {}});
    }
    collide(exchange.answers, before);
}

bool Dynamixel2Side::hears(const VirtualServo& servo, const Exchange& exchange) const {
    const bool rateFits = exchange.rules.hostBaud == 0 || isSetTo(servo, exchange.rules.hostBaud);
    return rateFits && rack_.hears(servo, exchange.at);
}

Duration Dynamixel2Side::delayOf(const VirtualServo& servo, const Exchange& exchange) const {
    return exchange.rules.keepReturnDelay ? servo.returnDelay() : Duration::zero();
}

void Dynamixel2Side::say(const VirtualServo& servo, ServoId as, Refusal refusal, ByteView parameters,
                         Exchange& exchange) {
    const ByteView sent = refusal == Refusal::none ? parameters : ByteView{};
    Answer answer{encodeStatus(as, errorOf(servo, refusal), sent),
                  exchange.at + delayOf(servo, exchange),
                  follows_ ? pendingGap_ + delayOf(servo, exchange) : pendingGap_,
                  {}};
    pendingGap_ = Duration::zero();
    exchange.answers.push_back(std::move(answer));
}

template <class Act>
void Dynamixel2Side::obey(Exchange& exchange, Act&& act) {
    const std::size_t before = exchange.answers.size();
    for (const auto& servo : rack_.servos()) {
        if (!hears(*servo, exchange)) continue;
        const ServoId own = rack_.believedId(*servo, exchange.at);
        const bool addressed = own == exchange.target;
        const bool asShadow = !addressed && servo->shadowId() == exchange.target;
        if (!addressed && !asShadow && !exchange.isBroadcast()) continue;
        servo->advanceTo(exchange.at);
        servo->heardInstruction();
        // Id and level of the answer are those from before the instruction.
        const ServoId as = rack_.answerId(*servo, exchange.at);
        const std::int64_t level = servo->value(Role::statusReturnLevel);
        const Duration delay = delayOf(*servo, exchange);
        const Refusal refusal = act(*servo, asShadow);
        if (!addressed || level < answersAll) continue;
        exchange.answers.push_back({encodeStatus(as, errorOf(*servo, refusal)), exchange.at + delay, {}, {}});
    }
    collide(exchange.answers, before);
}

void Dynamixel2Side::ping(const VirtualServo& servo, Exchange& exchange) {
    const Bytes identity = pingParameters(static_cast<std::uint16_t>(servo.model().number),
                                          static_cast<std::uint8_t>(servo.value(Role::firmwareVersion)));
    say(servo, rack_.answerId(servo, exchange.at), Refusal::none, identity, exchange);
}

void Dynamixel2Side::perform(const PingRequest&, Exchange& exchange) {
    std::vector<VirtualServo*> answering;
    for (const auto& servo : rack_.servos()) {
        if (!hears(*servo, exchange)) continue;
        if (!exchange.isBroadcast() && rack_.believedId(*servo, exchange.at) != exchange.target) continue;
        servo->advanceTo(exchange.at);
        servo->heardInstruction();
        answering.push_back(servo.get());
    }
    const auto turnOf = [&](const VirtualServo* servo) { return rack_.believedId(*servo, exchange.at); };
    std::stable_sort(answering.begin(), answering.end(),
                     [&](const auto* a, const auto* b) { return turnOf(a) < turnOf(b); });
    std::size_t first = exchange.answers.size();
    const VirtualServo* before = nullptr;
    for (const auto* servo : answering) {
        if (before != nullptr && turnOf(before) != turnOf(servo)) first = exchange.answers.size();
        ping(*servo, exchange);
        collide(exchange.answers, first);
        before = servo;
    }
}

const std::vector<VirtualServo*>& Dynamixel2Side::readers(ServoId id, const Exchange& exchange) {
    readers_.clear();
    for (const auto& servo : rack_.servos()) {
        if (rack_.believedId(*servo, exchange.at) != id || !hears(*servo, exchange)) continue;
        servo->advanceTo(exchange.at);
        servo->heardInstruction();
        if (servo->value(Role::statusReturnLevel) >= answersReads) readers_.push_back(servo.get());
    }
    return readers_;
}

bool Dynamixel2Side::answerRead(const Share& share, Exchange& exchange) {
    const std::size_t before = exchange.answers.size();
    for (VirtualServo* servo : readers(share.id, exchange)) {
        data_.clear();
        const Refusal refusal = servo->read(share.span, data_);
        say(*servo, rack_.answerId(*servo, exchange.at), refusal, data_, exchange);
    }
    collide(exchange.answers, before);
    return exchange.answers.size() > before;
}

void Dynamixel2Side::perform(const ReadRequest& request, Exchange& exchange) {
    if (!exchange.isBroadcast()) static_cast<void>(answerRead({exchange.target, request.span}, exchange));
}

void Dynamixel2Side::perform(const WriteRequest& request, Exchange& exchange) {
    obey(exchange, [&](VirtualServo& servo, bool asShadow) {
        return asShadow ? servo.writeAsShadow(request.address, request.bytes)
                        : servo.write(request.address, request.bytes);
    });
}

void Dynamixel2Side::perform(const RegisterWriteRequest& request, Exchange& exchange) {
    obey(exchange,
         [&](VirtualServo& servo, bool) { return servo.registerWrite(request.address, request.bytes); });
}

void Dynamixel2Side::perform(const ActionRequest&, Exchange& exchange) {
    obey(exchange, [](VirtualServo& servo, bool) { return servo.action(); });
}

void Dynamixel2Side::perform(const FactoryResetRequest& request, Exchange& exchange) {
    // From firmware 42 on a reset of everything that is sent to all is refused: every servo would end with
    // one id.
    if (exchange.isBroadcast() && request.scope == bus::ResetScope::all) return;
    obey(exchange, [&](VirtualServo& servo, bool) {
        servo.factoryReset(request.scope);
        return Refusal::none;
    });
}

void Dynamixel2Side::perform(const RebootRequest&, Exchange& exchange) {
    obey(exchange, [](VirtualServo& servo, bool) {
        servo.reboot();
        return Refusal::none;
    });
}

void Dynamixel2Side::perform(const ClearRequest& request, Exchange& exchange) {
    const bool turns = request.target == ClearTarget::turns;
    obey(exchange,
         [&](VirtualServo& servo, bool) { return turns ? servo.clearTurns() : servo.clearErrors(); });
}

void Dynamixel2Side::perform(const BackupRequest& request, Exchange& exchange) {
    const bool store = request.step == BackupStep::store;
    obey(exchange,
         [&](VirtualServo& servo, bool) { return store ? servo.storeBackup() : servo.restoreBackup(); });
}

void Dynamixel2Side::perform(const SyncReadRequest& request, Exchange& exchange) {
    std::vector<Share> shares;
    for (const std::uint8_t id : request.ids)
        shares.push_back({ServoId{id}, request.span});
    request.form == ReplyForm::merged ? answerMerged(shares, exchange) : answerInTurn(shares, exchange);
}

void Dynamixel2Side::perform(const BulkReadRequest& request, Exchange& exchange) {
    std::vector<Share> shares;
    for (std::size_t entry = 0; entry < request.count(); ++entry)
        shares.push_back({request.id(entry), request.span(entry)});
    request.form == ReplyForm::merged ? answerMerged(shares, exchange) : answerInTurn(shares, exchange);
}

void Dynamixel2Side::answerInTurn(const std::vector<Share>& shares, Exchange& exchange) {
    const std::size_t before = exchange.answers.size();
    for (const auto& share : shares) {
        // What its maker does not say: that its pause counts from the end of its predecessor.
        follows_ = exchange.answers.size() > before;
        const bool answered = answerRead(share, exchange);
        follows_ = false;
        if (answered) continue;
        if (exchange.rules.missing == MissingServoRule::chainStops) return;
        pendingGap_ += exchange.rules.byteTime * static_cast<std::int64_t>(bareStatusSize + share.span.size);
    }
}

void Dynamixel2Side::answerMerged(const std::vector<Share>& shares, Exchange& exchange) {
    std::size_t blocks = 0;
    for (const auto& share : shares)
        blocks += mergedBlockSize(share.span.size);
    Answer answer;
    for (const auto& share : shares) {
        const auto& speaking = readers(share.id, exchange);
        // Each appends to what it has heard: behind a missing one there is nothing to append to.
        if (speaking.empty() || !speaking.front()->model().fastGroupReadFrom) break;
        if (answer.bytes.empty()) {
            answer.notBefore = exchange.at + delayOf(*speaking.front(), exchange);
            beginMergedReply(answer.bytes, blocks);
        }
        appendBlocks(answer.bytes, speaking, share, exchange);
    }
    if (!answer.bytes.empty()) exchange.answers.push_back(std::move(answer));
}

void Dynamixel2Side::appendBlocks(Bytes& reply, const std::vector<VirtualServo*>& speaking,
                                  const Share& share, const Exchange& exchange) {
    const std::size_t start = reply.size();
    const Bytes heard = speaking.size() > 1 ? reply : Bytes{};
    for (VirtualServo* servo : speaking) {
        data_.clear();
        const Refusal refusal = servo->read(share.span, data_);
        data_.resize(share.span.size);
        const bool alone = servo == speaking.front();
        Bytes own = alone ? std::move(reply) : heard;
        appendMergedBlock(own, rack_.answerId(*servo, exchange.at), errorOf(*servo, refusal), data_);
        reply = alone ? std::move(own) : overlay(reply, own, start);
    }
}

void Dynamixel2Side::perform(const SyncWriteRequest& request, Exchange& exchange) {
    for (const auto& servo : rack_.servos()) {
        if (!hears(*servo, exchange)) continue;
        const auto bytes = request.bytesFor(rack_.believedId(*servo, exchange.at));
        if (!bytes) continue;
        servo->advanceTo(exchange.at);
        servo->heardInstruction();
        [[maybe_unused]] const Refusal unheard = servo->write(request.span.address, *bytes);
    }
}

void Dynamixel2Side::perform(const BulkWriteRequest& request, Exchange& exchange) {
    for (const auto& servo : rack_.servos()) {
        if (!hears(*servo, exchange)) continue;
        const auto item = request.itemFor(rack_.believedId(*servo, exchange.at));
        if (!item) continue;
        servo->advanceTo(exchange.at);
        servo->heardInstruction();
        [[maybe_unused]] const Refusal unheard = servo->write(item->address, item->bytes);
    }
}

} // namespace servolane::drivers::dynamixel
