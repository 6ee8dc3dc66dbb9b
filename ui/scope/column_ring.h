// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/telemetry/read/trace.h"

#include <memory>
#include <span>
#include <vector>

namespace servolane::ui::scope {

/// Place of a bin in a ring of `size`; bins before time zero are negative.
[[nodiscard]] inline std::size_t ringPlace(std::int64_t bin, std::size_t size) {
    const auto modulus = static_cast<std::int64_t>(size);
    return static_cast<std::size_t>((bin % modulus + modulus) % modulus);
}

/// Takes out of these columns what comes after `until`: a recording that is played holds what lies ahead, and
/// the bin of that moment would tell it.
void cutAfter(Time until, const telemetry::Trace& trace, const telemetry::BinGrid& grid,
              std::span<telemetry::Extent> columns);

/// The columns of one trace for the bins on the screen, kept while they scroll: a bin that is over is asked
/// for once.
class ColumnRing {
public:
    /// Brings the columns up to date, with samples up to `until`. Returns the first bin whose picture may
    /// differ from before; grid.first if all do, the end of the grid if none does.
    std::int64_t update(const telemetry::BinGrid& grid, std::shared_ptr<const telemetry::Trace> trace,
                        Time until = Time::max());
    void forget() { grid_ = {}; }

    [[nodiscard]] const telemetry::Extent& operator[](std::int64_t bin) const {
        return slots_[ringPlace(bin, slots_.size())];
    }
    [[nodiscard]] const telemetry::BinGrid& grid() const { return grid_; }
    [[nodiscard]] const telemetry::Trace& trace() const { return *trace_; }
    /// The trace goes on after the moment up to which it was asked for.
    [[nodiscard]] bool isCut() const;
    /// Lowest and highest value on the screen; count 0 if there is none.
    [[nodiscard]] telemetry::Extent range() const;

private:
    void fetch(std::int64_t from, std::int64_t to);
    [[nodiscard]] std::int64_t end() const { return grid_.first + static_cast<std::int64_t>(grid_.count); }

    std::vector<telemetry::Extent> slots_; ///< by bin modulo the number of bins
    std::vector<telemetry::Extent> fetched_;
    telemetry::BinGrid grid_;
    Time until_ = Time::max();
    std::uint64_t readBack_ = 0; ///< of the trace when it was asked
    std::shared_ptr<const telemetry::Trace> trace_ = std::make_shared<const telemetry::Trace>();
};

} // namespace servolane::ui::scope
