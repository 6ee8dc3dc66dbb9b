// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/scope/column_ring.h"
#include "ui/scope/line_pattern.h"

#include <QImage>
#include <QRgb>
#include <vector>

class QPainter;
class QRect;

namespace servolane::ui::scope {

/// How one trace is drawn. Rows count from the top of the layer, in device pixels.
struct LineStyle {
    QRgb colour = 0;
    QRgb gapColour = 0; ///< premultiplied
    LinePattern pattern = LinePattern::solid;
    int top = 0;    ///< first row of the pane
    int bottom = 0; ///< last row of the pane
    double low = 0.0;
    double high = 1.0;
    friend bool operator==(const LineStyle&, const LineStyle&) = default;
};

/// The picture of all traces: a transparent image whose column x shows bin x modulo its width, so that
/// scrolling moves nothing and costs only the bins that are new. Each column of a trace is one vertical span
/// of pixels; no path, no pen, no antialiasing.
class TraceLayer {
public:
    void resize(int width, int height);
    [[nodiscard]] int width() const { return image_.width(); }

    /// Draws the bins from `dirtyFrom` on again; all bins if the styles or the number of lines changed.
    void draw(const std::vector<const ColumnRing*>& rings, const std::vector<LineStyle>& styles,
              std::int64_t dirtyFrom);
    void forget() { styles_.clear(); }
    /// Copies the layer to `target` (device pixels of the painter's device, as large as the layer), the
    /// oldest bin at the left.
    void paint(QPainter& painter, const QRectF& target) const;

private:
    void clear(std::int64_t from, std::int64_t to);
    void drawLine(const ColumnRing& ring, const LineStyle& style, std::int64_t from, std::int64_t to);
    [[nodiscard]] int columnOf(std::int64_t bin) const {
        return static_cast<int>(ringPlace(bin, static_cast<std::size_t>(image_.width())));
    }

    QImage image_;
    std::vector<LineStyle> styles_;
    telemetry::BinGrid grid_;
};

} // namespace servolane::ui::scope
