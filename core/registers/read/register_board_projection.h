// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/projection.h"
#include "core/kernel/snapshot_cell.h"
#include "core/registers/read/register_board.h"

namespace servolane::registers {

/// Keeps the last known value of every register. Projector thread; board() from any.
class RegisterBoardProjection final : public api::Projection {
public:
    void apply(const api::Event& event) override;
    void publish(Time now) override;
    [[nodiscard]] const SnapshotCell<RegisterBoard>& board() const { return cell_; }

private:
    RegisterBoard working_;
    bool changed_ = false;
    SnapshotCell<RegisterBoard> cell_;
};

} // namespace servolane::registers
