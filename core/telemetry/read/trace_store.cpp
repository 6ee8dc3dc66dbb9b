// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/telemetry/read/trace_store.h"

#include "core/motion/axis.h"

#include <utility>

namespace servolane::telemetry {

TraceStore::TraceStore(SnapshotCell<TraceSet>& cell, TraceLimits limits)
    : cell_(cell)
    , limits_(std::move(limits))
    , budget_(limits_.budgetBytes) {}

void TraceStore::apply(const api::Event& event) {
    upTo_ = event.sequence;
    if (const auto* feedback = std::get_if<api::FeedbackPointer>(&event.body))
        append(**feedback);
    else if (const auto* configured = std::get_if<motion::AxisConfigured>(&event.body))
        configure(*configured->axis);
    else if (const auto* rate = std::get_if<bus::PollRateSet>(&event.body))
        buses_[rate->bus].forgetPeriod();
    else if (const auto* lost = std::get_if<bus::BusLost>(&event.body))
        breakOff(lost->bus);
}

void TraceStore::append(const FeedbackCycle& cycle) {
    changed_ = true;
    buses_[cycle.bus].append(cycle);
}

void TraceStore::configure(const motion::Axis& axis) {
    auto& entry = axes_.try_emplace(axis.id, Axis{AxisTraces{axis.id}, axis.bus}).first->second;
    if (entry.bus != axis.bus) buses_[std::exchange(entry.bus, axis.bus)].remove(entry.traces);
    buses_[axis.bus].add(entry.traces);
    entry.traces.setWatched(motion::watchNamesOf(axis));
    entry.traces.setScales(axis.channels);
}

void TraceStore::breakOff(BusId bus) {
    buses_[bus].markGap();
}

void TraceStore::publish(Time now) {
    const std::size_t budget = budget_.load(std::memory_order_relaxed);
    if (!changed_ && budget == shownBudget_ && budget == checkedBudget_) return;
    keepBudget(now);
    // Thousands of traces, each of which is to be told anew: not for nobody.
    const bool isLookedAt = cell_.takeLooked();
    if (!isLookedAt && now > publishedAt_ && now - publishedAt_ < unseenInterval) return;
    publishedAt_ = now;
    shownBudget_ = budget;
    changed_ = false;
    auto set = std::make_shared<TraceSet>();
    set->upTo = upTo_;
    set->at = now;
    set->bytes = bytes_;
    set->budget = shownBudget_;
    set->isAtLeast = isAtLeast_;
    set->recall = limits_.recall;
    set->traces.reserve(axes_.size() * channelCount);
    for (auto& [id, axis] : axes_)
        axis.traces.publish(*set, buses_[axis.bus].period());
    for (const auto& [id, bus] : buses_)
        set->rejectedCycles += bus.rejected();
    cell_.publish(std::move(set));
}

std::uint64_t TraceStore::sealedChunks() {
    std::uint64_t chunks = 0;
    for (auto& [id, axis] : axes_)
        axis.traces.forEach([&](const TraceWriter& writer) { chunks += writer.sealedChunks(); });
    return chunks;
}

/// What can be given up grows a chunk at a time, so there is nothing to do until one was sealed. All traces
/// of a bus seal theirs at the same time, and the budget may have been lowered by a lot: not all of it in one
/// turn.
void TraceStore::keepBudget(Time now) {
    const std::uint64_t chunks = sealedChunks();
    const std::size_t budget = budget_.load(std::memory_order_relaxed);
    const bool isCounted = now >= countedAt_ && now - countedAt_ < countInterval;
    if (chunks == checkedChunks_ && budget == checkedBudget_ && isCounted) return;
    checkedChunks_ = chunks;
    checkedBudget_ = budget;
    countedAt_ = now;
    isAtLeast_ = false;
    bytes_ = 0;
    for (auto& [id, bus] : buses_)
        bytes_ += bus.bytes();
    for (auto& [id, axis] : axes_)
        axis.traces.forEach([&](const TraceWriter& writer) { bytes_ += writer.bytes(); });
    for (int given = 0; bytes_ > budget; ++given) {
        if (given == mostGivenUpAtOnce) {
            checkedBudget_ = 0; // goes on with the next publication
            return;
        }
        const std::size_t freed = giveUpOldest();
        isAtLeast_ = freed == 0;
        if (isAtLeast_) return;
        bytes_ -= freed;
    }
}

std::size_t TraceStore::giveUpOldest() {
    const bool isStored = limits_.recall != nullptr;
    TraceWriter* oldest = nullptr;
    Time since = Time::max();
    AxisId of{};
    Channel channel{};
    for (auto& [id, axis] : axes_)
        axis.traces.forEach([&, id = id](TraceWriter& writer, Channel which) {
            const Time first = isStored ? writer.oldestInMemory() : writer.oldestSealed();
            if (first >= since) return;
            oldest = &writer;
            since = first;
            of = id;
            channel = which;
        });
    // Columns of times go with the last chunk that shares them, whoever still looks at an earlier snapshot.
    std::size_t times = 0;
    for (auto& [id, bus] : buses_)
        times += bus.giveUpTimes(since);
    if (times > 0) return times;
    if (!oldest) return 0;
    if (!isStored) return oldest->dropOldestChunk();
    const std::size_t freed = oldest->storeOldestChunk(limits_.recall, of, channel);
    return freed > TraceWriter::outlineBytes ? freed - TraceWriter::outlineBytes : 0;
}

} // namespace servolane::telemetry
