// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kernel/time.h"

#include <algorithm>

namespace servolane::drivers {

/// How long a silence inside an answer is only a pause. Starts at max(2 ms, adapter latency + 2 ms) and
/// learns: a long pause or an answer that came after its time raises it, a long run of punctual answers
/// lowers it again. One thread.
class GapTimeout {
public:
    static constexpr Duration margin = std::chrono::milliseconds(2);
    /// Longer is not a pause of any adapter known, and would hold up the whole bus.
    static constexpr Duration longest = std::chrono::milliseconds(40);
    static constexpr unsigned punctualRun = 2000;

    [[nodiscard]] Duration value(Duration adapterLatency) const {
        return std::min(std::max(learned_, adapterLatency + margin), longest);
    }
    void sawPause(Duration pause) {
        if (pause > learned_ / 2) raise(pause + margin);
    }
    void sawLateAnswer() { raise(std::max(2 * learned_, 2 * margin)); }
    void sawPunctualAnswer() {
        if (++punctual_ < punctualRun) return;
        punctual_ = 0;
        learned_ = std::max(margin, learned_ / 2);
    }

private:
    void raise(Duration to) {
        learned_ = std::clamp(to, learned_, longest);
        punctual_ = 0;
    }

    Duration learned_ = margin;
    unsigned punctual_ = 0;
};

} // namespace servolane::drivers
