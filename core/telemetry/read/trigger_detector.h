// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/telemetry/read/trigger_condition.h"

#include <optional>

namespace servolane::telemetry {

/// Is told the samples of one trace in order and says when the condition is met. One thread.
///
/// The moment of a crossing lies on the straight line between the two samples around it:
///   t = t0 + (level − v0) / (v1 − v0) × (t1 − t0)
/// so it is known better than the samples are apart, as far as the value moved evenly between them. Across a
/// gap nothing is joined: the first sample after it only tells on which side the value is.
class TriggerDetector {
public:
    explicit TriggerDetector(TriggerCondition condition)
        : condition_(std::move(condition)) {}

    /// The moment at which the condition was met by this sample, if it was.
    [[nodiscard]] std::optional<Time> add(Time time, double value);
    /// A gap: what was known of the value is forgotten.
    void breakOff();

private:
    struct Sample {
        Time time{};
        double value = 0.0;
    };
    [[nodiscard]] std::optional<Time> judge(const EdgeCondition& edge, const Sample& now);
    [[nodiscard]] std::optional<Time> judge(const LevelCondition& level, const Sample& now) const;
    [[nodiscard]] std::optional<Time> judge(const WindowCondition& window, const Sample& now) const;
    [[nodiscard]] static std::optional<Time> judge(const FactCondition&, const Sample&) {
        return std::nullopt;
    }
    [[nodiscard]] Time crossing(const Sample& now, double level) const;

    TriggerCondition condition_;
    std::optional<Sample> before_;
    bool wasBelow_ = false; ///< by the hysteresis, since the last rising edge
    bool wasAbove_ = false;
};

} // namespace servolane::telemetry
