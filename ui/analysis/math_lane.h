// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/telemetry/read/math_board.h"
#include "ui/analysis/latest_job.h"

#include <memory>
#include <set>
#include <vector>

namespace servolane::ui {

class MathBook;

/// Has the math channels of one source of samples calculated, on a thread of low priority, and hands out all
/// traces together. GUI thread. What nobody has wanted since the last tick costs nothing.
class MathLane {
public:
    MathLane(const MathBook& book, telemetry::Source source);

    /// The channels that formulas may name.
    void setNames(telemetry::ChannelNames names);
    [[nodiscard]] const telemetry::ChannelNames& names() const { return names_; }
    /// Whoever shows an axis that is a formula says so in every frame; ids of real axes are left out.
    void want(AxisId axis);

    /// Once a frame, after all have said what they want.
    void tick(std::shared_ptr<const telemetry::TraceSet> measured);
    /// The newest measured traces and what is calculated of them so far.
    [[nodiscard]] std::shared_ptr<const telemetry::TraceSet>
    traces(std::shared_ptr<const telemetry::TraceSet> measured) const;
    /// nullptr: nobody looks at it, or it is not calculated yet.
    [[nodiscard]] const telemetry::MathFigures* figuresOf(std::uint16_t id) const;
    /// Still catching up with what was measured before.
    [[nodiscard]] bool isCatchingUp() const { return !calculated_.isWhole; }

private:
    struct Request {
        std::vector<telemetry::MathOrder> orders;
        std::vector<std::uint16_t> kept;
        telemetry::ChannelNames names;
        std::shared_ptr<const telemetry::TraceSet> measured;
    };

    const MathBook& book_;
    telemetry::ChannelNames names_;
    std::set<std::uint16_t> wanted_;
    telemetry::MathTraces calculated_;
    std::vector<telemetry::MathOrder> asked_;
    std::shared_ptr<const telemetry::TraceSet> askedOf_;
    std::uint64_t readBack_ = 0; ///< of askedOf_ when it was asked
    bool namesChanged_ = false;
    mutable std::shared_ptr<const telemetry::TraceSet> mergedOf_;
    mutable std::shared_ptr<const telemetry::TraceSet> merged_;
    LatestJob<Request, telemetry::MathTraces> job_;
};

} // namespace servolane::ui
