// SPDX-License-Identifier: GPL-3.0-or-later
// A recording in memory, made of the events that a live program saw.
#pragma once

#include "core/motion/axis.h"
#include "core/session/session_store.h"

#include <algorithm>
#include <map>
#include <memory>
#include <utility>
#include <vector>

namespace servolane::tests {

class MemoryRecording final : public session::SessionReader {
public:
    /// Events in order of time; runs of so many samples.
    explicit MemoryRecording(const std::vector<api::Event>& events, std::size_t runLength = 256)
        : runLength_(runLength) {
        summary_.path = "memory";
        summary_.name = "In memory";
        summary_.start = events.empty() ? Time{} : events.front().time;
        summary_.end = events.empty() ? Time{} : events.back().time;
        for (const api::Event& event : events)
            if (const auto* feedback = std::get_if<api::FeedbackPointer>(&event.body))
                add(**feedback);
            else
                add(event);
        summary_.counters.facts = facts_.size();
    }

    int blocksRead = 0;
    bool knowsSums = false;      ///< as recordings of schema 3 do
    std::size_t damagedEach = 0; ///< each so-manieth fact is damaged; 0: none

    [[nodiscard]] const session::SessionSummary& summary() const override { return summary_; }
    [[nodiscard]] Result<void> readAxis(AxisId axis, Time from, Time to,
                                        const std::function<bool(const session::AxisBlock&)>& take) override {
        for (const session::AxisBlock& block : blocks_[axis]) {
            if (lastOf(block) < from || firstOf(block) > to) continue;
            ++blocksRead;
            if (!take(block)) break;
        }
        return {};
    }
    [[nodiscard]] Result<void> readRuns(const std::function<bool(const session::StoredRun&)>& take) override {
        for (const auto& [axis, blocks] : blocks_)
            for (const session::AxisBlock& block : blocks)
                if (!take(runOf(block))) return {};
        return {};
    }
    [[nodiscard]] Result<void> readFacts(Time from, Time to,
                                         const std::function<bool(const api::Event&)>& take) override {
        for (const api::Event& fact : facts_)
            if (fact.time >= from && fact.time <= to && !take(fact)) break;
        return {};
    }
    [[nodiscard]] Result<void> readIntactFacts(Time from, Time to,
                                               const std::function<bool(const api::Event&)>& take,
                                               std::vector<std::string>& damaged) override {
        std::size_t number = 0;
        return readFacts(from, to, [&](const api::Event& fact) {
            if (damagedEach == 0 || ++number % damagedEach != 0) return take(fact);
            damaged.push_back("memory: fact " + std::to_string(number));
            return true;
        });
    }
    [[nodiscard]] Result<std::unique_ptr<session::CycleCursor>> cycles(BusId, Time, Time,
                                                                       std::span<const AxisId>) override {
        return failure(ErrorCode::unsupported);
    }
    [[nodiscard]] UtcTime utcAt(Time time) const override { return UtcTime{time.time_since_epoch()}; }

private:
    static Time firstOf(const session::AxisBlock& block) { return Time{Duration{block.timeNs.front()}}; }
    static Time lastOf(const session::AxisBlock& block) { return Time{Duration{block.timeNs.back()}}; }

