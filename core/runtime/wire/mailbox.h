// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/bus/request.h"
#include "core/kernel/clock.h"

#include <array>
#include <deque>
#include <mutex>
#include <optional>
#include <vector>

namespace servolane::runtime {

struct Letter {
    bus::Request request;
    Time posted{};
};

/// Requests for one bus thread, first by priority and then in order. Any thread posts; the bus thread takes.
class Mailbox {
public:
    explicit Mailbox(Waker& reader)
        : reader_(reader) {}

    /// Whom the post leaves without service: an older goal of the same axis that gave way to this one, or
    /// this one, since nobody takes letters any more. Its asker must learn of it.
    struct Unserved {
        Letter letter;
        bus::RequestOutcome outcome = bus::RequestOutcome::superseded;
    };
    /// The newer goal goes to the end: what was asked for between the two is done before it.
    std::optional<Unserved> post(bus::Request request, Time now);
    /// The first of the highest priority that is not below `least`.
    [[nodiscard]] std::optional<Letter> take(bus::Priority least);
    /// Whether take() would return something.
    [[nodiscard]] bool holds(bus::Priority least) const;
    /// Everything of one priority: what a stop sweeps away.
    [[nodiscard]] std::vector<Letter> takeAll(bus::Priority priority);
    /// What waits of this command is taken back. How many letters that were.
    std::size_t withdraw(CommandId command);
    /// Takes everything that waits; later posts are handed back at once.
    [[nodiscard]] std::vector<Letter> close();

private:
    static constexpr std::size_t priorities = static_cast<std::size_t>(bus::Priority::background) + 1;
    Waker& reader_;
    mutable std::mutex mutex_;
    std::array<std::deque<Letter>, priorities> letters_;
    bool closed_ = false;
};

} // namespace servolane::runtime
