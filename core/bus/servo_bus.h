// SPDX-License-Identifier: GPL-3.0-or-later
// What a family of servos offers on its wire, in one vocabulary: ids, registers, group access. A family
// without a control table maps its commands onto registers of its own numbering (see its model files). Each
// call is one transaction, so that the bus thread can look at the stop latch between any two.
#pragma once

#include "core/bus/transport.h"
#include "core/bus/wire.h"
#include "core/kernel/bytes.h"
#include "core/kernel/ids.h"
#include "core/kernel/result.h"
#include "core/kernel/time.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace servolane::bus {

/// A stretch of a control table. Addresses count bytes (registers in Modbus families).
struct RegisterSpan {
    std::uint16_t address = 0;
    std::uint16_t size = 0; ///< bytes
    friend auto operator<=>(const RegisterSpan&, const RegisterSpan&) = default;
};

/// What one servo says of itself when found.
struct ServoIdentity {
    ServoId id;
    std::uint32_t modelNumber = 0;
    std::uint32_t firmware = 0;
    friend bool operator==(const ServoIdentity&, const ServoIdentity&) = default;
};

/// An answer to a single-servo transaction.
struct Reply {
    bool confirmed = true; ///< false where the family or the status return level sends no answer
    bool alert = false;    ///< the servo says that a hardware error is latched
    std::uint8_t error =
        0;                 ///< the family's own error number, 0 is none; non-zero comes as ErrorCode::refused
    Duration turnaround{}; ///< end of request to first byte of the answer; zero without one
};

enum class SlotState : std::uint8_t { answered, silent, corrupt };

/// One servo of a group read.
struct GroupSlot {
    ServoId id;
    RegisterSpan span;
    SlotState state = SlotState::silent;
    bool alert = false;
    std::uint8_t error = 0;
    Duration offset{};        ///< the answer's last byte, counted from the cycle's time (never negative)
    std::uint32_t dataAt = 0; ///< where this slot's bytes start in GroupRead::data; set by prepareGroup
};

/// A group read prepared once and repeated every cycle without allocation. Servos whose spans differ are read
/// in one transaction where the family can (bulk read), else one after the other; a family that reads no
/// groups at all says `unsupported` in prepareGroup.
struct GroupRead {
    std::vector<GroupSlot> entries; ///< one per servo, in the order of the request
    Bytes data;                     ///< the answered bytes of all entries, in their order
    Time time{};             ///< when the first byte of the first answer arrived: the cycle's time stamp
    Bytes request;           ///< filled by prepareGroup: the encoded request
    std::uint32_t token = 0; ///< for the driver's own use
};

struct GroupWriteItem {
    ServoId id;
    Bytes bytes;
};

/// What this family can do, so that nothing is faked: what is false here is absent or explained in the
/// window.
struct FamilyTraits {
    std::string name; ///< stable word, as in cli.md: "dynamixel2"
    std::uint8_t firstId = 0;
    std::uint8_t lastId = 252;
    /// Up to here a bus that is opened is searched, where asking for every id takes long; 0: up to lastId. A
    /// scan that a person asks for goes on to lastId.
    std::uint8_t usualLastId = 0;
    bool groupRead = false;      ///< several servos answer one request; else they are read one by one
    bool groupWrite = false;     ///< one frame sets several goals
    bool broadcastWrite = false; ///< a stop reaches all with one frame
    bool broadcastPing = false;
    bool confirmsWrites = false;
    bool busWatchdog = false; ///< servos halt by themselves when they hear nothing
    /// Packets of other families can move its servos: a line on which it is spoken is asked for no other.
    bool movedByOthers = false;
    bool restart = false; ///< servos restart when told to; else their supply must be switched
    std::vector<std::uint32_t> likelyBauds;           ///< most likely first; all that the family knows
    std::vector<LineFrame> likelyFrames{LineFrame{}}; ///< most likely first; all that the family uses
    const WireFormat* wire = nullptr; ///< how its packets are told in words; null: they are shown as bytes
};

/// Counters since open; read by the bus thread.
struct LinkCounters {
    std::uint64_t transactions = 0;
    std::uint64_t timeouts = 0;
    std::uint64_t corruptFrames = 0;
    std::uint64_t refused = 0;
    std::uint64_t bytesOut = 0;
    std::uint64_t bytesIn = 0;
    std::uint64_t foreignBytes = 0; ///< no part of an answer: noise, or of a second one
    std::uint64_t lateAnswers = 0;  ///< came when nobody waited for them any more
    std::uint64_t doubleAnswers =
        0; ///< where one was asked for, two came under one id: two servos may share it
};

