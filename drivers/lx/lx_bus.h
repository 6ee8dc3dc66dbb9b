// SPDX-License-Identifier: GPL-3.0-or-later
// LX servos on one line.
#pragma once

#include "core/bus/servo_bus.h"
#include "core/kernel/clock.h"
#include "drivers/line/half_duplex_line.h"
#include "drivers/lx/frame_finder.h"
#include "drivers/lx/register_map.h"

#include <array>
#include <optional>
#include <string>

namespace servolane::drivers::lx {

/// Contract: as bus::ServoBus, one thread. In addition:
/// - Addresses are those of register_map.h. Where a command carries more than what is written, the rest is
///   read before.
/// - No write is answered: it is sent, and only a read tells whether it was heard.
/// - A goal is sent with a time. The time written to its register is kept here and goes out with the next
///   goals; until then it is 0, as fast as the servo can. A goal outside of 0…1000 is refused here.
/// - The angle offset is saved in the servo as soon as it is written.
/// - All servos say that they are of model 0: the protocol has no number of a model.
/// - An answer names its servo and its command, but not the request: after one that stayed away another
/// command
///   is asked first, behind whose answer the late one cannot come any more.
class LxBus final : public bus::ServoBus {
public:
    /// The line is open; both references outlive the bus.
    LxBus(bus::Transport& transport, Clock& clock);

    [[nodiscard]] const bus::FamilyTraits& traits() const override;
    [[nodiscard]] Result<bus::ServoIdentity> ping(ServoId id) override;
    [[nodiscard]] Result<std::vector<bus::ServoIdentity>> broadcastPing(Time until, bool resume) override;
    [[nodiscard]] Duration broadcastPingWindow() const override { return {}; }
    [[nodiscard]] Result<bus::Reply> read(ServoId id, std::uint16_t address, MutableByteView into) override;
    [[nodiscard]] Result<bus::Reply> write(ServoId id, std::uint16_t address, ByteView bytes) override;
    /// Of the goal alone.
    [[nodiscard]] Result<bus::Reply> registerWrite(ServoId id, std::uint16_t address,
                                                   ByteView bytes) override;
    [[nodiscard]] Result<void> action() override;
    [[nodiscard]] Result<void> writeGroup(bus::RegisterSpan span,
                                          std::span<const bus::GroupWriteItem> items) override;
    /// Of values that a command carries alone, such as the torque.
    [[nodiscard]] Result<void> broadcastWrite(std::uint16_t address, ByteView bytes) override;
    [[nodiscard]] Result<Bytes> exchange(ByteView request, Duration wait) override;
    [[nodiscard]] Result<void> prepareGroup(bus::GroupRead& group) override;
    [[nodiscard]] Result<void> readGroup(bus::GroupRead& group) override;
    [[nodiscard]] Duration wireTime(const bus::GroupRead& group, Duration returnDelay) const override;
    [[nodiscard]] Result<bus::Reply> reboot(ServoId id) override;
    [[nodiscard]] Result<bus::Reply> factoryReset(ServoId id, bus::ResetScope scope) override;
    [[nodiscard]] Result<bus::Reply> clearTurns(ServoId id) override;
    [[nodiscard]] const bus::LinkCounters& counters() const override { return line_.counters(); }

private:
    [[nodiscard]] Result<ByteView> ask(ServoId id, Command command);
    [[nodiscard]] Result<ByteView> askNow(ServoId id, Command command, Duration patience);
    [[nodiscard]] Result<void> outrunLateAnswers(ServoId id);
    [[nodiscard]] Result<void> tell(ServoId id, Command command, ByteView parameters = {});
    [[nodiscard]] Result<bus::Reply> writeBlock(ServoId id, const Block& block, std::size_t at,
                                                ByteView bytes);
    [[nodiscard]] Result<bus::Reply> writeMove(ServoId id, std::size_t at, ByteView bytes, Command command);
    [[nodiscard]] bus::Reply sent() const { return {false, false, 0, {}}; }

    FramedLine<LxFinder> line_;
    Bytes request_;
    std::array<std::optional<std::uint16_t>, 256> moveTimes_; ///< ms, sent with every goal
};

} // namespace servolane::drivers::lx
