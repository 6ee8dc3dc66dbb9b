// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/sqlite/session_thumbnail.h"

#include <algorithm>
#include <cmath>

namespace servolane::drivers::sqlite {

using session::Thumbnail;
using telemetry::Channel;

namespace {

constexpr std::size_t columnCount = 96;

/// Columns over the span of the recording, widened by whatever falls into them.
class Picture {
public:
    Picture(Time start, Time end)
        : start_(start)
        , span_(std::max(seconds(end - start), 1e-9))
        , columns_(columnCount) {}

    void cover(Time from, Time to, double a, double b) {
        const auto [low, high] = std::minmax(a, b);
        for (std::size_t at = columnOf(from); at <= columnOf(to); ++at) {
            auto& column = columns_[at];
            const bool isEmpty = column.low > column.high;
            column.low = isEmpty ? static_cast<float>(low) : std::min(column.low, static_cast<float>(low));
            column.high =
                isEmpty ? static_cast<float>(high) : std::max(column.high, static_cast<float>(high));
        }
    }
    [[nodiscard]] std::vector<Thumbnail::Column> take() { return std::move(columns_); }

private:
    [[nodiscard]] std::size_t columnOf(Time time) const {
        const double share = seconds(time - start_) / span_ * static_cast<double>(columnCount);
        return static_cast<std::size_t>(std::clamp(share, 0.0, static_cast<double>(columnCount - 1)));
    }
    Time start_;
    double span_;
    std::vector<Thumbnail::Column> columns_;
};

double valueOf(const session::SessionAxis& axis, Channel channel, Time time, std::int32_t raw) {
    const auto scale = axis.channelsAt(time)[indexOf(channel)];
    return scale.scale * raw + scale.offset;
}

struct Choice {
    const session::SessionAxis* axis = nullptr;
    Channel channel{};
    double span = -1.0;
};

/// How far each axis' position moved, in its unit; degrees and revolutions are not told apart.
Choice choose(const session::SessionSummary& summary, const std::vector<session::StoredRun>& runs) {
    Choice chosen;
    for (const auto& axis : summary.axes)
        for (const Channel channel : telemetry::allChannels) {
            if (chosen.axis && channel != Channel::position) continue;
            if (!axis.channels[indexOf(channel)].exists()) continue;
            double low = INFINITY;
            double high = -INFINITY;
            for (const auto& run : runs) {
                const auto& range = run.ranges[indexOf(channel)];
                if (run.axis != axis.id || !range) continue;
                for (const auto raw : {range->first, range->second}) {
                    low = std::min(low, valueOf(axis, channel, run.first, raw));
                    high = std::max(high, valueOf(axis, channel, run.first, raw));
                }
            }
            const bool isPosition = channel == Channel::position;
            const bool wins = chosen.channel != Channel::position || high - low > chosen.span;
            if (low <= high && (!chosen.axis || (isPosition && wins)))
                chosen = {&axis, channel, isPosition ? high - low : -1.0};
        }
    return chosen;
}

Result<void> fromSamples(session::SessionReader& reader, const Choice& chosen, Picture& picture) {
    const std::size_t index = indexOf(chosen.channel);
    return reader.readAxis(chosen.axis->id, Time::min(), Time::max(), [&](const session::AxisBlock& block) {
        if (block.raw[index].empty()) return true;
        for (std::size_t row = 0; row < block.timeNs.size(); ++row) {
            if ((block.valid[row] >> index & 1U) == 0) continue;
            const Time time{Duration{block.timeNs[row]}};
            const double value = valueOf(*chosen.axis, chosen.channel, time, block.raw[index][row]);
            picture.cover(time, time, value, value);
        }
        return true;
    });
}

void fromRanges(const std::vector<session::StoredRun>& runs, const Choice& chosen, Picture& picture) {
    for (const auto& run : runs) {
        const auto& range = run.ranges[indexOf(chosen.channel)];
        if (run.axis != chosen.axis->id || !range) continue;
        picture.cover(run.first, run.last, valueOf(*chosen.axis, chosen.channel, run.first, range->first),
                      valueOf(*chosen.axis, chosen.channel, run.first, range->second));
    }
}

} // namespace

Thumbnail thumbnailOf(session::SessionReader& reader) {
    std::vector<session::StoredRun> runs;
    const auto read = reader.readRuns([&](const session::StoredRun& run) {
        runs.push_back(run);
        return true;
    });
    const auto& summary = reader.summary();
    const Choice chosen = read ? choose(summary, runs) : Choice{};
    if (!chosen.axis) return {};
    Picture picture{summary.start, summary.end};
    const auto count = static_cast<std::size_t>(std::count_if(
        runs.begin(), runs.end(), [&](const auto& run) { return run.axis == chosen.axis->id; }));
    if (count >= columnCount / 2)
        fromRanges(runs, chosen, picture);
    else if (const auto done = fromSamples(reader, chosen, picture); !done)
        return {};
    return {chosen.axis->id, chosen.channel, picture.take()};
}

} // namespace servolane::drivers::sqlite
