// SPDX-License-Identifier: GPL-3.0-or-later
// The scope's picture on a page: what Qt Charts and the pixel layer do on the screen is drawn as lines here.
#include "ui/scope/scope_picture.h"

#include <QPainter>
#include <QPolygonF>
#include <algorithm>
#include <numeric>

namespace servolane::ui::scope {

namespace {

constexpr int headHeight = 48;
constexpr int leftMargin = 64;
constexpr int lowerMargin = 28;
constexpr int titlePointSize = 12;
constexpr int printPointSize = 9;
constexpr std::size_t columnsPerPixel = 4; ///< finer than a printer's dot at the size of the screen
constexpr double lineWidth = 1.2;
constexpr double seenAsHole = 2.0;
constexpr int textMargin = 12;
constexpr int cellGap = 14;

/// Joins the columns of one trace to lines, and breaks them at gaps.
class LineMaker {
public:
    LineMaker(const Pane& pane, const TimeScale& scale)
        : pane_(pane)
        , scale_(scale) {}

    void add(const telemetry::Extent& column, Time middle) {
        if (column.isEmpty()) {
            if (column.gapAfter) end();
            return;
        }
        if (column.gapBefore) end();
        const double x = scale_.xOf(middle);
        point(x, column.first);
        if (column.gapInside) end(); // the columns are finer than the eye: one point stands for what follows
        if (column.count > 2) {
            point(x, column.min);
            point(x, column.max);
        }
        if (column.count > 1) point(x, column.last);
        if (column.gapAfter) end();
    }
    void add(const telemetry::TraceSample& sample) { point(scale_.xOf(sample.time), sample.value); }
    void end() {
        broken_ = true;
        if (line_.size() == 1) line_ << line_.front() + QPointF(0.01, 0.0); // a sample between two gaps
        if (!line_.isEmpty()) lines_.push_back(std::move(line_));
        line_ = {};
    }
    [[nodiscard]] const std::vector<QPolygonF>& lines() {
        end();
        return lines_;
    }
    /// Where a gap is too short to be seen as a hole.
    [[nodiscard]] const std::vector<double>& marks() const { return marks_; }

private:
    void point(double x, double value) {
        if (broken_ && last_ && x - *last_ < seenAsHole) marks_.push_back(x);
        broken_ = false;
        last_ = x;
        line_ << QPointF(x, pane_.rowOf(value));
    }

    const Pane& pane_;
    const TimeScale& scale_;
    bool broken_ = false;
    std::optional<double> last_;
    std::vector<double> marks_;
    QPolygonF line_;
    std::vector<QPolygonF> lines_;
};

/// What the cursors read, as a table below the picture: on a page nothing can be asked for.
class PrintedReading {
public:
    PrintedReading(const CursorReading& reading, const QFontMetrics& metrics, int width)
        : reading_(reading)
        , line_(metrics.height() + 2) {
        if (reading.times.isEmpty()) return;
        int label = 0;
        for (std::size_t i = 0; i < readingColumns().size(); ++i) {
            int wide = metrics.horizontalAdvance(readingColumns()[i]);
            for (const CursorReading::Row& row : reading.rows)
                wide = std::max(wide, metrics.horizontalAdvance(row.cells[i]));
            widths_.push_back(wide + cellGap);
        }
        for (const CursorReading::Row& row : reading.rows)
            label = std::max(label, metrics.horizontalAdvance(row.label) + 1);
        const int room = width - 2 * textMargin - std::accumulate(widths_.begin(), widths_.end(), 0);
        label_ = std::clamp(label, 0, std::max(room, 0));
        if (!reading.gaps.isEmpty())
            gaps_ =
                metrics
                    .boundingRect(QRect(0, 0, width - 2 * textMargin, 1000), Qt::TextWordWrap, reading.gaps)
                    .height();
        height_ = (static_cast<int>(reading.rows.size()) + 2) * line_ + gaps_ + textMargin;
    }
    [[nodiscard]] int height() const { return height_; }

    void paint(QPainter& painter, const QRect& page, const ScopePalette& palette) const {
        if (height_ == 0) return;
        const QFontMetrics metrics = painter.fontMetrics();
        const int left = page.left() + textMargin;
        int top = page.bottom() + 1 - height_;
        painter.setPen(palette.text);
        painter.drawText(QRect(left, top, page.width(), line_), Qt::AlignVCenter, reading_.times);
        top += line_;
        painter.setPen(palette.muted);
        paintCells(painter, left, top, readingColumns());
        painter.setPen(palette.text);
        for (const CursorReading::Row& row : reading_.rows) {
            top += line_;
            painter.drawText(QRect(left, top, label_, line_), Qt::AlignVCenter,
                             elidedName(metrics, row.label, row.axis, label_));
            paintCells(painter, left, top, row.cells);
        }
        painter.setPen(palette.muted);
        painter.drawText(QRect(left, top + line_, page.width() - 2 * textMargin, gaps_), Qt::TextWordWrap,
                         reading_.gaps);
    }

private:
    void paintCells(QPainter& painter, int left, int top, const std::vector<QString>& cells) const {
        left += label_;
        for (std::size_t i = 0; i < cells.size(); ++i) {
            painter.drawText(QRect(left, top, widths_[i], line_), Qt::AlignRight | Qt::AlignVCenter,
                             cells[i]);
            left += widths_[i];
        }
    }

