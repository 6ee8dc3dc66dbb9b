// SPDX-License-Identifier: GPL-3.0-or-later
// Loads one slice of cycles after the other, compressed ones first, then the tails behind them. Follows a
// file that is still being written: each call is one short read transaction.
#pragma once

#include "core/session/session_store.h"
#include "drivers/sqlite/connection.h"
#include "drivers/sqlite/slice_codec.h"

#include <vector>

namespace servolane::drivers::sqlite {

class SliceLoader {
public:
    /// `axes`: whose samples are wanted; empty: all. `connection` must outlive it.
    [[nodiscard]] static Result<SliceLoader> make(Connection& connection, BusId bus,
                                                  std::span<const AxisId> axes);
    /// Goes to the slice that holds the first cycle at or after `from`.
    [[nodiscard]] Result<void> seek(Time from);
    /// Whole slices; false at the end. Damaged samples are listed in the slice and left out; a slice whose
    /// own times are damaged has nothing but that list. Errors: those of the connection.
    [[nodiscard]] Result<bool> next(session::CycleSlice& into);

private:
    explicit SliceLoader(Connection& connection)
        : connection_(&connection) {}

    [[nodiscard]] Result<bool> nextInTransaction(session::CycleSlice& into);
    void noteHole(std::int64_t first, session::CycleSlice& into);
    /// A page is damaged: on to the next slice that the index knows of.
    [[nodiscard]] Result<bool> stepOver(const Error& error, session::CycleSlice& into);
    // Errors of these are damage.
    [[nodiscard]] Result<void> loadSlice(session::CycleSlice& into);
    [[nodiscard]] Result<void> loadTail(session::CycleSlice& into);
    void loadChunks(session::CycleSlice& into);
    [[nodiscard]] Result<void> loadChunk(session::CycleSlice& into);
    /// The whole slice or tail.
    void giveUp(const Statement& row, const char* kind, const std::string& why, session::CycleSlice& into);
    /// Stored for the wanted axes in the slice at hand.
    [[nodiscard]] std::uint64_t samplesOf(std::int64_t slice) const;
    [[nodiscard]] std::uint64_t axisCount() const;
    [[nodiscard]] Result<void> loadParts(ByteView payload, session::CycleSlice& into);
    [[nodiscard]] bool wants(AxisId axis) const;
    session::SliceAxis& freshAxis(AxisId axis, session::CycleSlice& into);

    Connection* connection_;
    BusId bus_;
    std::vector<AxisId> axes_;
    std::int64_t tick_ = 0;      ///< the next cycle to deliver
    std::int64_t floor_ = 0;     ///< slices before it are not looked at: their page is damaged
    bool damagedBefore_ = false; ///< the next slice begins after a gap
    Statement findSlice_;
    Statement findTail_;
    Statement findChunks_;
    SliceDecoder decoder_;
    Decompressor decompressor_;
    std::size_t used_ = 0; ///< axes of `into` that are filled; the rest is memory to reuse
};

/// Leaves only rows [first, end).
void trimSlice(session::CycleSlice& slice, std::size_t first, std::size_t end);

} // namespace servolane::drivers::sqlite
