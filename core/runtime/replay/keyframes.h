// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/runtime/replay/replay_models.h"

#include <cstddef>
#include <deque>

namespace servolane::runtime {

/// Copies of the projections along the facts of a recording, so that a seek need not fold all of them. There
/// are never more than `most`: when they become too many, every second one goes. A frame takes up to 2 MB,
/// where the command log is full: all together stay under 128 MB whatever the recording holds. One thread.
class Keyframes {
public:
    static constexpr std::size_t most = 64;
    /// Up to 65,536 facts; from there on 32 to 64 frames are equally far apart: 65,536 facts of 4 million.
    static constexpr std::size_t closest = 1024;

    struct Frame {
        std::size_t facts = 0; ///< folded in
        ReplayModels models;
    };

    /// Facts between two frames now: as many a seek folds at most.
    [[nodiscard]] std::size_t interval() const { return interval_; }
    [[nodiscard]] std::size_t count() const { return frames_.size(); }
    /// Whether a frame belongs there.
    [[nodiscard]] bool isDue(std::size_t facts) const { return facts % interval_ == 0; }
    /// In order; `facts` of a call are more than those of the one before.
    void add(std::size_t facts, const ReplayModels& models);
    /// The newest with at most so many facts; nullptr if there is none. Valid until the next add().
    [[nodiscard]] const Frame* upTo(std::size_t facts) const;

private:
    std::deque<Frame> frames_;
    std::size_t interval_ = closest;
};

} // namespace servolane::runtime
