// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kernel/time.h"

#include <functional>
#include <string>

namespace servolane::ui {

/// Where recordings lie, and what time it is for their names.
struct SessionPlaces {
    std::string recordings;
    std::string flight; ///< empty: there is no flight recorder
    std::function<UtcTime()> utcNow;
};

/// A path for a new recording of that name: letters that file names suffer from become "_", and a number
/// follows where a file of the name exists.
[[nodiscard]] std::string pathForNewRecording(const std::string& folder, const std::string& name);

} // namespace servolane::ui
