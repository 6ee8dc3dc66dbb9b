// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/analysis/plot_view.h"

#include <QtGui/QMouseEvent>
#include <QtGui/QPainter>

namespace servolane::ui {

PlotView::PlotView(const QString& name, const QString& title, QWidget* parent)
    : QWidget(parent) {
    setObjectName(name);
    setAccessibleName(title);
    setMouseTracking(true);
    setMinimumSize(240, 96);
}

void PlotView::setColours(const scope::ScopePalette& palette) {
    palette_ = palette;
    update();
}

void PlotView::build() {
    frame_.layOut(rect());
    fit();
    update();
}

void PlotView::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), palette_.surface);
    frame_.paint(painter, palette_);
    painter.setClipRect(frame_.area.adjusted(0, -1, 1, 0));
    painter.setRenderHint(QPainter::Antialiasing);
    paintPlot(painter);
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setClipping(false);
    if (!pointer_) return;
    const QStringList reading = readingAt(*pointer_);
    if (reading.isEmpty()) return;
    paintPointer(painter, *pointer_);
    paintReadout(painter, palette_, *pointer_, rect(), reading);
}

void PlotView::resizeEvent(QResizeEvent*) {
    build();
}

void PlotView::mouseMoveEvent(QMouseEvent* event) {
    pointer_ = event->pos();
    update();
}

void PlotView::leaveEvent(QEvent*) {
    pointer_.reset();
    update();
}

} // namespace servolane::ui
