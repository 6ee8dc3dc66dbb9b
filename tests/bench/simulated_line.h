// SPDX-License-Identifier: GPL-3.0-or-later
// The real servolane-sim as a child process, and what it takes to talk to it.
#pragma once

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <string>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace servolane::bench {

/// Servos on a pseudo-terminal until this object ends.
class SimulatedLine {
public:
    explicit SimulatedLine(const std::vector<std::string>& arguments) {
        std::array<int, 2> output{};
        if (::pipe(output.data()) != 0) std::abort();
        child_ = ::fork();
        if (child_ == 0) {
            ::prctl(PR_SET_PDEATHSIG, SIGTERM);
            ::dup2(output[1], STDOUT_FILENO);
            ::close(output[0]);
            std::vector<char*> words{const_cast<char*>(SERVOLANE_SIM_PATH)};
            for (const auto& argument : arguments)
                words.push_back(const_cast<char*>(argument.c_str()));
            words.push_back(nullptr);
            ::execv(SERVOLANE_SIM_PATH, words.data());
            std::_Exit(127);
        }
        ::close(output[1]);
        std::string line;
        for (char letter = 0; ::read(output[0], &letter, 1) == 1 && letter != '\n';)
            line += letter;
        path_ = line.substr(0, line.find(' '));
        output_ = output[0];
        if (path_.empty()) {
            std::fprintf(stderr, "servolane-sim said nothing\n");
            std::exit(1);
        }
    }
    ~SimulatedLine() {
        ::kill(child_, SIGTERM);
        ::waitpid(child_, nullptr, 0);
        ::close(output_);
    }
    SimulatedLine(const SimulatedLine&) = delete;
    SimulatedLine& operator=(const SimulatedLine&) = delete;
    [[nodiscard]] const std::string& path() const { return path_; }

private:
    pid_t child_ = 0;
    int output_ = -1;
    std::string path_;
};

} // namespace servolane::bench
