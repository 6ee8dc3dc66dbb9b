// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/discovery.h"
#include "core/kernel/snapshot_cell.h"
#include "core/runtime/search/port_search.h"

#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace servolane::runtime {

/// Searches ports at the same time, each on a thread of its own. Any thread; the destructor cancels and waits
/// for the slices under way.
class Discovery final : public api::Discovery {
public:
    /// `clock` outlives it; `factory` and `known` are called from the threads of the ports.
    Discovery(Clock& clock, SearchFactory factory, ModelIsKnown known);
    ~Discovery() override;

    bool start(std::vector<bus::PortSearchOrder> orders) override;
    void cancel() override;
    [[nodiscard]] std::shared_ptr<const bus::DiscoveryBoard> board() const override { return cell_.read(); }

private:
    struct Lane {
        std::unique_ptr<PortSearch> search;
        std::thread thread;
    };

    void publish(std::size_t lane, const bus::PortSearchView& view);

    Clock& clock_;
    SearchFactory factory_;
    ModelIsKnown known_;
    std::mutex lanesMutex_; ///< start, cancel and the end
    std::vector<Lane> lanes_;
    std::mutex boardMutex_;
    bus::DiscoveryBoard working_;
    Time began_{};
    SnapshotCell<bus::DiscoveryBoard> cell_;
};

} // namespace servolane::runtime
