// SPDX-License-Identifier: GPL-3.0-or-later
// A pseudo-terminal does not say who holds its other end. servolane-sim says it in a file beside the sockets
// of this user's programs, so that what is recorded of its lines is marked as simulated.
#pragma once

#include "core/kernel/result.h"

#include <filesystem>
#include <string>
#include <vector>

namespace servolane::app {

/// The mark of one simulator, "PROCESS.simulated", one path a line: valid while it lives. The file is locked
/// by its writer; that of a process which was killed is locked by nobody, and counts for nothing, whoever has
/// its number now. One thread.
class SimMark {
public:
    /// `ports` as they are opened: "/dev/pts/3". Errors: those of drivers::ipc::prepareSocketFolder,
    /// inputOutput.
    [[nodiscard]] static Result<SimMark> leave(const std::filesystem::path& folder,
                                               const std::vector<std::string>& ports);
    SimMark(SimMark&& other) noexcept;
    SimMark& operator=(SimMark&&) = delete;
    SimMark(const SimMark&) = delete;
    SimMark& operator=(const SimMark&) = delete;
    /// Removes it.
    ~SimMark();

private:
    SimMark(std::filesystem::path path, int descriptor)
        : path_(std::move(path))
        , descriptor_(descriptor) {}

    std::filesystem::path path_;
    int descriptor_ = -1;
};

/// A simulator that runs says of this port, or of what the name leads to, that it is a simulated line. False
/// where the folder is missing or not this user's. Any thread; reads a few small files.
[[nodiscard]] bool isMarkedSimulated(const std::filesystem::path& folder, const std::string& port);

} // namespace servolane::app
