// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/export/column_choice.h"

#include <algorithm>

namespace servolane::drivers {

namespace {

/// Steps back to the last star only, so that no pattern takes long.
bool fits(std::string_view pattern, std::string_view text) {
    std::size_t p = 0;
    std::size_t t = 0;
    std::size_t star = std::string_view::npos;
    std::size_t resume = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            resume = t;
        } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
            ++p;
            ++t;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            t = ++resume;
        } else {
            return false;
        }
    }
    return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

std::string uniqueName(const session::SessionAxis& axis, const std::vector<session::SessionAxis>& axes) {
    const auto same = [&](auto alike) { return std::count_if(axes.begin(), axes.end(), alike) == 1; };
    if (same([&](const auto& other) { return other.name == axis.name; })) return axis.name;
    if (same([&](const auto& other) { return other.name == axis.name && other.busName == axis.busName; }))
        return axis.busName + "/" + axis.name;
    return axis.name + "#" + std::to_string(axis.id.value);
}

} // namespace

std::vector<ExportColumn> columnsOf(const session::SessionSummary& summary) {
    std::vector<ExportColumn> columns;
    for (const auto& axis : summary.axes) {
        const std::string name = uniqueName(axis, summary.axes);
        for (const auto channel : telemetry::allChannels) {
            const auto& scale = axis.channels[indexOf(channel)];
            if (!scale.exists()) continue;
            columns.push_back({axis.id, axis.bus, channel, scale,
                               name + "." + std::string{telemetry::toString(channel)},
                               axis.units[indexOf(channel)]});
        }
    }
    return columns;
}

Result<std::vector<ExportColumn>> chooseColumns(const session::SessionSummary& summary,
                                                const std::vector<std::string>& patterns) {
    std::vector<ExportColumn> all = columnsOf(summary);
    if (patterns.empty()) return all;
    for (const auto& pattern : patterns) {
        const auto named = [&](const ExportColumn& column) { return fits(pattern, column.name); };
        if (std::any_of(all.begin(), all.end(), named)) continue;
        std::string detail = "no channel fits '" + pattern + "'; there are:";
        for (const auto& column : all)
            detail += " " + column.name;
        return failure(ErrorCode::invalid, std::move(detail));
    }
    std::erase_if(all, [&](const ExportColumn& column) {
        return std::none_of(patterns.begin(), patterns.end(),
                            [&](const std::string& pattern) { return fits(pattern, column.name); });
    });
    return all;
}

} // namespace servolane::drivers
