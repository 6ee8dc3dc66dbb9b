// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/telemetry/read/trace_rows.h"

#include "core/telemetry/read/recall.h"
#include "core/telemetry/read/trace_chunk.h"

#include <algorithm>
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
    static constexpr std::size_t mostAhead = 16;
    bool isWaiting_ = false;
    std::vector<const StoredPiece*> ahead_; ///< of a trace that outlives the walk
};

bool visitRows(const Trace& trace, Time from, Time to, const std::function<bool(const RowRun&)>& visit) {
    return RowWalk(from, to, visit).over(trace);
}

} // namespace servolane::telemetry
