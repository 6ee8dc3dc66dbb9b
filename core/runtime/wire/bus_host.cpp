// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/wire/bus_host.h"

#include "core/kernel/thread_setup.h"
#include "core/runtime/run_loop.h"

#include <utility>

namespace servolane::runtime {

BusHost::BusHost(Clock& clock, EventBus& events, CoreInbox& core, StopLatch& stops, const LeaseTable& leases,
                 LatestCells& cells, BusFactory factory, Threads threads, bus::WireTaps* taps,
                 std::shared_ptr<const registers::ModelCatalog> models)
    : clock_(clock)
    , events_(events)
    , core_(core)
    , stops_(stops)
    , leases_(leases)
    , cells_(cells)
    , factory_(std::move(factory))
    , threads_(threads)
    , taps_(taps)
    , models_(std::move(models)) {}

BusHost::~BusHost() {
    shutDown();
}

void BusHost::post(bus::Request request) {
    reapFinished();
    const BusId bus = request.bus;
    if (const auto* open = std::get_if<bus::OpenWork>(&request.work); open && !places_.contains(bus.value)) {
        Place& place = places_[bus.value];
        place.loop = std::make_unique<BusLoop>(
            BusContext{bus, clock_, events_, core_, stops_, leases_, cells_, taps_, models_}, factory_,
            open->link);
        place.loop->post(std::move(request));
        if (threads_ == Threads::one)
            place.thread = std::thread([this, loop = place.loop.get()] { run(*loop); });
        return;
    }
    const auto found = places_.find(bus.value);
    if (found != places_.end()) return found->second.loop->post(std::move(request));
    bus::RequestFinished report;
    report.command = request.command;
    report.part = request.part;
    report.bus = bus;
    report.outcome = bus::RequestOutcome::failed;
    report.error = {ErrorCode::notFound, "bus " + std::to_string(bus.value) + " is not connected"};
    core_.post(std::move(report));
}

std::size_t BusHost::withdraw(CommandId command) {
    std::size_t count = 0;
    for (auto& [bus, place] : places_)
        count += place.loop->withdraw(command);
    return count;
}

void BusHost::run(BusLoop& loop) {
    nameThread("bus");
    preferPreciseWaits();
    preferShortTurns();
    runLoop(
        clock_, loop.waker(), [&] { return ending_.load(std::memory_order_acquire) || loop.isFinished(); },
        [&](Time now) { return loop.step(now); });
    loop.shutDown();
}

void BusHost::reapFinished() {
    for (auto entry = places_.begin(); entry != places_.end();) {
        Place& place = entry->second;
        if (!place.loop->isFinished()) {
            ++entry;
            continue;
        }
        if (place.thread.joinable()) place.thread.join();
        entry = places_.erase(entry);
    }
}

Time BusHost::stepAll(Time now) {
    Time next = now + std::chrono::seconds{1};
    for (auto& [bus, place] : places_)
        if (!place.loop->isFinished()) next = std::min(next, place.loop->step(now));
    return next;
}

void BusHost::shutDown() {
    ending_.store(true, std::memory_order_release);
    for (auto& [bus, place] : places_) {
        place.loop->waker().wake();
        if (place.thread.joinable())
            place.thread.join();
        else
            place.loop->shutDown();
    }
    places_.clear();
}

} // namespace servolane::runtime