    const CursorReading& reading_;
    int line_;
    int label_ = 0;
    int gaps_ = 0;
    int height_ = 0; ///< 0: no cursor is set
    std::vector<int> widths_;
};

} // namespace

void ScopePicture::print(QPainter& painter, const QRect& page, const PageText& text,
                         const ScopePalette& palette) const {
    ScopePicture copy = *this;
    copy.setColours(palette);
    copy.heldNote.clear(); // no picture on paper goes on
    QFont font = painter.font();
    font.setPointSize(printPointSize);
    font.setWeight(QFont::Normal);
    const CursorReading reading = readCursors(cursors, window.origin(), choices_, *traces_, until_);
    const PrintedReading printed(reading, QFontMetrics(font, painter.device()), page.width());
    copy.setPlot(
        page.adjusted(leftMargin, headHeight, -ChartFrame::rightMargin, -lowerMargin - printed.height()),
        1.0);
    copy.grid_ = window.grid(static_cast<std::size_t>(copy.plot_.width()) * columnsPerPixel);
    painter.fillRect(page, palette.surface);
    font.setPointSize(titlePointSize);
    font.setWeight(QFont::DemiBold);
    painter.setFont(font);
    painter.setPen(palette.text);
    painter.drawText(QRect(page.left() + 12, page.top() + 6, page.width() - 24, 20), Qt::AlignVCenter,
                     text.title);
    font.setPointSize(printPointSize);
    font.setWeight(QFont::Normal);
    painter.setFont(font);
    painter.setPen(palette.muted);
    painter.drawText(QRect(page.left() + 12, page.top() + 26, page.width() - 24, 16), Qt::AlignVCenter,
                     text.details);
    printed.paint(painter, page, palette);
    copy.printAxes(painter);
    painter.setRenderHint(QPainter::Antialiasing);
    for (const Pane& pane : copy.panes_)
        for (const std::size_t line : pane.lines)
            copy.printLine(painter, pane, line);
    painter.setRenderHint(QPainter::Antialiasing, false);
    copy.paintFurniture(painter);
}

void ScopePicture::printAxes(QPainter& painter) const {
    const ChartAxes shown = axes();
    const QFontMetrics metrics(painter.font());
    QColor grid = palette_.border;
    grid.setAlphaF(0.5F);
    for (const Tick& tick : shown.time) {
        const double x =
            plot_.left() + plot_.width() * (tick.at - shown.timeLow) / (shown.timeHigh - shown.timeLow);
        painter.setPen(QPen(grid, 0));
        painter.drawLine(QPointF(x, plot_.top()), QPointF(x, plot_.bottom()));
        painter.setPen(palette_.muted);
        painter.drawText(QRectF(x - 50, plot_.bottom() + 4, 100, metrics.height()), Qt::AlignCenter,
                         tick.label);
    }
    for (const Tick& tick : shown.values) {
        const double y = plot_.bottom() + 1 - tick.at;
        painter.setPen(QPen(grid, 0));
        painter.drawLine(QPointF(plot_.left(), y), QPointF(plot_.right(), y));
        painter.setPen(palette_.muted);
        painter.drawText(
            QRectF(plot_.left() - leftMargin, y - metrics.height() / 2.0, leftMargin - 6.0, metrics.height()),
            Qt::AlignRight | Qt::AlignVCenter, tick.label);
    }
}

void ScopePicture::printLine(QPainter& painter, const Pane& pane, std::size_t line) const {
    const auto* view = traces_->find(choices_[line].axis, choices_[line].channel);
    if (!view) return;
    const telemetry::Trace& trace = *view->trace;
    std::vector<telemetry::Extent> columns(grid_.count);
    trace.columns(grid_, columns);
    cutAfter(until_, trace, grid_, columns);
    const TimeScale scale = timeScale();
    LineMaker maker(pane, scale);
    const Time end = grid_.startOf(grid_.first + static_cast<std::int64_t>(grid_.count));
    const auto before = trace.lastBefore(grid_.startOf(grid_.first));
    const auto after = trace.firstFrom(end);
    if (before && !before->acrossGap) maker.add(*before);
    for (std::size_t i = 0; i < columns.size(); ++i)
        maker.add(columns[i], grid_.startOf(grid_.first + static_cast<std::int64_t>(i)) + grid_.width / 2);
    if (after && !after->acrossGap && after->time <= until_) maker.add(*after);
    painter.save();
    painter.setClipRect(pane.area);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(
        QPen(looks_[line].colour, lineWidth, penStyleOf(looks_[line].pattern), Qt::RoundCap, Qt::RoundJoin));
    for (const QPolygonF& points : maker.lines())
        painter.drawPolyline(points);
    painter.setPen(QPen(palette_.muted, 0, Qt::DotLine));
    for (const double x : maker.marks())
        painter.drawLine(QPointF(x, pane.area.top()), QPointF(x, pane.area.bottom()));
    painter.restore();
}

} // namespace servolane::ui::scope
