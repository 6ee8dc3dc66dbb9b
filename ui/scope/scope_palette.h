// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <array>

namespace servolane::ui::scope {

/// Every colour the scope draws with. Filled from the theme by whoever owns the window; light() and dark()
/// are the theme's own values.
struct ScopePalette {
    QColor surface; ///< behind the traces
    QColor raised;  ///< label and tooltip backgrounds
    QColor border;  ///< axis lines; grid lines at half strength
    QColor text;
    QColor muted;  ///< tick labels, units, stale traces
    QColor accent; ///< cursors, focus
    QColor ok;
    QColor warn;
    QColor fault;
    QColor info;
    std::array<QColor, 8> traces; ///< position, velocity, current, … ; see colourOf

    [[nodiscard]] static ScopePalette light();
    [[nodiscard]] static ScopePalette dark();
    friend bool operator==(const ScopePalette&, const ScopePalette&) = default;
};

} // namespace servolane::ui::scope
