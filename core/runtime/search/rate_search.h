// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/bus/servo_bus.h"
#include "core/kernel/clock.h"

#include <vector>

namespace servolane::runtime {

/// Finds the servos of one family at the rate that the line has, in slices of at most 10 ms: by one ping of
/// all where the family knows it, else id by id. Whoever owns the line; one thread.
class RateSearch {
public:
    /// References outlive the search.
    RateSearch(Clock& clock, bus::ServoBus& servos)
        : clock_(clock)
        , servos_(servos) {}

    /// Ids up to this one are asked, then those of `named` that lie beyond it. Where something answers under
    /// one of `heard`, as others know, it is asked again if its answer gets lost.
    void begin(Time now, int lastId, std::vector<ServoId> named = {}, std::vector<ServoId> heard = {});
    /// One slice. What cannot be understood is asked again; errors: linkLost.
    [[nodiscard]] Result<void> runSlice(Time now);
    [[nodiscard]] bool isDone() const { return nextId_ > lastId_ && named_.empty(); }
    /// As if every id had been asked: the rate cannot be had.
    void passOver() {
        nextId_ = lastId_ + 1;
        named_.clear();
    }
    /// 0 … 1
    [[nodiscard]] double done(Time now) const;
    /// Since begin(), each id once, in the order of their answers.
    [[nodiscard]] const std::vector<bus::ServoIdentity>& found() const { return found_; }
    /// Ids that two servos seem to share, each once.
    [[nodiscard]] const std::vector<ServoId>& doubled() const { return doubled_; }

private:
    [[nodiscard]] Result<void> collectBroadcast(Time now);
    [[nodiscard]] Result<void> pingNext();
    [[nodiscard]] Result<void> checkNext();
    /// That is asked next, and counts as asked; not isDone().
    [[nodiscard]] ServoId takeId();
    [[nodiscard]] std::uint64_t garbage() const;
    [[nodiscard]] bool hasFound(ServoId servo) const;
    void take(const bus::ServoIdentity& servo);
    void suspect(ServoId servo);
    void suspectPinged();
    [[nodiscard]] bool isNoisy() const { return garbled_.size() > mostShared; }

    Clock& clock_;
    bus::ServoBus& servos_;
    std::vector<bus::ServoIdentity> found_;
    std::vector<ServoId> doubled_;
    int nextId_ = 0;
    int lastId_ = 0;
    std::vector<ServoId> named_; ///< still to be asked, the last first
    std::vector<ServoId> heard_;
    bool pinged_ = false;
    bool checking_ = false; ///< garbage was heard: those not found are asked alone
    std::uint64_t garbageBefore_ = 0;
    /// More ids than these do not answer twice each: the line makes the garbage.
    static constexpr std::size_t mostShared = 4;
    std::vector<ServoId> garbled_; ///< pinged one by one, with nothing but garbage for an answer
    Time windowStart_{};
    Time windowEnd_{};
};

} // namespace servolane::runtime
