// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/projection.h"
#include "core/kernel/snapshot_cell.h"
#include "core/motion/read/machine_board.h"

#include <map>

namespace servolane::motion {

/// Folds the settings of axes into what the machine file shall hold. Projector thread; board() from any.
class MachineBoardProjection final : public api::Projection {
public:
    void apply(const api::Event& event) override;
    void publish(Time now) override;
    [[nodiscard]] const SnapshotCell<MachineBoard>& board() const { return cell_; }

private:
    struct Known {
        std::shared_ptr<const Axis> axis;
        bool foreign = false; ///< another model than the one kept for its place
    };
    void on(const MachineLoaded& fact);
    void on(const AxisConfigured& fact);
    void on(const OtherModelFound& fact) { known_[fact.axis].foreign = true; }
    void on(const ModelAdopted& fact);
    void on(const bus::BusOpening& fact) { links_[fact.bus] = fact.link; }
    void on(const registers::ServoIdChanged& fact);
    void on(const bus::BusConnected& fact) { links_[fact.bus] = fact.link; }
    void keep(const Axis& axis);
    void keepIfMissing(const Axis& axis);
    [[nodiscard]] AxisIdentity placeOf(const Axis& axis, const std::string& bus) const;
    [[nodiscard]] MachineAxis* keptFor(const Axis& axis);

    MachineBoard working_;
    std::map<BusId, bus::LinkSettings> links_;
    std::map<AxisId, Known> known_;
    bool changed_ = false;
    SnapshotCell<MachineBoard> cell_;
};

} // namespace servolane::motion
