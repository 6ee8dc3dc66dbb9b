// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/lx/lx_side.h"

#include "drivers/simulator/collision.h"

#include <algorithm>

namespace servolane::drivers::lx {

using registers::Register;
using registers::Role;
using simulator::VirtualServo;

namespace {

constexpr Duration answerDelay = std::chrono::milliseconds{1};

bool is(const Frame& frame, Command command) {
    return frame.command == static_cast<std::uint8_t>(command);
}

bool lies(const Register& item, const Block& block) {
    return item.address >= block.address() && item.address + item.size <= block.address() + block.size;
}

void write(VirtualServo& servo, std::uint16_t address, ByteView bytes) {
    // What a servo does not take it passes over in silence.
    static_cast<void>(servo.write(address, bytes));
}

} // namespace

void LxSide::hear(ByteView bytes, Time end, const simulator::WireRules& rules,
                  std::vector<simulator::Answer>& answers) {
    while (!bytes.empty()) {
        bytes = bytes.subspan(finder_.feed(bytes));
        while (const auto frame = finder_.next()) {
            const auto behind = static_cast<std::int64_t>(finder_.pending().size() + bytes.size());
            const Time at = end - behind * rules.byteTime;
            const std::size_t before = answers.size();
            carryOut(*frame, at, rules, answers);
            for (std::size_t i = before; i < answers.size(); ++i)
                answers[i].asked = at;
        }
    }
}

void LxSide::carryOut(const Frame& frame, Time at, const simulator::WireRules& rules,
                      std::vector<simulator::Answer>& answers) {
    rack_.applyFaults(at);
    if (rules.hostBaud != 0 && !simulator::isSameRate(baud_, rules.hostBaud)) return;
    const bool all = frame.id == broadcastId;
    const Block* asked = frame.parameters.empty() ? blockReadBy(frame.command) : nullptr;
    const std::size_t before = answers.size();
    for (const auto& each : rack_.servos()) {
        VirtualServo& servo = *each;
        if (!rack_.hears(servo, at) || (!all && rack_.believedId(servo, at) != frame.id)) continue;
        servo.advanceTo(at);
        protect(servo);
        if (!asked) {
            obey(servo, frame);
            continue;
        }
        if (all && !is(frame, Command::idRead)) continue;
        simulator::Answer answer;
        appendFrame(answer.bytes, rack_.answerId(servo, at), frame.command, contentOf(servo, *asked));
        answer.notBefore = at + (rules.keepReturnDelay ? answerDelay : Duration::zero());
        answers.push_back(std::move(answer));
    }
    simulator::collide(answers, before);
}

void LxSide::obey(VirtualServo& servo, const Frame& frame) {
    if (is(frame, Command::moveTimeWaitWrite)) {
        waiting_[&servo].assign(frame.parameters.begin(), frame.parameters.end());
    } else if (is(frame, Command::moveStart)) {
        if (const Bytes move = std::exchange(waiting_[&servo], {}); !move.empty())
            put(servo, *blockReadBy(static_cast<std::uint8_t>(Command::moveTimeRead)), move);
    } else if (is(frame, Command::moveStop)) {
        const Register* goal = servo.model().find(Role::goalPosition);
        const Register* position = servo.model().find(Role::presentPosition);
        Bytes now;
        static_cast<void>(servo.read(position->span(), now));
        write(servo, goal->address, now);
    } else if (const Block* block = blockWrittenBy(frame.command)) {
        if (frame.parameters.size() == block->size) put(servo, *block, frame.parameters);
    }
}

Bytes LxSide::contentOf(VirtualServo& servo, const Block& block) {
    Bytes content(block.size);
    for (const Register& item : servo.model().registers) {
        if (!lies(item, block)) continue;
        Bytes bytes;
        static_cast<void>(servo.read(item.span(), bytes));
        std::ranges::copy(bytes, content.begin() + (item.address - block.address()));
    }
    return content;
}

void LxSide::put(VirtualServo& servo, const Block& block, ByteView parameters) {
    if (block.isRange && !endsOf(parameters).isUpright()) return;
    // Goal and time take effect together; elsewhere a byte may belong to nothing.
    if (block.read == Command::moveTimeRead) return write(servo, block.address(), parameters);
    for (const Register& item : servo.model().registers)
        if (lies(item, block))
            write(servo, item.address, parameters.subspan(item.address - block.address(), item.size));
}

/// Too hot, a servo lets go; nothing but the read values tells of it.
void LxSide::protect(VirtualServo& servo) {
    Bytes fresh;
    static_cast<void>(servo.read(servo.model().find(Role::presentPosition)->span(), fresh));
    const Register* torque = servo.model().find(Role::torqueEnable);
    const bool hot = servo.value(Role::presentTemperature) > servo.value(Role::temperatureLimit);
    if (hot && servo.value(Role::torqueEnable) != 0) write(servo, torque->address, torque->bytesFrom(0));
}

} // namespace servolane::drivers::lx
