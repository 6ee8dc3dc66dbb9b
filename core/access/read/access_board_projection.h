// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/access/read/access_board.h"
#include "core/api/projection.h"
#include "core/kernel/snapshot_cell.h"

namespace servolane::access {

/// Folds who chose which role and who is armed. Projector thread; board() from any.
class AccessBoardProjection final : public api::Projection {
public:
    void apply(const api::Event& event) override;
    void publish(Time now) override;
    [[nodiscard]] const SnapshotCell<AccessBoard>& board() const { return cell_; }

private:
    void on(const RoleChanged& fact) { working_.roles[fact.asker] = fact.role; }
    void on(const Armed& fact) { working_.armedUntil[fact.asker] = fact.until; }
    void on(const Disarmed& fact) { working_.armedUntil.erase(fact.asker); }
    void on(const ArmingExpired& fact) { working_.armedUntil.erase(fact.asker); }
    void on(const AskerLeft& fact) {
        working_.roles.erase(fact.asker);
        working_.armedUntil.erase(fact.asker);
    }
    void on(const ClientsBounded& fact) { working_.clientsMost = fact.most; }
    void on(const motion::StopLatched&) { working_.armedUntil.clear(); }
    void on(const motion::MachineLoaded& fact) { working_.rights = fact.machine->rights; }

    AccessBoard working_;
    bool changed_ = false;
    SnapshotCell<AccessBoard> cell_;
};

} // namespace servolane::access
