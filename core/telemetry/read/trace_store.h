// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/projection.h"
#include "core/kernel/snapshot_cell.h"
#include "core/telemetry/read/bus_traces.h"

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

/// Folds feedback into traces. One thread: the projector's or a player's.
class TraceStore final : public api::Projection {
public:
    explicit TraceStore(SnapshotCell<TraceSet>& cell, TraceLimits limits = {});

    void apply(const api::Event& event) override;
    void publish(Time now) override;

private:
    struct Axis {
        AxisTraces traces;
        BusId bus;
    };
    void configure(const motion::Axis& axis);
    void append(const FeedbackCycle& cycle);
    void breakOff(BusId bus);
    void keepBudget();
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
};

} // namespace servolane::telemetry
