// SPDX-License-Identifier: GPL-3.0-or-later
// What a person typed, as a number.
#pragma once

#include <QtCore/QString>
#include <optional>

namespace servolane::ui {

/// "1.5" and "1,5" are both one and a half, in every locale; "1.000" and "1,000" are one. There is no group
/// separator: two marks, inner spaces, exponents and units are refused (nothing). "−" (U+2212) is a minus.
[[nodiscard]] std::optional<double> numberFrom(const QString& typed);

} // namespace servolane::ui
