// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/projection.h"
#include "core/kernel/snapshot_cell.h"
#include "core/telemetry/read/bus_traces.h"

#include <atomic>
#include <map>
#include <memory>

namespace servolane::telemetry {

struct TraceLimits {
    /// Memory for traces; beyond it the oldest chunks are given up. Readers that keep an old snapshot keep
    /// its chunks besides.
    std::size_t budgetBytes = std::size_t{512} << 20U;
    /// Where all that is given up lies in a recording: its outline is kept and its samples are read back when
    /// somebody looks at them. Null: it is gone.
    std::shared_ptr<Recall> recall;
};

/// Folds feedback into traces, and publishes them seldom while nobody reads them. One thread, the projector's
/// or a player's; setBudget() from any.
class TraceStore final : public api::Projection {
public:
    explicit TraceStore(SnapshotCell<TraceSet>& cell, TraceLimits limits = {});

    void apply(const api::Event& event) override;
    void publish(Time now) override;
    /// As TraceLimits::budgetBytes, from the next publication on. What is too much is given up little by
    /// little.
    void setBudget(std::size_t bytes) { budget_.store(bytes, std::memory_order_relaxed); }

private:
    struct Axis {
        AxisTraces traces;
        BusId bus;
    };
    void configure(const motion::Axis& axis);
    void append(const FeedbackCycle& cycle);
    void breakOff(BusId bus);
    void keepBudget(Time now);
    /// The bytes that it freed.
    std::size_t giveUpOldest();
    [[nodiscard]] std::uint64_t sealedChunks();

    SnapshotCell<TraceSet>& cell_;
    TraceLimits limits_;
    std::map<BusId, BusTraces> buses_;
    std::map<AxisId, Axis> axes_;
    Sequence upTo_{};
    bool changed_ = false;
    std::size_t bytes_ = 0;
    std::uint64_t checkedChunks_ = 0;
    std::size_t checkedBudget_ = 0; ///< nothing to do for it until it changes
    Time countedAt_{};
    bool isAtLeast_ = false;      ///< over the budget, with nothing left to give up
    std::size_t shownBudget_ = 0; ///< in the newest snapshot
    Time publishedAt_{};
    /// Whoever looks again sees at first what is at most so old.
    static constexpr Duration unseenInterval = std::chrono::milliseconds{100};
    /// What is not full yet grows too.
    static constexpr Duration countInterval = std::chrono::seconds{1};
    static constexpr int mostGivenUpAtOnce = 256; ///< chunks
    std::atomic<std::size_t> budget_;
};

} // namespace servolane::telemetry
