// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/analysis/xy_view.h"

#include "core/telemetry/read/math_board.h"
#include "ui/scope/cursor_pair.h"
#include "ui/scope/pane.h"

#include <QtGui/QPainter>
#include <QtGui/QPolygonF>
#include <algorithm>
#include <cmath>

namespace servolane::ui {

namespace {

constexpr int shades = 12;
constexpr double faintest = 0.18;
constexpr double reach = 14.0; ///< pixels within which a point is read

QString titleOf(const scope::TraceChoice& choice) {
    QString title = choice.label;
    if (!title.isEmpty()) title[0] = title[0].toUpper();
    return choice.unit.isEmpty() ? title : title + QStringLiteral(", ") + choice.unit;
}

QString valueText(const scope::TraceChoice& choice, double value) {
    const bool joined = choice.unit.isEmpty() || choice.unit == QStringLiteral("°");
    return QStringLiteral("%1  %2%3%4")
        .arg(choice.label, figureText(value), joined ? QString() : QStringLiteral(" "), choice.unit);
}

/// As in the scope: what stands still is no cloud of rounding.
scope::AutoRange rangeOf(const scope::TraceChoice& choice) {
    return telemetry::isMath(choice.axis) ? scope::AutoRange()
                                          : scope::AutoRange(scope::smallestRangeOf(choice.channel));
}

/// As many units sideways as upwards for every pixel; the axis with room to spare shows more.
void equalise(PlotScale& x, PlotScale& y, const QRect& area) {
    const double perX = (x.high - x.low) / std::max(area.width(), 1);
    const double perY = (y.high - y.low) / std::max(area.height(), 1);
    PlotScale& loose = perX < perY ? x : y;
    const double wanted = std::max(perX, perY) * (perX < perY ? area.width() : area.height());
    const double middle = (loose.low + loose.high) / 2.0;
    loose.low = middle - wanted / 2.0;
    loose.high = middle + wanted / 2.0;
}

} // namespace

XyView::XyView(QWidget* parent)
    : PlotView(QStringLiteral("xyView"), QStringLiteral("XY view"), parent) {}

void XyView::show(XyPicture picture, Time now) {
    if (!(picture.x == picture_.x)) xRange_ = rangeOf(picture.x);
    if (!(picture.y == picture_.y)) yRange_ = rangeOf(picture.y);
    picture_ = std::move(picture);
    now_ = now;
    const auto& points = picture_.found.points;
    if (!points.empty()) {
        const auto [left, right] = std::minmax_element(
            points.begin(), points.end(), [](const auto& a, const auto& b) { return a.x < b.x; });
        const auto [low, high] = std::minmax_element(points.begin(), points.end(),
                                                     [](const auto& a, const auto& b) { return a.y < b.y; });
        xRange_.follow(left->x, right->x, now);
        yRange_.follow(low->y, high->y, now);
    }
    build();
}

void XyView::setEqualScales(bool equal) {
    equal_ = equal;
    build();
}

void XyView::fit() {
    frame_.x = {xRange_.low(), xRange_.high(), false};
    frame_.y = {yRange_.low(), yRange_.high(), false};
    if (equal_) equalise(frame_.x, frame_.y, frame_.area);
    frame_.xTitle = titleOf(picture_.x);
    frame_.yTitle = titleOf(picture_.y);
}

QPointF XyView::placeOf(const telemetry::XyPoint& point) const {
    return {frame_.xOf(point.x), frame_.yOf(point.y)};
}

void XyView::paintLine(QPainter& painter) const {
    const auto& points = picture_.found.points;
    if (points.empty()) return;
    const double length = std::max(seconds(picture_.to - picture_.from), 1e-9);
    const auto shadeOf = [&](Time time) {
        const double share = seconds(time - picture_.from) / length;
        return std::clamp(static_cast<int>(share * shades), 0, shades - 1);
    };
    QPolygonF line;
    int shade = shadeOf(points.front().time);
    const auto draw = [&] {
        QColor colour = palette_.traces[0];
        colour.setAlphaF(static_cast<float>(faintest + (1.0 - faintest) * (shade + 1.0) / shades));
        painter.setPen(QPen(colour, 1.4));
        if (line.size() == 1)
            painter.drawPoint(line.front());
        else
            painter.drawPolyline(line);
    };
    for (const telemetry::XyPoint& point : points) {
        const int next = shadeOf(point.time);
        if (point.afterGap || next != shade) {
            draw();
            const QPointF last = line.isEmpty() ? placeOf(point) : line.back();
            line.clear();
            if (!point.afterGap) line << last;
            shade = next;
        }
        line << placeOf(point);
    }
    draw();
    painter.setPen(Qt::NoPen);
    painter.setBrush(palette_.traces[0]);
    painter.drawEllipse(placeOf(points.back()), 3.5, 3.5);
    painter.setBrush(Qt::NoBrush);
}

const telemetry::XyPoint* XyView::nearest(QPoint at) const {
    const telemetry::XyPoint* best = nullptr;
    double least = reach * reach;
    for (const telemetry::XyPoint& point : picture_.found.points) {
        const QPointF away = placeOf(point) - QPointF(at);
        const double square = QPointF::dotProduct(away, away);
        if (square > least) continue;
        least = square; // of equals the newest
        best = &point;
    }
    return best;
}

QStringList XyView::readingAt(QPoint at) const {
    const telemetry::XyPoint* point = nearest(at);
    if (!point) return {};
    return {valueText(picture_.x, point->x), valueText(picture_.y, point->y),
            QStringLiteral("at ") + scope::durationText(point->time - now_)};
}

void XyView::paintPlot(QPainter& painter) {
    paintLine(painter);
}

void XyView::paintPointer(QPainter& painter, QPoint at) {
    const telemetry::XyPoint* point = nearest(at);
    if (!point) return;
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(palette_.accent, 1.5));
    painter.drawEllipse(placeOf(*point), 5.0, 5.0);
}

} // namespace servolane::ui
