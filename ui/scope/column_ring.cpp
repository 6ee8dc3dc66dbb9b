// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/scope/column_ring.h"

#include <algorithm>
#include <utility>

namespace servolane::ui::scope {

using telemetry::BinGrid;
using telemetry::Extent;

void cutAfter(Time until, const telemetry::Trace& trace, const BinGrid& grid, std::span<Extent> columns) {
    const auto newest = trace.last();
    if (!newest || newest->time <= until) return;
    const std::int64_t place = grid.binOf(until) - grid.first;
    const auto count = static_cast<std::int64_t>(columns.size());
    for (std::int64_t beyond = std::max<std::int64_t>(place + 1, 0); beyond < count; ++beyond)
        columns[static_cast<std::size_t>(beyond)] = {};
    if (place < 0 || place >= count) return;
    Extent& column = columns[static_cast<std::size_t>(place)];
    if (column.isEmpty()) return;
    const auto known = trace.statistics(grid.startOf(grid.first + place), until + Duration{1});
    const auto last = trace.lastBefore(until + Duration{1});
    if (known.count == 0 || !last) { // or not read yet
        column = {};
        return;
    }
    column.min = static_cast<float>(known.min);
    column.max = static_cast<float>(known.max);
    column.last = last->value;
    column.count = static_cast<std::uint32_t>(known.count);
    column.gapInside = column.gapInside && known.hasGap;
    column.gapAfter = false;
}

std::int64_t ColumnRing::update(const BinGrid& grid, std::shared_ptr<const telemetry::Trace> trace,
                                Time until) {
    const bool wasCut = isCut();
    const Time cut = std::exchange(until_, until);
    const BinGrid old = std::exchange(grid_, grid);
    const auto previous = std::exchange(trace_, std::move(trace));
    const std::int64_t oldEnd = old.first + static_cast<std::int64_t>(old.count);
    const std::uint64_t read = std::exchange(readBack_, trace_->readBack());
    const bool scrolled = read == readBack_ && old.width == grid.width && old.count == grid.count &&
                          grid.first >= old.first && grid.first < oldEnd;
    if (!scrolled) {
        slots_.resize(grid.count);
        fetch(grid.first, end());
        return grid.first;
    }
    const bool isCutElsewhere = cut != until && (wasCut || until < cut);
    const std::int64_t whole =
        isCutElsewhere ? std::clamp(grid.binOf(std::min(cut, until)), grid.first, oldEnd) : oldEnd;
    if (trace_ == previous) {
        fetch(whole, end());
        return whole;
    }
    if (!trace_->continues(*previous)) {
        fetch(grid.first, end());
        return grid.first;
    }
    const auto last = previous->last();
    const std::int64_t settled = last ? std::max(grid.first, grid.binOf(last->time)) : grid.first;
    fetch(std::min(settled, whole), end());
    const auto newest = trace_->last();
    const bool grew = newest && (!last || newest->time != last->time);
    return grew ? std::min(settled, whole) : whole;
}

void ColumnRing::fetch(std::int64_t from, std::int64_t to) {
    if (to <= from) return;
    fetched_.resize(static_cast<std::size_t>(to - from));
    const BinGrid part{grid_.width, from, fetched_.size()};
    trace_->columns(part, fetched_);
    cutAfter(until_, *trace_, part, fetched_);
    for (std::int64_t bin = from; bin < to; ++bin)
        slots_[ringPlace(bin, slots_.size())] = fetched_[static_cast<std::size_t>(bin - from)];
}

bool ColumnRing::isCut() const {
    const auto newest = trace_->last();
    return newest && newest->time > until_ && grid_.count > 0 && until_ < grid_.startOf(end());
}

Extent ColumnRing::range() const {
    Extent all;
    for (const Extent& column : slots_) {
        if (column.isEmpty()) continue;
        all.min = all.count == 0 ? column.min : std::min(all.min, column.min);
        all.max = all.count == 0 ? column.max : std::max(all.max, column.max);
        all.count += column.count;
    }
    return all;
}

} // namespace servolane::ui::scope
