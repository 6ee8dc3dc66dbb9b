// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/transport/port_lock.h"

#include <cstdio>
#include <fstream>
#include <sstream>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <vector>

namespace servolane::drivers {

namespace {

std::string programName(long process) {
    std::ifstream file("/proc/" + std::to_string(process) + "/comm");
    std::string name;
    std::getline(file, name);
    return name.empty() ? "a program" : name;
}

/// The "major:minor:inode" of a file as /proc/locks writes it.
std::string lockKey(const struct stat& status) {
    char text[64];
    std::snprintf(text, sizeof text, "%02x:%02x:%lu", major(status.st_dev), minor(status.st_dev),
                  static_cast<unsigned long>(status.st_ino));
    return text;
}

} // namespace

Result<void> lockPort(int descriptor, const std::string& name, Exclusion exclusion) {
    if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0)
        return failure(ErrorCode::busy, name + " is in use by another program");
    if (exclusion == Exclusion::kernel) ::ioctl(descriptor, TIOCEXCL);
    return {};
}

void unlockPort(int descriptor, Exclusion exclusion) {
    if (exclusion == Exclusion::kernel) ::ioctl(descriptor, TIOCNXCL);
    ::flock(descriptor, LOCK_UN);
}

std::string lockHolder(const std::string& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) return {};
    const std::string wanted = lockKey(status);
    std::ifstream locks("/proc/locks");
    for (std::string line; std::getline(locks, line);) {
        // "1: FLOCK  ADVISORY  WRITE 4711 00:05:1234 0 EOF"
        std::istringstream words(line);
        std::string number, kind, strictness, access, key;
        long process = 0;
        words >> number >> kind >> strictness >> access >> process >> key;
        if (kind == "FLOCK" && key == wanted)
            return programName(process) + " (process " + std::to_string(process) + ")";
    }
    return {};
}

} // namespace servolane::drivers
