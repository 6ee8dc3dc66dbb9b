// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QString>

class QMenu;

namespace servolane::ui {

namespace scope {
class ScopeView;
}

/// Adds to the context menu of a pane: its value range as two numbers to type in.
void addRangeEntry(QMenu& menu, scope::ScopeView& view, int pane);

} // namespace servolane::ui
