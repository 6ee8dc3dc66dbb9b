// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/scope/column_ring.h"

#include <algorithm>
#include <utility>

namespace servolane::ui::scope {

using telemetry::BinGrid;
using telemetry::Extent;

std::int64_t ColumnRing::update(const BinGrid& grid, std::shared_ptr<const telemetry::Trace> trace) {
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
    if (trace_ == previous) {
        fetch(oldEnd, end());
        return oldEnd;
    }
    if (!trace_->continues(*previous)) {
        fetch(grid.first, end());
        return grid.first;
    }
    const auto last = previous->last();
    const std::int64_t settled = last ? std::max(grid.first, grid.binOf(last->time)) : grid.first;
    fetch(std::min(settled, oldEnd), end());
    const auto newest = trace_->last();
    const bool grew = newest && (!last || newest->time != last->time);
    return grew ? std::min(settled, oldEnd) : oldEnd;
}

void ColumnRing::fetch(std::int64_t from, std::int64_t to) {
    if (to <= from) return;
    fetched_.resize(static_cast<std::size_t>(to - from));
    trace_->columns({grid_.width, from, fetched_.size()}, fetched_);
    for (std::int64_t bin = from; bin < to; ++bin)
        slots_[ringPlace(bin, slots_.size())] = fetched_[static_cast<std::size_t>(bin - from)];
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
