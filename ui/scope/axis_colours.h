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
/// whoever comes, goes or changes places. Shared by all pictures of what is live; a recording has its own, so
/// that those of live axes are not used up (see coloursOfRecording). GUI thread.
class AxisColours {
public:
    std::size_t numberOf(AxisId axis) {
        if (const auto known = find(axis)) return *known;
        std::size_t free = 0;
        while (isTaken(free))
            ++free;
        return axes_[axis] = free;
    }
    /// Nothing: it has none yet.
    [[nodiscard]] std::optional<std::size_t> find(AxisId axis) const {
        const auto known = axes_.find(axis);
        return known == axes_.end() ? std::nullopt : std::optional{known->second};
    }
    /// Before anybody has asked for its number; no other axis may have that one.
    void give(AxisId axis, std::size_t number) { axes_[axis] = number; }
    [[nodiscard]] bool isTaken(std::size_t number) const {
        for (const auto& [axis, taken] : axes_)
            if (taken == number) return true;
        return false;
    }
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
    std::optional<AxisId> leading; ///< who had the colours of the kinds when the picture was coloured last
    /// The lead of the picture that this one stands beside: whoever it is, it is the same here.
    std::optional<AxisId> leadBeside;
};

} // namespace servolane::ui::scope
