// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/projection.h"
#include "core/journal/read/command_log.h"
#include "core/kernel/snapshot_cell.h"

#include <deque>
#include <optional>

namespace servolane::journal {

/// What of an event belongs on the time axis; absent for what would only crowd it.
[[nodiscard]] std::optional<LaneMark> laneMarkOf(const api::Event& event);

/// Keeps the newest marks. Projector thread or a player's; lane() from any.
class EventLaneProjection final : public api::Projection {
public:
    void apply(const api::Event& event) override;
    void publish(Time now) override;
    [[nodiscard]] const SnapshotCell<EventLane>& lane() const { return cell_; }

private:
    std::deque<LaneMark> marks_;
    Sequence upTo_;
    bool changed_ = false;
    SnapshotCell<EventLane> cell_;
};

} // namespace servolane::journal
