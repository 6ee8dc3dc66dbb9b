// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/telemetry/read/session_traces.h"

#include "core/telemetry/read/session_samples.h"

#include <algorithm>

namespace servolane::telemetry {

namespace {

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
        SessionSamples samples(axis);
        AxisProgress reached(progress, summary, index);
        const auto take = [&](const session::AxisBlock& block) {
            samples.append(block);
            set.unreadableSamples += block.unreadableBefore;
            if (!block.timeNs.empty()) reached.reached(Time{Duration{block.timeNs.back()}});
            return !progress.cancel;
        };
        if (auto read = reader.readAxis(axis.id, Time::min(), Time::max(), take); !read)
            return tl::make_unexpected(read.error());
        if (progress.cancel) return failure(ErrorCode::interrupted, "reading " + summary.path);
        samples.traces().publish(set, samples.bus().period());
        set.rejectedCycles += samples.bus().rejected();
        set.bytes += samples.bus().bytes();
        samples.traces().forEach([&](const TraceWriter& writer) { set.bytes += writer.bytes(); });
    }
    const auto before = [](const TraceView& a, const TraceView& b) {
        return std::pair{a.axis, a.channel} < std::pair{b.axis, b.channel};
    };
    std::sort(set.traces.begin(), set.traces.end(), before);
    progress.done = 1.0;
    return set;
}

} // namespace servolane::telemetry
