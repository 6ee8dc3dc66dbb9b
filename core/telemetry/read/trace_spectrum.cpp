// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/telemetry/read/trace_spectrum.h"

#include "core/telemetry/read/trace_rows.h"

#include "core/telemetry/analysis/uniform_grid.h"

#include <algorithm>
#include <utility>

namespace servolane::telemetry {

namespace {

struct Piece {
    std::vector<std::int64_t> ns;
    std::vector<float> values;
};

/// Finds the longest run of samples without a gap.
class PieceFinder {
public:
    void add(std::int64_t ns, float value) {
        if (value != value) {
            isBroken_ = !now_.ns.empty() || isBroken_;
            return;
        }
        if (std::exchange(isBroken_, false)) {
            ++gaps_;
            keepLonger();
        }
        now_.ns.push_back(ns);
        now_.values.push_back(value);
    }
    Piece longest() {
        keepLonger();
        return std::move(longest_);
    }
    [[nodiscard]] std::size_t gaps() const { return gaps_; }

private:
    void keepLonger() {
        if (now_.ns.size() > longest_.ns.size()) std::swap(now_, longest_);
        now_ = {};
    }

    Piece now_;
    Piece longest_;
    std::size_t gaps_ = 0;
    bool isBroken_ = false;
};

} // namespace

TraceSpectrum spectrumOfTrace(const Trace& trace, Time from, Time to, const SpectrumSettings& settings,
                              const std::atomic<bool>& cancelled, const ReadLimits& limits) {
    TraceSpectrum result;
    const NewestPart part = newestPartOf(trace, from, to, limits);
    result.isShortened = part.isShortened;
    PieceFinder finder;
    result.isWaiting = !visitRows(trace, part.from, to, [&](const RowRun& run) {
        for (std::size_t row = 0; row < run.times.size(); ++row)
            finder.add(run.times[row], run.values[row]);
        return !cancelled.load(std::memory_order_relaxed);
    });
    const Piece piece = finder.longest();
    result.gaps = finder.gaps();
    std::span<const std::int64_t> ns(piece.ns);
    std::span<const float> values(piece.values);
    // One block has room for no more.
    const std::size_t most = settings.block == 0 ? std::min(limits.samples, longestBlock) : limits.samples;
    if (ns.size() > most) {
        result.isShortened = true;
        ns = ns.last(most);
        values = values.last(most);
    }
    result.samples = ns.size();
    if (ns.empty()) return result;
    result.from = Time{Duration{ns.front()}};
    result.to = Time{Duration{ns.back()}};
    const UniformGrid grid = resampleUniform(ns, values, cancelled);
    result.moved = grid.moved;
    result.farthest = grid.farthest;
    result.spectrum = spectrumOf(grid.values, grid.rate, settings, cancelled);
    if (result.spectrum) result.peaks = peaksOf(*result.spectrum, mostPeaks);
    return result;
}

} // namespace servolane::telemetry
