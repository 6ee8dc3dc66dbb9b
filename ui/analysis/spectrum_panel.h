// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Qt's first: moc of Qt 6.4 cannot read GCC's <compare> as the very first header.
#include <QtWidgets/QWidget>

#include "ui/analysis/latest_job.h"
#include "ui/analysis/plot_panel.h"
#include "ui/analysis/spectrum_view.h"

class QCheckBox;
class QComboBox;
class QLabel;
class QSettings;
class QTreeWidget;

namespace servolane::ui {

class SpanBox;
class TraceMenu;

/// Spectra of chosen channels, calculated a few times a second on a thread of low priority while the panel is
/// visible and there is something new.
class SpectrumPanel : public PlotPanel {
    Q_OBJECT
public:
    SpectrumPanel(const PanelContext& context, AnalysisSource source, QWidget* parent);

    void tick(const Frame& frame) override;
    void restore(const QSettings& settings);
    void keep(QSettings& settings) const;
    [[nodiscard]] const std::vector<SpectrumCurve>& curves() const { return curves_; }

private:
    struct Wanted {
        scope::TraceChoice choice;
        std::shared_ptr<const telemetry::Trace> trace; ///< null: it has no samples yet
    };
    struct Request {
        std::vector<Wanted> wanted;
        Time from{};
        Time to{};
        telemetry::SpectrumSettings settings;
    };
    /// What an answer depends on; a stretch that is over depends on no newer sample.
    struct Question {
        std::vector<scope::TraceChoice> choices;
        Time from{};
        Time to{};
        telemetry::Window window{};
        std::size_t block = 0;
        bool removeMean = false;
        std::uint64_t readBack = 0;
        friend bool operator==(const Question&, const Question&) = default;
    };
    [[nodiscard]] static std::vector<SpectrumCurve> calculate(const Request& request,
                                                              const std::atomic<bool>& superseded);
    QWidget* makeBar();
    QWidget* makePeaks();
    void ask(std::pair<Time, Time> range);
    void present();
    void listPeaks();
    void sayMissing(const QString& title, const QString& text);
    [[nodiscard]] bool isReading() const;
    [[nodiscard]] bool areAllConstant() const;
    [[nodiscard]] SpectrumLook look() const;
    [[nodiscard]] telemetry::SpectrumSettings settings() const;

    TraceMenu* channels_;
    SpanBox* span_;
    QComboBox* window_;
    QComboBox* block_;
    QComboBox* quantity_;
    QCheckBox* removeMean_;
    QCheckBox* logFrequency_;
    QCheckBox* logValue_;
    SpectrumView* view_;
    QTreeWidget* peaks_;
    QLabel* noPeak_; ///< in its place
    std::vector<SpectrumCurve> curves_;
    scope::TraceColours colours_;
    Question asked_;
    bool fresh_ = true; ///< ask at the next tick, whatever was asked before
    LatestJob<Request, std::vector<SpectrumCurve>> job_;
};

/// "5 000 samples on a grid of 498.2 Hz · …": all that must be known to believe a spectrum.
[[nodiscard]] QString factsOf(const SpectrumCurve& curve);

} // namespace servolane::ui
