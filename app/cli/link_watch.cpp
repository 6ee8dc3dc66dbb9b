// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/link_watch.h"

#include <algorithm>

namespace servolane::cli {

namespace {
/// The measurement of a rate against a limit is not better than this.
constexpr double limitTolerance = 1.02;
} // namespace

void LinkWatch::look() {
    const auto board = client_.buses();
    const bus::BusView* view = board->find(bus_);
    if (!view || view->measuredAt == Time{}) return;
    if (last_ && view->measuredAt == last_->measuredAt) return;
    last_ = *view;
    if (!first_) {
        first_ = *view;
        return;
    }
    jitters_.push_back(view->measured.jitterP99);
}

void LinkWatch::start() {
    first_ = last_;
    jitters_.clear();
    look();
}

std::uint64_t LinkWatch::cycles() const {
    return isMeasured() ? last_->measured.cycles - first_->measured.cycles : 0;
}

double LinkWatch::cyclesPerSecond() const {
    if (!isMeasured()) return 0.0;
    return static_cast<double>(cycles()) / seconds(last_->measuredAt - first_->measuredAt);
}

double LinkWatch::completeCyclesPerSecond() const {
    if (!isMeasured() || errors() >= cycles()) return 0.0;
    return static_cast<double>(cycles() - errors()) / seconds(last_->measuredAt - first_->measuredAt);
}

double LinkWatch::wireLimit() const {
    const double limit = last_ ? last_->measured.wireLimit : 0.0;
    if (!isMeasured()) return limit;
    // The first and the last figures may each fall just before or just behind a cycle.
    const double oneCycle = 1.0 / seconds(last_->measuredAt - first_->measuredAt);
    return completeCyclesPerSecond() > limit * limitTolerance + oneCycle ? 0.0 : limit;
}

Json LinkWatch::shareOfWireLimit() const {
    const double limit = wireLimit();
    return limit > 0.0 ? Json(completeCyclesPerSecond() / limit) : Json(nullptr);
}

std::uint64_t LinkWatch::errors() const {
    return isMeasured() ? last_->measured.errors - first_->measured.errors : 0;
}

std::uint64_t LinkWatch::lost() const {
    return isMeasured() ? last_->measured.lost - first_->measured.lost : 0;
}

double LinkWatch::jitterP99Microseconds() const {
    if (jitters_.empty()) return 0.0;
    std::vector<double> sorted = jitters_;
    const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
    std::nth_element(sorted.begin(), middle, sorted.end());
    return *middle * 1e6;
}

} // namespace servolane::cli
