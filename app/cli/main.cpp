// SPDX-License-Identifier: GPL-3.0-or-later
// servolane-cli: the workstation without a screen.
#include "app/cli/program.h"

#include <csignal>
#include <cstdio>
#include <exception>

namespace {

servolane::Waker* interrupt = nullptr;

extern "C" void onSignal(int) {
    interrupt->wake();
}

/// The first signal ends the command cleanly, a second one at once.
void listenTo(int signal) {
    struct sigaction action {};
    action.sa_handler = onSignal;
    action.sa_flags = static_cast<int>(SA_RESETHAND);
    ::sigaction(signal, &action, nullptr);
}

} // namespace

int main(int argc, char** argv) {
    servolane::Waker waker;
    interrupt = &waker;
    listenTo(SIGINT);
    listenTo(SIGTERM);
    listenTo(SIGHUP); // a closed terminal, a lost connection: what moves is brought to rest all the same
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN); // a file at its limit is a full disk, and no reason to let axes run on
    try {
        return servolane::cli::runProgram(argc, argv, waker);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "servolane-cli: %s\n", error.what());
        return 1;
    }
}
