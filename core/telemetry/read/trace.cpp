// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/telemetry/read/trace.h"

#include "core/telemetry/read/bin_walk.h"
#include "core/telemetry/read/trace_chunk.h"

#include <cmath>
#include <limits>

namespace servolane::telemetry {

namespace {

std::int64_t floorDivide(std::int64_t value, std::int64_t by) {
    const std::int64_t quotient = value / by;
    return quotient - (value % by < 0 ? 1 : 0);
}

struct ColumnSink {
    static constexpr bool needsSums = false;
    std::span<Extent> columns;
    void add(std::size_t bin, const Summary& summary) { columns[bin].add(summary.extent); }
    void add(std::size_t bin, const Extent& extent) { columns[bin].add(extent); }
    void add(std::size_t bin, float value, std::int64_t) { columns[bin].add(value); }
    void addOutline(std::size_t bin, const Extent& extent) { columns[bin].add(extent); }
};

struct SummarySink {
    static constexpr bool needsSums = true;
    Summary summary;
    bool isWaiting = false;
    bool isLost = false;
    void add(std::size_t, const Summary& run) { summary.add(run); }
    void add(std::size_t, float value, std::int64_t ns) { summary.add(value, ns); }
    void addOutline(std::size_t, const Extent&) { isWaiting = true; }
    void addLost() { isLost = true; }
};

TraceSample sampleAt(const TraceChunk& chunk, std::uint32_t row, bool acrossGap) {
    return {Time{Duration{chunk.times->at[row]}}, chunk.values[row], acrossGap};
}

std::uint32_t rowFrom(const TraceChunk& chunk, std::uint32_t rows, std::int64_t ns) {
    const auto* const begin = chunk.times->at.data();
    return static_cast<std::uint32_t>(std::lower_bound(begin, begin + rows, ns) - begin);
}

/// Search from the end for the newest value with a time before `ns`.
class BackwardSearch {
public:
    explicit BackwardSearch(std::int64_t ns)
        : ns_(ns) {}

    std::optional<TraceSample> in(const TraceChunk& chunk, std::uint32_t rows) {
        for (std::uint32_t row = rowFrom(chunk, rows, ns_); row-- > 0;) {
            if (chunk.values[row] == chunk.values[row]) return sampleAt(chunk, row, acrossGap_);
            acrossGap_ = true;
            if (row % traceFanOut == traceFanOut - 1 && (chunk.counts[row / traceFanOut] & 31) == 0)
                row -= traceFanOut - 1;
        }
        return std::nullopt;
    }

    std::optional<TraceSample> in(const std::vector<TracePiece>& pieces) {
        for (auto piece = pieces.rbegin(); piece != pieces.rend(); ++piece) {
            if (piece->firstNs >= ns_) continue;
            const auto found = in(*piece);
            if (found || unknown_) return found;
        }
        return std::nullopt;
    }

private:
    std::optional<TraceSample> in(const TracePiece& piece) {
        if (piece.summary.extent.isEmpty()) {
            acrossGap_ = true;
            return std::nullopt;
        }
        if (piece.stored) {
            const auto samples = piece.stored->look();
            unknown_ = !samples;
            return samples ? in(*samples) : std::nullopt;
        }
        if (piece.chunk) return in(*piece.chunk, static_cast<std::uint32_t>(piece.rows));
        return in(*piece.children);
    }

    std::int64_t ns_;
    bool acrossGap_ = false;
    bool unknown_ = false; ///< it lies in samples that are not yet read back
};

/// Search from the beginning for the oldest value with a time of at least `ns`.
class ForwardSearch {
public:
    explicit ForwardSearch(std::int64_t ns)
        : ns_(ns) {}

    std::optional<TraceSample> in(const TraceChunk& chunk, std::uint32_t rows) {
        for (std::uint32_t row = rowFrom(chunk, rows, ns_); row < rows; ++row) {
            if (chunk.values[row] == chunk.values[row]) return sampleAt(chunk, row, acrossGap_);
            acrossGap_ = true;
            const bool bucketClosed = row % traceFanOut == 0 && row + traceFanOut <= rows;
            if (bucketClosed && (chunk.counts[row / traceFanOut] & 31) == 0) row += traceFanOut - 1;
        }
        return std::nullopt;
    }

    std::optional<TraceSample> in(const std::vector<TracePiece>& pieces) {
        for (const TracePiece& piece : pieces) {
            if (piece.lastNs < ns_) continue;
            const auto found = in(piece);
            if (found || unknown_) return found;
        }
        return std::nullopt;
    }
    [[nodiscard]] bool isUnknown() const { return unknown_; }

private:
    std::optional<TraceSample> in(const TracePiece& piece) {
        if (piece.summary.extent.isEmpty()) {
            acrossGap_ = true;
            return std::nullopt;
        }
        if (piece.stored) {
            const auto samples = piece.stored->look();
            unknown_ = !samples;
            return samples ? in(*samples) : std::nullopt;
        }
        if (piece.chunk) return in(*piece.chunk, static_cast<std::uint32_t>(piece.rows));
        return in(*piece.children);
    }

