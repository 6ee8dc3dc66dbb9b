// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/telemetry/analysis/spectrum.h"

#include "core/kernel/median.h"

#include <algorithm>
#include <cmath>
#include <fftw3.h>
#include <memory>
#include <mutex>
#include <numeric>

namespace servolane::telemetry {

namespace {

/// fftw makes and destroys plans in one thread at a time; it carries them out in any number.
std::mutex& planMutex() {
    static std::mutex mutex;
    return mutex;
}

/// A real transform of one length, with its memory.
class Transform {
public:
    explicit Transform(std::size_t count)
        : count_(count)
        , in_(fftw_alloc_real(count))
        , out_(fftw_alloc_complex(count / 2 + 1)) {
        const std::lock_guard lock(planMutex());
        plan_ = fftw_plan_dft_r2c_1d(static_cast<int>(count), in_, out_, FFTW_ESTIMATE);
    }
    ~Transform() {
        {
            const std::lock_guard lock(planMutex());
            fftw_destroy_plan(plan_);
        }
        fftw_free(in_);
        fftw_free(out_);
    }
    Transform(const Transform&) = delete;
    Transform& operator=(const Transform&) = delete;

    [[nodiscard]] std::span<double> input() { return {in_, count_}; }
    void run() { fftw_execute(plan_); }
    [[nodiscard]] double power(std::size_t bin) const {
        return out_[bin][0] * out_[bin][0] + out_[bin][1] * out_[bin][1];
    }

private:
    std::size_t count_;
    double* in_;
    fftw_complex* out_;
    fftw_plan plan_;
};

bool hasOneSide(std::size_t bin, std::size_t block) {
    return bin == 0 || bin * 2 == block;
}

void load(std::span<const double> samples, std::span<const double> window, bool removeMean,
          std::span<double> into) {
    const double mean = removeMean ? std::accumulate(samples.begin(), samples.end(), 0.0) /
                                         static_cast<double>(samples.size())
                                   : 0.0;
    for (std::size_t i = 0; i < into.size(); ++i)
        into[i] = (samples[i] - mean) * window[i];
}

/// Where between two bins a sine lies whose window gives them this ratio: bisection, since it rises from one
/// bin to the middle.
double offsetFor(Window window, double ratio) {
    double low = 0.0;
    double high = 0.5;
    for (int i = 0; i < 40; ++i) {
        const double middle = (low + high) / 2.0;
        const bool isFarther = windowResponse(window, 1.0 - middle) < ratio * windowResponse(window, middle);
        (isFarther ? low : high) = middle;
    }
    return (low + high) / 2.0;
}

/// Power of a window's feet beside its peak, which must not pass for peaks: those that fall off bin by bin do
/// not, and there only the rounding of floats is left.
double feetOf(Window window) {
    return window == Window::flatTop || window == Window::blackmanHarris ? 2e-9 : 1e-12;
}

/// The middle of a window reaches that far.
std::size_t reachOf(Window window) {
    return window == Window::flatTop ? 5 : window == Window::blackmanHarris ? 4 : 2;
}

} // namespace

double Spectrum::valueAt(std::size_t bin, Quantity quantity) const {
    if (quantity == Quantity::density) return density[bin];
    const double square = density[bin] * resolution() * noiseBandwidth(window);
    const bool peak = quantity == Quantity::amplitude && !hasOneSide(bin, block);
    return std::sqrt(peak ? 2.0 * square : square);
}

std::optional<Spectrum> spectrumOf(std::span<const double> samples, double rate,
                                   const SpectrumSettings& settings, const std::atomic<bool>& cancelled) {
    Spectrum result;
    result.rate = rate;
    result.window = settings.window;
    result.block =
        std::min({settings.block == 0 ? samples.size() : settings.block, samples.size(), longestBlock});
    if (result.block < shortestBlock || !(rate > 0.0)) return std::nullopt;
    if (settings.block == 0) samples = samples.last(result.block);
    const std::vector<double> window = windowOf(settings.window, result.block);
    const double squares = std::inner_product(window.begin(), window.end(), window.begin(), 0.0);
    Transform transform(result.block);
    result.density.assign(result.block / 2 + 1, 0.0);
    const std::size_t hop = std::max<std::size_t>(result.block / 2, 1);
    // From the newest sample backwards: what does not fill a block is the oldest.
    for (std::size_t end = samples.size(); end >= result.block; end -= hop) {
        if (cancelled.load(std::memory_order_relaxed)) return std::nullopt;
        load(samples.subspan(end - result.block, result.block), window, settings.removeMean,
             transform.input());
        transform.run();
        for (std::size_t bin = 0; bin < result.density.size(); ++bin)
            result.density[bin] += transform.power(bin);
        ++result.averages;
        if (end < hop) break;
    }
    const double scale = 1.0 / (rate * squares * static_cast<double>(result.averages));
    for (std::size_t bin = 0; bin < result.density.size(); ++bin)
        result.density[bin] *= scale * (hasOneSide(bin, result.block) ? 1.0 : 2.0);
    return result;
}

std::vector<SpectrumPeak> peaksOf(const Spectrum& spectrum, std::size_t count) {
    std::vector<SpectrumPeak> peaks;
    const auto& density = spectrum.density;
    if (density.size() < 4) return peaks;
    constexpr double overNoise = 16.0; // 12 dB over the median
    const double underHighest = feetOf(spectrum.window);
    const double highest = *std::max_element(density.begin() + 1, density.end());
    const double least = std::max(overNoise * medianOf(density).value_or(0.0), underHighest * highest);
    const std::size_t reach = reachOf(spectrum.window);
    for (std::size_t bin = 1; bin + 1 < density.size(); ++bin) {
        if (density[bin] <= least) continue;
        const std::size_t first = bin > reach ? bin - reach : 0;
        const std::size_t end = std::min(bin + reach + 1, density.size());
        const auto top =
            std::max_element(density.begin() + static_cast<std::ptrdiff_t>(std::max<std::size_t>(first, 1)),
                             density.begin() + static_cast<std::ptrdiff_t>(end));
        if (top - density.begin() != static_cast<std::ptrdiff_t>(bin)) continue;
        const bool isRight = density[bin + 1] > density[bin - 1];
        const double second = isRight ? density[bin + 1] : density[bin - 1];
        const double offset = offsetFor(spectrum.window, std::sqrt(second / density[bin]));
        SpectrumPeak peak;
        peak.bin = bin;
        peak.frequency = (static_cast<double>(bin) + (isRight ? offset : -offset)) * spectrum.resolution();
        peak.amplitude = spectrum.valueAt(bin, Quantity::amplitude) / windowResponse(spectrum.window, offset);
        peaks.push_back(peak);
    }
    std::sort(peaks.begin(), peaks.end(),
              [](const SpectrumPeak& a, const SpectrumPeak& b) { return a.amplitude > b.amplitude; });
    if (peaks.size() > count) peaks.resize(count);
    return peaks;
}

} // namespace servolane::telemetry
