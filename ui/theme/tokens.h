// SPDX-License-Identifier: GPL-3.0-or-later
// Every colour and size of the window. No colour is written anywhere else.
#pragma once

#include <QtGui/QColor>
#include <array>

namespace servolane::ui {

struct Tokens {
    bool dark = false;
    QColor window;  ///< behind panels
    QColor surface; ///< panels, charts, tables
    QColor raised;  ///< headers, inputs, selected rows
    QColor border;
    QColor text;
    QColor muted; ///< labels, units, stale values
    QColor accent;
    QColor onAccent; ///< text on a filled accent
    QColor stop;     ///< the stop button; nothing else is filled with it
    QColor onStop;
    QColor ok;
    QColor warn;
    QColor fault;
    QColor info;
    QColor off;
    std::array<QColor, 8> traces;
};

[[nodiscard]] const Tokens& lightTokens();
[[nodiscard]] const Tokens& darkTokens();

/// WCAG 2 contrast ratio, 1 … 21.
[[nodiscard]] double contrastRatio(const QColor& one, const QColor& other);
/// `share` of `front` over `back`, 0 … 1.
[[nodiscard]] QColor blend(const QColor& front, const QColor& back, double share);

/// Pixels on the 4 px grid.
namespace space {
constexpr int tiny = 4;
constexpr int small = 8;
constexpr int medium = 12;
constexpr int large = 16;
constexpr int wide = 24;
} // namespace space

constexpr int benchControlHeight = 28;
constexpr int lineControlHeight = 44;
constexpr int panelRadius = 6;
constexpr int inputRadius = 3;

} // namespace servolane::ui
