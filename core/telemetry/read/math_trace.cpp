// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/telemetry/read/math_trace.h"

#include <algorithm>
#include <utility>

namespace servolane::telemetry {

namespace {

std::shared_ptr<const Trace> traceOf(const TraceSet& set, const NamedChannel& channel) {
    static const auto none = std::make_shared<const Trace>();
    const TraceView* view = set.find(channel.axis, channel.channel);
    return view ? view->trace : none;
}

} // namespace

MathTrace::MathTrace(Formula formula)
    : formula_(std::move(formula))
    , inputs_(formula_.inputs().size())
    , values_(inputs_.size()) {}

bool MathTrace::advance(const TraceSet& measured, Source source, std::size_t limit) {
    if (!follow(measured, source)) return false;
    const bool more = calculateOn(source, limit);
    dropOld();
    return more;
}

bool MathTrace::calculateOn(Source source, std::size_t limit) {
    Input& leader = inputs_[*leader_];
    for (std::size_t done = 0; done < limit; ++done) {
        const SampleCursor::Sample* sample = leader.cursor.peek();
        if (!sample) {
            if (leader.cursor.isWaiting()) return false;
            if (leader.cursor.gapAt() != Time::max()) breakLine();
            return false;
        }
        const Time time = sample->time;
        const bool known = std::all_of(inputs_.begin(), inputs_.end(), [&](Input& input) {
            if (input.cursor.isWaiting()) return false;
            return source == Source::recording || isKnownAt(input, time);
        });
        if (!known) return false;
        if (sample->gapAt != Time::max()) breakLine();
        calculate(time);
    }
    return true;
}

/// False while there is nothing to calculate with.
bool MathTrace::follow(const TraceSet& measured, Source source) {
    for (std::size_t i = 0; i < inputs_.size(); ++i)
        if (!traceOf(measured, formula_.inputs()[i])->continues(inputs_[i].cursor.trace())) startAnew();
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
        const NamedChannel& channel = formula_.inputs()[i];
        Input& input = inputs_[i];
        input.cursor.follow(traceOf(measured, channel));
        input.axisPeriod = {};
        for (const TraceView& view : measured.traces) {
            if (view.axis != channel.axis) continue;
            input.reached = std::max(input.reached, view.lastTime());
            const Duration period = view.trace->period();
            if (period > Duration{} && (input.axisPeriod == Duration{} || period < input.axisPeriod))
                input.axisPeriod = period;
        }
    }
    if (leader_) return true;
    std::optional<std::size_t> best;
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
        const Trace& trace = inputs_[i].cursor.trace();
        const bool isUsable = trace.period() > Duration{} || source == Source::recording;
        if (trace.isEmpty()) return false;
        // Periods are measured: those of one cycle differ by a little.
        if (isUsable && (!best || trace.period() * 10 < inputs_[*best].cursor.trace().period() * 7)) best = i;
    }
    leader_ = best;
    return leader_.has_value();
}

bool MathTrace::isKnownAt(const Input& input, Time time) const {
    if (input.reached >= time) return true;
    const Duration period = std::max(input.axisPeriod, inputs_[*leader_].axisPeriod);
    return time - input.reached > stalePeriods * period;
}

void MathTrace::calculate(Time time) {
    bool isWhole = true;
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
        const auto before = inputs_[i].held;
        isWhole = inputs_[i].hold(time) && isWhole;
        values_[i] = isWhole ? inputs_[i].held->value : 0.0;
        // A gap that began and ended between two samples of the leading input.
        if (before && isWhole && inputs_[i].held->gapAt != Time::max() &&
            inputs_[i].held->time != before->time)
            breakLine();
    }
    if (!isWhole) return breakLine();
    const Formula::Step step = formula_.next(time, values_);
    if (step.outcome == Formula::Outcome::value) {
        writer_.append(time, step.value);
        broken_ = false;
        return;
    }
    if (step.outcome == Formula::Outcome::undefined) ++undefined_;
    if (!std::exchange(broken_, true)) writer_.markGap();
}

/// The line ends, and what comes after it knows nothing of what was before.
void MathTrace::breakLine() {
    formula_.restart();
    if (!std::exchange(broken_, true)) writer_.markGap();
}

/// Another register has taken the place of an input.
void MathTrace::startAnew() {
    formula_.restart();
    writer_ = {};
    inputs_.assign(inputs_.size(), {});
    leader_.reset();
    broken_ = true;
    isShortened_ = false;
}

void MathTrace::keepWithin(std::size_t most) {
    most_ = most;
    dropBeyondMost();
}

void MathTrace::dropBeyondMost() {
    while (writer_.bytes() > most_ && writer_.dropOldestChunk() > 0)
        isShortened_ = true;
}

void MathTrace::dropOld() {
    dropBeyondMost();
    const Trace& leading = inputs_[*leader_].cursor.trace();
    if (leading.dropped() == 0) return;
    const auto first = leading.first();
    while (first && writer_.oldestSealed() < first->time)
        if (writer_.dropOldestChunk() == 0) return;
}

} // namespace servolane::telemetry
