// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/telemetry/read/session_traces.h"

#include "core/telemetry/read/bus_traces.h"

#include <algorithm>

namespace servolane::telemetry {

namespace {

AxisSample sampleOf(const session::AxisBlock& block, std::size_t row) {
    AxisSample sample;
    sample.axis = block.axis;
    sample.valid = block.valid[row];
    for (std::size_t channel = 0; channel < channelCount; ++channel)
        if (row < block.raw[channel].size()) sample.raw[channel] = block.raw[channel][row];
    return sample;
}

/// Raw values become those of the scale that was in force at their time.
class Scales {
public:
    Scales(const session::SessionAxis& axis, AxisTraces& traces)
        : axis_(axis)
        , traces_(traces) {
        traces_.setScales(axis.channelsAt(Time::min()));
    }

    void reach(Time time) {
        if (next_ == axis_.earlier.size() || time < axis_.earlier[next_].until) return;
        while (next_ < axis_.earlier.size() && time >= axis_.earlier[next_].until)
            ++next_;
        traces_.setScales(axis_.channelsAt(time));
    }

private:
    const session::SessionAxis& axis_;
    AxisTraces& traces_;
    std::size_t next_ = 0;
};

void append(const session::AxisBlock& block, BusTraces& bus, Scales& scales) {
    for (std::size_t row = 0; row < block.timeNs.size(); ++row) {
        scales.reach(Time{Duration{block.timeNs[row]}});
        bus.append(Time{Duration{block.timeNs[row]}}, block.cycle[row], block.gapBefore[row] != 0,
                   sampleOf(block, row));
    }
}

/// Reports the share of this axis' time that was read, as part `index` of `count`.
class AxisProgress {
public:
    AxisProgress(session::JobProgress& progress, const session::SessionSummary& summary, std::size_t index)
        : progress_(progress)
        , summary_(summary)
        , index_(index) {}

    void reached(Time time) {
        const double length = std::max(seconds(summary_.end - summary_.start), 1e-9);
        const double part = std::clamp(seconds(time - summary_.start) / length, 0.0, 1.0);
        progress_.done = (static_cast<double>(index_) + part) / static_cast<double>(summary_.axes.size());
    }

private:
    session::JobProgress& progress_;
    const session::SessionSummary& summary_;
    std::size_t index_;
};

} // namespace

Result<TraceSet> tracesFromSession(session::SessionReader& reader, session::JobProgress& progress) {
    const session::SessionSummary& summary = reader.summary();
    TraceSet set;
    set.at = summary.end;
    for (std::size_t index = 0; index < summary.axes.size(); ++index) {
        const session::SessionAxis& axis = summary.axes[index];
        AxisTraces traces(axis.id);
        Scales scales(axis, traces);
        BusTraces bus; // a time column of this axis' own: recordings keep axes apart
        bus.add(traces);
        AxisProgress reached(progress, summary, index);
        const auto take = [&](const session::AxisBlock& block) {
            append(block, bus, scales);
            set.unreadableSamples += block.unreadableBefore;
            if (!block.timeNs.empty()) reached.reached(Time{Duration{block.timeNs.back()}});
            return !progress.cancel;
        };
        if (auto read = reader.readAxis(axis.id, Time::min(), Time::max(), take); !read)
            return tl::make_unexpected(read.error());
        if (progress.cancel) return failure(ErrorCode::interrupted, "reading " + summary.path);
        traces.publish(set, bus.period());
        set.rejectedCycles += bus.rejected();
        set.bytes += bus.bytes();
        traces.forEach([&](const TraceWriter& writer) { set.bytes += writer.bytes(); });
    }
    const auto before = [](const TraceView& a, const TraceView& b) {
        return std::pair{a.axis, a.channel} < std::pair{b.axis, b.channel};
    };
    std::sort(set.traces.begin(), set.traces.end(), before);
    progress.done = 1.0;
    return set;
}

} // namespace servolane::telemetry
