// SPDX-License-Identifier: GPL-3.0-or-later
// What every benchmark prints: one JSON line a case, with a limit measured in the same run.
#pragma once

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>
#include <unistd.h>

namespace servolane::bench {

enum class Better { higher, lower };

/// `ratio` is value / limit in both directions; `limit` 0: there is none, and limit and ratio are null.
inline void printLine(const std::string& bench, const std::string& name, double value,
                      const std::string& unit, double limit, Better better) {
    std::printf("{\"bench\": \"%s\", \"case\": \"%s\", \"value\": %.6g, \"unit\": \"%s\", ", bench.c_str(),
                name.c_str(), value, unit.c_str());
    if (limit > 0.0)
        std::printf("\"limit\": %.6g, \"ratio\": %.4g, ", limit, value / limit);
    else
        std::printf("\"limit\": null, \"ratio\": null, ");
    std::printf("\"better\": \"%s\"}\n", better == Better::higher ? "higher" : "lower");
    std::fflush(stdout);
}

/// `--quick`: a smoke run that shows that the program works, not how fast it is.
inline bool isQuick(int argc, char** argv) {
    for (int i = 1; i < argc; ++i)
        if (std::strcmp(argv[i], "--quick") == 0) return true;
    return false;
}

class Stopwatch {
public:
    [[nodiscard]] double seconds() const {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    }

private:
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

/// A folder of this run, removed with all its files at the end.
class ScratchFolder {
public:
    ScratchFolder() {
        path_ = (std::filesystem::temp_directory_path() / "servolane-bench-XXXXXX").string();
        if (::mkdtemp(path_.data())) return;
        std::perror(path_.c_str());
        std::exit(1);
    }
    ~ScratchFolder() {
        std::error_code ignored;
        if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
    }
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;
    [[nodiscard]] std::string path(const std::string& name) const { return path_ + "/" + name; }

private:
    std::string path_;
};

} // namespace servolane::bench
