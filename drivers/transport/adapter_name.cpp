// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/transport/adapter_name.h"

#include <filesystem>

namespace servolane::drivers {

namespace fs = std::filesystem;

namespace {

/// "1-2.4:1.0"; PCI addresses have no dash.
bool isUsbInterface(const std::string& name) {
    return name.find_first_not_of("0123456789-.:") == std::string::npos &&
           name.find('-') != std::string::npos && name.find(':') != std::string::npos;
}

} // namespace

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

std::string usbPlace(const std::string& path, const std::string& folder) {
    std::error_code missing;
    const fs::path port = fs::canonical(path, missing);
    const fs::path name = missing ? fs::path(path).filename() : port.filename();
    const fs::path device = fs::canonical(fs::path(folder) / name / "device", missing);
    if (missing) return {};
    std::string place;
    for (const auto& part : device)
        if (isUsbInterface(part.string())) place = part.string();
    return place;
}

} // namespace servolane::drivers
