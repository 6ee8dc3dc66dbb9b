// SPDX-License-Identifier: GPL-3.0-or-later
// Settings of servos and axes as people read them.
#pragma once

#include "core/motion/axis.h"
#include "core/registers/read/settings_history.h"

#include <QtCore/QString>
#include <string>
#include <vector>

namespace servolane::ui {

/// "Position P Gain", "Travel limit, low".
[[nodiscard]] QString settingTitle(const std::string& name, const motion::Axis& axis);
/// In the user's units, with the name of a named value: "120.0°", "900", "Position". "—" for one not known.
/// `units` as SettingsRecord::units.
[[nodiscard]] QString settingValueText(const std::string& name, std::optional<double> value,
                                       const motion::Axis& axis, const std::vector<std::string>& units = {});
/// "window", "command line".
[[nodiscard]] QString askerText(api::Asker asker);
/// "14:02:31"; with the date where it is not that of `now`. Local time.
[[nodiscard]] QString momentText(UtcTime at, UtcTime now);

} // namespace servolane::ui
