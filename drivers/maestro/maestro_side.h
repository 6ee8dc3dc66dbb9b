// SPDX-License-Identifier: GPL-3.0-or-later
// Maestros with servos on them at the far end of a simulated line. Source of what is answered: the user's
// guide (0J40); it says that a channel which does not exist is a protocol error, not what is answered then:
// here nothing is.
#pragma once

#include "drivers/maestro/command.h"
#include "drivers/simulator/protocol_side.h"
#include "drivers/simulator/servo_rack.h"

#include <map>
#include <vector>

namespace servolane::drivers::maestro {

class MaestroSide final : public simulator::ProtocolSide {
public:
    /// `rack` outlives it. All its devices hear at `baud` alone.
    MaestroSide(simulator::ServoRack& rack, std::uint32_t baud)
        : rack_(rack)
        , baud_(baud) {}

    void hear(ByteView bytes, Time end, const simulator::WireRules& rules,
              std::vector<simulator::Answer>& answers) override;
    /// No time-out is set in a Maestro as it is shipped: a command may come in pieces.
    void fallSilent() override {}

private:
    void carryOut(const Request& request, Time at, const simulator::WireRules& rules,
                  std::vector<simulator::Answer>& answers);
    /// The servo at this channel, brought up to `at`; nullptr and an error noted: none that hears.
    [[nodiscard]] simulator::VirtualServo* servoAt(unsigned device, unsigned channel, Time at);
    [[nodiscard]] bool hasDevice(unsigned device) const;
    void note(unsigned device, std::uint16_t error);
    void setTarget(simulator::VirtualServo& servo, std::int64_t target);
    [[nodiscard]] std::int64_t pulseOf(const simulator::VirtualServo& servo) const;
    [[nodiscard]] Bytes answerTo(const Request& request, unsigned device, Time at);

    simulator::ServoRack& rack_;
    std::uint32_t baud_;
    Bytes pending_;
    std::map<unsigned, std::uint16_t> errors_; ///< by device
};

} // namespace servolane::drivers::maestro
