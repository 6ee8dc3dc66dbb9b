// SPDX-License-Identifier: GPL-3.0-or-later
// One family with digits of equal width, and the few sizes that are used.
#pragma once

#include <QtGui/QFont>

namespace servolane::ui {

enum class TextSize { body, small, heading, bigValue, tileValue };

/// The first installed family whose ten digits have the same advance; the system's own if none is known.
[[nodiscard]] QString tabularFamily();
[[nodiscard]] QFont fontOf(TextSize size);
/// Text of one weight heavier, for headings and words of state.
[[nodiscard]] QFont strongFontOf(TextSize size);

} // namespace servolane::ui
