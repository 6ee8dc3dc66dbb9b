// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QWidget;

namespace servolane::ui {

/// Whether letters typed now would go into a text, or find an entry of a list that is chosen from: then they
/// are no shortcuts.
[[nodiscard]] bool isTextEntry(const QWidget* widget);

} // namespace servolane::ui
