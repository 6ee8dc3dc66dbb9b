// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/search/discovery.h"

#include "core/kernel/thread_setup.h"

#include <algorithm>

namespace servolane::runtime {

namespace {
/// How often progress is told; what is found is told at once.
constexpr Duration tellInterval = std::chrono::milliseconds{50};

bool isUnderWay(const bus::PortSearchView& port) {
    return port.state == bus::SearchState::waiting || port.state == bus::SearchState::searching;
}
} // namespace

Discovery::Discovery(Clock& clock, SearchFactory factory, ModelIsKnown known)
    : clock_(clock)
    , factory_(std::move(factory))
    , known_(std::move(known)) {}

Discovery::~Discovery() {
    cancel();
    const std::lock_guard lock(lanesMutex_);
    for (Lane& lane : lanes_)
        if (lane.thread.joinable()) lane.thread.join();
}

bool Discovery::start(std::vector<bus::PortSearchOrder> orders) {
    const std::lock_guard lock(lanesMutex_);
    if (cell_.read()->running) return false;
    // They have told their end already: nothing is waited for.
    for (Lane& lane : lanes_)
        lane.thread.join();
    lanes_.clear();
    {
        const std::lock_guard boardLock(boardMutex_);
        const std::uint64_t search = working_.search + 1;
        working_ = {};
        working_.search = search;
        working_.running = !orders.empty();
        began_ = clock_.now();
        for (const bus::PortSearchOrder& order : orders)
            working_.ports.emplace_back().path = order.line.path;
        cell_.publish(std::make_shared<const bus::DiscoveryBoard>(working_));
    }
    for (bus::PortSearchOrder& order : orders)
        lanes_.push_back({std::make_unique<PortSearch>(std::move(order), factory_, known_, clock_), {}});
    for (std::size_t lane = 0; lane < lanes_.size(); ++lane)
        lanes_[lane].thread = std::thread([this, lane, search = lanes_[lane].search.get()] {
            nameThread("search");
            Time told{};
            std::size_t found = 0;
            while (!search->isFinished()) {
                search->step(clock_.now());
                const bus::PortSearchView& view = search->view();
                if (clock_.now() - told < tellInterval && view.found.size() == found && !search->isFinished())
                    continue;
                told = clock_.now();
                found = view.found.size();
                publish(lane, view);
            }
        });
    return true;
}

void Discovery::cancel() {
    const std::lock_guard lock(lanesMutex_);
    for (Lane& lane : lanes_)
        lane.search->cancel();
}

void Discovery::publish(std::size_t lane, const bus::PortSearchView& view) {
    const std::lock_guard lock(boardMutex_);
    working_.ports[lane] = view;
    working_.running = std::ranges::any_of(working_.ports, isUnderWay);
    working_.left = {};
    working_.done = 1.0;
    for (const bus::PortSearchView& port : working_.ports) {
        if (!isUnderWay(port)) continue;
        working_.left = std::max(working_.left, port.left);
        working_.done = std::min(working_.done, port.done);
    }
    working_.took = clock_.now() - began_;
    cell_.publish(std::make_shared<const bus::DiscoveryBoard>(working_));
}

} // namespace servolane::runtime
