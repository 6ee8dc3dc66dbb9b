// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/analysis/plot_frame.h"

#include "ui/theme/tokens.h"

#include <QtCore/QStringList>
#include <QtGui/QPainter>
#include <algorithm>
#include <cmath>

namespace servolane::ui {

namespace {

constexpr int leftRoom = 62;
constexpr int bottomRoom = 20; ///< numbers and the title of the level axis stand in one line
constexpr int topRoom = 24;    ///< the title of the upright axis stands above it
constexpr int rightRoom = 14;
constexpr int labelDrop = 3;  ///< of the numbers of the level axis below it
constexpr int labelReach = 2; ///< of the first of them left of the plot
constexpr int smallPointSize = 9;
constexpr int xPitch = 84;
constexpr int xClear = 24; ///< at least between two numbers of the level axis
constexpr int yPitch = 26;

QString raised(int number) {
    static const QString digits = QStringLiteral("⁰¹²³⁴⁵⁶⁷⁸⁹");
    QString text = number < 0 ? QStringLiteral("⁻") : QString();
    for (const QChar digit : QString::number(std::abs(number)))
        text += digits[digit.digitValue()];
    return text;
}

QString decadeText(double value) {
    const int exponent = static_cast<int>(std::lround(std::log10(value)));
    if (exponent < -3 || exponent > 5) return QStringLiteral("10") + raised(exponent);
    return scope::number(value, std::max(0, -exponent));
}

} // namespace

double PlotScale::shareOf(double value) const {
    if (!isLog) return (value - low) / (high - low);
    return std::log(std::max(value, low * 1e-6) / low) / std::log(high / low);
}

double PlotScale::valueAt(double share) const {
    return isLog ? low * std::pow(high / low, share) : low + share * (high - low);
}

std::vector<scope::Tick> PlotScale::ticks(int count) const {
    if (!isLog) return scope::valueTicks(low, high, scope::niceStep(high - low, std::max(count, 2)));
    std::vector<scope::Tick> ticks;
    const double decades = std::log10(high / low);
    const int stride = std::max(1, static_cast<int>(std::ceil(decades / std::max(count, 1))));
    const bool few = decades * 3.0 < count;
    for (int decade = static_cast<int>(std::floor(std::log10(low) + 1e-9));; decade += stride) {
        const double one = std::pow(10.0, decade);
        if (one > high * 1.0001) break;
        for (const double factor : {1.0, 2.0, 5.0}) {
            if (factor > 1.0 && !few) break;
            const double at = factor * one;
            if (at < low * 0.9999 || at > high * 1.0001) continue;
            ticks.push_back({at, factor > 1.0 ? figureText(at) : decadeText(at)});
        }
    }
    return ticks;
}

PlotScale roundScale(double low, double high, int steps) {
    if (!(high > low)) {
        const double room = std::max(std::abs(low) * 0.1, 1e-3);
        low -= room;
        high += room;
    }
    const double step = scope::niceStep(high - low, std::max(steps, 2));
    return {std::floor(low / step + 1e-9) * step, std::ceil(high / step - 1e-9) * step, false};
}

PlotScale logScale(double low, double high) {
    const double top = std::pow(10.0, std::ceil(std::log10(high) - 1e-9));
    const double bottom = std::pow(10.0, std::floor(std::log10(low) + 1e-9));
    return {std::min(bottom, top / 10.0), top, true};
}

namespace {

/// Those at the end that say nothing: beside a plot "5.00·10⁻⁷" has no room.
QString withoutZeros(QString text) {
    if (!text.contains(QLatin1Char('.'))) return text;
    while (text.endsWith(QLatin1Char('0')))
        text.chop(1);
    if (text.endsWith(QLatin1Char('.'))) text.chop(1);
    return text;
}

} // namespace

QString figureText(double value) {
    const double size = std::abs(value);
    if (size == 0.0) return QStringLiteral("0");
    const int exponent = static_cast<int>(std::floor(std::log10(size) + 1e-12));
    if (exponent < -4 || exponent > 5) {
        const double mantissa = value / std::pow(10.0, exponent);
        return withoutZeros(scope::number(mantissa, 2)) + QStringLiteral("·10") + raised(exponent);
    }
    return withoutZeros(scope::number(value, std::clamp(3 - exponent, 0, 7)));
}

void PlotFrame::layOut(const QRect& outer) {
    area = outer.adjusted(leftRoom, topRoom, -rightRoom, -bottomRoom);
}

void PlotFrame::paint(QPainter& painter, const scope::ScopePalette& palette) const {
    QFont font = painter.font();
    font.setPointSize(smallPointSize);
    painter.setFont(font);
    const int line = QFontMetrics(font).height();
    QColor grid = palette.border;
    grid.setAlphaF(0.5F);
    const QFontMetrics metrics(font);
    const LevelLine level = levelLine(metrics);
    for (std::size_t i = 0; i < level.ticks.size(); ++i) {
        const int at = static_cast<int>(std::lround(xOf(level.ticks[i].at)));
        painter.setPen(grid);
        painter.drawLine(at, area.top(), at, area.bottom());
        painter.setPen(palette.muted);
        painter.drawText(level.labels[i], Qt::AlignHCenter, level.ticks[i].label);
    }
    for (const scope::Tick& tick : y.ticks(std::max(2, area.height() / yPitch))) {
        const int at = static_cast<int>(std::lround(yOf(tick.at)));
        painter.setPen(grid);
        painter.drawLine(area.left(), at, area.right(), at);
        painter.setPen(palette.muted);
        painter.drawText(QRect(area.left() - leftRoom, at - line / 2, leftRoom - 6, line),
                         Qt::AlignRight | Qt::AlignVCenter, tick.label);
    }
    painter.setPen(palette.border);
    painter.drawLine(area.bottomLeft(), area.bottomRight());
    painter.drawLine(area.topLeft(), area.bottomLeft());
    painter.setPen(palette.muted);
    painter.drawText(QRect(area.left() - leftRoom + 6, area.top() - line - 8, area.width() + leftRoom, line),
                     Qt::AlignLeft | Qt::AlignVCenter, yTitle);
    painter.drawText(level.title, Qt::AlignHCenter, xTitle);
}

/// So many that their numbers stand clear of each other, however many digits they have, and that the title
/// finds a place among them.
PlotFrame::LevelLine PlotFrame::levelLine(const QFontMetrics& metrics) const {
    int pitch = xPitch;
    int widest = 0;
    for (const scope::Tick& tick : x.ticks(std::max(2, area.width() / xPitch)))
        widest = std::max(widest, metrics.horizontalAdvance(tick.label));
    pitch = std::max(pitch, widest + xClear);
    LevelLine line = levelLine(metrics, std::max(2, area.width() / pitch));
    if (!line.title.isEmpty()) return line;
    pitch = std::max(pitch, widest + metrics.horizontalAdvance(xTitle) + xClear);
    line = levelLine(metrics, std::max(2, area.width() / pitch));
    if (!line.title.isEmpty()) return line;
    // In the narrowest plots, what the numbers are is worth more than the last of them.
    const int width = metrics.horizontalAdvance(xTitle) + 2;
    line.title = QRect(area.right() + rightRoom - width - space::small, area.bottom() + labelDrop, width,
                       metrics.height());
    while (!line.labels.empty() && line.labels.back().right() > line.title.left() - space::small) {
        line.labels.pop_back();
        line.ticks.pop_back();
    }
    return line;
}

PlotFrame::LevelLine PlotFrame::levelLine(const QFontMetrics& metrics, int count) const {
    LevelLine line;
    line.ticks = x.ticks(count);
    const int top = area.bottom() + labelDrop;
    for (const scope::Tick& tick : line.ticks) {
        const int width = metrics.horizontalAdvance(tick.label) + 2;
        const int at = static_cast<int>(std::lround(xOf(tick.at)));
        // Left of the plot stands the lowest number of the upright axis.
        line.labels.emplace_back(std::max(at - width / 2, area.left() - labelReach), top, width,
                                 metrics.height());
    }
    const int width = metrics.horizontalAdvance(xTitle) + 2;
    int right = area.right() + rightRoom; // of the free stretch
    for (auto label = line.labels.rbegin(); label != line.labels.rend(); ++label) {
        const bool isLast = label == line.labels.rbegin();
        const int left = label->right() + space::small;
        if (right - space::small - left >= width) {
            const int from =
                isLast ? right - space::small - width : (left + right - space::small - width) / 2;
            line.title = QRect(from, top, width, metrics.height());
            break;
        }
        right = label->left();
    }
    return line;
}

void paintReadout(QPainter& painter, const scope::ScopePalette& palette, QPoint at, const QRect& room,
                  const QStringList& lines) {
    const QFontMetrics metrics(painter.font());
    int width = 0;
    for (const QString& line : lines)
        width = std::max(width, metrics.horizontalAdvance(line));
    QRect box(at + QPoint(12, 12), QSize(width + 16, static_cast<int>(lines.size()) * metrics.height() + 8));
    if (box.right() > room.right()) box.moveRight(at.x() - 12);
    if (box.bottom() > room.bottom()) box.moveBottom(std::max(at.y() - 12, room.top() + box.height()));
    painter.setPen(palette.border);
    painter.setBrush(palette.raised);
    painter.drawRoundedRect(box, 3, 3);
    painter.setPen(palette.text);
    for (qsizetype line = 0; line < lines.size(); ++line)
        painter.drawText(box.adjusted(8, 4 + static_cast<int>(line) * metrics.height(), 0, 0),
                         Qt::AlignLeft | Qt::AlignTop, lines[line]);
}

} // namespace servolane::ui
