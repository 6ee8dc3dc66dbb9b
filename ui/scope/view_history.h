// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kernel/time.h"

#include <QString>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace servolane::ui::scope {

/// The value ranges of the panes that do not fit themselves, by Pane::key().
using FixedRanges = std::map<QString, std::pair<double, double>>;

/// What a zoom changes. `from` and `to` mean nothing while following: then the span is kept at the right end.
struct ViewState {
    bool following = true;
    Time from{};
    Time to{};
    FixedRanges ranges;
    friend bool operator==(const ViewState&, const ViewState&) = default;
};

/// The views one came from, newest last; a limited number of them.
class ViewHistory {
public:
    static constexpr std::size_t capacity = 50;
    void keep(ViewState state) {
        if (!states_.empty() && states_.back() == state) return;
        if (states_.size() == capacity) states_.erase(states_.begin());
        states_.push_back(std::move(state));
    }
    [[nodiscard]] std::optional<ViewState> back() {
        if (states_.empty()) return std::nullopt;
        ViewState state = std::move(states_.back());
        states_.pop_back();
        return state;
    }
    [[nodiscard]] bool isEmpty() const { return states_.empty(); }
    void clear() { states_.clear(); }

private:
    std::vector<ViewState> states_;
};

} // namespace servolane::ui::scope
