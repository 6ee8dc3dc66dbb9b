// SPDX-License-Identifier: GPL-3.0-or-later
// Storage of traces. A chunk holds up to 4096 rows with their envelopes; the rows of a bus cycle share one
// time column. One thread writes; readers on other threads touch only the rows that a published snapshot
// named, and only envelope entries whose rows are all among them: those are never written again.
//
// Memory: 4.6 bytes a value (4 for the float, 8/16 for the envelope of 16, 1/16 for its count) and 0.28 for
// the sums of 256; 8 bytes a row of the time column, shared by all channels of a bus, or the trace's own
// where a channel is read too seldom to share.
#pragma once

#include "core/telemetry/read/extent.h"
#include "core/telemetry/read/recall.h"

#include <array>
#include <bit>
#include <cstdint>
#include <memory>
#include <vector>

namespace servolane::telemetry {

constexpr std::uint32_t traceFanOut = 16;
constexpr std::uint32_t chunkRows = traceFanOut * traceFanOut * traceFanOut;

/// Times in ns, never falling; two equal ones only where a gap row follows a sample.
struct TimeChunk {
    std::array<std::int64_t, chunkRows> at; // not initialised: pages nobody wrote take no memory
};

/// Envelope of 16 rows.
struct SmallExtent {
    float min;
    float max;
};

struct TraceChunk {
    static constexpr std::uint32_t smallExtents = chunkRows / traceFanOut;
    static constexpr std::uint32_t summaries = smallExtents / traceFanOut;
    static constexpr std::uint8_t countMask = 31;
    static constexpr std::uint8_t gapFirst = 32; ///< the first row is a gap
    static constexpr std::uint8_t gapLast = 64;  ///< the last row is a gap
    static constexpr std::uint8_t gapHole = 128; ///< a gap between two values

    std::shared_ptr<const TimeChunk> times;
    std::array<float, chunkRows> values; ///< NaN: a gap
    std::array<SmallExtent, smallExtents> small;
    std::array<std::uint8_t, smallExtents> counts; ///< values of 16 rows, and where their gaps are
    std::array<Summary, summaries> summary;

    /// Writer only, after row `rows - 1` was written and `rows` is a multiple of 16: closes the envelopes
    /// that end there.
    void closeEnvelopes(std::uint32_t rows);
    /// Extent of the closed bucket of 16 rows.
    [[nodiscard]] Extent smallExtent(std::uint32_t bucket) const;
    /// Extent of the closed buckets [first, end), end > first.
    [[nodiscard]] Extent extentOf(std::uint32_t first, std::uint32_t end) const;
    /// Everything in the first `rows` rows.
    [[nodiscard]] Summary summaryOf(std::uint32_t rows) const;
};

/// A sealed chunk, one that lies in a recording, or 16 pieces one level below: the nodes of a trace's tree.
struct TracePiece {
    Summary summary;
    std::int64_t firstNs = 0; ///< of the first and last row, gap rows included
    std::int64_t lastNs = 0;
    std::uint64_t rows = 0;
    std::uint8_t level = 0;
    bool ownTimes = false;                                   ///< level 0: no other trace shares its times
    bool isOutline = false;                                  ///< the summary has not the first and last value
    bool lacksSums = false;                                  ///< … and no sums
    std::uint32_t inMemory = 0;                              ///< sealed chunks in it
    std::shared_ptr<const TraceChunk> chunk;                 ///< level 0
    std::shared_ptr<const StoredPiece> stored;               ///< level 0, in place of a chunk
    std::shared_ptr<const std::vector<TracePiece>> children; ///< level > 0; of a stored one: none
};

/// Pieces in order of time, oldest first; at most a few dozen for any length.
using TraceSpine = std::vector<TracePiece>;

[[nodiscard]] TracePiece sealedPiece(std::shared_ptr<const TraceChunk> chunk, std::uint32_t rows);
/// Appends a sealed chunk; sixteen pieces of one level become one of the next.
void appendPiece(TraceSpine& spine, TracePiece piece);
/// Of samples that lie in a recording; `summary` is what is known of them.
[[nodiscard]] TracePiece storedPiece(std::shared_ptr<const StoredPiece> stored, const Summary& summary,
                                     std::uint64_t rows);
/// One row of gap at that time.
[[nodiscard]] TracePiece gapPiece(std::int64_t timeNs);
/// Puts `stored` in the place of the oldest chunk that is in memory, with its summary; returns the chunk's
/// piece. There must be one.
[[nodiscard]] TracePiece replaceOldest(TraceSpine& spine, const std::shared_ptr<Recall>& recall, AxisId axis,
                                       Channel channel);
/// The oldest one in memory; nullptr if there is none.
[[nodiscard]] const TracePiece* oldestInMemory(const TraceSpine& spine);
/// Removes the oldest chunk and returns it. The spine must not be empty.
[[nodiscard]] TracePiece dropOldest(TraceSpine& spine);
/// The oldest chunk. The spine must not be empty.
[[nodiscard]] const TracePiece& oldestChunk(const TraceSpine& spine);

} // namespace servolane::telemetry
