// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/telemetry/read/session_outline.h"

#include "core/kernel/median.h"
#include "core/telemetry/read/bus_traces.h"
#include "core/telemetry/read/recorded_rows.h"
#include "core/telemetry/read/session_samples.h"
#include "core/telemetry/read/trace_chunk.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace servolane::telemetry {

namespace {

Duration periodOf(const session::StoredRun& run) {
    return run.lastCycle > run.firstCycle
               ? (run.last - run.first) / static_cast<std::int64_t>(run.lastCycle - run.firstCycle)
               : Duration{};
}

/// A run with a pause inside seems to have a longer period than it has.
bool isBroken(const session::StoredRun& before, const session::StoredRun& run) {
    const Duration own = periodOf(run);
    const Duration period = own > Duration{} ? std::min(own, periodOf(before)) : periodOf(before);
    return isPause(run.first - before.last, period) || run.firstCycle != before.lastCycle + 1;
}

/// In the unit of the axis; each sum is linear in the scale, that of squares in its square.
void addSums(const session::RawSums& raw, const ChannelScale& scale, Time origin, Summary& into) {
    const auto [a, b] = scale;
    const double count = raw.count;
    into.extent.count = raw.count;
    into.originNs = nanosecondsSinceEpoch(origin);
    into.sum = a * raw.sum + b * count;
    into.sumOfSquares = a * a * raw.sumOfSquares + b * (2.0 * a * raw.sum + b * count);
    into.sumOfTimes = raw.sumOfTimes;
    into.sumOfSquaredTimes = raw.sumOfSquaredTimes;
    into.sumOfProducts = a * raw.sumOfProducts + b * raw.sumOfTimes;
}

const session::RawSums* sumsIn(const session::StoredRun& run, Channel channel) {
    const auto found = std::find_if(run.sums.begin(), run.sums.end(),
                                    [&](const session::RawSums& sums) { return sums.channel == channel; });
    return found == run.sums.end() ? nullptr : &*found;
}

/// As far as their number tells: a channel that is read with few cycles is overdue after `stalePeriods`.
bool lacksSamples(const session::StoredRun& run, std::uint32_t count, Duration period) {
    if (period < 2 * periodOf(run)) return count != run.lastCycle - run.firstCycle + 1;
    return (run.last - run.first) / period >= static_cast<std::int64_t>(count) + 1;
}

/// A run without a sample of its first or last cycle is broken by that.
Summary summaryOf(const session::StoredRun& run, const std::pair<std::int32_t, std::int32_t>& range,
                  const ChannelScale& scale) {
    const auto low = static_cast<float>(scale.valueOf(range.first));
    const auto high = static_cast<float>(scale.valueOf(range.second));
    Summary summary;
    Extent& extent = summary.extent;
    extent.min = std::min(low, high);
    extent.max = std::max(low, high);
    extent.first = extent.last = (extent.min + extent.max) / 2.0F;
    extent.count = static_cast<std::uint32_t>(run.samples);
    return summary;
}

using Periods = std::array<Duration, channelCount>;

/// Time between two samples of each channel, whatever pauses there were: slow ones come with few cycles only.
/// Reads one run.
Periods periodsIn(session::SessionReader& reader, const session::StoredRun& run) {
    std::array<std::int64_t, channelCount> before{};
    std::array<std::vector<std::int64_t>, channelCount> intervals;
    const auto read = reader.readAxis(run.axis, run.first, run.last, [&](const session::AxisBlock& block) {
        for (std::size_t row = 0; row < block.timeNs.size(); ++row)
            for (std::size_t channel = 0; channel < channelCount; ++channel)
                if ((block.valid[row] >> channel & 1U) != 0) {
                    const std::int64_t last = std::exchange(before[channel], block.timeNs[row]);
                    if (last != 0) intervals[channel].push_back(block.timeNs[row] - last);
                }
        return true;
    });
    Periods periods{};
    for (std::size_t channel = 0; read && channel < channelCount; ++channel)
        periods[channel] = Duration{medianOf(std::move(intervals[channel])).value_or(0)};
    return periods;
}

/// The last run may have been cut short: of a slow channel it then tells no period.
const session::StoredRun& newestLongRun(const std::vector<session::StoredRun>& runs) {
    if (runs.size() < 2) return runs.back();
    const session::StoredRun& before = runs[runs.size() - 2];
    return before.samples > runs.back().samples ? before : runs.back();
}

/// A cycle on its way while a place was given to another register may lie on either side of that moment: the
/// middle of a run tells whose it is.
Time middleOf(const session::StoredRun& run) {
    return run.first + (run.last - run.first) / 2;
}

/// Another scale or unit holds behind `before`: no line joins values of both.
bool changesMeasure(const session::SessionAxis& axis, Channel channel, Time before, Time after) {
    return std::any_of(axis.earlier.begin(), axis.earlier.end(), [&](const session::EarlierScale& change) {
        return change.channel == channel && change.until > before && change.until <= after;
    });
}

/// The outline of one channel while it was called so.
Trace outlineOf(const session::SessionAxis& axis, Channel channel, const std::string& name,
                const std::vector<session::StoredRun>& runs, Duration period,
                const std::shared_ptr<Recall>& recall) {
    const std::size_t index = indexOf(channel);
    TraceSpine spine;
    const session::StoredRun* before = nullptr;
    std::optional<Time> lastWith; ///< the end of the last run that has the channel
    bool wasOther = false;
    for (const session::StoredRun& run : runs) {
        const auto& range = run.ranges[index];
        const ChannelScale scale = axis.channelsAt(middleOf(run))[index];
        const bool isOther = isWatch(channel) && axis.nameAt(channel, middleOf(run)) != name;
        wasOther = wasOther || isOther;
        if (range && scale.exists() && !isOther) {
            const bool gap = std::exchange(wasOther, false) || (before && isBroken(*before, run)) ||
                             (lastWith && changesMeasure(axis, channel, *lastWith, run.first));
            lastWith = run.last;
            auto stored = std::make_shared<const StoredPiece>(
                recall, StoredPiece::Place{axis.id, channel, nanosecondsSinceEpoch(run.first),
                                           nanosecondsSinceEpoch(run.last), gap});
            Summary summary = summaryOf(run, *range, scale);
            // The scale may change inside of the run: then it is known when it is read.
            summary.extent.gapBefore = gap;
            const session::RawSums* sums = sumsIn(run, channel);
            const bool isKnown = sums && axis.channelsAt(run.last)[index] == scale;
            if (isKnown) addSums(*sums, scale, run.first, summary);
            summary.extent.gapInside = isKnown && lacksSamples(run, sums->count, period);
            TracePiece piece = storedPiece(std::move(stored), summary, run.samples);
            piece.isOutline = true;
            piece.lacksSums = !isKnown;
            appendPiece(spine, std::move(piece));
        }
        before = &run;
    }
    return Trace(std::move(spine), recall, period);
}

/// What one read gives: all channels of one axis between two times.
struct Stretch {
    AxisId axis;
    std::int64_t firstNs = 0;
    std::int64_t lastNs = 0;
    friend auto operator<=>(const Stretch&, const Stretch&) = default;
};

std::shared_ptr<const TraceSpine> brokenAt(std::int64_t timeNs) {
    return std::make_shared<const TraceSpine>(TraceSpine{gapPiece(timeNs)});
}

/// A channel that comes with few cycles can be overdue across the border of two runs, although no cycle is
/// missing at the border itself. Each side tells what it can see of that.
std::shared_ptr<const TraceSpine> samplesOf(SessionSamples& samples, const StoredPiece::Place& place) {
    std::shared_ptr<const TraceSpine> spine;
    std::int64_t longest = 0;
    samples.traces().forEach([&](TraceWriter& writer, Channel channel) {
        if (channel != place.channel) return;
        spine = writer.sealed();
        longest = (stalePeriods * writer.period()).count();
    });
    if (!spine || spine->empty()) return brokenAt(place.firstNs);
    const std::int64_t last = spine->back().lastNs;
    const bool gapBefore =
        place.gapBefore || (longest > 0 && spine->front().firstNs - place.firstNs > longest);
    const bool gapAfter = longest > 0 && place.lastNs - last > longest;
    if (!gapBefore && !gapAfter) return spine;
    auto broken = std::make_shared<TraceSpine>(*spine);
    if (gapBefore) broken->insert(broken->begin(), gapPiece(place.firstNs));
    if (gapAfter) broken->push_back(gapPiece(last));
    return broken;
}

struct Found {
    std::vector<RecordedRows> rows; ///< of each recording that has some
    bool isWhole = false;           ///< the last one alone has all
    bool hasFailed = false;         ///< a recording that may have more could not be read
};

Found rowsOf(const ReaderFor& readerFor, const Stretch& stretch) {
    const Time first{Duration{stretch.firstNs}};
    const Time last{Duration{stretch.lastNs}};
    Found found;
    for (std::size_t nth = 0; !found.isWhole; ++nth) {
        const auto reader = readerFor(first, last, nth);
        if (!reader) break;
        if (!*reader) {
            found.hasFailed = true;
            continue;
        }
        RecordedRows rows;
        found.hasFailed = !readRows(***reader, stretch.axis, first, last, rows) || found.hasFailed;
        if (rows.blocks.empty()) continue;
        found.isWhole = rows.reachesOver(first, last);
        found.rows.push_back(std::move(rows));
    }
    return found;
}

void fillStretch(Recall& recall, const ReaderFor& readerFor, const Stretch& stretch,
                 const Recall::Wanted& pieces) {
    Found found = rowsOf(readerFor, stretch);
    if (found.rows.empty()) {
        for (const auto& piece : pieces)
            if (found.hasFailed)
                recall.lose(*piece, brokenAt(stretch.firstNs));
            else
                recall.fill(*piece, brokenAt(stretch.firstNs));
        return;
    }
    if (found.isWhole) found.rows.erase(found.rows.begin(), found.rows.end() - 1);
    SessionSamples samples(*found.rows.front().axis, SessionSamples::Places::inForce);
    mergeRows(found.rows, Time{Duration{stretch.firstNs}}, Time{Duration{stretch.lastNs}}, samples);
    for (const auto& piece : pieces)
        recall.fill(*piece, samplesOf(samples, piece->place()));
}

} // namespace

