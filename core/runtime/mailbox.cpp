// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/mailbox.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace servolane::runtime {

std::optional<Letter> Mailbox::post(bus::Request request, Time now) {
    std::optional<Letter> replaced;
    {
        const std::lock_guard lock(mutex_);
        auto& queue = letters_[static_cast<std::size_t>(request.priority)];
        const AxisId axis = request.coalesceAxis;
        const auto waiting = axis.value == 0
                                 ? queue.end()
                                 : std::find_if(queue.begin(), queue.end(), [&](const Letter& letter) {
                                       return letter.request.coalesceAxis == axis;
                                   });
        if (waiting != queue.end()) {
            replaced = std::exchange(*waiting, Letter{std::move(request), now});
        } else {
            queue.push_back({std::move(request), now});
        }
    }
    reader_.wake();
    return replaced;
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

std::vector<Letter> Mailbox::takeAll(bus::Priority priority) {
    const std::lock_guard lock(mutex_);
    auto& queue = letters_[static_cast<std::size_t>(priority)];
    std::vector<Letter> all(std::make_move_iterator(queue.begin()), std::make_move_iterator(queue.end()));
    queue.clear();
    return all;
}

} // namespace servolane::runtime
