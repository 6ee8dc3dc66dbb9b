// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/wire/mailbox.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace servolane::runtime {

namespace {

/// A goal that sets a profile too may only be replaced by one that sets it as well.
bool replaces(const bus::Request& newer, const bus::Request& older) {
    return newer.coalesceAxis.value != 0 && newer.coalesceAxis == older.coalesceAxis &&
           (older.coalesceFields & ~newer.coalesceFields) == 0;
}

} // namespace

std::optional<Mailbox::Unserved> Mailbox::post(bus::Request request, Time now) {
    std::optional<Unserved> unserved;
    {
        const std::lock_guard lock(mutex_);
        if (closed_) return Unserved{{std::move(request), now}, bus::RequestOutcome::failed};
        auto& queue = letters_[static_cast<std::size_t>(request.priority)];
        const auto older = std::find_if(queue.begin(), queue.end(), [&](const Letter& letter) {
            return replaces(request, letter.request);
        });
        if (older != queue.end()) {
            unserved = Unserved{std::move(*older), bus::RequestOutcome::superseded};
            queue.erase(older);
        }
        queue.push_back({std::move(request), now});
    }
    reader_.wake();
    return unserved;
}

std::optional<Letter> Mailbox::take(bus::Priority least) {
    const std::lock_guard lock(mutex_);
    for (std::size_t i = 0; i <= static_cast<std::size_t>(least); ++i) {
        if (letters_[i].empty()) continue;
        Letter first = std::move(letters_[i].front());
        letters_[i].pop_front();
        return first;
    }
    return std::nullopt;
}

bool Mailbox::holds(bus::Priority least) const {
    const std::lock_guard lock(mutex_);
    return std::any_of(letters_.begin(), letters_.begin() + static_cast<std::ptrdiff_t>(least) + 1,
                       [](const auto& queue) { return !queue.empty(); });
}

std::vector<Letter> Mailbox::takeAll(bus::Priority priority) {
    const std::lock_guard lock(mutex_);
    auto& queue = letters_[static_cast<std::size_t>(priority)];
    std::vector<Letter> all(std::make_move_iterator(queue.begin()), std::make_move_iterator(queue.end()));
    queue.clear();
    return all;
}

std::size_t Mailbox::withdraw(CommandId command) {
    const std::lock_guard lock(mutex_);
    std::size_t count = 0;
    for (auto& queue : letters_)
        count +=
            std::erase_if(queue, [&](const Letter& letter) { return letter.request.command == command; });
    return count;
}

std::vector<Letter> Mailbox::close() {
    std::vector<Letter> all;
    const std::lock_guard lock(mutex_);
    closed_ = true;
    for (auto& queue : letters_) {
        all.insert(all.end(), std::make_move_iterator(queue.begin()), std::make_move_iterator(queue.end()));
        queue.clear();
    }
    return all;
}

} // namespace servolane::runtime
