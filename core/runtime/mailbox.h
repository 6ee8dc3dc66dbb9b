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

    /// A goal that still waits for the same axis gives way to this one and is returned, so that its asker
    /// learns of it.
    std::optional<Letter> post(bus::Request request, Time now);
    /// The first of the highest priority that is not below `least`.
    [[nodiscard]] std::optional<Letter> take(bus::Priority least);
    /// Everything of one priority: what a stop sweeps away.
    [[nodiscard]] std::vector<Letter> takeAll(bus::Priority priority);

private:
    static constexpr std::size_t priorities = 4;
    Waker& reader_;
    std::mutex mutex_;
    std::array<std::deque<Letter>, priorities> letters_;
};

} // namespace servolane::runtime