    std::int64_t ns_;
    bool acrossGap_ = false;
    bool unknown_ = false;
};

} // namespace

BinGrid BinGrid::over(Time from, Time to, std::size_t columns) {
    BinGrid grid;
    grid.width =
        std::max(Duration{1}, (to - from) / static_cast<std::int64_t>(std::max<std::size_t>(columns, 1)));
    grid.first = grid.binOf(from);
    if (to > from) grid.count = static_cast<std::size_t>(grid.binOf(to - Duration{1}) - grid.first + 1);
    return grid;
}

std::int64_t BinGrid::binOf(Time time) const {
    return floorDivide(nanosecondsSinceEpoch(time), width.count());
}

Trace::Trace()
    : spine_(std::make_shared<const TraceSpine>()) {}

Trace::Trace(TraceSpine pieces, std::shared_ptr<const Recall> recall, Duration period)
    : spine_(std::make_shared<const TraceSpine>(std::move(pieces)))
    , recall_(std::move(recall))
    , rate_(period > Duration{} ? 1.0 / seconds(period) : 0.0)
    , period_(period) {
    for (const TracePiece& piece : *spine_)
        count_ += piece.summary.extent.count;
    if (count_ == 0) return;
    // Of an outline the time is known and the value is not.
    const TracePiece& newest = spine_->back();
    const float value =
        newest.isOutline ? std::numeric_limits<float>::quiet_NaN() : newest.summary.extent.last;
    last_ = TraceSample{Time{Duration{newest.lastNs}}, value};
}

std::uint64_t Trace::readBack() const {
    return recall_ ? recall_->revision() : 0;
}

bool Trace::isWaiting() const {
    return recall_ && recall_->isWaiting();
}

Columns Trace::columns(Time from, Time to, std::size_t wanted) const {
    Columns result;
    result.grid = BinGrid::over(from, to, wanted);
    result.columns.resize(result.grid.count);
    result.visited = columns(result.grid, result.columns);
    return result;
}

std::size_t Trace::columns(const BinGrid& grid, std::span<Extent> into) const {
    std::fill(into.begin(), into.end(), Extent{});
    ColumnSink sink{into};
    BinWalk walk(nanosecondsSinceEpoch(grid.startOf(grid.first)), grid.width.count(), into.size(), sink);
    walk.walk(*spine_);
    if (tail_) walk.walk(*tail_, tailRows_);
    return walk.visited();
}

TraceStatistics Trace::statistics(Time from, Time to) const {
    if (to <= from) return {};
    SummarySink sink;
    BinWalk walk(nanosecondsSinceEpoch(from), (to - from).count(), 1, sink);
    walk.walk(*spine_);
    if (tail_) walk.walk(*tail_, tailRows_);
    const Extent& extent = sink.summary.extent;
    TraceStatistics result;
    result.isWaiting = sink.isWaiting;
    result.isIncomplete =
        sink.isWaiting || sink.isLost || (dropped_ > 0 && nanosecondsSinceEpoch(from) < oldestNs());
    result.count = extent.count;
    result.hasGap = extent.hasGap();
    if (extent.isEmpty()) return result;
    const double count = extent.count;
    const double meanSquare = sink.summary.sumOfSquares / count;
    result.min = extent.min;
    result.max = extent.max;
    result.mean = sink.summary.sum / count;
    result.rms = std::sqrt(meanSquare);
    result.deviation = std::sqrt(std::max(0.0, meanSquare - result.mean * result.mean));
    result.slope = sink.summary.slope();
    return result;
}

std::int64_t Trace::oldestNs() const {
    if (!spine_->empty()) return spine_->front().firstNs;
    return tail_ ? tail_->times->at[0] : std::numeric_limits<std::int64_t>::max();
}

std::optional<TraceSample> Trace::first() const {
    return firstFrom(Time::min());
}

std::optional<TraceSample> Trace::valueAt(Time time) const {
    // A value is good for a while behind it, not for ever: behind the end of a recording there is none.
    if (last_ && period_ > Duration{} && time - last_->time > stalePeriods * period_) return std::nullopt;
    auto sample = lastBefore(time + Duration{1});
    if (sample && sample->acrossGap && sample->time != time) return std::nullopt;
    if (sample) sample->acrossGap = false;
    return sample;
}

std::optional<TraceSample> Trace::lastBefore(Time time) const {
    BackwardSearch search(nanosecondsSinceEpoch(time));
    if (tail_)
        if (const auto found = search.in(*tail_, tailRows_)) return found;
    return search.in(*spine_);
}

std::optional<TraceSample> Trace::firstFrom(Time time) const {
    ForwardSearch search(nanosecondsSinceEpoch(time));
    if (const auto found = search.in(*spine_)) return found;
    if (search.isUnknown()) return std::nullopt;
    return tail_ ? search.in(*tail_, tailRows_) : std::nullopt;
}

bool Trace::continues(const Trace& before) const {
    if (&before == this || !before.last_) return true;
    if (!last_) return false;
    if (last_->time == before.last_->time) return last_->value == before.last_->value;
    const auto joint = lastBefore(before.last_->time + Duration{1});
    return joint && joint->time == before.last_->time && joint->value == before.last_->value;
}

} // namespace servolane::telemetry
