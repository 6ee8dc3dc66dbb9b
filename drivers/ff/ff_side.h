// SPDX-License-Identifier: GPL-3.0-or-later
// Servos that speak the FF FF frame at the far end of a simulated line. Sources of what answers when: ROBOTIS
// e-Manual, "Protocol 1.0"; Feetech's communication protocol manual.
#pragma once

#include "drivers/ff/frame_parser.h"
#include "drivers/simulator/protocol_side.h"
#include "drivers/simulator/servo_rack.h"

#include <cstdint>
#include <span>
#include <vector>

namespace servolane::drivers::ff {

using simulator::Answer;
using simulator::Refusal;
using simulator::ServoRack;
using simulator::VirtualServo;
using simulator::WireRules;

/// What one maker's servos make of the frame.
struct SideDialect {
    /// Bits per second of a code in the baud rate register; 0: no such code.
    std::uint32_t (*rateOf)(std::int64_t code) = nullptr;
    /// Of the error byte; those of the hardware errors come on top.
    std::uint8_t (*refusalBits)(Refusal refusal) = nullptr;
    bool syncRead = false; ///< only models with a fast group read have it
    bool bulkRead = false; ///< only models with a fast group read have it
    bool reboots = false;
    bool resetKeepsId = false;
    bool forgetsTurns = false;
};

class FfSide final : public simulator::ProtocolSide {
public:
    /// `rack` outlives it. Sets every servo to `baud` where the dialect has a code for it.
    FfSide(ServoRack& rack, std::uint32_t baud, SideDialect dialect);

    void hear(ByteView bytes, Time end, const WireRules& rules, std::vector<Answer>& answers) override;
    void fallSilent() override { parser_.clear(); }

private:
    struct Exchange {
        ServoId target;
        Time at;
        const WireRules& rules;
        std::vector<Answer>& answers;
        [[nodiscard]] bool isBroadcast() const { return target == broadcastId; }
    };
    /// What one servo of a group read would say.
    struct Share {
        ServoId id;
        bus::RegisterSpan span;
    };

    void carryOut(const Frame& frame, Exchange& exchange);
    void perform(const PlainRequest& request, Exchange& exchange);
    void perform(const ReadRequest& request, Exchange& exchange);
    void perform(const WriteRequest& request, Exchange& exchange);
    void perform(const RegisterWriteRequest& request, Exchange& exchange);
    void perform(const CalibrateRequest& request, Exchange& exchange);
    void perform(const SyncReadRequest& request, Exchange& exchange);
    void perform(const SyncWriteRequest& request, Exchange& exchange);
    void perform(const BulkReadRequest& request, Exchange& exchange);

    /// The servos addressed that hear, told so.
    [[nodiscard]] std::vector<VirtualServo*> addressed(const Exchange& exchange);
    /// Calls `act(servo)`, which returns a Refusal, for each servo addressed, and lets those that may do so
    /// answer from this status return level on.
    template <class Act>
    void obey(Exchange& exchange, std::uint8_t level, Act&& act);
    /// False if nobody answers.
    bool answerRead(const Share& share, Exchange& exchange, bool ofGroup);
    void answerInTurn(const std::vector<Share>& shares, Exchange& exchange);
    void say(const VirtualServo& servo, ServoId as, Duration delay, Refusal refusal, ByteView parameters,
             Exchange& exchange);
    [[nodiscard]] Refusal read(VirtualServo& servo, bus::RegisterSpan span);
    [[nodiscard]] Duration delayOf(const VirtualServo& servo, const Exchange& exchange) const;
    [[nodiscard]] std::uint8_t levelOf(const VirtualServo& servo) const;

    ServoRack& rack_;
    SideDialect dialect_;
    FrameParser parser_;
    Bytes data_;
    Duration pendingGap_{};
    bool follows_ = false; ///< the servo that speaks answers behind another one
};

} // namespace servolane::drivers::ff
