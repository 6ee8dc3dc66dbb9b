// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/transport/port_lock.h"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

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

/// Another process of this user that has the device open; empty if none can be seen.
std::string openerOf(const std::string& path) {
    namespace fs = std::filesystem;
    std::error_code ignored;
    const fs::path device = fs::canonical(path, ignored);
    for (fs::directory_iterator process("/proc", ignored), end; process != end; process.increment(ignored)) {
        const std::string number = process->path().filename().string();
        if (number.find_first_not_of("0123456789") != std::string::npos) continue;
        const long id = std::stol(number);
        if (id == ::getpid()) continue;
        std::error_code denied;
        for (fs::directory_iterator link(process->path() / "fd", denied); !denied && link != end;
             link.increment(denied)) {
            std::error_code gone;
            if (fs::read_symlink(link->path(), gone) == device && !gone)
                return programName(id) + " (process " + number + ")";
        }
    }
    return {};
}

} // namespace

Result<void> lockPort(int descriptor, const std::string& name, Exclusion exclusion) {
    if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0)
        return failure(ErrorCode::busy, "it is in use by " + portUser(name));
    if (exclusion == Exclusion::kernel) ::ioctl(descriptor, TIOCEXCL);
    return {};
}

std::string portUser(const std::string& path) {
    const std::string holder = lockHolder(path);
    if (!holder.empty()) return holder;
    const std::string opener = openerOf(path);
    return opener.empty() ? "another program" : opener;
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
