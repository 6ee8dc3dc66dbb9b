// SPDX-License-Identifier: GPL-3.0-or-later
// The rows of a trace one by one, for what envelopes cannot answer: a crossing, an export. Any thread.
#pragma once

#include "core/telemetry/read/trace.h"

#include <cstdint>
#include <functional>
#include <span>

namespace servolane::telemetry {

/// Rows that lie side by side in memory: at most a chunk of 4096. A value of NaN is a gap; its time is that
/// of the row before, or a time at which no value came.
struct RowRun {
    std::span<const std::int64_t> times; ///< ns of the monotonic clock, never falling
    std::span<const float> values;       ///< as many
};

/// Every row with from ≤ time < to in order of time, gap rows included, until `visit` returns false. False if
/// it ended where samples are still being read from a recording: they are asked for, and rows come in order.
/// Cost: of the rows handed over alone.
bool visitRows(const Trace& trace, Time from, Time to, const std::function<bool(const RowRun&)>& visit);

/// What is to be read at most by whoever needs all samples of a span at once. Each run that lies in a
/// recording takes the memory of a whole chunk (54 kB), and what is looked at is not given up: the two limits
/// together keep that within half of Recall::Limits.
struct ReadLimits {
    std::size_t samples = std::size_t{1} << 22U;
    std::size_t storedRuns = 1536;

    /// Of `parts` traces that are read together, what each may take.
    [[nodiscard]] ReadLimits shared(std::size_t parts) const {
        return parts > 1 ? ReadLimits{samples / parts, storedRuns / parts} : *this;
    }
};

/// The newest part of a span that these limits allow.
struct NewestPart {
    Time from{}; ///< as asked for, or later
    /// In it; of a run in a recording that reaches beyond the span: by proportion.
    std::uint64_t samples = 0;
    bool isShortened = false; ///< there are older samples in the span
};

/// Looks at no samples. Cost: of the chunks in the part. It may hold up to a chunk of samples more than
/// allowed.
[[nodiscard]] NewestPart newestPartOf(const Trace& trace, Time from, Time to, const ReadLimits& limits);

} // namespace servolane::telemetry
