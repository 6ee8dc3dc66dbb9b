// SPDX-License-Identifier: GPL-3.0-or-later
// Which core a thread runs on, so that two runs differ in what is measured and not in where it ran. On a
// machine with one core all of it does nothing.
#pragma once

#include <filesystem>
#include <fstream>
#include <sched.h>
#include <string>
#include <sys/types.h>
#include <unistd.h>

namespace servolane::bench {

inline constexpr int servoCore = 0;
inline constexpr int hostCore = 1;

/// One thread; 0 is the calling one.
inline void keepThreadOnCore(pid_t thread, int core) {
    if (thread < 0 || ::sysconf(_SC_NPROCESSORS_ONLN) < 2) return;
    cpu_set_t cores;
    CPU_ZERO(&cores);
    CPU_SET(core, &cores);
    ::sched_setaffinity(thread, sizeof cores, &cores);
}

/// All threads that the process has by now.
inline void keepProcessOnCore(pid_t process, int core) {
    std::error_code ignored;
    const auto threads = "/proc/" + std::to_string(process) + "/task";
    for (const auto& entry : std::filesystem::directory_iterator(threads, ignored))
        keepThreadOnCore(std::stoi(entry.path().filename()), core);
}

/// The thread of this process with this name; -1 if there is none.
inline pid_t threadNamed(const std::string& name) {
    for (const auto& entry : std::filesystem::directory_iterator("/proc/self/task")) {
        std::string own;
        std::getline(std::ifstream(entry.path() / "comm"), own);
        if (own == name) return std::stoi(entry.path().filename());
    }
    return -1;
}

/// The calling thread, for the life of this object.
class OnCore {
public:
    explicit OnCore(int core) {
        ::sched_getaffinity(0, sizeof before_, &before_);
        keepThreadOnCore(0, core);
    }
    ~OnCore() { ::sched_setaffinity(0, sizeof before_, &before_); }
    OnCore(const OnCore&) = delete;
    OnCore& operator=(const OnCore&) = delete;

private:
    cpu_set_t before_{};
};

} // namespace servolane::bench
