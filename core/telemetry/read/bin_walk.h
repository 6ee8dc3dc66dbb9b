// SPDX-License-Identifier: GPL-3.0-or-later
// One pass over a trace in order of time that hands whole pieces to the bins they lie in and looks inside
// only where a bin begins or ends.
#pragma once

#include "core/telemetry/read/trace_chunk.h"

#include <algorithm>
#include <span>

namespace servolane::telemetry {

/// Sink: `static constexpr bool needsSums` and add(bin, Summary), add(bin, Extent), add(bin, float, ns);
/// addOutline(bin, Extent) of samples that lie in a recording and are not yet read back. Where sums are
/// needed also addLost(): the samples cannot be read.
template <class Sink>
class BinWalk {
public:
    /// `count` bins of `widthNs` from `originNs` on.
    BinWalk(std::int64_t originNs, std::int64_t widthNs, std::size_t count, Sink& sink)
        : origin_(originNs)
        , width_(widthNs)
        , end_(originNs + widthNs * static_cast<std::int64_t>(count))
        , binEnd_(originNs + widthNs)
        , sink_(sink) {}

    void walk(std::span<const TracePiece> pieces) {
        for (const TracePiece& piece : pieces) {
            ++visited_;
            if (piece.lastNs < origin_) continue;
            if (piece.firstNs >= end_) return;
            const bool enough = !Sink::needsSums || !piece.lacksSums;
            if (enough && piece.firstNs >= origin_ && fits(piece.firstNs, piece.lastNs))
                sink_.add(bin_, piece.summary);
            else if (piece.chunk)
                walk(*piece.chunk, static_cast<std::uint32_t>(piece.rows));
            else if (piece.stored)
                walkStored(piece);
            else
                walk(*piece.children);
        }
    }

    void walk(const TraceChunk& chunk, std::uint32_t rows) {
        const std::int64_t* const times = chunk.times->at.data();
        auto row = static_cast<std::uint32_t>(std::lower_bound(times, times + rows, origin_) - times);
        while (row < rows && times[row] < end_) {
            moveTo(times[row]);
            const std::uint32_t next = rowFrom(times, row + 1, rows, std::min(binEnd_, end_));
            add(chunk, row, next);
            row = next;
        }
    }

    [[nodiscard]] std::size_t visited() const { return visited_; }

private:
    void walkStored(const TracePiece& piece) {
        if constexpr (Sink::needsSums) {
            const auto known =
                piece.firstNs >= origin_ && piece.lastNs < end_ ? piece.stored->summary() : std::nullopt;
            if (known && fits(piece.firstNs, piece.lastNs)) {
                sink_.add(bin_, *known);
                return;
            }
        } else if (piece.lastNs - piece.firstNs < fewestBins * width_) {
            return spread(piece); // finer than that it shows no more
        }
        const auto samples = piece.stored->look();
        if (samples && !piece.stored->isLost())
            walk(*samples);
        else if constexpr (Sink::needsSums)
            samples ? addLost(*samples) : spread(piece);
        else
            spread(piece);
    }

    void addLost(std::span<const TracePiece> gap) {
        walk(gap);
        sink_.addLost();
    }

    /// What is known of a stored piece, over all the bins that it touches.
    void spread(const TracePiece& piece) {
        moveTo(std::max(piece.firstNs, origin_));
        const std::int64_t last = std::min(piece.lastNs, end_ - 1);
        Extent part = piece.summary.extent;
        part.gapAfter = part.gapInside = false;
        for (;;) {
            ++visited_;
            const bool isLast = binEnd_ > last;
            if (isLast) part.gapAfter = piece.summary.extent.gapAfter;
            sink_.addOutline(bin_, part);
            if (isLast) return;
            part.gapBefore = false;
            moveTo(binEnd_);
        }
    }

    /// The first row in [first, rows) with a time of at least `ns`. Cycles come at nearly equal intervals: a
    /// guess by proportion is seldom far away, and a search from the middle would miss the cache each time.
    static std::uint32_t rowFrom(const std::int64_t* times, std::uint32_t first, std::uint32_t rows,
                                 std::int64_t ns) {
        constexpr std::uint32_t nearby = 4;
        if (first >= rows || times[rows - 1] < ns) return rows;
        if (times[first] >= ns) return first;
        const auto share = static_cast<double>(ns - times[first]) /
                           static_cast<double>(std::max<std::int64_t>(times[rows - 1] - times[first], 1));
        const auto guess = first + static_cast<std::uint32_t>(share * (rows - 1 - first));
        const std::uint32_t below = guess > first + nearby ? guess - nearby : first;
        const std::uint32_t above = std::min(guess + nearby, rows - 1);
        const std::int64_t* const from = times[below] < ns ? times + below : times + first;
        const std::int64_t* const to = times[above] >= ns ? times + above : times + rows - 1;
        return static_cast<std::uint32_t>(std::lower_bound(from, to, ns) - times);
    }

    /// Hands over the rows [row, end), all of one bin, in pieces as large as there are.
    void add(const TraceChunk& chunk, std::uint32_t row, std::uint32_t end) {
        constexpr std::uint32_t large = traceFanOut * traceFanOut;
        while (row < end) {
            ++visited_;
            if (row % large == 0 && row + large <= end) {
                sink_.add(bin_, chunk.summary[row / large]);
                row += large;
            } else {
                row += addSmall(chunk, row, std::min(end, row / large * large + large));
            }
        }
    }

    /// A run of closed buckets as one extent, or one row; returns the rows taken.
    std::uint32_t addSmall(const TraceChunk& chunk, std::uint32_t row, std::uint32_t end) {
        if constexpr (!Sink::needsSums) {
            const std::uint32_t buckets = row % traceFanOut == 0 ? (end - row) / traceFanOut : 0;
            if (buckets > 0) {
                visited_ += buckets - 1;
                sink_.add(bin_, chunk.extentOf(row / traceFanOut, row / traceFanOut + buckets));
                return buckets * traceFanOut;
            }
        }
        sink_.add(bin_, chunk.values[row], chunk.times->at[row]);
        return 1;
    }

    void moveTo(std::int64_t time) {
        if (time < binEnd_) return;
        bin_ = static_cast<std::size_t>((time - origin_) / width_);
        binEnd_ = origin_ + width_ * static_cast<std::int64_t>(bin_ + 1);
    }
    bool fits(std::int64_t first, std::int64_t last) {
        moveTo(first);
        return last < binEnd_ && last < end_;
    }

    static constexpr std::int64_t fewestBins = 2; ///< a stored piece narrower than that is not read back
    std::int64_t origin_;
    std::int64_t width_;
    std::int64_t end_;
    std::int64_t binEnd_;
    std::size_t bin_ = 0;
    std::size_t visited_ = 0;
    Sink& sink_;
};

} // namespace servolane::telemetry
