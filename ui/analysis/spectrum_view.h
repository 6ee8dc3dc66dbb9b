// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Qt's first: moc of Qt 6.4 cannot read GCC's <compare> as the very first header.
#include <QtWidgets/QWidget>

#include "core/telemetry/read/trace_spectrum.h"
#include "ui/analysis/plot_view.h"
#include "ui/scope/pane.h"

#include <QtGui/QPolygonF>
#include <memory>
#include <vector>

namespace servolane::ui {

struct SpectrumCurve {
    scope::TraceChoice choice;
    std::shared_ptr<const telemetry::TraceSpectrum> found; ///< never null
    /// One value all the time, and its mean is taken out: what is left is the rounding of floats.
    bool isConstant = false;
};

struct SpectrumLook {
    telemetry::Quantity quantity = telemetry::Quantity::amplitude;
    bool logFrequency = false;
    bool logValue = true;
    friend bool operator==(const SpectrumLook&, const SpectrumLook&) = default;
};

/// "A", "A²/Hz"
[[nodiscard]] QString unitOf(const scope::TraceChoice& choice, telemetry::Quantity quantity);

/// The curves of several spectra over one frequency axis. Where a pixel holds several bins their largest is
/// drawn, so that no peak falls between two pixels. Hovering reads the nearest bin of each.
class SpectrumView : public PlotView {
    Q_OBJECT
public:
    explicit SpectrumView(QWidget* parent);

    /// One look per curve.
    void show(std::vector<SpectrumCurve> curves, std::vector<scope::TraceLook> looks,
              const SpectrumLook& look);
    [[nodiscard]] QStringList readingAt(QPoint at) const override;

protected:
    void fit() override;
    void paintPlot(QPainter& painter) override;
    void paintPointer(QPainter& painter, QPoint at) override;

private:
    void fitScales();
    void paintNames(QPainter& painter) const;
    [[nodiscard]] QPolygonF lineOf(const telemetry::Spectrum& spectrum) const;

    std::vector<SpectrumCurve> curves_;
    std::vector<scope::TraceLook> looks_;
    std::vector<QPolygonF> lines_;
    SpectrumLook look_;
};

} // namespace servolane::ui
