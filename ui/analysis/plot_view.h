// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Qt's first: moc of Qt 6.4 cannot read GCC's <compare> as the very first header.
#include <QtWidgets/QWidget>

#include "ui/analysis/plot_frame.h"

#include <optional>

namespace servolane::ui {

/// A plot of one value against another, and what the pointer reads in it: frame, colours and pointer are
/// here, the picture is its heir's. GUI thread.
class PlotView : public QWidget {
    Q_OBJECT
public:
    PlotView(const QString& name, const QString& title, QWidget* parent);

    void setColours(const scope::ScopePalette& palette);
    /// What the pointer reads, line by line; empty where there is nothing.
    [[nodiscard]] virtual QStringList readingAt(QPoint at) const = 0;
    [[nodiscard]] const PlotFrame& frame() const { return frame_; }

protected:
    /// Scales and lines anew, for another size or other values; frame_ is laid out already.
    virtual void fit() = 0;
    /// Clipped to the plot, with antialiasing.
    virtual void paintPlot(QPainter& painter) = 0;
    /// What marks the place that is read.
    virtual void paintPointer(QPainter& painter, QPoint at) = 0;
    void build();

    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;

    PlotFrame frame_;
    scope::ScopePalette palette_ = scope::ScopePalette::light();

private:
    std::optional<QPoint> pointer_;
};

} // namespace servolane::ui
