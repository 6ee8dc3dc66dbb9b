// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers and times as text: the same in any locale, the shortest that reads back as the same double. Each
// call writes at `at`, where at least `longestCell` bytes must be free, and returns the end.
#pragma once

#include "core/kernel/time.h"
#include "core/telemetry/channel.h"

#include <array>
#include <cstdint>
#include <vector>

namespace servolane::drivers {

constexpr std::size_t longestCell = 40;

/// Raw values of a channel come again and again, their texts are kept: copying one takes a tenth of the time
/// of making it. 32 KB a channel.
class ValueText {
public:
    explicit ValueText(telemetry::ChannelScale scale)
        : scale_(scale)
        , entries_(size) {}
    [[nodiscard]] char* write(char* at, std::int32_t raw);

private:
    static constexpr std::size_t size = 1024;
    struct Entry {
        std::int32_t raw = 0;
        std::uint8_t length = 0; ///< 0: nothing is kept here yet
        std::array<char, 27> text{};
    };
    telemetry::ChannelScale scale_;
    std::vector<Entry> entries_;
};

/// "12.345678901", exact.
[[nodiscard]] char* writeSeconds(char* at, Duration span);

/// "2026-11-23T14:58:15.123456Z"; microseconds, cut off.
class UtcText {
public:
    [[nodiscard]] char* write(char* at, UtcTime time);

private:
    std::chrono::sys_seconds second_ = std::chrono::sys_seconds::min();
    std::array<char, 32> prefix_{}; ///< up to and with the point
    std::size_t length_ = 0;
};

} // namespace servolane::drivers
