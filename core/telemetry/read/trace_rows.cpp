// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/telemetry/read/trace_rows.h"

#include "core/telemetry/read/recall.h"
#include "core/telemetry/read/trace_chunk.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace servolane::telemetry {

/// Goes down only into pieces that touch the span.
class RowWalk {
public:
    RowWalk(Time from, Time to, const std::function<bool(const RowRun&)>& visit)
        : from_(nanosecondsSinceEpoch(from))
        , to_(nanosecondsSinceEpoch(to))
        , visit_(visit) {}

    /// False if samples are missing that are still being read.
    bool over(const Trace& trace) {
        if (over(*trace.spine_) && !isWaiting_ && trace.tail_) over(*trace.tail_, trace.tailRows_);
        // What is asked for last is read first.
        for (auto piece = ahead_.rbegin(); piece != ahead_.rend(); ++piece)
            static_cast<void>((*piece)->look());
        return !isWaiting_;
    }

private:
    bool over(const std::vector<TracePiece>& pieces) {
        for (const TracePiece& piece : pieces) {
            if (piece.lastNs < from_) continue;
            if (piece.firstNs >= to_) return false;
            if (!over(piece)) return false;
        }
        return true;
    }

    bool over(const TracePiece& piece) {
        if (!piece.chunk && !piece.stored) return over(*piece.children);
        if (isWaiting_) return askAhead(piece);
        if (piece.chunk) return over(*piece.chunk, static_cast<std::uint32_t>(piece.rows));
        const auto samples = piece.stored->look();
        if (samples) return over(*samples);
        isWaiting_ = true;
        return askAhead(piece);
    }

    /// Whoever waits for one piece will want the next ones: one after the other would take a turn of the
    /// reader for each.
    bool askAhead(const TracePiece& piece) {
        if (piece.stored) ahead_.push_back(piece.stored.get());
        return ahead_.size() < mostAhead;
    }

    bool over(const TraceChunk& chunk, std::uint32_t rows) {
        const std::int64_t* const times = chunk.times->at.data();
        const auto* const first = std::lower_bound(times, times + rows, from_);
        const auto* const last = std::lower_bound(first, times + rows, to_);
        if (first == last) return true;
        const auto count = static_cast<std::size_t>(last - first);
        return visit_({{first, count}, {chunk.values.data() + (first - times), count}});
    }

    std::int64_t from_;
    std::int64_t to_;
    const std::function<bool(const RowRun&)>& visit_;
    static constexpr std::size_t mostAhead = 64; ///< about what a turn of the reader takes
    bool isWaiting_ = false;
    std::vector<const StoredPiece*> ahead_; ///< of a trace that outlives the walk
};

/// From the newest chunk back, without reading any.
class NewestWalk {
public:
    NewestWalk(Time from, Time to, const ReadLimits& limits)
        : from_(nanosecondsSinceEpoch(from))
        , to_(nanosecondsSinceEpoch(to))
        , limits_(limits) {}

    NewestPart over(const Trace& trace) {
        const std::uint64_t growing = trace.tail_ ? rowsIn(*trace.tail_, trace.tailRows_) : 0;
        if (growing > 0) take(growing, trace.tail_->times->at[0]);
        back(*trace.spine_);
        if (!part_.isShortened) since_ = from_;
        part_.from = Time{Duration{since_}};
        return part_;
    }

private:
    bool back(const std::vector<TracePiece>& pieces) {
        for (auto piece = pieces.rbegin(); piece != pieces.rend(); ++piece) {
            if (piece->firstNs >= to_) continue;
            if (piece->lastNs < from_) return false;
            const bool isLeaf = piece->chunk || piece->stored;
            if (isLeaf ? !leaf(*piece) : !back(*piece->children)) return false;
        }
        return true;
    }

    bool leaf(const TracePiece& piece) {
        const std::uint64_t samples = samplesIn(piece);
        if (samples == 0) return true;
        const bool isFull = part_.samples >= limits_.samples ||
                            (piece.stored && std::exchange(runs_, runs_ + 1) >= limits_.storedRuns);
        part_.isShortened = isFull;
        if (!isFull) take(samples, piece.firstNs);
        return !isFull;
    }

    void take(std::uint64_t samples, std::int64_t firstNs) {
        part_.samples += samples;
        since_ = std::max(from_, firstNs);
    }

    [[nodiscard]] std::uint64_t samplesIn(const TracePiece& piece) const {
        const std::uint64_t all = piece.summary.extent.count;
        if (piece.firstNs >= from_ && piece.lastNs < to_) return all;
        if (piece.chunk) return rowsIn(*piece.chunk, static_cast<std::uint32_t>(piece.rows));
        const auto inside =
            static_cast<double>(std::min(piece.lastNs, to_ - 1) - std::max(piece.firstNs, from_));
        return static_cast<std::uint64_t>(static_cast<double>(all) * inside /
                                          static_cast<double>(piece.lastNs - piece.firstNs)) +
               1;
    }
    [[nodiscard]] std::uint64_t rowsIn(const TraceChunk& chunk, std::uint32_t rows) const {
        const std::int64_t* const times = chunk.times->at.data();
        const auto* const first = std::lower_bound(times, times + rows, from_);
        return static_cast<std::uint64_t>(std::lower_bound(first, times + rows, to_) - first);
    }

    std::int64_t from_;
    std::int64_t to_;
    ReadLimits limits_;
    NewestPart part_;
    std::int64_t since_ = 0;
    std::size_t runs_ = 0;
};

NewestPart newestPartOf(const Trace& trace, Time from, Time to, const ReadLimits& limits) {
    if (to <= from) return {from, 0, false};
    return NewestWalk(from, to, limits).over(trace);
}

bool visitRows(const Trace& trace, Time from, Time to, const std::function<bool(const RowRun&)>& visit) {
    return RowWalk(from, to, visit).over(trace);
}

} // namespace servolane::telemetry