enum class ResetScope : std::uint8_t { all, keepId, keepIdAndBaud };

/// Contract: one thread. No call throws. Errors of every call: timeout (no answer), corrupt, refused
/// (`Reply::error` in the detail), interrupted (a stop, before the answer began), linkLost, unsupported.
class ServoBus {
public:
    virtual ~ServoBus() = default;
    [[nodiscard]] virtual const FamilyTraits& traits() const = 0;

    [[nodiscard]] virtual Result<ServoIdentity> ping(ServoId id) = 0;
    /// Sends one ping to all and collects until `until`; may be called again with nothing sent (`resume`), so
    /// that a long window is cut into slices. Answers are in the order of arrival, without repetition.
    [[nodiscard]] virtual Result<std::vector<ServoIdentity>> broadcastPing(Time until, bool resume) = 0;
    /// Ids that answered more than once to a broadcast ping, since the last call.
    [[nodiscard]] virtual std::vector<ServoId> takeDoubled() { return {}; }
    /// How long after a broadcast ping the last servo may still answer, at the current rate.
    [[nodiscard]] virtual Duration broadcastPingWindow() const = 0;

    [[nodiscard]] virtual Result<Reply> read(ServoId id, std::uint16_t address, MutableByteView into) = 0;
    [[nodiscard]] virtual Result<Reply> write(ServoId id, std::uint16_t address, ByteView bytes) = 0;
    /// Stored by the servo until action(). Errors: unsupported.
    [[nodiscard]] virtual Result<Reply> registerWrite(ServoId id, std::uint16_t address, ByteView bytes) = 0;
    [[nodiscard]] virtual Result<void> action() = 0;
    /// All items in one frame; the servos do not answer.
    [[nodiscard]] virtual Result<void> writeGroup(RegisterSpan span,
                                                  std::span<const GroupWriteItem> items) = 0;
    /// To every servo on the bus; nobody answers.
    [[nodiscard]] virtual Result<void> broadcastWrite(std::uint16_t address, ByteView bytes) = 0;

    /// Sends these bytes as they are and listens: `wait` for the first byte of an answer, then until the line
    /// falls silent. Returns all that came, nothing included.
    [[nodiscard]] virtual Result<Bytes> exchange(ByteView request, Duration wait) {
        static_cast<void>(request);
        static_cast<void>(wait);
        return failure(ErrorCode::unsupported, "this family takes no raw packets");
    }

    /// This servo's firmware knows the fastest group read of the family: one merged frame, or the bulk read
    /// of families whose other models lack it. Families without one ignore it.
    virtual void allowFastGroupRead(ServoId id, bool allowed) {
        static_cast<void>(id);
        static_cast<void>(allowed);
    }
    /// Which requests this servo answers, as a level of core/registers/return_level.h; everything until told.
    virtual void setStatusReturnLevel(ServoId id, std::uint8_t level) {
        static_cast<void>(id);
        static_cast<void>(level);
    }
    /// Encodes the request for the slots' ids and spans and sizes `data`.
    [[nodiscard]] virtual Result<void> prepareGroup(GroupRead& group) = 0;
    /// One cycle: fills state, offset, data and time. An error only if the line itself failed or a stop broke
    /// it off; servos that stay silent are marked in their slots and the others' data stand.
    [[nodiscard]] virtual Result<void> readGroup(GroupRead& group) = 0;
    /// Request + return delay + reply + required gaps of this group at the current rate; zero on an unpaced
    /// line. `returnDelay` is what was read from the servos (the largest of the group).
    [[nodiscard]] virtual Duration wireTime(const GroupRead& group, Duration returnDelay) const = 0;

    [[nodiscard]] virtual Result<Reply> reboot(ServoId id) = 0;
    [[nodiscard]] virtual Result<Reply> factoryReset(ServoId id, ResetScope scope) = 0;
    /// Folds the multi-turn count into one turn. Errors: unsupported, refused (moving).
    [[nodiscard]] virtual Result<Reply> clearTurns(ServoId id) = 0;

    [[nodiscard]] virtual const LinkCounters& counters() const = 0;
};

} // namespace servolane::bus
