// SPDX-License-Identifier: GPL-3.0-or-later
// Servos on one line that speak the FF FF frame. What differs between makers is the dialect.
#pragma once

#include "core/bus/servo_bus.h"
#include "core/kernel/clock.h"
#include "drivers/ff/frame.h"
#include "drivers/ff/frame_parser.h"
#include "drivers/line/half_duplex_line.h"

#include <array>
#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace servolane::drivers::ff {

/// The error byte of a servo's answers is no register. Reading this address, which no frame can carry, asks
/// for it with the shortest read, of servos that answer pings only with a ping.
inline constexpr std::uint16_t errorByteAddress = 0x100;

/// How several servos are asked at once.
enum class GroupWay : std::uint8_t {
    oneByOne, ///< it cannot be: single reads, one after the other
    syncRead, ///< all alike
    bulkRead, ///< each its own span, for servos that were said to know it
};

/// What one maker's servos do with the frame.
struct Dialect {
    bus::FamilyTraits traits;
    GroupWay group = GroupWay::oneByOne;
    std::uint8_t refusals = 0;   ///< bits of the error byte that refuse the instruction
    std::uint8_t damaged = 0;    ///< of these: the servo heard a damaged one, which may be sent again
    std::uint8_t conditions = 0; ///< bits that tell what state the servo is in
    bus::RegisterSpan identity;  ///< what holds model and firmware
    bus::ServoIdentity (*identify)(ServoId id, ByteView identity) = nullptr;
    bool reboots = false;
    bool forgetsTurns = false; ///< knows Instruction::resetState
    bool resetKeepsId = false; ///< a factory reset leaves the id as it was
    std::string_view (*bitName)(unsigned bit) = nullptr;
};

/// Contract: as bus::ServoBus, one thread. In addition:
/// - Reading errorByteAddress, one byte, asks for the error byte.
/// - A group write that does not fit into one frame goes out in several, one right after the other.
/// - Servos that cannot be asked at once are read one by one within a cycle; a stop breaks it off between
/// two.
/// - An answer that equals the request is the own echo. Only a read of two bytes and a request without
///   parameters can have such an answer; to a read, and to a ping for the error byte, it then counts as one
///   unless this line has been seen to echo.
class FfBus : public bus::ServoBus {
public:
    /// The line is open; both references outlive the bus.
    FfBus(bus::Transport& transport, Clock& clock, Dialect dialect);

    [[nodiscard]] const bus::FamilyTraits& traits() const override { return dialect_.traits; }
    [[nodiscard]] Result<bus::ServoIdentity> ping(ServoId id) override;
    [[nodiscard]] Result<std::vector<bus::ServoIdentity>> broadcastPing(Time until, bool resume) override;
    [[nodiscard]] Duration broadcastPingWindow() const override { return {}; }
    [[nodiscard]] Result<bus::Reply> read(ServoId id, std::uint16_t address, MutableByteView into) override;
    [[nodiscard]] Result<bus::Reply> write(ServoId id, std::uint16_t address, ByteView bytes) override;
    [[nodiscard]] Result<bus::Reply> registerWrite(ServoId id, std::uint16_t address,
                                                   ByteView bytes) override;
    [[nodiscard]] Result<void> action() override;
    [[nodiscard]] Result<void> writeGroup(bus::RegisterSpan span,
                                          std::span<const bus::GroupWriteItem> items) override;
    [[nodiscard]] Result<void> broadcastWrite(std::uint16_t address, ByteView bytes) override;
    [[nodiscard]] Result<Bytes> exchange(ByteView request, Duration wait) override;
    /// This servo knows the bulk read.
    void allowFastGroupRead(ServoId id, bool allowed) override { bulk_.set(id.value, allowed); }
    void setStatusReturnLevel(ServoId id, std::uint8_t level) override { levels_[id.value] = level; }
    [[nodiscard]] Result<void> prepareGroup(bus::GroupRead& group) override;
    [[nodiscard]] Result<void> readGroup(bus::GroupRead& group) override;
    [[nodiscard]] Duration wireTime(const bus::GroupRead& group, Duration returnDelay) const override;
    [[nodiscard]] Result<bus::Reply> reboot(ServoId id) override;
    [[nodiscard]] Result<bus::Reply> factoryReset(ServoId id, bus::ResetScope scope) override;
    [[nodiscard]] Result<bus::Reply> clearTurns(ServoId id) override;
    [[nodiscard]] const bus::LinkCounters& counters() const override { return line_.counters(); }

private:
    struct Answer {
        bus::Reply reply;
        std::uint8_t error = 0; ///< the whole error byte
        ByteView parameters;    ///< until the line is used again
    };

    [[nodiscard]] Result<Answer> transact(ServoId id, const Request& request, std::size_t parameters,
                                          Duration patience = {});
    /// What an answer may look like.
    struct Awaited {
        ServoId id;
        std::size_t parameters = 0;
        std::uint8_t refusals = 0; ///< bits of the error byte that refuse it
        /// Where the line does not echo.
        bool mayEqualRequest = false;
    };
    /// Asks for an answer that no late one can be taken for; behind it, none of them can come.
    [[nodiscard]] Result<void> outrunLateAnswers(ServoId id);
    [[nodiscard]] Result<Answer> awaitAnswer(const Awaited& awaited);
    [[nodiscard]] Result<Answer> judge(const Frame& frame, const Awaited& awaited);
    [[nodiscard]] tl::unexpected<Error> noAnswer(ServoId id, Error error);
    [[nodiscard]] static bool isAnswerOf(const Frame& frame, const Awaited& awaited);
    /// The answer that looks like an echo, where it may be none.
    [[nodiscard]] std::optional<Frame> echoAsAnswer(const Awaited& awaited) const;
    [[nodiscard]] Result<bus::Reply> command(ServoId id, const Request& request, Duration patience = {});
    [[nodiscard]] Result<void> sendToAll(const Request& request);
    [[nodiscard]] Result<bus::Reply> readErrorByte(ServoId id, MutableByteView into);
    [[nodiscard]] bool answersWrites(ServoId id) const;
    [[nodiscard]] std::string describe(unsigned error) const;

    [[nodiscard]] Result<void> readTogether(bus::GroupRead& group);
    [[nodiscard]] Result<void> readOneByOne(bus::GroupRead& group);
    [[nodiscard]] bool mayReadTogether(const bus::GroupRead& group) const;

    Dialect dialect_;
    FramedLine<FrameParser> line_;
    Bytes request_; ///< reused for every frame but the prepared ones
    Bytes items_;   ///< reused for the parameters of group writes
    bool echoes_ = false;
    std::bitset<256> bulk_;
    std::array<std::uint8_t, 256> levels_;
};

} // namespace servolane::drivers::ff
