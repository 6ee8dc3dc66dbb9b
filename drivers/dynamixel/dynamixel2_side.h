// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "drivers/dynamixel/instruction.h"
#include "drivers/dynamixel/packet_parser.h"
#include "drivers/dynamixel/status.h"
#include "drivers/simulator/protocol_side.h"
#include "drivers/simulator/servo_rack.h"

#include <optional>

namespace servolane::drivers::dynamixel {

using simulator::Answer;
using simulator::MissingServoRule;
using simulator::Refusal;
using simulator::ServoRack;
using simulator::VirtualServo;
using simulator::WireRules;

/// Servos that speak DYNAMIXEL Protocol 2.0. Source of what answers when: ROBOTIS e-Manual, "Protocol 2.0".
class Dynamixel2Side final : public simulator::ProtocolSide {
public:
    /// `rack` outlives it. Sets every servo to `baud` where the protocol has a code for it.
    Dynamixel2Side(ServoRack& rack, std::uint32_t baud);

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
    void refuse(ErrorNumber number, Exchange& exchange);

    void perform(const PingRequest& request, Exchange& exchange);
    void perform(const ReadRequest& request, Exchange& exchange);
    void perform(const WriteRequest& request, Exchange& exchange);
    void perform(const RegisterWriteRequest& request, Exchange& exchange);
    void perform(const ActionRequest& request, Exchange& exchange);
    void perform(const FactoryResetRequest& request, Exchange& exchange);
    void perform(const RebootRequest& request, Exchange& exchange);
    void perform(const ClearRequest& request, Exchange& exchange);
    void perform(const BackupRequest& request, Exchange& exchange);
    void perform(const SyncReadRequest& request, Exchange& exchange);
    void perform(const SyncWriteRequest& request, Exchange& exchange);
    void perform(const BulkReadRequest& request, Exchange& exchange);
    void perform(const BulkWriteRequest& request, Exchange& exchange);

    /// Calls `act(servo)`, which returns a Refusal, for each servo addressed, and lets those that may do so
    /// answer.
    template <class Act>
    void obey(Exchange& exchange, Act&& act);
    /// Every servo with this id says its part, all at the same time; false if none does.
    bool answerRead(const Share& share, Exchange& exchange);
    void answerInTurn(const std::vector<Share>& shares, Exchange& exchange);
    void answerMerged(const std::vector<Share>& shares, Exchange& exchange);

    void appendBlocks(Bytes& reply, const std::vector<VirtualServo*>& speaking, const Share& share,
                      const Exchange& exchange);

    [[nodiscard]] bool hears(const VirtualServo& servo, const Exchange& exchange) const;
    /// The servos with this id of their own that hear and answer reads: one, unless ids are doubled. Until
    /// the next call.
    [[nodiscard]] const std::vector<VirtualServo*>& readers(ServoId id, const Exchange& exchange);
    void say(const VirtualServo& servo, ServoId as, Refusal refusal, ByteView parameters, Exchange& exchange);
    void ping(const VirtualServo& servo, Exchange& exchange);
    [[nodiscard]] Duration delayOf(const VirtualServo& servo, const Exchange& exchange) const;

    ServoRack& rack_;
    PacketParser parser_;
    Bytes data_;
    std::vector<VirtualServo*> readers_;
    Duration pendingGap_{};
    bool follows_ = false; ///< the servo that speaks answers behind another one
};

} // namespace servolane::drivers::dynamixel
