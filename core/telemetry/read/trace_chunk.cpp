// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/telemetry/read/trace_chunk.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace servolane::telemetry {

namespace {

bool isGap(float value) {
    return value != value;
}

/// The rare case: some of the sixteen rows are gaps.
void closeBroken(TraceChunk& chunk, std::uint32_t bucket) {
    const float* const rows = chunk.values.data() + bucket * traceFanOut;
    Extent extent;
    for (std::uint32_t i = 0; i < traceFanOut; ++i)
        extent.add(rows[i]);
    chunk.small[bucket] = {extent.min, extent.max};
    chunk.counts[bucket] = static_cast<std::uint8_t>(
        extent.count | (extent.gapBefore ? TraceChunk::gapFirst : 0U) |
        (extent.gapAfter ? TraceChunk::gapLast : 0U) | (extent.gapInside ? TraceChunk::gapHole : 0U));
}

/// Four lanes, so that no comparison waits for the one before; what follows depends on no row's value.
void closeSmall(TraceChunk& chunk, std::uint32_t bucket) {
    constexpr std::uint32_t lanes = 4;
    const float* const rows = chunk.values.data() + bucket * traceFanOut;
    std::array<float, lanes> low{rows[0], rows[1], rows[2], rows[3]};
    std::array<float, lanes> high = low;
    bool whole = true;
    for (std::uint32_t i = 0; i < traceFanOut; i += lanes)
        for (std::uint32_t lane = 0; lane < lanes; ++lane) {
            const float value = rows[i + lane];
            whole &= value == value;
            low[lane] = value < low[lane] ? value : low[lane];
            high[lane] = value > high[lane] ? value : high[lane];
        }
    if (!whole) {
        closeBroken(chunk, bucket);
        return;
    }
    chunk.small[bucket] = {std::min(std::min(low[0], low[1]), std::min(low[2], low[3])),
                           std::max(std::max(high[0], high[1]), std::max(high[2], high[3]))};
    chunk.counts[bucket] = traceFanOut;
}

void closeSummary(TraceChunk& chunk, std::uint32_t index) {
    constexpr std::uint32_t span = traceFanOut * traceFanOut;
    const float* const rows = chunk.values.data() + index * span;
    Summary result;
    for (std::uint32_t i = 0; i < traceFanOut; ++i)
        result.extent.add(chunk.smallExtent(index * traceFanOut + i));
    const std::int64_t* const times = chunk.times->at.data() + index * span;
    std::uint32_t first = 0;
    while (first + 1 < span && isGap(rows[first]))
        ++first;
    result.originNs = times[first];
    for (std::uint32_t i = first; i < span; ++i) {
        const bool counts = rows[i] == rows[i];
        const double value = counts ? rows[i] : 0.0;
        const double time = counts ? static_cast<double>(times[i] - result.originNs) * 1e-9 : 0.0;
        result.sum += value;
        result.sumOfSquares += value * value;
        result.sumOfTimes += time;
        result.sumOfSquaredTimes += time * time;
        result.sumOfProducts += time * value;
    }
    chunk.summary[index] = result;
}

TracePiece pieceOf(std::vector<TracePiece> children) {
    TracePiece piece;
    piece.firstNs = children.front().firstNs;
    piece.lastNs = children.back().lastNs;
    piece.level = static_cast<std::uint8_t>(children.front().level + 1);
    for (const TracePiece& child : children) {
        piece.summary.add(child.summary);
        piece.rows += child.rows;
        piece.inMemory += child.inMemory;
        piece.isOutline = piece.isOutline || child.isOutline;
        piece.lacksSums = piece.lacksSums || child.lacksSums;
    }
    piece.children = std::make_shared<const std::vector<TracePiece>>(std::move(children));
    return piece;
}

/// After chunks were dropped, higher levels may stand between lower ones: look at all sixteen.
bool endsWithFullLevel(const TraceSpine& spine) {
    if (spine.size() < traceFanOut) return false;
    const auto sameLevel = [&](const TracePiece& piece) { return piece.level == spine.back().level; };
    return std::all_of(spine.end() - traceFanOut, spine.end(), sameLevel);
}

} // namespace

void TraceChunk::closeEnvelopes(std::uint32_t rows) {
    closeSmall(*this, rows / traceFanOut - 1);
    if (rows % (traceFanOut * traceFanOut) == 0) closeSummary(*this, rows / (traceFanOut * traceFanOut) - 1);
}

Extent TraceChunk::smallExtent(std::uint32_t bucket) const {
    const float* const rows = values.data() + bucket * traceFanOut;
    const std::uint8_t packed = counts[bucket];
    Extent extent;
    extent.min = small[bucket].min;
    extent.max = small[bucket].max;
    extent.first = rows[0];
    extent.last = rows[traceFanOut - 1];
    extent.count = static_cast<std::uint32_t>(packed) & countMask;
    extent.gapBefore = (packed & gapFirst) != 0;
    extent.gapInside = (packed & gapHole) != 0;
    extent.gapAfter = (packed & gapLast) != 0;
    if (extent.count == 0) return {.gapBefore = true, .gapAfter = true};
    for (std::uint32_t i = 1; isGap(extent.first); ++i)
        extent.first = rows[i];
    for (std::uint32_t i = traceFanOut - 1; isGap(extent.last); --i)
        extent.last = rows[i - 1];
    return extent;
}

