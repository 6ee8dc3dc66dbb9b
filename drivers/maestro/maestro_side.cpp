// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/maestro/maestro_side.h"

#include "drivers/simulator/collision.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace servolane::drivers::maestro {

using registers::Register;
using registers::Role;
using simulator::VirtualServo;

namespace {

constexpr Duration answerDelay = std::chrono::microseconds{200};
constexpr std::uint16_t protocolError = 1U << 4U;
constexpr std::uint8_t miniSscNeutral = 127;
constexpr double miniSscStep = 4.0 * 476.25 / 127.0; // quarters of a µs, default range

bool is(const Request& request, Command command) {
    return request.command == static_cast<std::uint8_t>(command);
}

void write(VirtualServo& servo, Role role, std::int64_t raw) {
    const Register* item = servo.model().find(role);
    if (item) static_cast<void>(servo.write(item->address, item->bytesFrom(raw)));
}

Bytes twoBytes(std::int64_t number) {
    return littleEndianBytes(number, 2);
}

} // namespace

void MaestroSide::hear(ByteView bytes, Time end, const simulator::WireRules& rules,
                       std::vector<simulator::Answer>& answers) {
    pending_.insert(pending_.end(), bytes.begin(), bytes.end());
    std::size_t taken = 0;
    while (taken < pending_.size()) {
        const auto request = firstRequest(ByteView(pending_).subspan(taken));
        if (!request) break;
        taken += request->wireSize;
        const auto behind = static_cast<std::int64_t>(pending_.size() - taken);
        const Time at = end - behind * rules.byteTime;
        const std::size_t before = answers.size();
        carryOut(*request, at, rules, answers);
        for (std::size_t i = before; i < answers.size(); ++i)
            answers[i].asked = at;
    }
    pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(taken));
}

void MaestroSide::carryOut(const Request& request, Time at, const simulator::WireRules& rules,
                           std::vector<simulator::Answer>& answers) {
    rack_.applyFaults(at);
    if (rules.hostBaud != 0 && !simulator::isSameRate(baud_, rules.hostBaud)) return;
    const unsigned device = request.device.value_or(firstDevice);
    if (!hasDevice(device)) return;
    if (request.command == 0) return note(device, protocolError);
    simulator::Answer answer;
    answer.bytes = answerTo(request, device, at);
    if (answer.bytes.empty()) return;
    answer.notBefore = at + (rules.keepReturnDelay ? answerDelay : Duration::zero());
    answers.push_back(std::move(answer));
}

Bytes MaestroSide::answerTo(const Request& request, unsigned device, Time at) {
    if (request.isMiniSsc) {
        const double offset = (request.data[1] - double(miniSscNeutral)) * miniSscStep;
        if (auto* servo = servoAt(firstDevice + request.data[0] / channelsOfDevice,
                                  request.data[0] % channelsOfDevice, at))
            setTarget(*servo, std::llround(neutralPulse + offset));
        return {};
    }
    if (is(request, Command::getErrors)) return twoBytes(std::exchange(errors_[device], 0));
    if (is(request, Command::getScriptStatus)) return {1};
    if (is(request, Command::getMovingState) || is(request, Command::goHome)) {
        bool moves = false;
        for (unsigned channel = 0; channel < channelsOfDevice; ++channel) {
            const auto id = idOf(device, channel);
            for (const auto& servo : rack_.servos()) {
                if (servo->id() != *id) continue;
                servo->advanceTo(at);
                if (is(request, Command::goHome)) write(*servo, Role::torqueEnable, 0);
                moves = moves || pulseOf(*servo) != servo->value(Role::goalPosition);
            }
        }
        return is(request, Command::getMovingState) ? Bytes{static_cast<std::uint8_t>(moves)} : Bytes{};
    }
    if (is(request, Command::setMultipleTargets)) {
        for (unsigned i = 0; i < request.data[0]; ++i)
            if (auto* servo = servoAt(device, request.data[1] + i, at))
                setTarget(*servo, numberFrom(request.data.subspan(2 + 2 * i, 2)));
        return {};
    }
    if (!namesChannel(request.command)) return {};
    auto* servo = servoAt(device, request.data[0], at);
    if (!servo) return {};
    if (is(request, Command::getPosition)) return twoBytes(pulseOf(*servo));
    const std::int64_t number = numberFrom(request.data.subspan(1, 2));
    if (is(request, Command::setTarget)) setTarget(*servo, number);
    if (is(request, Command::setSpeed)) write(*servo, Role::profileVelocity, number);
    if (is(request, Command::setAcceleration)) write(*servo, Role::profileAcceleration, number);
    return {};
}

VirtualServo* MaestroSide::servoAt(unsigned device, unsigned channel, Time at) {
    if (const auto id = idOf(device, channel))
        for (const auto& servo : rack_.servos()) {
            if (!rack_.hears(*servo, at) || rack_.believedId(*servo, at) != *id) continue;
            servo->advanceTo(at);
            return servo.get();
        }
    note(device, protocolError);
    return nullptr;
}

bool MaestroSide::hasDevice(unsigned device) const {
    return std::ranges::any_of(rack_.servos(),
                               [&](const auto& servo) { return placeOf(servo->id()).device == device; });
}

void MaestroSide::note(unsigned device, std::uint16_t error) {
    errors_[device] = static_cast<std::uint16_t>(errors_[device] | error);
}

void MaestroSide::setTarget(VirtualServo& servo, std::int64_t target) {
    if (target == 0) return write(servo, Role::torqueEnable, 0);
    // The channel's own limits, as it is shipped.
    const Register* goal = servo.model().find(Role::goalPosition);
    const std::int64_t allowed =
        std::clamp(target, goal->minimum.value_or(shortestPulse), goal->maximum.value_or(longestPulse));
    if (servo.value(Role::torqueEnable) != 0) return write(servo, Role::goalPosition, allowed);
    // From off the pulse is at its target at once, whatever the speed is set to.
    const std::int64_t speed = servo.value(Role::profileVelocity);
    const std::int64_t acceleration = servo.value(Role::profileAcceleration);
    write(servo, Role::profileVelocity, 0);
    write(servo, Role::profileAcceleration, 0);
    write(servo, Role::torqueEnable, 1);
    write(servo, Role::goalPosition, allowed);
    write(servo, Role::profileVelocity, speed);
    write(servo, Role::profileAcceleration, acceleration);
}

std::int64_t MaestroSide::pulseOf(const VirtualServo& servo) const {
    return servo.value(Role::torqueEnable) == 0 ? 0 : std::llround(servo.setpoint());
}

} // namespace servolane::drivers::maestro
