// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

namespace servolane::app {

/// Where the servo model files lie: $SERVOLANE_SERVOS, else share/servolane/servos beside the folder of this
/// program, else the source tree that it was built from.
[[nodiscard]] std::filesystem::path servoFolder();

} // namespace servolane::app
