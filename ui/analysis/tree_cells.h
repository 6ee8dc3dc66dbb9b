// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtWidgets/QTreeView>

namespace servolane::ui {

/// Cells begin and end where the words of their headers do, as those of tables.
inline void alignCells(QTreeView& tree) {
    tree.setStyleSheet(QStringLiteral("QTreeView::item { padding: 0 5px; }"));
}

} // namespace servolane::ui
