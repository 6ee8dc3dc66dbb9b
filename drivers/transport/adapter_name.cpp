// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/transport/adapter_name.h"

#include <filesystem>

namespace servolane::drivers {

namespace fs = std::filesystem;

std::string adapterName(const std::string& path, const std::string& folder) {
    std::error_code ignored;
    if (fs::path(path).parent_path() == fs::path(folder)) return {};
    const fs::path device = fs::canonical(path, ignored);
    if (ignored) return {};
    std::error_code none;
    for (const auto& link : fs::directory_iterator(folder, none)) {
        std::error_code broken;
        if (fs::canonical(link.path(), broken) == device && !broken) return link.path().filename().string();
    }
    return {};
}

std::string adapterPort(const std::string& name, const std::string& folder) {
    if (name.empty()) return {};
    std::error_code missing;
    const fs::path device = fs::canonical(fs::path(folder) / name, missing);
    return missing ? std::string() : device.string();
}

} // namespace servolane::drivers
