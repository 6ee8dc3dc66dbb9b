// SPDX-License-Identifier: GPL-3.0-or-later
// CSV rows on an even grid of times, all buses in the same rows. The grid begins with the recording or the
// range asked for. nearest: the value of the nearest sample; linear: on the line between the samples around;
// mean: of the samples within half a step to both sides. No value is made across a gap of the bus, between
// samples too far apart (50 cycles, but at least one second and at most ten), or before the first and behind
// the last sample. Channels that are states and no quantities (moving, hardware_error) always take the
// nearest sample.
#pragma once

#include "drivers/export/exporter.h"

#include <deque>
#include <optional>

namespace servolane::drivers {

/// One column on the grid. Samples and questions come in the order of time.
class GridColumn {
public:
    /// `reach`: no value is made between samples further apart.
    GridColumn(session::Resampling method, Duration step, Duration reach)
        : method_(method)
        , half_(step / 2)
        , reach_(reach) {}

    void take(Time time, double value);
    /// Samples are missing here.
    void breakOff() { broken_ = true; }
    /// Needs all samples up to `time` + reach, or half a step if that is longer.
    [[nodiscard]] std::optional<double> valueAt(Time time);

private:
    struct Sample {
        Time time{};
        double value = 0.0;
        bool brokenBefore = false;
    };
    [[nodiscard]] std::optional<double> meanAround(Time time);
    [[nodiscard]] std::optional<double> nearestTo(Time time, const Sample* next, bool joined) const;

    session::Resampling method_;
    Duration half_;
    Duration reach_;
    bool broken_ = false;
    std::optional<Sample> last_; ///< not after the time asked for
    std::deque<Sample> ahead_;
};

/// The rows without the header. Memory: the samples of `reach`, a slice of each bus.
[[nodiscard]] Result<Written> writeGrid(session::SessionReader& reader, const ExportPlan& plan,
                                        PartFile& file, session::JobProgress& progress);

} // namespace servolane::drivers
