// SPDX-License-Identifier: GPL-3.0-or-later
// The slots of a group read, and how answers get into them, whatever they are framed in.
#pragma once

#include "core/bus/servo_bus.h"
#include "drivers/line/half_duplex_line.h"

#include <cstddef>
#include <cstdint>

namespace servolane::drivers {

/// Errors: invalid (no servo, an id twice or above `lastId`, a span of nothing or above `longestSpan`).
[[nodiscard]] Result<void> checkGroup(const bus::GroupRead& group, std::uint8_t lastId,
                                      std::size_t longestSpan);
/// Gives each slot its place in the data and makes all of them silent.
void layOutGroup(bus::GroupRead& group);
/// A new cycle begins.
void forgetCycle(bus::GroupRead& group);
[[nodiscard]] bool haveEqualSpans(const bus::GroupRead& group);
/// The line learns who answered. `heardOut`: neither a stop broke the cycle off nor was the line lost; only
/// then is silence a time-out of the servos. `frameBytes`: what an answer has on the wire besides its data.
void concludeGroup(const bus::GroupRead& group, HalfDuplexLine& line, bool heardOut, std::size_t frameBytes);

/// For families without a group read: each servo of the prepared group is read on its own. Errors: linkLost,
/// interrupted, inputOutput, which end the cycle.
[[nodiscard]] Result<void> readOneByOne(bus::GroupRead& group, bus::ServoBus& servos, HalfDuplexLine& line);

/// An answer as a family's codec has understood it.
struct GroupAnswer {
    ServoId id;
    bool alert = false;
    std::uint8_t error = 0; ///< not 0: refused, without data
    ByteView bytes;
    std::size_t wireSize = 0;
};

/// Puts answers into the slots they belong to. Servos answer in the order of the list; an answer out of order
/// tells that those behind it were late answers to an earlier cycle. Allocates nothing.
class GroupCollector {
public:
    /// `frameBytes`: what an answer has on the wire besides its data. Both references outlive it.
    GroupCollector(bus::GroupRead& group, HalfDuplexLine& line, std::size_t frameBytes);

    [[nodiscard]] bool isComplete() const { return answered_ == group_.entries.size(); }
    void take(const GroupAnswer& answer);
    /// What is still missing was corrupt if bytes were dropped in its place.
    void finish() { blameDroppedBytes(group_.entries.size()); }

private:
    void takeBackFrom(std::size_t index);
    void blameDroppedBytes(std::size_t end);
    void stamp(std::size_t wireSize, bus::GroupSlot& slot);

    bus::GroupRead& group_;
    HalfDuplexLine& line_;
    std::size_t frameBytes_;
    std::uint64_t foreignBefore_;
    std::size_t answered_ = 0;
    std::size_t next_ = 0; ///< the slot behind the last one that answered
};

/// Marks the slot as answered; the data are taken unless it refused.
void fillSlot(bus::GroupRead& group, bus::GroupSlot& slot, const GroupAnswer& answer);

} // namespace servolane::drivers
