// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/telemetry/analysis/spectrum.h"
#include "core/telemetry/read/trace.h"
#include "core/telemetry/read/trace_rows.h"

#include <vector>

namespace servolane::telemetry {

/// The spectrum of a stretch of a trace, and all that must be said with it.
struct TraceSpectrum {
    std::size_t samples = 0; ///< of the piece the spectrum is of; fewer than shortestBlock: there is none
    std::size_t gaps = 0;    ///< in the stretch: the longest piece between them was taken
    Time from{};             ///< of the piece's first and last sample
    Time to{};
    double moved = 0.0;       ///< share of samples farther than movedShare of a step from the grid
    double farthest = 0.0;    ///< in steps
    bool isShortened = false; ///< the stretch holds more than can be read at once: the newest part was taken
    bool isWaiting = false;   ///< samples behind those are still being read from a recording
    std::optional<Spectrum> spectrum;
    std::vector<SpectrumPeak> peaks;
};

constexpr std::size_t mostPeaks = 8;

/// Of the samples with from ≤ time < to, on a grid of equal steps (uniform_grid.h). A spectrum over a gap
/// would be one of the gap: the longest piece without one is taken. Of a stretch with more samples than
/// `limits` allow, the newest are. Any thread; without a spectrum once
/// `cancelled` is set.
[[nodiscard]] TraceSpectrum spectrumOfTrace(const Trace& trace, Time from, Time to,
                                            const SpectrumSettings& settings,
                                            const std::atomic<bool>& cancelled,
                                            const ReadLimits& limits = {});

} // namespace servolane::telemetry
