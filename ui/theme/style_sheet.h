// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/tokens.h"

#include <QtCore/QString>

namespace servolane::ui {

/// The application's style sheet, with every colour from `tokens`.
[[nodiscard]] QString styleSheetOf(const Tokens& tokens);

} // namespace servolane::ui
