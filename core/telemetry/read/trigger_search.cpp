// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/telemetry/read/trigger_search.h"

#include "core/telemetry/read/trace_rows.h"

#include <algorithm>
#include <utility>

namespace servolane::telemetry {

TriggerSearch::TriggerSearch(TriggerCondition condition, Time from, Time to, Wanted wanted)
    : detector_(condition)
    , isLevel_(std::holds_alternative<LevelCondition>(condition))
    , from_(from)
    , to_(to)
    , wanted_(wanted)
    , searched_(from - Duration{1}) {}

/// Rows of the last time looked at are looked at again, as in Trigger: a gap row has the time of its sample.
bool TriggerSearch::advance(const Trace& trace, const std::atomic<bool>& cancelled) {
    bool ends = false;
    const bool isWhole = visitRows(trace, searched_, to_, [&](const RowRun& run) {
        for (std::size_t i = 0; i < run.times.size() && !ends; ++i)
            ends = add(Time{Duration{run.times[i]}}, run.values[i]);
        return !ends && !cancelled.load(std::memory_order_relaxed);
    });
    if (ends) return true;
    if (!isWhole || cancelled.load(std::memory_order_relaxed)) return false;
    searched_ = to_;
    return true;
}

bool TriggerSearch::add(Time time, float value) {
    if (value != value) { // NaN: a gap
        detector_.breakOff();
        wasMet_ = true;
        return false;
    }
    if (time <= searched_) return false;
    searched_ = time;
    const auto met = detector_.add(time, value);
    const bool counts = met && !(isLevel_ && std::exchange(wasMet_, met.has_value()));
    if (!met) wasMet_ = false;
    if (!counts || *met <= from_ || *met >= to_) return false;
    found_ = met;
    return wanted_ == Wanted::first;
}

double TriggerSearch::done() const {
    if (to_ <= from_) return 1.0;
    return std::clamp(seconds(searched_ - from_) / seconds(to_ - from_), 0.0, 1.0);
}

} // namespace servolane::telemetry
