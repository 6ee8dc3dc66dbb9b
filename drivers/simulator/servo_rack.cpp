// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/simulator/servo_rack.h"

namespace servolane::drivers::simulator {

ServoRack::ServoRack(const std::vector<ServoSeat>& seats, const FirmwareRules& firmware, Time start,
                     std::uint64_t seed)
    : faults_(seed) {
    Random seeds(seed);
    for (const auto& seat : seats)
        servos_.push_back(std::make_unique<VirtualServo>(seat.model, seat.id, start, seeds.next(), firmware));
}

void ServoRack::applyFaults(Time now) {
    // One more round after the last fault has gone puts everything right again.
    const bool wasFaulty = faulty_;
    faulty_ = !faults_.isEmpty();
    if (!faulty_ && !wasFaulty) return;
    const bool undervolted = faults_.isUndervolted(now);
    for (const auto& servo : servos_) {
        servo->advanceTo(now);
        servo->setUndervolted(undervolted);
        servo->setJammed(faults_.isJammed(servo->id().value, now));
    }
    for (const auto& due : faults_.dueConditions(now))
        for (const auto& servo : servos_)
            if (servo->id().value == due.id) applyCondition(*servo, due.kind);
}

void ServoRack::applyCondition(VirtualServo& servo, FaultKind kind) {
    switch (kind) {
    case FaultKind::overheat:
        servo.overheat();
        break;
    case FaultKind::overload:
        servo.raise(hardware_error::overload);
        break;
    case FaultKind::encoder:
        servo.raise(hardware_error::encoder);
        break;
    case FaultKind::shock:
        servo.raise(hardware_error::shock);
        break;
    default:
        break;
    }
}

bool ServoRack::hears(const VirtualServo& servo, Time now) const {
    return servo.isAwake(now) && !faults_.isSilent(servo.id().value, now);
}

ServoId ServoRack::believedId(const VirtualServo& servo, Time now) const {
    return ServoId{faults_.believedId(servo.id().value, now)};
}

ServoId ServoRack::answerId(const VirtualServo& servo, Time now) const {
    const ServoId own = believedId(servo, now);
    if (!faults_.answersWithWrongId(servo.id().value, now)) return own;
    constexpr std::uint8_t lastId = 252; // of Protocol 2.0; others have one more
    return ServoId{static_cast<std::uint8_t>(own.value >= lastId ? 0 : own.value + 1)};
}

} // namespace servolane::drivers::simulator
