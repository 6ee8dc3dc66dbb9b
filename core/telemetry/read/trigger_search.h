// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/telemetry/read/trace.h"
#include "core/telemetry/read/trigger_detector.h"

#include <atomic>
#include <optional>

namespace servolane::telemetry {

/// Looks through the samples of a stretch for the place where a condition is met: the first one, or the last.
/// Samples are judged one by one as the live trigger does, so a search costs what reading them costs; a level
/// counts where it is reached, not at every sample beyond it. Resumable, since samples of a recording come
/// when they were read. One thread.
class TriggerSearch {
public:
    enum class Wanted : std::uint8_t { first, last };

    /// Of places with from < place < to. Not for facts.
    TriggerSearch(TriggerCondition condition, Time from, Time to, Wanted wanted);

    /// Goes on as far as the samples have been read. True when the search is over; false if samples are
    /// missing that are still being read, or `cancelled` was set.
    [[nodiscard]] bool advance(const Trace& trace, const std::atomic<bool>& cancelled);
    [[nodiscard]] std::optional<Time> found() const { return found_; }
    /// Share of the stretch, 0 … 1.
    [[nodiscard]] double done() const;

private:
    /// True if that ends the search.
    bool add(Time time, float value);

    TriggerDetector detector_;
    bool isLevel_;
    bool wasMet_ = true; ///< of a level: it counts only after a sample that does not meet it
    Time from_;
    Time to_;
    Wanted wanted_;
    Time searched_; ///< the newest row looked at
    std::optional<Time> found_;
};

} // namespace servolane::telemetry
