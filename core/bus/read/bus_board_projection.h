// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/projection.h"
#include "core/bus/read/bus_board.h"
#include "core/kernel/snapshot_cell.h"

namespace servolane::bus {

/// Folds the facts of links into the BusBoard. Projector thread; board() from any.
class BusBoardProjection final : public api::Projection {
public:
    void apply(const api::Event& event) override;
    void publish(Time now) override;
    [[nodiscard]] const SnapshotCell<BusBoard>& board() const { return cell_; }

private:
    BusView* find(BusId id);
    /// Takes out faults that were given a time to end and are over.
    void endFaults(Time now);
    void on(const BusConnected& fact);
    void on(const BusDisconnected& fact);
    void on(const BusLost& fact);
    void on(const BusRestored& fact);
    void on(const ScanStarted& fact);
    void on(const ScanProgressed& sample);
    void on(const ServoFound& fact);
    void on(const DuplicateIdSuspected& fact);
    void on(const ScanFinished& fact);
    void on(const PollRateSet& fact);
    void on(const PollPlanSet& fact);
    void on(const RawPacketExchanged& fact);
    void on(const FaultInjected& fact);
    void on(const FaultsCleared& fact);
    void on(const LinkMeasured& sample);

    struct EndingFault {
        BusId bus;
        std::string fault;
        Time until{};
    };
    BusBoard working_;
    std::vector<EndingFault> ending_; ///< of those listed: the ones that end by themselves
    Time eventTime_{};
    bool changed_ = false;
    SnapshotCell<BusBoard> cell_;
};

} // namespace servolane::bus
