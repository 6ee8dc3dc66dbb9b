// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/wire/link_meter.h"

#include <algorithm>
#include <cstdlib>

namespace servolane::runtime {

namespace {

constexpr Duration interval = std::chrono::milliseconds{250};

std::int64_t quantile(std::vector<std::int64_t>& values, double share) {
    const auto at =
        values.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), at, values.end());
    return *at;
}

/// p99 of the periods' distance from the nominal one; without a nominal one, from their median.
double jitterOf(std::vector<std::int64_t>& periods, Duration nominal) {
    if (periods.empty()) return 0.0;
    const std::int64_t centre = nominal > Duration::zero() ? nominal.count() : quantile(periods, 0.5);
    for (auto& period : periods)
        period = std::llabs(period - centre);
    return static_cast<double>(quantile(periods, 0.99)) * 1e-9;
}

} // namespace

void LinkMeter::cycleDone(Time at) {
    ++cycles_;
    if (lastCycle_ != Time{}) periods_.push_back((at - lastCycle_).count());
    lastCycle_ = at;
}

std::optional<bus::LinkMeasured> LinkMeter::measure(Time now, Duration period, const PollGroup& group,
                                                    const bus::LinkCounters& counters) {
    if (since_ == Time{}) since_ = now;
    if (now - since_ < interval) return std::nullopt;
    bus::LinkMeasured figures;
    figures.cyclesPerSecond = static_cast<double>(cycles_) / seconds(now - since_);
    if (const double wire = seconds(group.wireTime()); wire > 0.0) {
        figures.wireLimit = 1.0 / wire;
        figures.wireShare = std::min(1.0, figures.cyclesPerSecond * wire);
    }
    figures.bareWireTime = seconds(group.bareWireTime());
    figures.servos = group.servoFigures();
    figures.jitterP99 = jitterOf(periods_, period);
    figures.cycles = group.counters().cycles;
    figures.answers = group.counters().answers;
    figures.errors = group.counters().errors;
    figures.counters = counters;
    since_ = now;
    cycles_ = 0;
    periods_.clear();
    return figures;
}

} // namespace servolane::runtime
