// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/telemetry/read/trace.h"
#include "core/telemetry/read/trigger_detector.h"

#include <optional>
#include <span>

namespace servolane::telemetry {

/// automatic: the picture runs free while nothing sets it off. normal: the last picture stays until the next
/// one. single: the first picture stays until it is armed again.
enum class TriggerMode : std::uint8_t { automatic, normal, single };

struct TriggerSettings {
    TriggerCondition condition;
    TriggerMode mode = TriggerMode::automatic;
    double before = 0.5; ///< share of the picture that lies before the trigger, 0 … 1
    Duration holdOff{};  ///< at least so long after a trigger nothing sets off the next one
    friend bool operator==(const TriggerSettings&, const TriggerSettings&) = default;
};

enum class TriggerState : std::uint8_t {
    armed,     ///< nothing has met the condition since it was armed
    triggered, ///< the picture of a trigger is shown, and may still be filling
    waiting,   ///< … and is whole; the next one will take its place
    automatic, ///< nothing met the condition for a while: the picture runs free
};

/// Looks at what is new in a trace and at new facts, and says which moment the picture belongs to. Knows no
/// clock and no thread: called with the same times and samples it says the same. One thread.
///
/// Between two looks nothing is missed, however many samples came: the next look begins where the last one
/// ended. A trigger is taken if it comes at least the rest of its picture, and the hold-off, after the one
/// before.
class Trigger {
public:
    /// Free running begins when nothing was there to show for as long as a picture takes, but within these.
    static constexpr Duration patience = std::chrono::milliseconds{500};
    static constexpr Duration longestPatience = std::chrono::seconds{2};
    /// Pictures that take longer than this are shown while they fill; shorter ones only when they are whole.
    static constexpr Duration shownFilling = std::chrono::milliseconds{500};

    /// Armed: what is sampled or happens from `now` on counts.
    Trigger(TriggerSettings settings, Time now);
    /// Forgets what was found and waits anew.
    void arm(Time now);
    /// Goes on with other settings. The picture that is shown stays as long as its mode lets it: the caught
    /// one of a single until arm(). `anew`: it is another condition or another trace, of which only what
    /// comes from `now` on counts.
    void change(TriggerSettings settings, Time now, bool anew);

    /// `span` > 0 of the picture. `facts` are those the last look has not seen, in their order. What lies
    /// after `now` is left for a later look: a recording that is played holds it already.
    void look(const Trace& trace, std::span<const TriggerFact> facts, Time now, Duration span);

    [[nodiscard]] const TriggerSettings& settings() const { return settings_; }
    [[nodiscard]] TriggerState state() const { return state_; }
    /// The moment the picture belongs to; nothing while it runs free.
    [[nodiscard]] std::optional<Time> shown() const { return shown_; }
    /// Triggers taken since it was armed.
    [[nodiscard]] std::uint64_t count() const { return count_; }

private:
    void search(const Trace& trace, Time now);
    void offer(Time at);
    void choosePicture(Time now);
    [[nodiscard]] Duration after() const;
    [[nodiscard]] Time earliestAfter(Time trigger) const;

    TriggerSettings settings_;
    TriggerDetector detector_;
    TriggerState state_ = TriggerState::armed;
    Time searched_{};   ///< the newest row looked at
    Time earliest_{};   ///< the next trigger may not come before
    Time quietSince_{}; ///< nothing to show since then
    Duration span_{1};
    std::optional<Time> taken_; ///< the newest trigger
    std::optional<Time> whole_; ///< the newest trigger whose picture is whole
    std::optional<Time> shown_;
    std::uint64_t count_ = 0;
};

} // namespace servolane::telemetry
