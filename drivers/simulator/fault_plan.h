// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "drivers/simulator/fault_spec.h"
#include "drivers/simulator/random.h"

#include "core/kernel/time.h"

#include <atomic>
#include <cstddef>
#include <mutex>
#include <optional>
#include <vector>

namespace servolane::drivers::simulator {

/// A condition that a servo is to see now.
struct ConditionFault {
    FaultKind kind = FaultKind::overload;
    std::uint8_t id = 0;
};

/// What happens to one status on its way.
struct StatusFault {
    bool dropped = false;
    bool corrupted = false;
    bool duplicated = false;
    bool noisy = false;
    Duration delay{};
};

/// What happens to what the host sends.
struct RequestFault {
    bool lost = false;
    bool garbled = false;
};

/// The faults of one bus and the dice they are thrown with. inject() and clear() may be called from any
/// thread, the rest by the thread that drives the bus.
class FaultPlan {
public:
    explicit FaultPlan(std::uint64_t seed)
        : dice_(seed) {}

    /// Its times count from `origin`.
    void inject(const FaultSpec& spec, Time origin);
    void clear();

    [[nodiscard]] bool isEmpty() const { return count_.load(std::memory_order_acquire) == 0; }
    [[nodiscard]] bool isUnplugged(Time now) const;
    [[nodiscard]] bool isUndervolted(Time now) const;
    [[nodiscard]] bool isSilent(std::uint8_t id, Time now) const;
    [[nodiscard]] bool isJammed(std::uint8_t id, Time now) const;
    [[nodiscard]] bool answersWithWrongId(std::uint8_t id, Time now) const;
    /// The id that the servo `id` believes to have.
    [[nodiscard]] std::uint8_t believedId(std::uint8_t id, Time now) const;

    /// Throws the dice for one status.
    [[nodiscard]] StatusFault statusFault(Time now);
    /// Throws the dice for one piece from the host.
    [[nodiscard]] RequestFault requestFault(Time now);
    /// Conditions that are due; one without an end is told once.
    [[nodiscard]] std::vector<ConditionFault> dueConditions(Time now);
    [[nodiscard]] Random& dice() { return dice_; }

private:
    struct Planned {
        FaultSpec spec;
        Time origin;
        bool told = false;
        [[nodiscard]] bool covers(Time now) const { return spec.covers(now - origin); }
    };

    [[nodiscard]] const Planned* active(FaultKind kind, std::optional<std::uint8_t> id, Time now) const;

    mutable std::mutex mutex_;
    std::vector<Planned> planned_;
    std::atomic<std::size_t> count_ = 0; ///< of planned_; spares the lock where nothing is planned
    Random dice_;
};

} // namespace servolane::drivers::simulator