Extent TraceChunk::extentOf(std::uint32_t first, std::uint32_t end) const {
    bool whole = true;
    Extent extent;
    extent.min = small[first].min;
    extent.max = small[first].max;
    for (std::uint32_t bucket = first; bucket < end; ++bucket) {
        whole = whole && counts[bucket] == traceFanOut;
        extent.min = small[bucket].min < extent.min ? small[bucket].min : extent.min;
        extent.max = small[bucket].max > extent.max ? small[bucket].max : extent.max;
    }
    if (!whole) {
        extent = {};
        for (std::uint32_t bucket = first; bucket < end; ++bucket)
            extent.add(smallExtent(bucket));
        return extent;
    }
    extent.first = values[first * traceFanOut];
    extent.last = values[end * traceFanOut - 1];
    extent.count = (end - first) * traceFanOut;
    return extent;
}

Summary TraceChunk::summaryOf(std::uint32_t rows) const {
    constexpr std::uint32_t span = traceFanOut * traceFanOut;
    Summary result;
    for (std::uint32_t i = 0; i < rows / span; ++i)
        result.add(summary[i]);
    for (std::uint32_t row = rows / span * span; row < rows; ++row)
        result.add(values[row], times->at[row]);
    return result;
}

TracePiece sealedPiece(std::shared_ptr<const TraceChunk> chunk, std::uint32_t rows) {
    TracePiece piece;
    piece.summary = chunk->summaryOf(rows);
    piece.firstNs = chunk->times->at[0];
    piece.lastNs = chunk->times->at[rows - 1];
    piece.rows = rows;
    piece.inMemory = 1;
    piece.chunk = std::move(chunk);
    return piece;
}

TracePiece storedPiece(std::shared_ptr<const StoredPiece> stored, const Summary& summary,
                       std::uint64_t rows) {
    static const auto none = std::make_shared<const std::vector<TracePiece>>();
    TracePiece piece;
    piece.summary = summary;
    piece.firstNs = stored->place().firstNs;
    piece.lastNs = stored->place().lastNs;
    piece.rows = rows;
    piece.stored = std::move(stored);
    piece.children = none;
    return piece;
}

TracePiece gapPiece(std::int64_t timeNs) {
    auto times = std::make_shared_for_overwrite<TimeChunk>();
    times->at[0] = timeNs;
    auto chunk = std::make_shared_for_overwrite<TraceChunk>();
    chunk->times = std::move(times);
    chunk->values[0] = std::numeric_limits<float>::quiet_NaN();
    TracePiece piece = sealedPiece(std::move(chunk), 1);
    piece.ownTimes = true;
    return piece;
}

void appendPiece(TraceSpine& spine, TracePiece piece) {
    spine.push_back(std::move(piece));
    while (endsWithFullLevel(spine)) {
        const auto first = spine.end() - traceFanOut;
        std::vector<TracePiece> children(std::make_move_iterator(first),
                                         std::make_move_iterator(spine.end()));
        spine.erase(first, spine.end());
        spine.push_back(pieceOf(std::move(children)));
    }
}

TracePiece replaceOldest(TraceSpine& spine, const std::shared_ptr<Recall>& recall, AxisId axis,
                         Channel channel) {
    const auto place =
        std::find_if(spine.begin(), spine.end(), [](const TracePiece& piece) { return piece.inMemory > 0; });
    --place->inMemory;
    if (place->level > 0) {
        auto children = *place->children;
        TracePiece replaced = replaceOldest(children, recall, axis, channel);
        place->children = std::make_shared<const std::vector<TracePiece>>(std::move(children));
        return replaced;
    }
    TracePiece replaced = *place;
    const Extent& extent = replaced.summary.extent;
    auto stored = std::make_shared<const StoredPiece>(
        recall, StoredPiece::Place{axis, channel, replaced.firstNs, replaced.lastNs, extent.gapBefore});
    *place = storedPiece(std::move(stored), replaced.summary, replaced.rows);
    replaced.inMemory = 1;
    return replaced;
}

const TracePiece* oldestInMemory(const TraceSpine& spine) {
    const auto place =
        std::find_if(spine.begin(), spine.end(), [](const TracePiece& piece) { return piece.inMemory > 0; });
    if (place == spine.end()) return nullptr;
    return place->level > 0 ? oldestInMemory(*place->children) : &*place;
}

TracePiece dropOldest(TraceSpine& spine) {
    while (spine.front().level > 0) {
        const auto children = spine.front().children;
        spine.erase(spine.begin());
        spine.insert(spine.begin(), children->begin(), children->end());
    }
    TracePiece oldest = std::move(spine.front());
    spine.erase(spine.begin());
    return oldest;
}

const TracePiece& oldestChunk(const TraceSpine& spine) {
    const TracePiece* piece = &spine.front();
    while (piece->level > 0)
        piece = &piece->children->front();
    return *piece;
}

} // namespace servolane::telemetry
