// SPDX-License-Identifier: GPL-3.0-or-later
// The history of one channel of one axis as it was at one moment. Immutable: any thread reads it for as long
// as it likes while the writer appends beyond its end. Values are in the channel's unit, times monotonic.
#pragma once

#include "core/kernel/time.h"
#include "core/telemetry/read/extent.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace servolane::telemetry {

struct TraceChunk;
struct TracePiece;
using TraceSpine = std::vector<TracePiece>;

/// Older than so many of its periods a value is stale, on the screen as in calculations.
constexpr int stalePeriods = 3;

struct TraceSample {
    Time time{};
    float value = 0.0F;
    /// A gap lies between this sample and the time asked for.
    bool acrossGap = false;
    friend bool operator==(const TraceSample&, const TraceSample&) = default;
};

/// Equal bins on absolute time: bin i holds [i × width, (i + 1) × width) of the monotonic clock, whatever
/// part is looked at. A bin that is over never changes, so pictures do not shimmer while they scroll.
struct BinGrid {
    Duration width{1}; ///< > 0
    std::int64_t first = 0;
    std::size_t count = 0;

    /// The bins that touch [from, to), `width` bins wide: `columns` of them, or one more.
    [[nodiscard]] static BinGrid over(Time from, Time to, std::size_t columns);
    [[nodiscard]] std::int64_t binOf(Time time) const;
    [[nodiscard]] Time startOf(std::int64_t bin) const { return Time{width * bin}; }
};

struct Columns {
    BinGrid grid;
    std::vector<Extent> columns; ///< one per bin of the grid
    std::size_t visited = 0; ///< nodes and samples looked at: bounded by the number of bins, not of samples
};

/// Of the samples in a span; all but `count` are meaningful only if count > 0.
struct TraceStatistics {
    std::uint64_t count = 0;
    double min = 0.0;
    double max = 0.0;
    double mean = 0.0;
    double rms = 0.0;
    double deviation = 0.0; ///< standard deviation of the population
    double slope = 0.0;     ///< of the straight line by least squares, per second; 0 for one sample
    bool hasGap = false;
    bool isWaiting = false; ///< some of the samples are still being read from a recording; the rest is told
    /// So, or samples of the span were given up and lie in no recording, or in one that cannot be read.
    bool isIncomplete = false;
    [[nodiscard]] double peakToPeak() const { return max - min; }
};

class Recall;

class Trace {
public:
    /// No samples.
    Trace();
    /// Of a recording: samples come from it through `recall` when somebody looks at them. `period`: as
    /// period().
    Trace(TraceSpine pieces, std::shared_ptr<const Recall> recall, Duration period);

    [[nodiscard]] bool isEmpty() const { return count_ == 0; }
    [[nodiscard]] std::uint64_t count() const { return count_; } ///< samples with a value still held
    [[nodiscard]] std::uint64_t rejected() const {
        return rejected_;
    }                                                                ///< came with a time not after the last
    [[nodiscard]] std::uint64_t dropped() const { return dropped_; } ///< rows given up for the budget
    [[nodiscard]] double rate() const { return rate_; } ///< measured samples per second; 0: not known yet
    /// Expected time between two samples; zero if not known yet. A value older than three of them is stale.
    [[nodiscard]] Duration period() const { return period_; }
    [[nodiscard]] std::optional<TraceSample> last() const { return last_; }
    [[nodiscard]] std::optional<TraceSample> first() const;

    /// Grows whenever samples were read back from a recording: columns asked for before may have been
    /// outlines, and samples unknown.
    [[nodiscard]] std::uint64_t readBack() const;
    /// Samples that somebody looked at are still being read.
    [[nodiscard]] bool isWaiting() const;

    /// Cost: proportional to `columns`, whatever the length of the trace.
    [[nodiscard]] Columns columns(Time from, Time to, std::size_t columns) const;
    /// The same into memory of the caller's; `into.size()` bins from grid.first on. Returns nodes visited.
    std::size_t columns(const BinGrid& grid, std::span<Extent> into) const;
    /// Of the samples with from ≤ time < to. Cost: as that of one column.
    [[nodiscard]] TraceStatistics statistics(Time from, Time to) const;

    /// The newest sample at or before `time`; nothing in a gap, or where the last one is stale by then.
    [[nodiscard]] std::optional<TraceSample> valueAt(Time time) const;
    /// The newest sample with a time before `time`, across gaps.
    [[nodiscard]] std::optional<TraceSample> lastBefore(Time time) const;
    /// The oldest sample at or after `time`, across gaps.
    [[nodiscard]] std::optional<TraceSample> firstFrom(Time time) const;
    /// It is a newer snapshot of that trace. False: another register has taken its place, or all that it held
    /// was given up.
    [[nodiscard]] bool continues(const Trace& before) const;

private:
    friend class TraceWriter;
    friend class RowWalk;
    friend class NewestWalk;
    [[nodiscard]] std::int64_t oldestNs() const; ///< of the oldest row still held
    std::shared_ptr<const TraceSpine> spine_;    ///< sealed chunks, oldest first; never null
    std::shared_ptr<const Recall> recall_;       ///< null: all is in memory
    std::shared_ptr<const TraceChunk> tail_;     ///< still growing; its first tailRows_ rows are ours to read
    std::uint32_t tailRows_ = 0;
    std::uint64_t count_ = 0;
    std::uint64_t rejected_ = 0;
    std::uint64_t dropped_ = 0;
    double rate_ = 0.0;
    Duration period_{};
    std::optional<TraceSample> last_;
};

} // namespace servolane::telemetry
