// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/scope/chart_frame.h"

#include <QCategoryAxis>
#include <QChart>
#include <QChartView>
#include <QGraphicsLayout>
#include <QImage>
#include <QLineSeries>
#include <QPainter>
#include <QResizeEvent>
#include <QSignalBlocker>

namespace servolane::ui::scope {

namespace {

/// Around the plot: numbers at the left and below, names of lines at the right.
constexpr QMargins surround{60, 4, ChartFrame::rightMargin, 28};
constexpr int axisPointSize = 9;
constexpr int labelGap = 6; ///< between a number and the plot

/// An axis with numbers where we want them. Its labels must differ: numbers that stand in several panes are
/// told apart by spaces without width. Every change of a label would lay the chart out anew, so the axis
/// keeps quiet about all but the last.
void setTicks(QCategoryAxis& axis, double low, double high, const std::vector<Tick>& ticks) {
    const QSignalBlocker quiet(&axis);
    for (const QString& label : axis.categoriesLabels())
        axis.remove(label);
    axis.setStartValue(low - 1.0);
    axis.setRange(low, high);
    QStringList used;
    for (const Tick& tick : ticks) {
        QString label = tick.label;
        while (used.contains(label))
            label.append(QChar(0x200B));
        used << label;
        axis.append(label, tick.at);
    }
}

void setAxisColours(QCategoryAxis& axis, const ScopePalette& palette) {
    QColor grid = palette.border;
    grid.setAlphaF(0.5F);
    axis.setGridLinePen(QPen(grid, 0));
    axis.setLinePen(QPen(palette.border, 0));
    axis.setLabelsBrush(palette.muted);
}

} // namespace

class ChartFrame::View final : public QChartView {
public:
    explicit View(QWidget* parent)
        : QChartView(parent)
        , time_(new QCategoryAxis(chart()))
        , values_(new QCategoryAxis(chart())) {
        setFrameShape(QFrame::NoFrame);
        setRubberBand(QChartView::NoRubberBand);
        viewport()->setMouseTracking(true);
        viewport()->setObjectName(QStringLiteral("scopeSurface"));
        chart()->legend()->hide();
        chart()->layout()->setContentsMargins(0, 0, 0, 0);
        chart()->setMargins(QMargins());
        chart()->setBackgroundRoundness(0.0);
        chart()->setDropShadowEnabled(false);
        chart()->addAxis(time_, Qt::AlignBottom);
        chart()->addAxis(values_, Qt::AlignLeft);
        labels_ = font();
        labels_.setPointSize(axisPointSize);
        for (QCategoryAxis* axis : {time_, values_}) {
            axis->setLabelsPosition(QCategoryAxis::AxisLabelsPositionOnValue);
            axis->setLabelsFont(labels_);
        }
        // In low panes numbers stand so close that Qt Charts would write "..." in their place.
        values_->setLabelsVisible(false);
        connect(scene(), &QGraphicsScene::changed, this, [this] {
            stale_ = true;
            viewport()->update();
        });
    }

    [[nodiscard]] QRect plot() const { return viewport()->rect().marginsRemoved(surround); }

    void setColours(const ScopePalette& palette) {
        chart()->setBackgroundBrush(palette.surface);
        setBackgroundBrush(palette.surface);
        setAxisColours(*time_, palette);
        setAxisColours(*values_, palette);
        muted_ = palette.muted;
        stale_ = true;
    }

    void setAxes(const ChartAxes& axes) {
        const QSize size = plot().size();
        const int height = size.height();
        if (axes == axes_ && size == shownSize_) return;
        if (axes.time != axes_.time || axes.timeLow != axes_.timeLow || axes.timeHigh != axes_.timeHigh) {
            setTicks(*time_, axes.timeLow, axes.timeHigh, axes.time);
            Q_EMIT time_->categoriesChanged();
            Q_EMIT time_->rangeChanged(axes.timeLow, axes.timeHigh);
        }
        // In another size the chart keeps the numbers at their places until an axis changes.
        if (axes.values != axes_.values || size != shownSize_) {
            setTicks(*values_, 0.0, height, axes.values);
            Q_EMIT values_->categoriesChanged();
            Q_EMIT values_->rangeChanged(0.0, height);
        }
        axes_ = axes;
        shownSize_ = size;
        stale_ = true;
    }

    void paintAll(QPainter& painter) {
        const double ratio = painter.device()->devicePixelRatioF();
        if (stale_ || frame_.size() != viewport()->size() * ratio) renderFrame(ratio);
        painter.drawImage(QPointF(0, 0), frame_);
        if (overlay) overlay(painter);
    }

    Overlay overlay;

protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(viewport());
        paintAll(painter);
    }
    void resizeEvent(QResizeEvent* event) override {
        QChartView::resizeEvent(event);
        chart()->setPlotArea(plot());
        stale_ = true;
    }
    // The scope handles the wheel itself; the view would scroll its scene.
    void wheelEvent(QWheelEvent* event) override { event->ignore(); }

private:
    void renderFrame(double ratio) {
        stale_ = false;
        frame_ = QImage(viewport()->size() * ratio, QImage::Format_RGB32);
        frame_.setDevicePixelRatio(ratio);
        frame_.fill(backgroundBrush().color());
        chart()->layout()->activate();
        QPainter painter(&frame_);
        scene()->render(&painter, viewport()->rect(), viewport()->rect());
        writeValues(painter);
    }

    void writeValues(QPainter& painter) const {
        const QRect area = plot();
        painter.setFont(labels_);
        painter.setPen(muted_);
        const int height = painter.fontMetrics().height();
        for (const Tick& tick : axes_.values)
            painter.drawText(
                QRectF(0.0, area.bottom() + 1 - tick.at - height / 2.0, area.left() - labelGap, height),
                Qt::AlignRight | Qt::AlignVCenter, tick.label);
    }

    QCategoryAxis* time_;
    QCategoryAxis* values_;
    ChartAxes axes_;
    QFont labels_;
    QColor muted_;
    QSize shownSize_;
    QImage frame_;
    bool stale_ = true;
};

ChartFrame::ChartFrame(QWidget* parent)
    : view_(new View(parent)) {}

ChartFrame::~ChartFrame() = default;

QWidget* ChartFrame::widget() const {
    return view_;
}
QWidget* ChartFrame::surface() const {
    return view_->viewport();
}
QRect ChartFrame::plot() const {
    return view_->plot();
}
void ChartFrame::setOverlay(Overlay overlay) {
    view_->overlay = std::move(overlay);
}
void ChartFrame::setColours(const ScopePalette& palette) {
    view_->setColours(palette);
}
void ChartFrame::setAxes(const ChartAxes& axes) {
    view_->setAxes(axes);
}
void ChartFrame::paint(QPainter& painter) {
    view_->paintAll(painter);
}

} // namespace servolane::ui::scope
