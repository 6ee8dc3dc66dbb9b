// SPDX-License-Identifier: GPL-3.0-or-later
// The real servolane-sim as a child process, and what it takes to talk to it.
#pragma once

#include "tests/bench/child_process.h"

namespace servolane::bench {

/// Servos on a pseudo-terminal until this object ends.
class SimulatedLine {
public:
    explicit SimulatedLine(const std::vector<std::string>& arguments)
        : simulator_(SERVOLANE_SIM_PATH, arguments) {
        const std::string line = simulator_.readLine();
        path_ = line.substr(0, line.find(' '));
        if (!path_.empty()) return;
        std::fprintf(stderr, "servolane-sim said nothing\n");
        std::exit(1);
    }
    [[nodiscard]] const std::string& path() const { return path_; }
    [[nodiscard]] pid_t process() const { return simulator_.id(); }

private:
    ChildProcess simulator_;
    std::string path_;
};

} // namespace servolane::bench
