// SPDX-License-Identifier: GPL-3.0-or-later
// Writes slices, chunks and tails of one session file. One thread; the transaction is the caller's.
#pragma once

#include "drivers/sqlite/bus_stage.h"
#include "drivers/sqlite/connection.h"

namespace servolane::drivers::sqlite {

class SampleTable {
public:
    [[nodiscard]] Result<void> prepare(Connection& connection);
    /// All that waits, compressed, in place of the tails of this bus; begins the next slice.
    [[nodiscard]] Result<void> storeSlice(BusStage& stage);
    /// What came since the last time, as it is.
    [[nodiscard]] Result<void> storeTail(BusStage& stage);

private:
    [[nodiscard]] Result<std::int64_t> storeCycles(const BusStage& stage);
    [[nodiscard]] Result<void> storeChunk(const BusStage& stage, const AxisStage& axis, std::int64_t slice);
    [[nodiscard]] Result<void> storeSums(std::int64_t chunk);
    void addPart(AxisId axis, ByteView bytes);

    Statement insertSlice_;
    Statement insertChunk_;
    Statement insertSum_;
    Statement insertTail_;
    Statement deleteTails_;
    std::int64_t nextSlice_ = 1;
    std::int64_t nextChunk_ = 1;
    SliceEncoder encoder_;
    Compressor compressor_;
    Bytes tail_;
    std::vector<std::int64_t> times_; ///< of the slice that is being stored
    std::string ranges_;
};

/// A tail's payload: for each part the axis (2 bytes; 0: the cycles themselves, first), the length (4 bytes)
/// and as many bytes.
constexpr std::size_t tailPartHeader = 6;

/// "[[min,max],null,…]" in the order of telemetry::Channel; unused places of watched registers at the end are
/// left out.
void writeRanges(const RawRanges& ranges, std::string& into);

} // namespace servolane::drivers::sqlite
