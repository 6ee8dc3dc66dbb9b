// SPDX-License-Identifier: GPL-3.0-or-later
// What is known of a run of rows without looking at each: the element of envelopes, the column of a picture.
// Plain values, any thread. A row without a value (NaN) is a gap in the line.
#pragma once

#include <cstdint>

namespace servolane::telemetry {

/// Extent of a run of rows in order of time. min, max, first and last are meaningful only if count > 0.
struct Extent {
    float min = 0.0F;
    float max = 0.0F;
    float first = 0.0F;
    float last = 0.0F;
    std::uint32_t count = 0; ///< rows with a value
    bool gapBefore = false;  ///< a gap lies in the run, before its first value
    bool gapInside = false;  ///< … between two of its values
    bool gapAfter = false;   ///< … after its last value; with count 0: the run is nothing but gap

    [[nodiscard]] bool isEmpty() const { return count == 0; }
    [[nodiscard]] bool hasGap() const { return gapBefore || gapInside || gapAfter; }
    friend bool operator==(const Extent&, const Extent&) = default;

    /// Adds the row that follows.
    void add(float value);
    /// Adds the run that follows.
    void add(const Extent& later);
};

/// An extent with the sums that statistics need, a slope among them: their times are counted from the first
/// value, so that the squares of times stay small whatever the clock says.
struct Summary {
    Extent extent;
    double sum = 0.0;
    double sumOfSquares = 0.0;
    std::int64_t originNs = 0; ///< of the first value
    double sumOfTimes = 0.0;   ///< seconds since it
    double sumOfSquaredTimes = 0.0;
    double sumOfProducts = 0.0; ///< time by value

    void add(float value, std::int64_t ns);
    void add(const Summary& later);
    /// Of the straight line through the values by least squares, per second; 0 for fewer than two.
    [[nodiscard]] double slope() const;
};

inline void Extent::add(float value) {
    if (value != value) { // NaN
        gapBefore = gapBefore || count == 0;
        gapAfter = true;
        return;
    }
    if (count == 0) {
        min = max = first = value;
        gapAfter = false;
    } else {
        min = value < min ? value : min;
        max = value > max ? value : max;
        gapInside = gapInside || gapAfter;
        gapAfter = false;
    }
    last = value;
    ++count;
}

inline void Extent::add(const Extent& later) {
    if (later.count == 0) {
        gapBefore = gapBefore || (count == 0 && later.gapAfter);
        gapAfter = gapAfter || later.gapAfter;
        return;
    }
    if (count == 0) {
        const bool gap = gapAfter;
        *this = later;
        gapBefore = gapBefore || gap;
        return;
    }
    min = later.min < min ? later.min : min;
    max = later.max > max ? later.max : max;
    last = later.last;
    count += later.count;
    gapInside = gapInside || gapAfter || later.gapBefore || later.gapInside;
    gapAfter = later.gapAfter;
}

inline void Summary::add(float value, std::int64_t ns) {
    extent.add(value);
    if (value != value) return;
    if (extent.count == 1) originNs = ns;
    const double time = static_cast<double>(ns - originNs) * 1e-9;
    sum += value;
    sumOfSquares += static_cast<double>(value) * value;
    sumOfTimes += time;
    sumOfSquaredTimes += time * time;
    sumOfProducts += time * value;
}

inline void Summary::add(const Summary& later) {
    if (extent.count == 0) originNs = later.originNs;
    const double shift = static_cast<double>(later.originNs - originNs) * 1e-9;
    const double count = later.extent.count;
    extent.add(later.extent);
    sum += later.sum;
    sumOfSquares += later.sumOfSquares;
    if (count == 0.0) return;
    sumOfTimes += later.sumOfTimes + count * shift;
    sumOfSquaredTimes += later.sumOfSquaredTimes + shift * (2.0 * later.sumOfTimes + count * shift);
    sumOfProducts += later.sumOfProducts + shift * later.sum;
}

inline double Summary::slope() const {
    if (extent.count < 2) return 0.0;
    const double count = extent.count;
    const double spread = sumOfSquaredTimes - sumOfTimes * sumOfTimes / count;
    return spread > 0.0 ? (sumOfProducts - sumOfTimes * sum / count) / spread : 0.0;
}

} // namespace servolane::telemetry
