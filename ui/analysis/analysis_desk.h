// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Qt's first: moc of Qt 6.4 cannot read GCC's <compare> as the very first header.
#include <QtCore/QObject>

#include "ui/analysis/analysis_source.h"
#include "ui/analysis/math_book.h"
#include "ui/analysis/math_lane.h"
#include "ui/binding/axis_names.h"
#include "ui/binding/panel.h"

#include <QtCore/QPointer>
#include <QtCore/QSettings>

namespace servolane::ui {

class ScopePanel;
class SpectrumPanel;
class XyPanel;

/// What the bench calculates from samples, put together: math channels, spectrum and XY view, beside a scope.
/// GUI thread.
class AnalysisDesk : public QObject {
    Q_OBJECT
public:
    /// `measured`: the newest traces of what is shown. The settings are kept in `folder`.
    AnalysisDesk(const PanelContext& context, const std::string& folder,
                 std::function<std::shared_ptr<const telemetry::TraceSet>()> measured, QWidget* parent);
    ~AnalysisDesk() override;

    /// The scope that the panels stand beside; once, before the first tick.
    void attach(ScopePanel& scope);
    /// Measured traces and what is calculated of them.
    [[nodiscard]] std::shared_ptr<const telemetry::TraceSet> traces() const;
    /// Once a frame, after the panels: that of what is shown.
    void tick(const Frame& frame);
    /// Another source is shown, a recording or the live buses: what was calculated of the former one goes.
    void startAnew(telemetry::Source source);
    void keep();

    [[nodiscard]] MathBook& book() { return book_; }
    /// The panels, when they are first seen; each once.
    [[nodiscard]] Panel* buildMath(QWidget* parent);
    [[nodiscard]] Panel* buildSpectrum(QWidget* parent);
    [[nodiscard]] Panel* buildXy(QWidget* parent);

private:
    void follow(const Frame& frame);
    void chooseBeside();
    [[nodiscard]] AnalysisSource source();

    const PanelContext& context_;
    std::function<std::shared_ptr<const telemetry::TraceSet>()> measured_;
    MathBook book_;
    std::unique_ptr<MathLane> lane_; ///< of what is shown
    QSettings settings_;
    QPointer<SpectrumPanel> spectrum_;
    QPointer<XyPanel> xy_;
    ScopePanel* scope_ = nullptr;
    std::vector<std::shared_ptr<const motion::Axis>> axes_;
    BusPlaces busPlaces_;
    std::vector<AxisIdentity> places_; ///< of axes_
    AxisNames names_;                  ///< of axes_
    AxisId selected_{};
    std::vector<scope::TraceChoice> beside_; ///< math channels that show in the scope
    std::shared_ptr<const std::vector<scope::TraceChoice>> choices_ =
        std::make_shared<const std::vector<scope::TraceChoice>>(); ///< what spectrum and XY view offer
};

} // namespace servolane::ui
