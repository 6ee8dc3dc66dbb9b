// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/scope/trace_layer.h"

#include "ui/scope/line_pen.h"

#include <QPainter>
#include <optional>

namespace servolane::ui::scope {

using telemetry::Extent;

namespace {

/// Where the line came from.
struct Joint {
    std::int64_t bin = 0;
    double row = 0.0;
    bool broken = false; ///< a gap follows
};

std::optional<Joint> jointBefore(const ColumnRing& ring, const LinePen& pen, std::int64_t bin) {
    bool broken = false;
    for (std::int64_t at = bin - 1; at >= ring.grid().first; --at) {
        const Extent& column = ring[at];
        broken = broken || column.gapAfter;
        if (!column.isEmpty()) return Joint{at, pen.rowOf(column.last), broken};
    }
    const auto sample = ring.trace().lastBefore(ring.grid().startOf(ring.grid().first));
    if (!sample) return std::nullopt;
    return Joint{ring.grid().binOf(sample->time), pen.rowOf(sample->value), broken || sample->acrossGap};
}

} // namespace

void TraceLayer::resize(int width, int height) {
    if (image_.width() == width && image_.height() == height) return;
    image_ = QImage(width, height, QImage::Format_ARGB32_Premultiplied);
    forget();
}

void TraceLayer::draw(const std::vector<const ColumnRing*>& rings, const std::vector<LineStyle>& styles,
                      std::int64_t dirtyFrom) {
    if (rings.empty() || image_.isNull()) {
        image_.fill(Qt::transparent);
        styles_.clear();
        return;
    }
    grid_ = rings.front()->grid();
    const std::int64_t from = styles == styles_ ? std::max(dirtyFrom, grid_.first) : grid_.first;
    const std::int64_t to = grid_.first + static_cast<std::int64_t>(grid_.count);
    styles_ = styles;
    if (from >= to) return;
    clear(from, to);
    for (std::size_t i = 0; i < rings.size(); ++i)
        drawLine(*rings[i], styles[i], from, to);
}

void TraceLayer::clear(std::int64_t from, std::int64_t to) {
    if (to - from >= image_.width()) {
        image_.fill(Qt::transparent);
        return;
    }
    const int first = columnOf(from);
    const auto count = static_cast<int>(to - from);
    const int untilBorder = std::min(count, image_.width() - first);
    for (int row = 0; row < image_.height(); ++row) {
        auto* const pixels = reinterpret_cast<QRgb*>(image_.scanLine(row));
        std::fill_n(pixels + first, untilBorder, 0U);
        std::fill_n(pixels, count - untilBorder, 0U);
    }
}

void TraceLayer::drawLine(const ColumnRing& ring, const LineStyle& style, std::int64_t from,
                          std::int64_t to) {
    LinePen pen(image_, style);
    std::optional<Joint> joint = jointBefore(ring, pen, from);
    for (std::int64_t bin = from; bin < to; ++bin) {
        const Extent& column = ring[bin];
        if (column.isEmpty()) {
            if (joint) joint->broken = joint->broken || column.gapAfter;
            continue;
        }
        const double first = pen.rowOf(column.first);
        const bool joined = joint && !joint->broken && !column.gapBefore;
        if (joined) pen.line(joint->bin, joint->row, bin, first, from, to);
        const bool adjacent = joint && bin - joint->bin <= 2;
        if (column.gapInside || (joint && !joined && adjacent)) pen.gapMark(bin);
        // A sample between two gaps is no line: make it large enough to be seen.
        const double grow = !joined && column.count == 1 ? 1.0 : 0.0;
        pen.span(bin, pen.rowOf(column.max) - grow, pen.rowOf(column.min) + grow);
        joint = Joint{bin, pen.rowOf(column.last), column.gapAfter};
    }
    // The line goes on to the first sample right of the screen.
    if (!joint || joint->broken) return;
    const auto next = ring.trace().firstFrom(ring.grid().startOf(to));
    if (next && !next->acrossGap)
        pen.line(joint->bin, joint->row, ring.grid().binOf(next->time), pen.rowOf(next->value), from, to);
}

void TraceLayer::paint(QPainter& painter, const QRectF& target) const {
    if (image_.isNull() || grid_.count == 0) return;
    const int first = columnOf(grid_.first);
    const int left = image_.width() - first;
    const double scale = target.width() / image_.width();
    const QRectF leftPart(target.left(), target.top(), left * scale, target.height());
    painter.drawImage(leftPart, image_, QRectF(first, 0, left, image_.height()));
    if (first == 0) return;
    const QRectF rightPart(leftPart.right(), target.top(), first * scale, target.height());
    painter.drawImage(rightPart, image_, QRectF(0, 0, first, image_.height()));
}

} // namespace servolane::ui::scope
