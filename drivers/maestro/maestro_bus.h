// SPDX-License-Identifier: GPL-3.0-or-later
// The channels of Maestros on one line.
#pragma once

#include "core/bus/servo_bus.h"
#include "core/kernel/clock.h"
#include "drivers/line/half_duplex_line.h"
#include "drivers/maestro/answer_finder.h"
#include "drivers/maestro/command.h"

#include <array>
#include <optional>
#include <string>

namespace servolane::drivers::maestro {

/// Where model files find what: a Maestro has no addresses.
namespace place {
inline constexpr std::uint16_t acceleration = 0; ///< 2 bytes, written; told once it was
inline constexpr std::uint16_t speed = 2;        ///< 2 bytes, written; told once it was
inline constexpr std::uint16_t target = 6;       ///< 2 bytes, quarters of a µs
inline constexpr std::uint16_t output = 8;       ///< 1 byte: pulses are sent
inline constexpr std::uint16_t moving = 9;       ///< 1 byte: the pulse is on its way to the target
inline constexpr std::uint16_t pulse = 10;       ///< 2 bytes, quarters of a µs: what is sent now
inline constexpr std::uint16_t errors = 14;      ///< 2 bytes: what the device noted since the line was opened
inline constexpr std::uint16_t end = 16;
} // namespace place

/// Contract: as bus::ServoBus, one thread. In addition:
/// - A write is followed by Get Errors: an answer without an error says that every byte arrived. Errors that
///   the device noted before are read at a ping and kept apart.
/// - While the output is off, a target is kept here and sent when it is switched on. The pulse then jumps: no
///   speed counts from off. Without a target so far that is the last pulse that was seen, else 1500 µs.
/// - While the output is off, the pulse that is told is the one that switching on would send.
/// - Targets outside of 64…3280 µs are refused here; a Maestro passes them over, or narrows them to what its
///   channel allows, and says nothing.
class MaestroBus final : public bus::ServoBus {
public:
    /// The line is open; both references outlive the bus.
    MaestroBus(bus::Transport& transport, Clock& clock);

    [[nodiscard]] const bus::FamilyTraits& traits() const override;
    /// All channels say that they are of model 0: there is nothing to tell servos by.
    [[nodiscard]] Result<bus::ServoIdentity> ping(ServoId id) override;
    [[nodiscard]] Result<std::vector<bus::ServoIdentity>> broadcastPing(Time until, bool resume) override;
    [[nodiscard]] Duration broadcastPingWindow() const override { return {}; }
    [[nodiscard]] Result<bus::Reply> read(ServoId id, std::uint16_t address, MutableByteView into) override;
    [[nodiscard]] Result<bus::Reply> write(ServoId id, std::uint16_t address, ByteView bytes) override;
    [[nodiscard]] Result<bus::Reply> registerWrite(ServoId id, std::uint16_t address,
                                                   ByteView bytes) override;
    [[nodiscard]] Result<void> action() override;
    /// One stretch of bytes with a command for each channel.
    [[nodiscard]] Result<void> writeGroup(bus::RegisterSpan span,
                                          std::span<const bus::GroupWriteItem> items) override;
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
    struct Channel {
        std::optional<std::uint16_t> target;
        std::optional<std::uint16_t> speed;
        std::optional<std::uint16_t> acceleration;
        std::optional<bool> on;
        std::uint16_t pulse = 0;
        Time changed{}; ///< when the pulse last did, or the target

        [[nodiscard]] std::uint16_t targetToSend() const {
            return target.value_or(static_cast<std::uint16_t>(neutralPulse));
        }
    };
    struct Device {
        std::uint16_t errors = 0;                 ///< since the line was opened, all bits that were seen
        bool known = false;                       ///< it has answered
        std::uint8_t channels = channelsOfDevice; ///< asked for no further than this
    };

    [[nodiscard]] Channel& channelOf(ServoId id) { return channels_[id.value]; }
    [[nodiscard]] Device& deviceOf(ServoId id) { return devices_.at(id.value / channelsOfDevice); }
    /// Sends request_ and waits for `size` bytes.
    [[nodiscard]] Result<ByteView> ask(ServoId id, std::size_t size);
    /// What Get Position says; 0: off.
    [[nodiscard]] Result<std::uint16_t> look(ServoId id);
    [[nodiscard]] Result<std::uint16_t> takeErrors(ServoId id);
    void doubtDevices(ErrorCode code);
    void forgetChannels(ServoId id);
    /// Sends request_, asks for errors, and once more if there are any.
    [[nodiscard]] Result<bus::Reply> tell(ServoId id);
    [[nodiscard]] Result<void> checkWrite(ServoId id, bus::RegisterSpan span, ByteView bytes) const;
    /// Appends to request_ what a checked write takes.
    void appendWrite(ServoId id, std::uint16_t address, ByteView bytes);
    /// Remembers what was sent.
    void keep(ServoId id, std::uint16_t address, ByteView bytes);
    [[nodiscard]] bool isMoving(const Channel& channel) const;

    FramedLine<AnswerFinder> line_;
    Clock& clock_;
    Bytes request_;
    std::array<Channel, 256> channels_;
    std::array<Device, 256 / channelsOfDevice + 1> devices_;
};

} // namespace servolane::drivers::maestro
