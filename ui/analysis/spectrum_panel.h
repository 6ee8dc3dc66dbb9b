// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Qt's first: moc of Qt 6.4 cannot read GCC's <compare> as the very first header.
#include <QtWidgets/QWidget>

#include "ui/analysis/analysis_source.h"
#include "ui/analysis/latest_job.h"
#include "ui/analysis/spectrum_view.h"
#include "ui/binding/panel.h"

class QCheckBox;
class QComboBox;
class QLabel;
class QSettings;
class QStackedLayout;
class QTreeWidget;

namespace servolane::ui {

class SpanBox;
class TraceMenu;

/// Spectra of chosen channels, calculated a few times a second on a thread of low priority while the panel is
/// visible and there is something new.
class SpectrumPanel : public Panel {
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
        bool matches(const Question& other) const;
    };
    [[nodiscard]] static std::vector<SpectrumCurve> calculate(const Request& request,
                                                              const std::atomic<bool>& superseded);
    QWidget* makeBar();
    QWidget* makePeaks();
    void ask(const Frame& frame, std::pair<Time, Time> range);
    void present();
    void listPeaks();
    void say(const QString& title, const QString& text);
    [[nodiscard]] SpectrumLook look() const;
    [[nodiscard]] telemetry::SpectrumSettings settings() const;

    const PanelContext& context_;
    AnalysisSource source_;
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
    QLabel* facts_;
    QStackedLayout* stack_;
    QLabel* hint_;
    QLabel* hintTitle_;
    std::vector<SpectrumCurve> curves_;
    Question asked_;
    Time askedAt_{};
    bool fresh_ = true; ///< ask at the next tick, whatever was asked before
    LatestJob<Request, std::vector<SpectrumCurve>> job_;
};

/// "5 000 samples on a grid of 498.2 Hz · …": all that must be known to believe a spectrum.
[[nodiscard]] QString factsOf(const SpectrumCurve& curve);

} // namespace servolane::ui
