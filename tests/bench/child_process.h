// SPDX-License-Identifier: GPL-3.0-or-later
// A program of ours (or one to compare it with) as a child, what it prints, and what it costs.
#pragma once

#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <sstream>
#include <string>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace servolane::bench {

/// Ends with this object. Its standard output comes through a pipe, its standard error is this program's.
class ChildProcess {
public:
    ChildProcess(const std::string& program, const std::vector<std::string>& arguments) {
        std::array<int, 2> output{};
        if (::pipe2(output.data(), O_CLOEXEC) != 0) std::abort();
        child_ = ::fork();
        if (child_ == 0) run(program, arguments, output[1]);
        ::close(output[1]);
        output_ = output[0];
    }
    ~ChildProcess() {
        ::kill(child_, SIGTERM);
        ::waitpid(child_, nullptr, 0);
        ::close(output_);
    }
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;

    /// The next line of its output; empty when it has ended.
    [[nodiscard]] std::string readLine() const {
        std::string line;
        for (char letter = 0; ::read(output_, &letter, 1) == 1 && letter != '\n';)
            line += letter;
        return line;
    }
    [[nodiscard]] pid_t id() const { return child_; }
    /// User and system time of all its threads so far.
    [[nodiscard]] double cpuSeconds() const {
        std::ifstream file("/proc/" + std::to_string(child_) + "/stat");
        std::string text((std::istreambuf_iterator<char>(file)), {});
        // Behind the name, which may hold anything, follow the state and ten numbers before the two times
        // (proc(5)).
        std::istringstream rest(text.substr(text.rfind(')') + 1));
        std::string skipped;
        for (int field = 0; field < 11; ++field)
            rest >> skipped;
        double user = 0.0;
        double system = 0.0;
        rest >> user >> system;
        return (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
    }

private:
    [[noreturn]] static void run(const std::string& program, const std::vector<std::string>& arguments,
                                 int output) {
        ::prctl(PR_SET_PDEATHSIG, SIGTERM);
        ::dup2(output, STDOUT_FILENO);
        std::vector<char*> words{const_cast<char*>(program.c_str())};
        for (const auto& argument : arguments)
            words.push_back(const_cast<char*>(argument.c_str()));
        words.push_back(nullptr);
        ::execv(program.c_str(), words.data());
        std::_Exit(127);
    }

    pid_t child_ = 0;
    int output_ = -1;
};

} // namespace servolane::bench
