// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/replay/keyframes.h"

#include <algorithm>

namespace servolane::runtime {

void Keyframes::add(std::size_t facts, const ReplayModels& models) {
    if (frames_.size() == most) {
        interval_ *= 2;
        std::erase_if(frames_, [this](const Frame& frame) { return !isDue(frame.facts); });
        if (!isDue(facts)) return;
    }
    frames_.push_back({facts, models});
}

const Keyframes::Frame* Keyframes::upTo(std::size_t facts) const {
    const auto after =
        std::upper_bound(frames_.begin(), frames_.end(), facts,
                         [](std::size_t wanted, const Frame& frame) { return wanted < frame.facts; });
    return after == frames_.begin() ? nullptr : &*(after - 1);
}

} // namespace servolane::runtime
