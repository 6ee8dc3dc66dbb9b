// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/telemetry/read/sample_cursor.h"

#include "core/telemetry/read/trace_rows.h"

#include <algorithm>
#include <utility>

namespace servolane::telemetry {

namespace {
constexpr std::size_t readAtOnce = 4096;
} // namespace

void SampleCursor::follow(std::shared_ptr<const Trace> trace) {
    // The same snapshot tells more once more of it was read.
    const bool isSame = trace == trace_;
    if (isSame && trace->readBack() == readBack_) return;
    readBack_ = trace->readBack();
    if (isSame) {
        exhausted_ = false;
        return;
    }
    // What was given up before it could be read is a gap too.
    if (trace->dropped() != trace_->dropped() && read_ != Time::min()) {
        const auto first = trace->first();
        if (first && first->time > read_) gapAt_ = std::min(gapAt_, read_);
    }
    trace_ = std::move(trace);
    exhausted_ = false;
}

const SampleCursor::Sample* SampleCursor::peek() {
    if (next_ == ahead_.size()) fill();
    return next_ < ahead_.size() ? &ahead_[next_] : nullptr;
}

Time SampleCursor::gapAt() {
    const Sample* next = peek();
    return next ? next->gapAt : gapAt_;
}

void SampleCursor::fill() {
    ahead_.clear();
    next_ = 0;
    if (exhausted_) return;
    // Rows at `read_` once more: a gap row that was added since then may have the time of its sample.
    waiting_ = !visitRows(*trace_, read_, Time::max(), [this](const RowRun& run) {
        for (std::size_t row = 0; row < run.times.size() && ahead_.size() < readAtOnce; ++row) {
            const Time time{Duration{run.times[row]}};
            const float value = run.values[row];
            if (value != value) {
                // The gap begins after the newest sample, wherever its row lies: in a recording it may be
                // told only where the next run begins.
                gapAt_ = std::min(gapAt_, read_);
            } else if (time > read_) {
                ahead_.push_back({time, value, std::exchange(gapAt_, Time::max())});
                read_ = time;
            }
        }
        return ahead_.size() < readAtOnce;
    });
    exhausted_ = ahead_.size() < readAtOnce;
}

bool HeldInput::hold(Time time) {
    while (const SampleCursor::Sample* next = cursor.peek()) {
        if (next->time > time) break;
        held = *next;
        cursor.take();
    }
    if (!held) return false;
    if (held->time == time) return true;
    const Duration period = cursor.trace().period();
    const bool isStale = period > Duration{} && time - held->time > stalePeriods * period;
    return !isStale && cursor.gapAt() > time;
}

} // namespace servolane::telemetry