    void add(const telemetry::FeedbackCycle& cycle) {
        for (const telemetry::AxisSample& sample : cycle.samples) {
            auto& blocks = blocks_[sample.axis];
            if (blocks.empty() || blocks.back().timeNs.size() == runLength_)
                blocks.push_back({.axis = sample.axis});
            session::AxisBlock& block = blocks.back();
            block.timeNs.push_back(nanosecondsSinceEpoch(cycle.time));
            block.cycle.push_back(cycle.cycle);
            block.gapBefore.push_back(cycle.gapBefore ? 1 : 0);
            block.valid.push_back(sample.valid);
            block.offsetNs.push_back(sample.offsetNs);
            for (std::size_t channel = 0; channel < telemetry::channelCount; ++channel)
                block.raw[channel].push_back(sample.raw[channel]);
        }
    }
    void add(const api::Event& fact) {
        facts_.push_back(fact);
        const auto* configured = std::get_if<motion::AxisConfigured>(&fact.body);
        if (!configured) return;
        const motion::Axis& axis = *configured->axis;
        auto known = std::find_if(summary_.axes.begin(), summary_.axes.end(),
                                  [&](const auto& one) { return one.id == axis.id; });
        if (known == summary_.axes.end()) known = summary_.axes.insert(known, session::SessionAxis{});
        const bool isKnown = known->id == axis.id;
        for (const auto channel : telemetry::allChannels)
            if (isKnown && known->channels[indexOf(channel)] != axis.channels[indexOf(channel)])
                known->earlier.push_back({channel, fact.time, known->channels[indexOf(channel)], ""});
        known->id = axis.id;
        known->name = axis.name;
        known->bus = axis.bus;
        known->channels = axis.channels;
    }
    [[nodiscard]] session::StoredRun runOf(const session::AxisBlock& block) const {
        session::StoredRun run;
        run.axis = block.axis;
        run.samples = block.timeNs.size();
        run.first = firstOf(block);
        run.last = lastOf(block);
        run.firstCycle = block.cycle.front();
        run.lastCycle = block.cycle.back();
        for (std::size_t row = 0; row < block.timeNs.size(); ++row)
            for (std::size_t channel = 0; channel < telemetry::channelCount; ++channel) {
                if ((block.valid[row] >> channel & 1U) == 0) continue;
                const std::int32_t raw = block.raw[channel][row];
                auto& range = run.ranges[channel];
                if (!range) range = {raw, raw};
                range = {std::min(range->first, raw), std::max(range->second, raw)};
            }
        if (knowsSums) run.sums = sumsOf(block);
        return run;
    }

    [[nodiscard]] static std::vector<session::RawSums> sumsOf(const session::AxisBlock& block) {
        std::vector<session::RawSums> all;
        for (const auto channel : telemetry::allChannels) {
            session::RawSums sums;
            sums.channel = channel;
            for (std::size_t row = 0; row < block.timeNs.size(); ++row) {
                if ((block.valid[row] >> indexOf(channel) & 1U) == 0) continue;
                const double value = block.raw[indexOf(channel)][row];
                const double time = seconds(Time{Duration{block.timeNs[row]}} - firstOf(block));
                ++sums.count;
                sums.sum += value;
                sums.sumOfSquares += value * value;
                sums.sumOfTimes += time;
                sums.sumOfSquaredTimes += time * time;
                sums.sumOfProducts += time * value;
            }
            if (sums.count > 0) all.push_back(sums);
        }
        return all;
    }

    std::size_t runLength_;
    session::SessionSummary summary_;
    std::vector<api::Event> facts_;
    std::map<AxisId, std::vector<session::AxisBlock>> blocks_;
};

/// Opens the same events again and again.
class MemoryStore final : public session::SessionStore {
public:
    explicit MemoryStore(std::vector<api::Event> events)
        : events_(std::move(events)) {}
    Result<std::unique_ptr<session::SessionWriter>> create(const std::string&,
                                                           const session::SessionStart&) override {
        return failure(ErrorCode::unsupported);
    }
    Result<std::unique_ptr<session::SessionReader>> open(const std::string& path) override {
        if (path.empty()) return failure(ErrorCode::notFound, "no such recording");
        auto recording = std::make_unique<MemoryRecording>(events_);
        recording->damagedEach = damagedEach;
        return recording;
    }

    std::size_t damagedEach = 0; ///< as MemoryRecording's

    std::vector<session::SessionSummary> list(const std::string&, std::vector<Error>&) override { return {}; }

private:
    std::vector<api::Event> events_;
};

} // namespace servolane::tests
