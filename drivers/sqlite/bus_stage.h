// SPDX-License-Identifier: GPL-3.0-or-later
// Cycles of one bus that wait in memory until their slice is full. One thread.
#pragma once

#include "drivers/sqlite/slice_codec.h"

#include <optional>
#include <vector>

namespace servolane::drivers::sqlite {

/// Samples of one axis in the present slice.
struct AxisStage {
    AxisId axis;
    std::vector<StagedSample> samples;
    std::size_t stored = 0; ///< so many of them stand in tails already
};

class BusStage {
public:
    /// Cycles in a slice. Fewer than 4,096 cost space at the ends of pages and blocks, more cost memory: 56
    /// bytes an axis and cycle, 56 MB for 250 axes.
    static constexpr std::size_t capacity = 4096;

    explicit BusStage(BusId bus)
        : bus_(bus) {}

    struct Added {
        bool gap = false;
        std::size_t samples = 0;
    };
    /// A jump in the numbers of cycles is a gap too, whoever lost them.
    Added add(const telemetry::FeedbackCycle& cycle);
    [[nodiscard]] bool isEmpty() const { return stamps_.empty(); }
    [[nodiscard]] bool isFull() const { return stamps_.size() >= capacity; }

    [[nodiscard]] BusId bus() const { return bus_; }
    /// The place of the slice's first cycle among all cycles of this bus in the file.
    [[nodiscard]] std::uint64_t firstTick() const { return firstTick_; }
    [[nodiscard]] std::span<const CycleStamp> stamps() const { return stamps_; }
    [[nodiscard]] std::uint64_t gaps() const;
    /// In the order in which they first answered; some may have no samples in this slice.
    [[nodiscard]] const std::vector<AxisStage>& axes() const { return axes_; }

    /// Cycles that are not yet in tails.
    [[nodiscard]] std::span<const CycleStamp> tail() const { return stamps().subspan(stored_); }
    [[nodiscard]] std::uint64_t tailTick() const { return firstTick_ + stored_; }
    [[nodiscard]] std::uint32_t tailRow() const { return static_cast<std::uint32_t>(stored_); }
    void tailStored();
    /// Begins the next slice.
    void sliceStored();

private:
    AxisStage& stageOf(AxisId axis);

    BusId bus_;
    std::uint64_t firstTick_ = 0;
    std::size_t stored_ = 0;
    std::optional<std::uint64_t> lastCycle_;
    std::vector<CycleStamp> stamps_;
    std::vector<AxisStage> axes_;
    std::vector<std::uint16_t> placeOf_; ///< by axis id: 1 + index into axes_; 0: none yet
};

} // namespace servolane::drivers::sqlite
