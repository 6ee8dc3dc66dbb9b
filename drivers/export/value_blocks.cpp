// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/export/value_blocks.h"

#include "drivers/export/grid_rows.h"

#include <algorithm>
#include <limits>
#include <set>
#include <string_view>

namespace servolane::drivers {

namespace {

constexpr std::size_t gridBlock = 4096;
constexpr double noValue = std::numeric_limits<double>::quiet_NaN();

std::string groupNameOf(const ExportColumn& column) {
    return column.name.substr(0, column.name.size() - column.channelName.size() - 1);
}

/// "deg/s" as "deg_per_s": a slash would be a path.
std::string unitWord(const std::string& unit) {
    std::string word;
    for (const char letter : unit)
        word.append(letter == '/' ? std::string_view{"_per_"} : std::string_view{&letter, 1});
    return word;
}

void nameColumns(ColumnGroup& group) {
    std::set<std::string> taken{"time_s", "utc_ns", "gap"}; // stand beside them in every format
    for (const auto& column : group.columns) {
        std::string name = column.channelName;
        const auto same = std::count_if(group.columns.begin(), group.columns.end(), [&](const auto& other) {
            return other.channel == column.channel && other.channelName == column.channelName;
        });
        if (same > 1) name += "_" + unitWord(column.unit);
        std::replace(name.begin(), name.end(), '/', '_');
        if (name.empty() || name == ".") name = "_";
        std::string unique = name;
        for (int number = 2; !taken.insert(unique).second; ++number)
            unique = name + "_" + std::to_string(number);
        group.names.push_back(std::move(unique));
    }
}

class Passes {
public:
    Passes(const session::SessionSummary& summary, const ExportPlan& plan, PassProgress progress)
        : from_(std::max(summary.start, plan.from))
        , span_(seconds(std::min(summary.end, plan.to) - from_))
        , progress_(progress) {}
    [[nodiscard]] Result<void> reached(Time time) const {
        const double share = span_ > 0.0 ? std::clamp(seconds(time - from_) / span_, 0.0, 1.0) : 1.0;
        progress_.shared.done =
            (static_cast<double>(progress_.pass) + share) / static_cast<double>(progress_.passes);
        if (progress_.shared.cancel) return failure(ErrorCode::interrupted, "the export was cancelled");
        return {};
    }

private:
    Time from_;
    double span_;
    PassProgress progress_;
};

/// Raw samples of one axis as values of its columns.
class Converter {
public:
    Converter(const session::SessionReader& reader, const ExportPlan& plan, const ColumnGroup& group)
        : reader_(reader)
        , plan_(plan)
        , group_(group)
        , pieces_(group.columns.size(), 0) {}

    void convert(const session::AxisBlock& from, ValueBlock& into) {
        into.clear(group_.columns.size());
        for (std::size_t i = 0; i < from.timeNs.size(); ++i) {
            const Time time{Duration{from.timeNs[i]}};
            if (time < plan_.from || time > plan_.to) continue;
            gap_ = gap_ || from.gapBefore[i] != 0;
            if (!convertRow(from, i, time, into)) continue;
            into.timeNs.push_back(from.timeNs[i]);
            into.utcNs.push_back(reader_.utcAt(time).time_since_epoch().count());
            into.gap.push_back(gap_ ? 1 : 0);
            gap_ = false;
        }
    }
    void breakOff() { gap_ = true; }

private:
    bool convertRow(const session::AxisBlock& from, std::size_t row, Time time, ValueBlock& into) {
        bool any = false;
        for (std::size_t i = 0; i < group_.columns.size(); ++i) {
            const double value = valueOf(i, from, row, time);
            any = any || value == value;
            row_[i] = value;
        }
        if (any)
            for (std::size_t i = 0; i < group_.columns.size(); ++i)
                into.values[i].push_back(row_[i]);
        return any;
    }
    double valueOf(std::size_t at, const session::AxisBlock& from, std::size_t row, Time time) {
        const ExportColumn& column = group_.columns[at];
        std::size_t& piece = pieces_[at];
        while (time >= column.pieces[piece].until && piece + 1 < column.pieces.size())
            ++piece;
        const auto& raw = from.raw[indexOf(column.channel)];
        if (raw.empty() || !(from.valid[row] >> indexOf(column.channel) & 1U)) return noValue;
        const telemetry::ChannelScale& scale = column.pieces[piece].scale;
        return scale.exists() ? scale.valueOf(raw[row]) : noValue;
    }

