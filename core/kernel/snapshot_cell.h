// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <utility>

namespace servolane {
inline namespace kernel {

/// Holds the newest immutable snapshot of a read model. One thread publishes, any thread reads; a reader
/// keeps what it has read for as long as it likes. A mutex, since std::atomic<std::shared_ptr> of libstdc++
/// 12 trips ThreadSanitizer; it is held for the copy of one pointer.
template <class Snapshot>
class SnapshotCell {
public:
    SnapshotCell()
        : current_(std::make_shared<const Snapshot>()) {}

    /// A copy holds the same snapshot: for keyframes of whole projections. The thread that publishes.
    SnapshotCell(const SnapshotCell& other)
        : current_(other.read()) {}
    SnapshotCell& operator=(const SnapshotCell& other) {
        if (this != &other) publish(other.read());
        return *this;
    }

    /// Never null.
    [[nodiscard]] std::shared_ptr<const Snapshot> read() const {
        looked_.store(true, std::memory_order_relaxed);
        const std::lock_guard lock(mutex_);
        return current_;
    }

    /// Somebody has read since this was asked last. The thread that publishes: what nobody looks at need not
    /// be made so often.
    [[nodiscard]] bool takeLooked() { return looked_.exchange(false, std::memory_order_relaxed); }

    void publish(std::shared_ptr<const Snapshot> next) {
        {
            const std::lock_guard lock(mutex_);
            current_.swap(next);
        }
        // The old snapshot is freed here, outside of the lock, if no reader holds it.
    }

private:
    mutable std::mutex mutex_;
    mutable std::atomic<bool> looked_ = false;
    std::shared_ptr<const Snapshot> current_;
};

} // namespace kernel
} // namespace servolane
