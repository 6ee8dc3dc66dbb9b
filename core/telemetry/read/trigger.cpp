// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/telemetry/read/trigger.h"

#include "core/telemetry/read/trace_rows.h"

#include <algorithm>
#include <utility>

namespace servolane::telemetry {

Trigger::Trigger(TriggerSettings settings, Time now)
    : settings_(std::move(settings))
    , detector_(settings_.condition) {
    settings_.before = std::clamp(settings_.before, 0.0, 1.0);
    arm(now);
}

void Trigger::arm(Time now) {
    detector_ = TriggerDetector(settings_.condition);
    state_ = TriggerState::armed;
    searched_ = now - Duration{1};
    earliest_ = quietSince_ = now;
    taken_ = whole_ = shown_ = std::nullopt;
    count_ = 0;
}

void Trigger::change(TriggerSettings settings, Time now, bool anew) {
    settings_ = std::move(settings);
    settings_.before = std::clamp(settings_.before, 0.0, 1.0);
    if (taken_) earliest_ = earliestAfter(*taken_);
    if (!anew) return;
    detector_ = TriggerDetector(settings_.condition);
    searched_ = now - Duration{1};
    earliest_ = std::max(earliest_, now);
}

Time Trigger::earliestAfter(Time trigger) const {
    return trigger + std::max({after(), settings_.holdOff, Duration{1}});
}

Duration Trigger::after() const {
    return fromSeconds(seconds(span_) * (1.0 - settings_.before));
}

void Trigger::look(const Trace& trace, std::span<const TriggerFact> facts, Time now, Duration span) {
    span_ = std::max(span, Duration{1});
    if (const auto* condition = std::get_if<FactCondition>(&settings_.condition)) {
        for (const TriggerFact& fact : facts)
            if (meets(fact, *condition)) offer(fact.at);
    } else {
        search(trace, now);
    }
    choosePicture(now);
}

/// Gap rows carry the time of the sample before them, so rows of the last time looked at are looked at again:
/// values among them are known, a gap among them may be new.
void Trigger::search(const Trace& trace, Time now) {
    visitRows(trace, searched_, now + Duration{1}, [this](const RowRun& run) {
        for (std::size_t i = 0; i < run.times.size(); ++i) {
            const Time time{Duration{run.times[i]}};
            const float value = run.values[i];
            if (value != value) { // NaN
                detector_.breakOff();
                searched_ = std::max(searched_, time);
                continue;
            }
            if (time <= searched_) continue;
            searched_ = time;
            if (const auto met = detector_.add(time, value)) offer(*met);
        }
        return true;
    });
}

void Trigger::offer(Time at) {
    if (at < earliest_ || (settings_.mode == TriggerMode::single && taken_)) return;
    if (taken_) whole_ = taken_; // the next one comes only after its picture is over
    taken_ = at;
    ++count_;
    earliest_ = earliestAfter(at);
}

void Trigger::choosePicture(Time now) {
    if (taken_ && now - *taken_ >= after()) whole_ = taken_;
    const bool filling = taken_ != whole_;
    shown_ = filling && (!whole_ || after() > shownFilling) ? taken_ : whole_;
    if (filling && !whole_ && after() <= shownFilling && state_ == TriggerState::automatic) shown_.reset();
    if (!shown_) {
        const bool patient = now - quietSince_ < std::clamp(span_, patience, longestPatience);
        const bool free = settings_.mode == TriggerMode::automatic && !patient;
        state_ = free ? TriggerState::automatic : TriggerState::armed;
        return;
    }
    const Time over = *shown_ + after();
    const bool ends = settings_.mode == TriggerMode::single;
    state_ = now < over || ends ? TriggerState::triggered : TriggerState::waiting;
    if (settings_.mode != TriggerMode::automatic || filling) return;
    if (now - over < std::clamp(span_, patience, longestPatience)) return;
    state_ = TriggerState::automatic;
    shown_ = whole_ = taken_ = std::nullopt;
    quietSince_ = over;
}

} // namespace servolane::telemetry
