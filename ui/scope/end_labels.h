// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/scope/line_pattern.h"

#include <QColor>
#include <QRect>
#include <QString>
#include <vector>

class QFontMetrics;
class QPainter;

namespace servolane::ui::scope {

/// The name at the end of a line, so that nobody has to match colours with a legend.
struct EndLabel {
    double row = 0.0;     ///< where the line ends
    std::size_t line = 0; ///< which
    QColor colour;
    QString name;
    QString axis;  ///< the name begins with it; may be empty
    QString value; ///< with its unit; with its age too where it is stale
    LinePattern pattern = LinePattern::solid;
    bool stale = false;
    bool past = false;    ///< what it tells is no longer so: the picture is held
    std::size_t pane = 0; ///< beside which it stands, if there is room
};

/// Where labels may stand.
struct LabelRoom {
    QRect column;             ///< of all of them
    std::vector<QRect> panes; ///< parts of it, from top to bottom
};

/// `name` in so much room: what is left out is left out of the channel, for names of axes are told apart by
/// all of their letters. Of a name without an axis it is left out in the middle.
[[nodiscard]] QString elidedName(const QFontMetrics& metrics, const QString& name, const QString& axis,
                                 int room);

/// From top to bottom: the row of each label's middle, and its line.
using LabelPlaces = std::vector<std::pair<double, std::size_t>>;

/// Writes the labels beside their panes, which follow each other, in the order of their lines, moved apart
/// where they would touch: those of a low pane into the room of its neighbours, with a thread to where the
/// line ends. Where the whole column is too low they are written smaller, and at last some are left out, and
/// it is said how many. Lines that are close together keep the order that they had `before`. Returns where
/// they stand.
LabelPlaces paintEndLabels(QPainter& painter, std::vector<EndLabel> labels, const LabelPlaces& before,
                           const LabelRoom& room, const QColor& text, const QColor& muted);

} // namespace servolane::ui::scope