Result<RunsByAxis> runsOf(session::SessionReader& reader, session::JobProgress& progress) {
    RunsByAxis runs;
    const auto read = reader.readRuns([&](const session::StoredRun& run) {
        runs[run.axis].push_back(run);
        return !progress.cancel;
    });
    if (!read) return tl::make_unexpected(read.error());
    if (progress.cancel) return failure(ErrorCode::interrupted, "reading " + reader.summary().path);
    return runs;
}

TraceSet outlineOf(session::SessionReader& reader, const RunsByAxis& runs,
                   const std::shared_ptr<Recall>& recall) {
    const session::SessionSummary& summary = reader.summary();
    TraceSet set;
    set.at = summary.end;
    set.recall = recall;
    for (const session::SessionAxis& axis : summary.axes) {
        const auto of = runs.find(axis.id);
        if (of == runs.end() || of->second.empty()) continue;
        const Periods periods = periodsIn(reader, newestLongRun(of->second));
        for (const Channel channel : allChannels) {
            auto trace = std::make_shared<const Trace>(outlineOf(
                axis, channel, axis.nameOf(channel), of->second, periods[indexOf(channel)], recall));
            if (!trace->isEmpty()) set.traces.push_back({axis.id, channel, std::move(trace)});
        }
    }
    return set;
}

