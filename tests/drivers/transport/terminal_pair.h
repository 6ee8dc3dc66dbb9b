// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kernel/bytes.h"

#include <string>

namespace servolane::tests {

/// A pseudo-terminal: the test holds the master, what is tested opens the path.
class TerminalPair {
public:
    TerminalPair();
    ~TerminalPair();
    TerminalPair(const TerminalPair&) = delete;
    TerminalPair& operator=(const TerminalPair&) = delete;

    [[nodiscard]] const std::string& path() const { return path_; }
    void send(ByteView bytes) const;
    /// What has come, up to `most` bytes; waits until there is something, at most five seconds.
    [[nodiscard]] Bytes receive(std::size_t most = 4096) const;
    /// As if the adapter were pulled out.
    void unplug();

private:
    int master_ = -1;
    std::string path_;
};

} // namespace servolane::tests
