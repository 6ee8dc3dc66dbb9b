// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/session/session_library.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <mutex>
#include <vector>

namespace servolane::ui {

/// What a worker has listed so far, on its way to the GUI thread. Any thread; nothing is called under its
/// lock.
class SessionFeed {
public:
    void put(session::ListedSession listed) {
        const std::lock_guard guard{mutex_};
        waiting_.push_back(std::move(listed));
    }
    /// At most `most`, in the order in which they came.
    [[nodiscard]] std::vector<session::ListedSession> take(std::size_t most) {
        const std::lock_guard guard{mutex_};
        const auto end = waiting_.begin() + static_cast<std::ptrdiff_t>(std::min(most, waiting_.size()));
        std::vector<session::ListedSession> taken{std::make_move_iterator(waiting_.begin()),
                                                  std::make_move_iterator(end)};
        waiting_.erase(waiting_.begin(), end);
        return taken;
    }

private:
    std::mutex mutex_;
    std::vector<session::ListedSession> waiting_;
};

} // namespace servolane::ui
