// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "drivers/simulator/virtual_servo.h"
#include "tests/drivers/simulator/servo_models.h"

namespace servolane::tests {

/// One virtual servo on the table, without a wire.
class ServoBench {
public:
    explicit ServoBench(std::uint64_t seed = 1)
        : servo(handmadeXm430(), ServoId{1}, Time{std::chrono::seconds{1000}}, seed)
        , now(std::chrono::seconds{1000}) {}

    using Role = registers::Role;
    using Refusal = drivers::simulator::Refusal;

    void run(Duration span) {
        now += span;
        servo.advanceTo(now);
    }
    Refusal set(Role role, std::int64_t raw) {
        const auto* item = servo.model().find(role);
        return servo.write(item->address, item->bytesFrom(raw));
    }
    Refusal set(std::string_view name, std::int64_t raw) {
        const auto* item = servo.model().find(name);
        return servo.write(item->address, item->bytesFrom(raw));
    }
    /// As read over the wire.
    std::int64_t get(const registers::Register* item) {
        Bytes bytes;
        if (servo.read(item->span(), bytes) != Refusal::none) return -999'999;
        return item->rawFrom(bytes);
    }
    std::int64_t get(Role role) { return get(servo.model().find(role)); }
    std::int64_t get(std::string_view name) { return get(servo.model().find(name)); }

    void switchTo(registers::OperatingMode mode) {
        (void)set(Role::torqueEnable, 0);
        (void)set(Role::operatingMode, *servo.model().modeCode(mode));
    }

    drivers::simulator::VirtualServo servo;
    Time now;
};

} // namespace servolane::tests
