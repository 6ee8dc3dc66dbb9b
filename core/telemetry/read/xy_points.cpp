// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/telemetry/read/xy_points.h"

#include "core/telemetry/read/sample_cursor.h"

#include <algorithm>
#include <array>
#include <utility>

namespace servolane::telemetry {

namespace {

constexpr std::size_t keptOfRun = 5; ///< the first, and the extremes of x and y

/// Keeps of every so many points those that make the picture.
class Thinner {
public:
    Thinner(std::size_t run, std::vector<XyPoint>& into)
        : run_(run)
        , into_(into) {}

    void add(const XyPoint& point) {
        if (point.afterGap || held_.size() == run_) flush();
        held_.push_back(point);
    }
    void flush() {
        if (held_.size() <= keptOfRun) {
            into_.insert(into_.end(), held_.begin(), held_.end());
        } else {
            const auto byX = [](const XyPoint& a, const XyPoint& b) { return a.x < b.x; };
            const auto byY = [](const XyPoint& a, const XyPoint& b) { return a.y < b.y; };
            const auto [left, right] = std::minmax_element(held_.begin(), held_.end(), byX);
            const auto [low, high] = std::minmax_element(held_.begin(), held_.end(), byY);
            std::array kept{held_.begin(), left, right, low, high};
            std::sort(kept.begin(), kept.end());
            const auto end = std::unique(kept.begin(), kept.end());
            for (auto one = kept.begin(); one != end; ++one)
                into_.push_back(**one);
        }
        held_.clear();
    }

private:
    std::size_t run_;
    std::vector<XyPoint>& into_;
    std::vector<XyPoint> held_;
};

HeldInput inputOf(const std::shared_ptr<const Trace>& trace, Time from) {
    HeldInput input{SampleCursor(from), std::nullopt};
    input.cursor.follow(trace);
    return input;
}

} // namespace

XyPoints xyOf(const std::shared_ptr<const Trace>& x, const std::shared_ptr<const Trace>& y, Time from,
              Time to, std::size_t most, const std::atomic<bool>& cancelled, const ReadLimits& limits) {
    XyPoints result;
    result.from = from;
    if (x->isEmpty() || y->isEmpty()) return result;
    // Of channels that come with every cycle either may lead.
    const bool xLeads = x->period() * 10 <= y->period() * 14;
    const auto& leading = xLeads ? x : y;
    const auto& other = xLeads ? y : x;
    const NewestPart part = newestPartOf(*leading, from, to, limits.shared(2));
    const NewestPart otherPart = newestPartOf(*other, from, to, limits.shared(2));
    from = result.from = std::max(part.from, otherPart.from);
    result.isShortened = part.isShortened || otherPart.isShortened;
    const std::uint64_t count = part.samples;
    result.thinning = count > most ? (count * keptOfRun + most - 1) / most : 1;
    Thinner thinner(result.thinning, result.points);
    HeldInput leader = inputOf(leading, from);
    HeldInput held = inputOf(other, from - stalePeriods * other->period());
    bool gap = false;
    while (const SampleCursor::Sample* next = leader.cursor.peek()) {
        if (next->time >= to || cancelled.load(std::memory_order_relaxed)) break;
        const SampleCursor::Sample sample = *next;
        leader.cursor.take();
        const auto before = held.held;
        const bool isHeld = held.hold(sample.time);
        result.isWaiting = held.cursor.isWaiting();
        if (result.isWaiting) break; // what is held then may not be the newest
        gap = gap || sample.gapAt != Time::max() || !isHeld ||
              (before && held.held->time != before->time && held.held->gapAt != Time::max());
        if (!isHeld) continue;
        const float a = sample.value;
        const float b = held.held->value;
        gap = gap && result.samples > 0;
        result.gaps += gap ? 1 : 0;
        thinner.add({sample.time, xLeads ? a : b, xLeads ? b : a, std::exchange(gap, false)});
        ++result.samples;
    }
    thinner.flush();
    result.isWaiting = result.isWaiting || leader.cursor.isWaiting();
    return result;
}

} // namespace servolane::telemetry
