// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/analysis/spectrum_view.h"

#include "ui/theme/tokens.h"

#include <QtGui/QPainter>
#include <algorithm>
#include <cmath>
#include <limits>

namespace servolane::ui {

using telemetry::Quantity;
using telemetry::Spectrum;

namespace {

/// Of the highest value: what is below is the rounding of floats, and would take the room of what counts.
constexpr double deepest = 1e-6;

constexpr int nameRise = 14; ///< of the names' middle above the plot
constexpr int nameStroke = 16;
constexpr int nameSpacing = 16;

bool isDrawn(const SpectrumCurve& curve) {
    return curve.found->spectrum && !curve.isConstant;
}

QString quantityText(Quantity quantity) {
    switch (quantity) {
    case Quantity::amplitude:
        return QStringLiteral("Amplitude, peak");
    case Quantity::rms:
        return QStringLiteral("Amplitude, rms");
    case Quantity::density:
        return QStringLiteral("Power spectral density");
    }
    return {};
}

} // namespace

QString unitOf(const scope::TraceChoice& choice, Quantity quantity) {
    if (quantity != Quantity::density) return choice.unit;
    if (choice.unit.isEmpty()) return QStringLiteral("1/Hz");
    const bool compound = choice.unit.contains(QLatin1Char('/')) || choice.unit.contains(QChar(0xB7));
    return (compound ? QStringLiteral("(%1)²/Hz") : QStringLiteral("%1²/Hz")).arg(choice.unit);
}

SpectrumView::SpectrumView(QWidget* parent)
    : PlotView(QStringLiteral("spectrumView"), QStringLiteral("Spectrum"), parent) {}

void SpectrumView::show(std::vector<SpectrumCurve> curves, std::vector<scope::TraceLook> looks,
                        const SpectrumLook& look) {
    curves_ = std::move(curves);
    looks_ = std::move(looks);
    look_ = look;
    build();
}

void SpectrumView::fit() {
    fitScales();
    lines_.clear();
    for (const SpectrumCurve& curve : curves_)
        lines_.push_back(isDrawn(curve) ? lineOf(*curve.found->spectrum) : QPolygonF());
    frame_.xTitle = QStringLiteral("Frequency, Hz");
    QStringList units;
    for (const SpectrumCurve& curve : curves_)
        if (!units.contains(unitOf(curve.choice, look_.quantity)))
            units << unitOf(curve.choice, look_.quantity);
    frame_.yTitle = quantityText(look_.quantity);
    if (units.size() > 1)
        frame_.yTitle += QStringLiteral(", each in its own unit");
    else if (!units.isEmpty() && !units.front().isEmpty())
        frame_.yTitle += QStringLiteral(", ") + units.front();
}

void SpectrumView::fitScales() {
    double top = 0.0;
    double least = std::numeric_limits<double>::max();
    double nyquist = 0.0;
    double lowest = std::numeric_limits<double>::max();
    for (const SpectrumCurve& curve : curves_) {
        if (!isDrawn(curve)) continue;
        const Spectrum& spectrum = *curve.found->spectrum;
        nyquist = std::max(nyquist, spectrum.nyquist());
        lowest = std::min(lowest, spectrum.resolution());
        for (std::size_t bin = look_.logFrequency ? 1 : 0; bin < spectrum.density.size(); ++bin) {
            const double value = spectrum.valueAt(bin, look_.quantity);
            top = std::max(top, value);
            if (value > 0.0) least = std::min(least, value);
        }
    }
    if (nyquist <= 0.0) {
        frame_.x = {0.0, 1.0, false};
        frame_.y = {0.0, 1.0, false};
        return;
    }
    frame_.x = look_.logFrequency ? PlotScale{lowest, nyquist, true} : PlotScale{0.0, nyquist, false};
    if (top <= 0.0) top = 1e-6;
    if (look_.logValue)
        frame_.y = logScale(
            std::clamp(least, top * (look_.quantity == Quantity::density ? deepest * deepest : deepest), top),
            top);
    else
        frame_.y = roundScale(0.0, top * 1.05, 4);
}

QPolygonF SpectrumView::lineOf(const Spectrum& spectrum) const {
    QPolygonF line;
    int column = std::numeric_limits<int>::min();
    double largest = 0.0;
    for (std::size_t bin = look_.logFrequency ? 1 : 0; bin < spectrum.density.size(); ++bin) {
        const double value = spectrum.valueAt(bin, look_.quantity);
        const double x = frame_.xOf(spectrum.frequencyOf(bin));
        const double y = frame_.yOf(std::max(value, look_.logValue ? frame_.y.low * 0.1 : 0.0));
        const int here = static_cast<int>(std::floor(x));
        if (here == column && value <= largest) continue;
        if (here == column)
            line.back() = QPointF(x, y);
        else
            line << QPointF(x, y);
        column = here;
        largest = value;
    }
    return line;
}

QStringList SpectrumView::readingAt(QPoint at) const {
    QStringList lines;
    if (!frame_.area.contains(at) || frame_.area.width() < 2) return lines;
    const double share =
        static_cast<double>(at.x() - frame_.area.left()) / static_cast<double>(frame_.area.width() - 1);
    const double hertz = frame_.x.valueAt(share);
    // The largest bin under the pointer, a few pixels wide: peaks are meant more often than what is beside.
    const double wide = 3.0 / static_cast<double>(frame_.area.width());
    const double from = frame_.x.valueAt(std::max(share - wide, 0.0));
    const double to = frame_.x.valueAt(std::min(share + wide, 1.0));
    for (const SpectrumCurve& curve : curves_) {
        if (!isDrawn(curve)) continue;
        const Spectrum& spectrum = *curve.found->spectrum;
        const auto binOf = [&](double frequency) {
            const auto bin =
                static_cast<std::size_t>(std::max(0.0, std::round(frequency / spectrum.resolution())));
            return std::min(bin, spectrum.density.size() - 1);
        };
        std::size_t best = binOf(hertz);
        for (std::size_t bin = binOf(from); bin <= binOf(to); ++bin)
            if (spectrum.density[bin] > spectrum.density[best]) best = bin;
        lines << QStringLiteral("%1: %2 Hz  %3 %4")
                     .arg(curve.choice.label, figureText(spectrum.frequencyOf(best)),
                          figureText(spectrum.valueAt(best, look_.quantity)),
                          unitOf(curve.choice, look_.quantity));
    }
    return lines;
}

void SpectrumView::paintPlot(QPainter& painter) {
    for (std::size_t i = 0; i < lines_.size(); ++i) {
        painter.setPen(QPen(looks_[i].colour, 1.3, scope::penStyleOf(looks_[i].pattern)));
        painter.drawPolyline(lines_[i]);
    }
    paintNames(painter);
}

/// Of several lines, which is whose: above them, beside the title of the upright axis.
void SpectrumView::paintNames(QPainter& painter) const {
    if (curves_.size() < 2) return;
    painter.setClipping(false);
    const QFontMetrics metrics = painter.fontMetrics();
    const int middle = frame_.area.top() - nameRise;
    const int more = metrics.horizontalAdvance(QStringLiteral("+00"));
    int x = frame_.area.left() + metrics.horizontalAdvance(frame_.yTitle);
    for (std::size_t i = 0; i < curves_.size(); ++i) {
        const QString& name = curves_[i].choice.label;
        const int width = nameStroke + space::tiny + metrics.horizontalAdvance(name);
        const bool isLast = i + 1 == curves_.size();
        if (x + width + (isLast ? 0 : nameSpacing + more) > frame_.area.right()) {
            painter.setPen(palette_.muted);
            painter.drawText(x, middle + metrics.ascent() / 2 - 1,
                             QStringLiteral("+%1").arg(curves_.size() - i));
            return;
        }
        painter.setPen(QPen(looks_[i].colour, 2.0, scope::penStyleOf(looks_[i].pattern)));
        painter.drawLine(x, middle, x + nameStroke, middle);
        painter.setPen(palette_.text);
        painter.drawText(x + nameStroke + space::tiny, middle + metrics.ascent() / 2 - 1, name);
        x += width + nameSpacing;
    }
}

void SpectrumView::paintPointer(QPainter& painter, QPoint at) {
    painter.setPen(palette_.accent);
    painter.drawLine(at.x(), frame_.area.top(), at.x(), frame_.area.bottom());
}

} // namespace servolane::ui
