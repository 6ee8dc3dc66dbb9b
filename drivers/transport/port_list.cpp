// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/transport/port_list.h"

#include "drivers/transport/adapter_name.h"
#include "drivers/transport/port_lock.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <grp.h>
#include <libserialport.h>
#include <map>
#include <sys/stat.h>
#include <unistd.h>

namespace servolane::drivers {

namespace {

namespace fs = std::filesystem;

std::map<std::string, std::string> aliasesByDevice() {
    std::map<std::string, std::string> aliases;
    std::error_code ignored;
    for (const auto& link : fs::directory_iterator("/dev/serial/by-id", ignored)) {
        const fs::path device = fs::canonical(link.path(), ignored);
        if (!ignored) aliases.emplace(device.string(), link.path().string());
    }
    return aliases;
}

std::string text(const char* words) {
    return words == nullptr ? std::string{} : std::string{words};
}

std::string groupName(gid_t group) {
    // Ports are listed by several threads.
    std::array<char, 4096> buffer{};
    ::group entry{};
    ::group* found = nullptr;
    ::getgrgid_r(group, &entry, buffer.data(), buffer.size(), &found);
    return found == nullptr ? std::to_string(group) : found->gr_name;
}

std::string adviceForDenied(const std::string& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) return path + " is gone; plug the adapter in again.";
    const std::string group = groupName(status.st_gid);
    if ((status.st_mode & (S_IRGRP | S_IWGRP)) != (S_IRGRP | S_IWGRP))
        return "Only root may use this port; install the udev rule that comes with Servolane.";
    return "Your user is not in the group " + group + "; run 'sudo usermod -aG " + group +
           " $USER', then log out and in again.";
}

PortDescription describe(const sp_port* port) {
    PortDescription result;
    result.path = text(sp_get_port_name(port));
    result.description = text(sp_get_port_description(port));
    result.serial = text(sp_get_port_usb_serial(port));
    int vid = 0;
    int pid = 0;
    if (sp_get_port_usb_vid_pid(port, &vid, &pid) == SP_OK) {
        result.vid = static_cast<std::uint16_t>(vid);
        result.pid = static_cast<std::uint16_t>(pid);
        result.place = usbPlace(result.path);
    }
    return result;
}

} // namespace

void judgeAccess(PortDescription& port) {
    port.openable = false;
    if (::access(port.path.c_str(), R_OK | W_OK) != 0) {
        port.advice = errno == EACCES ? adviceForDenied(port.path)
                                      : "The system says: " + std::string(std::strerror(errno)) + ".";
        return;
    }
    if (const std::string holder = lockHolder(port.path); !holder.empty()) {
        port.advice = "In use by " + holder + "; close the port there first.";
        return;
    }
    port.openable = true;
    port.advice.clear();
}

namespace {

PortDescription describeDevice(const std::string& path) {
    PortDescription result;
    sp_port* port = nullptr;
    std::error_code missing;
    const fs::path device = fs::canonical(path, missing);
    if (!missing && sp_get_port_by_name(device.c_str(), &port) == SP_OK) {
        result = describe(port);
        sp_free_port(port);
    }
    result.path = path;
    return result;
}

} // namespace

PortDescription describePort(const std::string& path) {
    PortDescription result = describeDevice(path);
    judgeAccess(result);
    return result;
}

std::string portKey(const std::string& path) {
    return portKey(describeDevice(path));
}

std::string portKey(const PortDescription& port) {
    if (!port.vid || !port.pid) return port.path;
    std::array<char, 16> usb{};
    std::snprintf(usb.data(), usb.size(), "%04x:%04x", *port.vid, *port.pid);
    const std::string kind = std::string("usb ") + usb.data();
    if (port.serial.empty()) return port.place.empty() ? port.path : kind + " at " + port.place;
    // An adapter with several ports has one number for all of them.
    const auto interface = port.place.find(':');
    return kind + ' ' + port.serial +
           (interface == std::string::npos ? std::string() : ' ' + port.place.substr(interface + 1));
}

std::vector<PortDescription> listPorts() {
    sp_port** found = nullptr;
    if (sp_list_ports(&found) != SP_OK) return {};
    std::vector<PortDescription> ports;
    const auto aliases = aliasesByDevice();
    for (sp_port** port = found; *port != nullptr; ++port) {
        PortDescription description = describe(*port);
        if (const auto alias = aliases.find(description.path); alias != aliases.end())
            description.alias = alias->second;
        judgeAccess(description);
        ports.push_back(std::move(description));
    }
    sp_free_port_list(found);
    std::sort(ports.begin(), ports.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
    return ports;
}

} // namespace servolane::drivers
