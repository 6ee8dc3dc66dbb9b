// SPDX-License-Identifier: GPL-3.0-or-later
// Cycles and samples of one slice as bytes, before compression. One thread per object.
#pragma once

#include "core/session/session_store.h"
#include "drivers/sqlite/column_codec.h"

#include <array>
#include <optional>

namespace servolane::drivers::sqlite {

/// Beyond it a payload is not believed.
constexpr std::size_t mostCyclesInSlice = 1 << 16;

/// A sample as it waits for its slice to fill: rows are cheap to append, columns are made at the end, once.
struct StagedSample {
    std::uint32_t row = 0;
    telemetry::AxisSample sample;
};

struct CycleStamp {
    std::int64_t timeNs = 0;
    std::uint64_t cycle = 0;
    bool gapBefore = false;
};

/// Smallest and largest raw value of a channel; empty where no sample has it.
using RawRanges = std::array<std::optional<std::pair<std::int32_t, std::int32_t>>, telemetry::channelCount>;

/// The samples of one axis as columns of equal length; what a sample has no value for may be anything.
struct ChannelColumns {
    std::span<const std::uint32_t> row; ///< the cycle of each sample
    std::span<const std::uint16_t> valid;
    std::array<const std::int32_t*, telemetry::channelCount> raw{}; ///< null: no sample has it
};

class SliceEncoder {
public:
    /// Valid until the next call. Neither is called with nothing.
    [[nodiscard]] ByteView cycles(std::span<const CycleStamp> stamps);
    /// Rows are written as counted from `firstRow`.
    [[nodiscard]] ByteView samples(std::span<const StagedSample> samples, std::uint32_t firstRow);
    /// Of the samples encoded last; `columns` valid until the next call.
    [[nodiscard]] const RawRanges& ranges() const { return ranges_; }
    [[nodiscard]] ChannelColumns columns() const;

private:
    void spread(std::span<const StagedSample> samples, std::uint32_t firstRow);
    void addChannel(std::size_t channel);

    ColumnEncoder encoder_;
    std::vector<std::int64_t> values_;
    std::vector<std::uint32_t> row_;
    std::vector<std::uint16_t> valid_;
    std::vector<std::int32_t> offsetNs_;
    std::array<std::vector<std::int32_t>, telemetry::channelCount> raw_; ///< as long as the longest so far
    std::vector<std::int32_t> filled_;
    std::uint16_t inSome_ = 0; ///< channels that some sample has
    std::uint16_t inAll_ = 0;
    RawRanges ranges_;
};

class SliceDecoder {
public:
    /// Both replace what is in `into`. Errors: corrupt.
    [[nodiscard]] Result<void> cycles(ByteView bytes, session::CycleSlice& into);
    /// `cycleCount`: of the slice; a sample beyond it is an error.
    [[nodiscard]] Result<void> samples(ByteView bytes, std::size_t cycleCount, session::SliceAxis& into);

private:
    [[nodiscard]] Result<std::size_t> count(ColumnDecoder& decoder, std::size_t most);
    template <class T>
    [[nodiscard]] Result<void> column(ColumnDecoder& decoder, std::size_t count, std::vector<T>& into);
    [[nodiscard]] Result<void> channel(ColumnDecoder& decoder, std::size_t index, session::SliceAxis& into);

    std::vector<std::int64_t> values_;
};

} // namespace servolane::drivers::sqlite
