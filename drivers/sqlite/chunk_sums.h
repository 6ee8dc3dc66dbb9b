// SPDX-License-Identifier: GPL-3.0-or-later
// Sums over the samples of a chunk, so that statistics of any stretch need the samples of its ends only.
#pragma once

#include "drivers/sqlite/connection.h"
#include "drivers/sqlite/slice_codec.h"

#include <vector>

namespace servolane::drivers::sqlite {

/// One for each channel that some sample has, in the order of telemetry::Channel. The same samples give the
/// same numbers, bit by bit, wherever they come from. `samples` is not empty. `timesNs`: of the cycles.
[[nodiscard]] std::vector<session::RawSums> sumsOf(const ChannelColumns& samples,
                                                   std::span<const std::int64_t> timesNs);
[[nodiscard]] std::vector<session::RawSums> sumsOf(const session::SliceAxis& samples,
                                                   std::span<const std::int64_t> timesNs);

/// As the file says; empty: an older program stored none.
[[nodiscard]] Result<std::vector<session::RawSums>> storedSums(Connection& connection, std::int64_t chunk);

/// Of all chunks in the order of their ids. One thread; its connection must outlive it.
class SumCursor {
public:
    [[nodiscard]] static Result<SumCursor> over(Connection& connection);
    /// Those of that chunk; `chunk` ascends from call to call. Empty: an older program stored none.
    [[nodiscard]] Result<std::vector<session::RawSums>> of(std::int64_t chunk);

private:
    explicit SumCursor(Statement select)
        : select_(std::move(select)) {}
    [[nodiscard]] Result<void> advance();

    Statement select_;
    bool hasRow_ = false;
};

} // namespace servolane::drivers::sqlite
