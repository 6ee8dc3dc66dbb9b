// SPDX-License-Identifier: GPL-3.0-or-later
// Read model: the last known raw value of every register of every axis. Immutable once published.
#pragma once

#include "core/kernel/ids.h"
#include "core/kernel/time.h"

#include <cstdint>
#include <map>
#include <string>

namespace servolane::registers {

struct KnownValue {
    std::int64_t raw = 0;
    Time at{};
};

struct RegisterBoard {
    Sequence upTo;
    std::map<AxisId, std::map<std::string, KnownValue, std::less<>>> axes;

    /// nullptr if it was never read.
    [[nodiscard]] const KnownValue* find(AxisId axis, std::string_view name) const {
        const auto of = axes.find(axis);
        if (of == axes.end()) return nullptr;
        const auto found = of->second.find(name);
        return found == of->second.end() ? nullptr : &found->second;
    }
    /// Every value that was read; empty if none was.
    [[nodiscard]] std::map<std::string, std::int64_t, std::less<>> rawOf(AxisId axis) const {
        std::map<std::string, std::int64_t, std::less<>> values;
        const auto of = axes.find(axis);
        if (of == axes.end()) return values;
        for (const auto& [name, value] : of->second)
            values.emplace(name, value.raw);
        return values;
    }
};

} // namespace servolane::registers
