// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "drivers/simulator/fault_plan.h"
#include "drivers/simulator/virtual_servo.h"

#include <memory>
#include <vector>

namespace servolane::drivers::simulator {

/// One servo to be put on a bus.
struct ServoSeat {
    std::shared_ptr<const registers::ServoModel> model;
    ServoId id;
};

/// The servos of one bus as they are heard on its wire, faults included. One thread, save faults().inject and
/// clear.
class ServoRack {
public:
    /// `firmware` outlives it.
    ServoRack(const std::vector<ServoSeat>& seats, const FirmwareRules& firmware, Time start,
              std::uint64_t seed);

    /// Lets the faults that are due at `now` work on the servos. Call it before an instruction is carried
    /// out.
    void applyFaults(Time now);
    [[nodiscard]] FaultPlan& faults() { return faults_; }
    [[nodiscard]] const std::vector<std::unique_ptr<VirtualServo>>& servos() const { return servos_; }

    /// The servo takes part on the wire: it is awake and not silenced.
    [[nodiscard]] bool hears(const VirtualServo& servo, Time now) const;
    /// What the servo believes its id to be.
    [[nodiscard]] ServoId believedId(const VirtualServo& servo, Time now) const;
    /// What it puts into its answers.
    [[nodiscard]] ServoId answerId(const VirtualServo& servo, Time now) const;

private:
    void applyCondition(VirtualServo& servo, FaultKind kind);

    std::vector<std::unique_ptr<VirtualServo>> servos_;
    FaultPlan faults_;
    bool faulty_ = false;
};

} // namespace servolane::drivers::simulator