    const session::SessionReader& reader_;
    const ExportPlan& plan_;
    const ColumnGroup& group_;
    std::vector<std::size_t> pieces_;
    std::vector<double> row_ = std::vector<double>(group_.columns.size());
    bool gap_ = false;
};

Result<void> readSamples(session::SessionReader& reader, const ExportPlan& plan, const ColumnGroup& group,
                         const Passes& passes, Written& written, const TakeBlock& take) {
    Converter converter{reader, plan, group};
    ValueBlock block;
    Result<void> outcome;
    const auto read =
        reader.readAxis(group.axis.id, plan.from, plan.to, [&](const session::AxisBlock& samples) {
            if (samples.unreadableBefore > 0) {
                written.unreadable += samples.unreadableBefore;
                if (written.damage.empty())
                    written.damage = std::to_string(samples.unreadableBefore) + " samples of " + group.name;
                converter.breakOff();
            }
            if (samples.timeNs.empty()) return true;
            converter.convert(samples, block);
            written.rows += block.rows();
            if (block.rows() > 0) outcome = take(block);
            if (outcome) outcome = passes.reached(Time{Duration{samples.timeNs.back()}});
            return outcome.has_value();
        });
    if (!outcome) return outcome;
    return read;
}

Result<void> readGrid(session::SessionReader& reader, const ExportPlan& plan, const ColumnGroup& group,
                      const Passes& passes, Written& written, const TakeBlock& take) {
    ExportPlan alone = plan;
    alone.columns = group.columns;
    const auto rows = GridRows::open(reader, alone, written);
    if (!rows) return tl::make_unexpected(rows.error());
    ValueBlock block;
    for (bool more = true; more;) {
        block.clear(group.columns.size());
        while (block.rows() < gridBlock) {
            const auto next = (*rows)->next();
            if (!next) return tl::make_unexpected(next.error());
            if (more = *next; !more) break;
            const Time time = (*rows)->time();
            block.timeNs.push_back(nanosecondsSinceEpoch(time));
            block.utcNs.push_back(reader.utcAt(time).time_since_epoch().count());
            block.gap.push_back((*rows)->isAfterGap() ? 1 : 0);
            for (std::size_t i = 0; i < group.columns.size(); ++i)
                block.values[i].push_back((*rows)->values()[i].value_or(noValue));
        }
        if (block.rows() == 0) return {};
        written.rows += block.rows();
        if (auto taken = take(block); !taken) return taken;
        if (auto goes = passes.reached(Time{Duration{block.timeNs.back()}}); !goes) return goes;
    }
    return {};
}

} // namespace

std::vector<ColumnGroup> groupsOf(const session::SessionSummary& summary, const ExportPlan& plan) {
    std::vector<ColumnGroup> groups;
    for (const auto& column : plan.columns) {
        if (groups.empty() || groups.back().axis.id != column.axis) {
            const auto axis = std::find_if(summary.axes.begin(), summary.axes.end(),
                                           [&](const auto& each) { return each.id == column.axis; });
            groups.push_back({groupNameOf(column), *axis, {}, {}});
        }
        groups.back().columns.push_back(column);
    }
    for (auto& group : groups)
        nameColumns(group);
    return groups;
}

void ValueBlock::clear(std::size_t columns) {
    timeNs.clear();
    utcNs.clear();
    gap.clear();
    values.resize(columns);
    for (auto& column : values)
        column.clear();
}

Result<void> readBlocks(session::SessionReader& reader, const ExportPlan& plan, const ColumnGroup& group,
                        PassProgress progress, Written& written, const TakeBlock& take) {
    const Passes passes{reader.summary(), plan, progress};
    return plan.resampling == session::Resampling::none
               ? readSamples(reader, plan, group, passes, written, take)
               : readGrid(reader, plan, group, passes, written, take);
}

} // namespace servolane::drivers
