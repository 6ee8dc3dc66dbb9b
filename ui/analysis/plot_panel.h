// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Qt's first: moc of Qt 6.4 cannot read GCC's <compare> as the very first header.
#include <QtWidgets/QWidget>

#include "ui/analysis/analysis_source.h"
#include "ui/binding/panel.h"

class QLabel;
class QStackedLayout;

namespace servolane::ui {

class EmptyState;
class PlotView;

/// A plot that is calculated of the samples of a stretch, live or of a recording: a bar of choices, the plot
/// or what is missing for one, and what must be known to believe it. Questions are asked a few times a second
/// at most, counted in frames of figures, since the time of a replay may stand still; and again whenever more
/// of a recording was read. GUI thread.
class PlotPanel : public Panel {
    Q_OBJECT
protected:
    /// `plot` is the heir's, with `view` in it.
    PlotPanel(const PanelContext& context, AnalysisSource source, const QString& icon, QWidget* parent);
    /// Puts the parts together; once.
    void compose(QWidget* bar, QWidget* plot, PlotView& view);
    /// The label of compose() for facts, where the heir places it in a bar of its own.
    [[nodiscard]] QLabel* facts() const { return facts_; }

    /// In place of a plot.
    void say(const QString& title, const QString& text);
    /// Samples of the stretch are still being read, and there are none to draw yet.
    void sayReading();
    void showPlot();
    /// Time for another question: so many frames of figures, ten a second, after the last.
    [[nodiscard]] bool isDue(const Frame& frame, int figures);
    /// Counts how often samples were read back: another question then, of the same stretch.
    [[nodiscard]] std::uint64_t readBack() const;

    const PanelContext& context_;
    AnalysisSource source_;

private:
    QLabel* facts_;
    QStackedLayout* stack_;
    EmptyState* empty_;
    int sinceAsked_ = 1000; ///< figures
};

} // namespace servolane::ui
