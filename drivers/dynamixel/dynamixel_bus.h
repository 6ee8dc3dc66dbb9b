// SPDX-License-Identifier: GPL-3.0-or-later
// Servos that speak DYNAMIXEL Protocol 2.0 (X, MX(2.0), P and Y series) on one line.
#pragma once

#include "core/bus/servo_bus.h"
#include "core/kernel/clock.h"
#include "drivers/dynamixel/instruction.h"
#include "drivers/dynamixel/packet_parser.h"
#include "drivers/dynamixel/status.h"
#include "drivers/line/half_duplex_line.h"

#include <algorithm>
#include <array>
#include <bitset>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace servolane::drivers::dynamixel {

/// Which instructions a servo answers (its register Status Return Level).
enum class StatusReturnLevel : std::uint8_t { pingOnly = 0, pingAndRead = 1, all = 2 };

/// Contract: as bus::ServoBus, one thread. In addition:
/// - Group reads: a sync read where all spans are equal, else a bulk read; merged into one frame (fast sync
/// or
///   fast bulk read) where every servo of the group is allowed to. After three incomplete merged replies in a
///   row the group falls back to plain statuses until it is prepared anew.
/// - GroupSlot: `answered` with a non-zero error number holds no data of this cycle.
/// - A servo that is silent in a plain group read may keep the ones listed behind it from answering: by the
///   protocol each waits for its predecessor. Those that answer all the same are delivered.
/// - broadcastPing returns each servo once per scan, in the slice in which it answered.
class DynamixelBus final : public bus::ServoBus {
public:
    static constexpr unsigned mergedFailuresAllowed = 3;

    /// The line is open; both references outlive the bus.
    DynamixelBus(bus::Transport& transport, Clock& clock);

    /// Default: all. A write to a servo that does not answer writes is returned unconfirmed; a read from one
    /// that does not answer reads is `unsupported`.
    void setStatusReturnLevel(ServoId id, std::uint8_t level) override {
        levels_[id.value] = static_cast<StatusReturnLevel>(std::min<std::uint8_t>(level, 2));
    }
    /// Saves the control table in the servo, or restores it (the servo then restarts). Torque must be off.
    [[nodiscard]] Result<bus::Reply> backUp(ServoId id, BackupStep step);
    /// Y series and later: clears a latched error without a restart.
    [[nodiscard]] Result<bus::Reply> clearErrors(ServoId id);
    /// Each servo its own span, in one frame; the servos do not answer.
    [[nodiscard]] Result<void> writeBulk(std::span<const BulkWriteItem> items);
    /// Silence after which an answer counts as ended; learned from the line.
    [[nodiscard]] Duration gapTimeout() const { return line_.gapTimeout(); }

    [[nodiscard]] const bus::FamilyTraits& traits() const override { return traits_; }
    [[nodiscard]] Result<bus::ServoIdentity> ping(ServoId id) override;
    [[nodiscard]] Result<std::vector<bus::ServoIdentity>> broadcastPing(Time until, bool resume) override;
    [[nodiscard]] std::vector<ServoId> takeDoubled() override { return std::exchange(doubled_, {}); }
    [[nodiscard]] Duration broadcastPingWindow() const override;
    [[nodiscard]] Result<bus::Reply> read(ServoId id, std::uint16_t address, MutableByteView into) override;
    [[nodiscard]] Result<bus::Reply> write(ServoId id, std::uint16_t address, ByteView bytes) override;
    [[nodiscard]] Result<bus::Reply> registerWrite(ServoId id, std::uint16_t address,
                                                   ByteView bytes) override;
    /// To all servos at once, so nobody answers.
    [[nodiscard]] Result<void> action() override;
    [[nodiscard]] Result<void> writeGroup(bus::RegisterSpan span,
                                          std::span<const bus::GroupWriteItem> items) override;
    [[nodiscard]] Result<void> broadcastWrite(std::uint16_t address, ByteView bytes) override;
    /// To be told once model and firmware are known; the bus itself never asks. Counts from the next
    /// prepareGroup. Default: not allowed.
    void allowFastGroupRead(ServoId id, bool allowed) override { fast_.set(id.value, allowed); }
    [[nodiscard]] Result<void> prepareGroup(bus::GroupRead& group) override;
    [[nodiscard]] Result<void> readGroup(bus::GroupRead& group) override;
    [[nodiscard]] Duration wireTime(const bus::GroupRead& group, Duration returnDelay) const override;
    [[nodiscard]] Result<Bytes> exchange(ByteView request, Duration wait) override;
    [[nodiscard]] Result<bus::Reply> reboot(ServoId id) override;
    [[nodiscard]] Result<bus::Reply> factoryReset(ServoId id, bus::ResetScope scope) override;
    [[nodiscard]] Result<bus::Reply> clearTurns(ServoId id) override;
    [[nodiscard]] const bus::LinkCounters& counters() const override { return line_.counters(); }

private:
    struct Answer {
        bus::Reply reply;
        ByteView parameters; ///< until the line is used again
    };

    [[nodiscard]] Result<Answer> transact(ServoId id, const Request& request, std::size_t parameters,
                                          Duration patience = {});
    /// Asks for an answer that no late one can be taken for; behind it, none of them can come.
    [[nodiscard]] Result<void> outrunLateAnswers(ServoId id);
    [[nodiscard]] Result<Answer> awaitAnswer(ServoId id, std::size_t parameters);
    [[nodiscard]] Result<Answer> judge(const Status& status);
    [[nodiscard]] tl::unexpected<Error> noAnswer(ServoId id, Error error);
    [[nodiscard]] Result<bus::Reply> command(ServoId id, const Request& request, Duration patience = {});
    [[nodiscard]] Result<void> sendToAll(const Request& request);

    [[nodiscard]] Result<void> readSeparate(bus::GroupRead& group, Duration patience);
    [[nodiscard]] Result<void> readMerged(bus::GroupRead& group, Duration patience);

    bus::FamilyTraits traits_;
    FramedLine<PacketParser> line_;
    Bytes request_;    ///< reused for every frame but the prepared ones
    Bytes parameters_; ///< reused for the parameters of group writes
    std::bitset<256> fast_;
    std::bitset<256> found_; ///< in this scan
    std::vector<ServoId> doubled_;
    std::array<StatusReturnLevel, 256> levels_;
};

} // namespace servolane::drivers::dynamixel
