// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "drivers/ipc/descriptor.h"

#include <optional>
#include <string>

namespace servolane::drivers::ipc {

/// One connection and what is on its way over it. Never blocks: what the other end does not take waits here,
/// and until it has gone no more is read, so that a slow reader costs one answer of memory and nobody's time.
/// One thread.
class Peer {
public:
    Peer(Descriptor descriptor, std::size_t longestLine)
        : descriptor_(std::move(descriptor))
        , longestLine_(longestLine) {}

    [[nodiscard]] int descriptor() const { return descriptor_.number(); }
    /// Takes what has arrived, up to a few kilobytes.
    void receive();
    /// There is room to receive into: whole lines are to be taken first, and answers to be sent.
    [[nodiscard]] bool isReceiving() const { return !ended_ && !closing_ && !isSending() && !hasLine(); }
    /// The next whole line without its end.
    [[nodiscard]] std::optional<std::string> nextLine();
    [[nodiscard]] bool hasLine() const { return received_.find('\n') != std::string::npos; }
    /// What has arrived is longer than a line may be.
    [[nodiscard]] bool isTooLong() const { return received_.size() > longestLine_ && !hasLine(); }
    void send(std::string line);
    /// Gives the other end what it takes now.
    void flush();
    [[nodiscard]] bool isSending() const { return !unsent_.empty(); }
    /// Sends what is to be sent, then closes; nothing more is read.
    void closeWhenSent() { closing_ = true; }
    [[nodiscard]] bool isClosing() const { return closing_; }
    /// Nothing will come or go any more.
    [[nodiscard]] bool isOver() const {
        const bool through = closing_ || (ended_ && !hasLine());
        return broken_ || (through && !isSending());
    }

private:
    Descriptor descriptor_;
    std::size_t longestLine_;
    std::string received_;
    std::string unsent_;
    bool ended_ = false; ///< the other end says no more; it may still listen
    bool closing_ = false;
    bool broken_ = false;
};

} // namespace servolane::drivers::ipc
