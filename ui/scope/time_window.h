// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kernel/time.h"
#include "core/telemetry/read/trace.h"

#include <cstddef>

namespace servolane::ui::scope {

/// Which stretch of time is on the screen: one that follows now, one that stands where a trigger was, or one
/// that stands still.
class TimeWindow {
public:
    static constexpr Duration shortest = std::chrono::milliseconds{1};
    static constexpr Duration longest = std::chrono::hours{24};

    [[nodiscard]] Duration span() const { return span_; }
    [[nodiscard]] Time to() const { return to_; }
    [[nodiscard]] Time from() const { return to_ - span_; }
    [[nodiscard]] bool isFollowing() const { return following_; }
    [[nodiscard]] bool isReplay() const { return replay_; }
    /// The picture of a trigger: it stands, and the next one may take its place.
    [[nodiscard]] bool isTriggered() const { return triggered_; }
    /// What the time axis counts from: now while following, the moment of the hold or of the trigger, the
    /// recording's start.
    [[nodiscard]] Time origin() const { return origin_; }

    /// Moves the window while it follows.
    void setNow(Time now);
    void hold();
    void follow(Time now);
    /// `before` (0 … 1) of the span lies before the trigger.
    void showTrigger(Time at, double before);
    /// The whole of a recording; times count from its start, whatever stretch of it is shown afterwards.
    void showRecording(Time start, Time end);
    /// A stretch of a recording. Without showRecording() before, times count from `from`.
    void showReplay(Time from, Time to);
    /// Keeps the right end.
    void setSpan(Duration span);
    /// Keeps `fixed` where it is on the screen; the right end while following.
    void zoom(double factor, Time fixed);
    /// Only while standing still.
    void pan(Duration by);
    /// Stands still on this stretch; what the time axis counts from stays.
    void show(Time from, Time to);

    /// `columns` bins of this span, the last one holding the right end.
    [[nodiscard]] telemetry::BinGrid grid(std::size_t columns) const;

private:
    Duration span_ = std::chrono::seconds{10};
    Time to_{};
    Time origin_{};
    bool following_ = true;
    bool triggered_ = false;
    bool replay_ = false;
};

} // namespace servolane::ui::scope
