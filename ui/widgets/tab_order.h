// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

class QWidget;

namespace servolane::ui {

/// Tab visits the controls within `root` in the order in which its layouts show them, not in the one in which
/// they were made.
void followLayout(QWidget* root);

/// Tab visits `parts` of a window one after the other, whatever was built first; the order within each stays.
/// What belongs to none of them comes last.
void orderTabs(QWidget* window, const std::vector<QWidget*>& parts);

} // namespace servolane::ui
