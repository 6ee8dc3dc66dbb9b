// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QRect>
#include <QString>
#include <vector>

class QPainter;

namespace servolane::ui::scope {

/// The name at the end of a line, so that nobody has to match colours with a legend.
struct EndLabel {
    double row = 0.0;     ///< where the line ends
    std::size_t line = 0; ///< which
    QColor colour;
    QString name;
    QString value; ///< with its unit; or its age where the value is stale
    bool dashed = false;
    bool stale = false;
};

/// Writes the labels of one pane beside it, in the order of their lines, moved apart where they would touch.
/// Returns where: the row of each label's middle, and its line.
std::vector<std::pair<double, std::size_t>> paintEndLabels(QPainter& painter, std::vector<EndLabel> labels,
                                                           const QRect& room, const QColor& text,
                                                           const QColor& muted);

} // namespace servolane::ui::scope
