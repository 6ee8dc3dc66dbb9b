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

/// An extent with the sums that statistics need.
struct Summary {
    Extent extent;
    double sum = 0.0;
    double sumOfSquares = 0.0;

    void add(float value);
    void add(const Summary& later);
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

inline void Summary::add(float value) {
    extent.add(value);
    if (value != value) return;
    sum += value;
    sumOfSquares += static_cast<double>(value) * value;
}

inline void Summary::add(const Summary& later) {
    extent.add(later.extent);
    sum += later.sum;
    sumOfSquares += later.sumOfSquares;
}

} // namespace servolane::telemetry
