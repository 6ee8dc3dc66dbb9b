// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/export/column_choice.h"

#include <algorithm>
#include <set>

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

struct UnitPiece {
    ScalePiece piece;
    std::string unit;
};

/// Without a scale where the place held another register than this one.
std::vector<UnitPiece> piecesOf(const session::SessionAxis& axis, telemetry::Channel channel,
                                const std::string& word) {
    std::vector<UnitPiece> pieces;
    const auto add = [&](Time until, const std::string& name, const telemetry::ChannelScale& scale,
                         const std::string& unit) {
        if (name == word)
            pieces.push_back({{until, scale}, unit});
        else
            pieces.push_back({{until, {}}, {}});
    };
    const std::string newest = axis.nameOf(channel);
    for (const auto& earlier : axis.earlier)
        if (earlier.channel == channel)
            add(earlier.until, earlier.name.empty() ? newest : earlier.name, earlier.scale, earlier.unit);
    add(Time::max(), newest, axis.channels[indexOf(channel)], axis.units[indexOf(channel)]);
    return pieces;
}

void addColumnsOf(const session::SessionAxis& axis, telemetry::Channel channel, const std::string& name,
                  const std::string& word, std::vector<ExportColumn>& columns) {
    const auto pieces = piecesOf(axis, channel, word);
    std::vector<std::string> units;
    for (const auto& each : pieces)
        if (each.piece.scale.exists() && std::find(units.begin(), units.end(), each.unit) == units.end())
            units.push_back(each.unit);
    for (const auto& unit : units) {
        ExportColumn column{axis.id, axis.bus, channel, {}, name + "." + word, unit, word};
        for (const auto& each : pieces)
            column.pieces.push_back(each.unit == unit ? each.piece : ScalePiece{each.piece.until, {}});
        columns.push_back(std::move(column));
    }
}

/// Every register that a place held has columns of its own.
void addColumns(const session::SessionAxis& axis, telemetry::Channel channel, const std::string& name,
                std::vector<ExportColumn>& columns) {
    for (const std::string& word : axis.namesOf(channel))
        addColumnsOf(axis, channel, name, word, columns);
}

} // namespace

std::vector<ExportColumn> columnsOf(const session::SessionSummary& summary) {
    std::vector<ExportColumn> columns;
    std::set<std::string> taken;
    for (const auto& axis : summary.axes) {
        std::string name = uniqueName(axis, summary.axes);
        while (!taken.insert(name).second) // another axis may be called like what came of this one
            name += "#" + std::to_string(axis.id.value);
        for (const auto channel : telemetry::allChannels)
            addColumns(axis, channel, name, columns);
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