std::vector<FormerTrace> formerOutlinesOf(session::SessionReader& reader, const RunsByAxis& runs,
                                          const std::shared_ptr<Recall>& recall) {
    std::vector<FormerTrace> formers;
    for (const session::SessionAxis& axis : reader.summary().axes) {
        const auto of = runs.find(axis.id);
        if (of == runs.end() || of->second.empty()) continue;
        for (std::size_t place = 0; place < watchCount; ++place) {
            const Channel channel = watchChannel(place);
            const std::vector<std::string> names = axis.namesOf(channel);
            for (std::size_t nth = 1; nth < names.size(); ++nth)
                formers.push_back({axis.id, channel, names[nth],
                                   std::make_shared<const Trace>(outlineOf(axis, channel, names[nth],
                                                                           of->second, Duration{}, recall))});
        }
    }
    return formers;
}

bool readBack(Recall& recall, const ReaderFor& readerFor, std::size_t most) {
    const Recall::Wanted wanted = recall.takeWanted(most);
    if (wanted.empty()) return false;
    std::map<Stretch, Recall::Wanted> stretches;
    for (const auto& piece : wanted)
        stretches[{piece->place().axis, piece->place().firstNs, piece->place().lastNs}].push_back(piece);
    for (const auto& [stretch, pieces] : stretches)
        fillStretch(recall, readerFor, stretch, pieces);
    recall.publish();
    return true;
}

} // namespace servolane::telemetry
