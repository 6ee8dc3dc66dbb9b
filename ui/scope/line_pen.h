// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/scope/trace_layer.h"

#include <algorithm>
#include <cmath>

namespace servolane::ui::scope {

/// Draws one trace as vertical spans into the pixels of a layer.
class LinePen {
public:
    LinePen(QImage& image, const LineStyle& style)
        : bits_(image.bits())
        , stride_(image.bytesPerLine())
        , columns_(static_cast<std::size_t>(image.width()))
        , style_(style)
        , scale_((style.bottom - style.top) / std::max(style.high - style.low, 1e-30)) {}

    [[nodiscard]] double rowOf(float value) const { return style_.bottom - (value - style_.low) * scale_; }

    /// Pixels from row `a` to row `b`, in either order, of the column that shows `bin`.
    void span(std::int64_t bin, double a, double b) {
        const int top = rounded(std::min(a, b));
        const int bottom = rounded(std::max(a, b));
        if (bottom < style_.top || top > style_.bottom) return;
        fill(bin, std::max(top, style_.top), std::min(bottom, style_.bottom));
    }

    /// The straight line between two bins, as far as it lies in bins from `from` on. The pixels of the first
    /// bin are drawn already.
    void line(std::int64_t bin0, double row0, std::int64_t bin1, double row1, std::int64_t from,
              std::int64_t to) {
        const double slope = (row1 - row0) / static_cast<double>(bin1 - bin0);
        for (std::int64_t bin = std::max(bin0 + 1, from); bin <= std::min(bin1, to - 1); ++bin) {
            const double before = row0 + slope * static_cast<double>(bin - 1 - bin0);
            const double here = row0 + slope * static_cast<double>(bin - bin0);
            span(bin, towards(before, here), here);
        }
    }

    /// A gap too short to be seen as a hole still shows: a dotted line over the height of the pane, behind
    /// the traces. Anything smaller looks like a stray pixel.
    void gapMark(std::int64_t bin) {
        auto* pixel =
            bits_ + style_.top * stride_ + static_cast<qsizetype>(ringPlace(bin, columns_) * sizeof(QRgb));
        for (int row = style_.top; row <= style_.bottom; ++row, pixel += stride_) {
            auto& colour = *reinterpret_cast<QRgb*>(pixel);
            if (row % dotPitch < dotPitch / 2 && colour == 0) colour = style_.gapColour;
        }
    }

private:
    /// One pixel on the way, so that neighbouring columns meet without overlapping.
    static double towards(double before, double here) {
        if (std::abs(here - before) <= 1.0) return here;
        return here > before ? before + 1.0 : before - 1.0;
    }
    /// Also of numbers far outside of an int's range.
    static int rounded(double row) { return static_cast<int>(std::lround(std::clamp(row, -1e6, 1e6))); }

    void fill(std::int64_t bin, int top, int bottom) {
        auto* pixel = bits_ + top * stride_ + static_cast<qsizetype>(ringPlace(bin, columns_) * sizeof(QRgb));
        for (int row = top; row <= bottom; ++row, pixel += stride_)
            if (style_.pattern == LinePattern::solid || inDash(bin, row, bottom - top))
                *reinterpret_cast<QRgb*>(pixel) = style_.colour;
    }
    /// Dashes lie on absolute bins, so they scroll with the data; steep parts are dashed along the rows.
    [[nodiscard]] bool inDash(std::int64_t bin, int row, int length) const {
        return isDrawn(style_.pattern, length > static_cast<int>(dashLength) ? static_cast<std::size_t>(row)
                                                                             : ringPlace(bin, patternRound));
    }

    static constexpr std::size_t patternRound = 140; ///< pixels after which every pattern begins anew
    static constexpr int dotPitch = 6;
    uchar* bits_;
    qsizetype stride_;
    std::size_t columns_;
    const LineStyle& style_;
    double scale_;
};

} // namespace servolane::ui::scope
