// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/export/bus_rows.h"

#include <algorithm>
#include <set>

namespace servolane::drivers {

Result<void> BusRows::advance() {
    if (++row_ < slice_.timeNs.size()) return {};
    row_ = 0;
    do {
        const auto loaded = cursor_->next(slice_);
        if (!loaded) return tl::make_unexpected(loaded.error());
        ended_ = !*loaded;
        if (ended_) return {};
        for (const auto& damaged : slice_.unreadable) {
            if (damaged.last < from_ || damaged.first > to_) continue; // a grid reads further than its rows
            written_->unreadable += damaged.samples;
            if (written_->damage.empty()) written_->damage = damaged.detail;
        }
    } while (slice_.timeNs.empty());
    return {};
}

Result<std::vector<BusRows>> openBuses(session::SessionReader& reader, const ExportPlan& plan, Time from,
                                       Time to, Written& written) {
    std::set<BusId> buses;
    for (const auto& column : plan.columns)
        buses.insert(column.bus);
    std::vector<BusRows> rows;
    for (const BusId bus : buses) {
        std::set<AxisId> axes;
        for (const auto& column : plan.columns)
            if (column.bus == bus) axes.insert(column.axis);
        const std::vector<AxisId> wanted{axes.begin(), axes.end()};
        auto cursor = reader.cycles(bus, from, to, wanted);
        if (!cursor) return tl::make_unexpected(cursor.error());
        rows.emplace_back(bus, std::move(*cursor), plan, written);
    }
    for (auto& each : rows)
        if (auto advanced = each.advance(); !advanced) return tl::make_unexpected(advanced.error());
    return rows;
}

BusRows* earliestOf(std::vector<BusRows>& buses) {
    BusRows* earliest = nullptr;
    for (auto& bus : buses)
        if (!bus.atEnd() && (!earliest || bus.time() < earliest->time())) earliest = &bus;
    return earliest;
}

void ColumnSamples::enter(const session::CycleSlice& slice) {
    const auto found =
        std::find_if(slice.axes.begin(), slice.axes.end(),
                     [&](const session::SliceAxis& each) { return each.axis == column_->axis; });
    const bool has = found != slice.axes.end() && !found->raw[indexOf(column_->channel)].empty();
    axis_ = has ? &*found : nullptr;
    next_ = 0;
}

const std::int32_t* ColumnSamples::at(std::size_t row, Time time) {
    if (!axis_ || next_ == axis_->row.size() || axis_->row[next_] != row) return nullptr;
    const std::size_t sample = next_++;
    if (!(axis_->valid[sample] >> indexOf(column_->channel) & 1U)) return nullptr;
    while (time >= column_->pieces[piece_].until && piece_ + 1 < column_->pieces.size())
        ++piece_;
    return scale().exists() ? &axis_->raw[indexOf(column_->channel)][sample] : nullptr;
}

ExportProgress::ExportProgress(const session::SessionSummary& summary, const ExportPlan& plan,
                               session::JobProgress& shared)
    : from_(std::max(summary.start, plan.from))
    , span_(seconds(std::min(summary.end, plan.to) - from_))
    , shared_(shared) {}

bool ExportProgress::reached(Time time) {
    if (span_ > 0.0) shared_.done = std::clamp(seconds(time - from_) / span_, 0.0, 1.0);
    return !shared_.cancel;
}

} // namespace servolane::drivers
