// SPDX-License-Identifier: GPL-3.0-or-later
// Raw values as text: the same in any locale, the shortest that reads back as the same double.
#pragma once

#include "core/kernel/csv_text.h"
#include "core/telemetry/channel.h"

#include <array>
#include <cstdint>
#include <vector>

namespace servolane::drivers {

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

} // namespace servolane::drivers
