// SPDX-License-Identifier: GPL-3.0-or-later
// The journal's "target=90 velocity=45" as a person reads it.
#pragma once

#include <QtCore/QString>
#include <string>

namespace servolane::ui {

/// "to 90.0° at 45.0 °/s". `unit` is the axis' own: "deg", "mm". Words that are not known stay as they are.
[[nodiscard]] QString detailsText(const std::string& details, const std::string& unit = "deg");

/// The members of a fact as the journal keeps them, "after=900 before=800 name=position_p_gain", as people
/// read them: "position p gain: 800 → 900".
[[nodiscard]] QString factText(const std::string& details);

/// What a command is called and with what: "Go to 90.0°". `how` as detailsText() has it, or empty.
[[nodiscard]] QString commandText(const std::string& kind, const QString& how);

} // namespace servolane::ui
