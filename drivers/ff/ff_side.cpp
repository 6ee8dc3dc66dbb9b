// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/ff/ff_side.h"

#include "core/registers/return_level.h"
#include "drivers/ff/ff_bus.h"
#include "drivers/simulator/collision.h"

#include <algorithm>

namespace servolane::drivers::ff {

using registers::answersAll;
using registers::answersPings;
using registers::answersReads;
using registers::Role;
using simulator::collide;

namespace {

constexpr std::int64_t codes = 256;

/// The error byte has no place in the servo's memory.
std::size_t memoryEnd(const registers::ServoModel& model) {
    std::size_t end = 0;
    for (const auto& one : model.registers)
        if (one.address < errorByteAddress) end = std::max<std::size_t>(end, one.address + one.size);
    return end;
}

} // namespace

FfSide::FfSide(ServoRack& rack, std::uint32_t baud, SideDialect dialect)
    : rack_(rack)
    , dialect_(dialect) {
    std::int64_t code = 0;
    while (code < codes &&
           !(dialect_.rateOf(code) != 0 && simulator::isSameRate(dialect_.rateOf(code), baud)))
        ++code;
    // A rate without a code of its own still makes a bus: such servos do not mind the rate.
    for (const auto& servo : rack_.servos())
        servo->preset(Role::baudRate, std::min(code, codes - 1));
}

void FfSide::hear(ByteView bytes, Time end, const WireRules& rules, std::vector<Answer>& answers) {
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

void FfSide::carryOut(const Frame& frame, Exchange& exchange) {
    rack_.applyFaults(exchange.at);
    pendingGap_ = Duration::zero();
    if (const auto request = decodeRequest(frame))
        std::visit([&](const auto& known) { perform(known, exchange); }, *request);
    else
        obey(exchange, answersAll, [](VirtualServo&) { return Refusal::instruction; });
}

std::vector<VirtualServo*> FfSide::addressed(const Exchange& exchange) {
    std::vector<VirtualServo*> found;
    for (const auto& servo : rack_.servos()) {
        const std::uint32_t rate = dialect_.rateOf(servo->value(Role::baudRate));
        const bool rateFits =
            exchange.rules.hostBaud == 0 || rate == 0 || simulator::isSameRate(rate, exchange.rules.hostBaud);
        if (!rateFits || !rack_.hears(*servo, exchange.at)) continue;
        if (!exchange.isBroadcast() && rack_.believedId(*servo, exchange.at) != exchange.target) continue;
        servo->advanceTo(exchange.at);
        servo->heardInstruction();
        found.push_back(servo.get());
    }
    return found;
}

Duration FfSide::delayOf(const VirtualServo& servo, const Exchange& exchange) const {
    return exchange.rules.keepReturnDelay ? servo.returnDelay() : Duration::zero();
}

std::uint8_t FfSide::levelOf(const VirtualServo& servo) const {
    const auto* source = servo.model().find(Role::statusReturnLevel);
    return source ? registers::returnLevelFrom(*source, servo.value(Role::statusReturnLevel)) : answersAll;
}

void FfSide::say(const VirtualServo& servo, ServoId as, Duration delay, Refusal refusal, ByteView parameters,
                 Exchange& exchange) {
    const auto conditions = static_cast<std::uint8_t>(servo.value(Role::hardwareError));
    const auto error = static_cast<std::uint8_t>(dialect_.refusalBits(refusal) | conditions);
    exchange.answers.push_back(
        {encodeAnswer(as, error, refusal == Refusal::none ? parameters : ByteView{}),
         exchange.at + delay,
         std::exchange(pendingGap_, Duration::zero()) + (follows_ ? delay : Duration::zero()),
         {}});
}

template <class Act>
void FfSide::obey(Exchange& exchange, std::uint8_t level, Act&& act) {
    const std::size_t before = exchange.answers.size();
    for (VirtualServo* servo : addressed(exchange)) {
        // Id, level and delay of the answer are those from before the instruction.
        const ServoId as = rack_.answerId(*servo, exchange.at);
        const bool answers = levelOf(*servo) >= level && !exchange.isBroadcast();
        const Duration delay = delayOf(*servo, exchange);
        const Refusal refusal = act(*servo);
        if (answers) say(*servo, as, delay, refusal, {}, exchange);
    }
    collide(exchange.answers, before);
}

void FfSide::perform(const PlainRequest& request, Exchange& exchange) {
    const std::uint8_t level = request.instruction == Instruction::ping ? answersPings : answersAll;
    const bool restarts = request.instruction == Instruction::reboot && dialect_.reboots;
    obey(exchange, restarts ? std::uint8_t{answersAll + 1} : level, [&](VirtualServo& servo) {
        switch (request.instruction) {
        case Instruction::ping:
            return Refusal::none;
        case Instruction::action:
            return servo.action();
        case Instruction::factoryReset:
            servo.factoryReset(dialect_.resetKeepsId ? bus::ResetScope::keepId : bus::ResetScope::all);
            return Refusal::none;
        case Instruction::reboot:
            if (!dialect_.reboots) return Refusal::instruction;
            servo.reboot();
            return Refusal::none;
        case Instruction::resetState:
            return dialect_.forgetsTurns ? servo.clearTurns() : Refusal::instruction;
        default:
            return Refusal::instruction;
        }
    });
}

Refusal FfSide::read(VirtualServo& servo, bus::RegisterSpan span) {
    data_.clear();
    if (std::size_t{span.address} + span.size > memoryEnd(servo.model())) return Refusal::access;
    return servo.read(span, data_);
}

bool FfSide::answerRead(const Share& share, Exchange& exchange, bool ofGroup) {
    const std::size_t before = exchange.answers.size();
    Exchange own{share.id, exchange.at, exchange.rules, exchange.answers};
    for (VirtualServo* servo : addressed(own)) {
        if (levelOf(*servo) < answersReads) continue;
        if (ofGroup && !servo->model().fastGroupReadFrom) continue;
        const Refusal refusal = read(*servo, share.span);
        say(*servo, rack_.answerId(*servo, own.at), delayOf(*servo, own), refusal, data_, own);
    }
    collide(exchange.answers, before);
    return exchange.answers.size() > before;
}

void FfSide::perform(const ReadRequest& request, Exchange& exchange) {
    if (!exchange.isBroadcast())
        static_cast<void>(answerRead({exchange.target, {request.address, request.size}}, exchange, false));
}

void FfSide::perform(const WriteRequest& request, Exchange& exchange) {
    obey(exchange, answersAll,
         [&](VirtualServo& servo) { return servo.write(request.address, request.bytes); });
}

void FfSide::perform(const RegisterWriteRequest& request, Exchange& exchange) {
    obey(exchange, answersAll,
         [&](VirtualServo& servo) { return servo.registerWrite(request.address, request.bytes); });
}

void FfSide::perform(const CalibrateRequest&, Exchange& exchange) {
    obey(exchange, answersAll, [](VirtualServo&) { return Refusal::instruction; });
}

void FfSide::perform(const SyncReadRequest& request, Exchange& exchange) {
    if (!dialect_.syncRead) return;
    std::vector<Share> shares;
    for (const std::uint8_t id : request.ids)
        shares.push_back({ServoId{id}, {request.address, request.size}});
    answerInTurn(shares, exchange);
}

void FfSide::perform(const BulkReadRequest& request, Exchange& exchange) {
    if (!dialect_.bulkRead) return;
    std::vector<Share> shares;
    for (std::size_t entry = 0; entry < request.count(); ++entry)
        shares.push_back({request.id(entry), request.span(entry)});
    answerInTurn(shares, exchange);
}

void FfSide::answerInTurn(const std::vector<Share>& shares, Exchange& exchange) {
    const std::size_t before = exchange.answers.size();
    for (const auto& share : shares) {
        // What no maker says: that its pause counts from the end of its predecessor.
        follows_ = exchange.answers.size() > before;
        const bool answered = answerRead(share, exchange, true);
        follows_ = false;
        if (answered) continue;
        if (exchange.rules.missing == simulator::MissingServoRule::chainStops) return;
        pendingGap_ += exchange.rules.byteTime * static_cast<std::int64_t>(frameSize(share.span.size));
    }
}

void FfSide::perform(const SyncWriteRequest& request, Exchange& exchange) {
    for (VirtualServo* servo : addressed({broadcastId, exchange.at, exchange.rules, exchange.answers})) {
        const auto bytes = request.bytesFor(rack_.believedId(*servo, exchange.at));
        if (!bytes) continue;
        [[maybe_unused]] const Refusal unheard = servo->write(request.address, *bytes);
    }
}

} // namespace servolane::drivers::ff
