// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/runtime/search/rate_search.h"
#include "core/runtime/wire/bus_context.h"

#include <optional>
#include <vector>

namespace servolane::runtime {

/// Finds servos of an open bus at one or several rates, in slices of at most 10 ms, so that a stop never
/// waits for a scan. Ends at the rate it began with. Bus thread only.
class BusScan {
public:
    BusScan(const BusContext& context, bus::Transport& transport, bus::ServoBus& servos)
        : context_(context)
        , transport_(transport)
        , servos_(servos)
        , search_(context.clock, servos) {}

    /// Whether ids are left out that are seldom used (FamilyTraits::usualLastId).
    enum class Reach : std::uint8_t { everyId, usualIds };
    /// `bauds` empty: the present rate alone. `homeBaud` is the rate to end with. `named`: ids that are asked
    /// in any case.
    void begin(std::vector<std::uint32_t> bauds, std::uint32_t homeBaud, Time now,
               Reach reach = Reach::everyId, std::vector<ServoId> named = {});
    [[nodiscard]] bool isRunning() const { return running_; }
    /// It listens at other rates, where servos of this one hear nothing.
    [[nodiscard]] bool leavesHome() const { return bauds_.size() > 1 || bauds_.front() != homeBaud_; }
    /// One slice; finds are published as they come. Errors: linkLost.
    [[nodiscard]] Result<void> runSlice(Time now);
    /// Makes room for a request at the home rate; the next slice begins the present rate again.
    [[nodiscard]] Result<void> stepAside();
    /// Ends at once and puts the rate back.
    [[nodiscard]] Result<void> finish(Time now, bool cancelled);
    [[nodiscard]] const std::vector<bus::ServoFound>& found() const { return found_; }
    [[nodiscard]] Time startedAt() const { return startedAt_; }

private:
    [[nodiscard]] Result<void> beginBaud(Time now);
    void tellNew();
    [[nodiscard]] Result<void> goHome();
    void take(const bus::ServoIdentity& servo);
    void suspect(ServoId servo);
    void publishProgress(Time now);

    const BusContext& context_;
    bus::Transport& transport_;
    bus::ServoBus& servos_;
    RateSearch search_;
    std::vector<std::uint32_t> bauds_;
    std::vector<bus::ServoFound> found_;
    std::vector<bus::DuplicateIdSuspected> suspected_;
    std::uint32_t homeBaud_ = 0;
    std::size_t baudIndex_ = 0;
    std::size_t told_ = 0;        ///< of what the search has found at this rate
    std::size_t toldDoubled_ = 0; ///< of the ids that seem to be shared
    int lastId_ = 0;              ///< of the ids asked for
    std::vector<ServoId> named_;  ///< asked for beyond it
    bool running_ = false;
    bool lookedAgain_ = false; ///< at the only rate, since nobody answered
    bool atBaud_ = false;
    Time startedAt_{};
};

} // namespace servolane::runtime
