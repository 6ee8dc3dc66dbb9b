// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kernel/ids.h"

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>

namespace servolane::ui::scope {

/// Numbers of axes, and of the kinds of channel of one axis that stand beside each other, by which colours
/// are chosen. Whoever was seen first has the lower number, and keeps it for as long as the program runs,
/// whoever comes, goes or changes places. Shared by all pictures of a window, live and in a replay. GUI
/// thread.
class AxisColours {
public:
    std::size_t numberOf(AxisId axis) { return axes_.try_emplace(axis, axes_.size()).first->second; }
    /// Of a kind that stands beside another one of the same axis; counted apart from the axes.
    std::size_t numberOf(AxisId axis, std::size_t kind) {
        return kinds_.try_emplace({axis, kind}, kinds_.size()).first->second;
    }

private:
    std::map<AxisId, std::size_t> axes_;
    std::map<std::pair<AxisId, std::size_t>, std::size_t> kinds_;
};

/// Who has the colours of the kinds of channel in one picture, where every axis goes by its name: the first
/// one that was alone or first in it. It is chosen anew only for a picture in which nothing of the former one
/// is left, so that nobody changes colour when another axis comes or goes.
class LeadAxis {
public:
    std::optional<AxisId> among(std::set<AxisId> axes) {
        if (axes.empty()) return lead_;
        bool isAnew = true;
        for (const AxisId axis : axes)
            isAnew = isAnew && before_.count(axis) == 0;
        if (isAnew) lead_ = *axes.begin();
        before_ = std::move(axes);
        return lead_;
    }

private:
    std::optional<AxisId> lead_;
    std::set<AxisId> before_;
};

/// What one picture colours its axes by.
struct TraceColours {
    std::shared_ptr<AxisColours> axes = std::make_shared<AxisColours>(); ///< never null
    LeadAxis lead;
};

} // namespace servolane::ui::scope
