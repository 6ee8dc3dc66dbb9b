// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/catalog/whole_file.h"

#include <fcntl.h>
#include <fstream>
#include <unistd.h>

namespace servolane::drivers::catalog {

namespace fs = std::filesystem;

namespace {

/// What a power cut must not leave half is on the disk before it gets its name.
bool reachDisk(const fs::path& file) {
    const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return false;
    const bool done = ::fsync(descriptor) == 0;
    ::close(descriptor);
    return done;
}

} // namespace

Result<void> writeWhole(const fs::path& file, const std::string& text) {
    std::error_code missing;
    if (fs::is_other(fs::status(file, missing)))
        return failure(ErrorCode::invalid,
                       file.string() + " is a device, a pipe or a socket: only a file is written");
    const fs::path fresh = file.string() + "." + std::to_string(::getpid());
    std::ofstream stream(fresh, std::ios::binary);
    stream << text;
    stream.close();
    std::error_code error;
    const bool written = stream && reachDisk(fresh);
    if (written) fs::rename(fresh, file, error);
    if (written && !error) return {};
    std::error_code ignored;
    fs::remove(fresh, ignored);
    return failure(ErrorCode::inputOutput, "cannot write " + file.string());
}

} // namespace servolane::drivers::catalog
