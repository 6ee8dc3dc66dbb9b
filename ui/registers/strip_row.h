// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/tokens.h"

#include <QtWidgets/QHBoxLayout>

namespace servolane::ui {

/// The row of controls of a strip above or beneath a table.
[[nodiscard]] inline QHBoxLayout* makeStripRow(QWidget* strip) {
    auto* row = new QHBoxLayout(strip);
    row->setContentsMargins(space::medium, space::tiny, space::medium, space::tiny);
    row->setSpacing(space::small);
    return row;
}

} // namespace servolane::ui
