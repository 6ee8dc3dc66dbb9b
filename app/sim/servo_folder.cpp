// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sim/servo_folder.h"

#include <cstdlib>

namespace servolane::app {

std::filesystem::path servoFolder() {
    namespace fs = std::filesystem;
    if (const char* chosen = std::getenv("SERVOLANE_SERVOS"); chosen != nullptr && *chosen != '\0')
        return chosen;
    std::error_code ignored;
    const fs::path program = fs::read_symlink("/proc/self/exe", ignored);
    const fs::path installed = program.parent_path().parent_path() / "share" / "servolane" / "servos";
    return fs::is_directory(installed, ignored) ? installed : fs::path(SERVOLANE_SOURCE_SERVOS);
}

} // namespace servolane::app
