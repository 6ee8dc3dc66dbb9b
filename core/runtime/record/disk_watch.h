// SPDX-License-Identifier: GPL-3.0-or-later
// Whether the disk under a recording lasts. Pure; the recorder's thread.
#pragma once

#include "core/kernel/time.h"
#include "core/session/read/recording_board.h"

#include <cstdint>
#include <optional>

namespace servolane::runtime {

struct DiskLimits {
    std::uint64_t reserve = 64ULL << 20; ///< bytes: with less a recording ends, so that the journal goes on
    /// Bytes: with less the oldest segments of the flight recorder are to go, long before anything ends.
    std::uint64_t makeRoom = 512ULL << 20;
    std::uint64_t scarce = 1ULL << 30;        ///< bytes: with less it is told
    Duration soon = std::chrono::minutes{10}; ///< full within that time: it is told
};

class DiskWatch {
public:
    explicit DiskWatch(DiskLimits limits = {})
        : limits_(limits) {}

    /// What is free now. The time that is left follows from what went since the first look, at most ten
    /// minutes ago, whoever wrote it.
    void look(Time now, std::uint64_t freeBytes);
    [[nodiscard]] session::DiskRoom room() const;
    [[nodiscard]] bool isShort() const { return free_ && *free_ < limits_.makeRoom; }
    [[nodiscard]] bool isExhausted() const { return free_ && *free_ < limits_.reserve; }

private:
    DiskLimits limits_;
    std::optional<std::uint64_t> free_;
    std::optional<Time> since_;
    std::uint64_t freeThen_ = 0;
    std::optional<Duration> left_;
};

} // namespace servolane::runtime
