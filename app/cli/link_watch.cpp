// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/link_watch.h"

#include "core/kernel/median.h"

#include <algorithm>
#include <utility>

namespace servolane::cli {

namespace {
/// The measurement of a rate against a limit is not better than this.
constexpr double limitTolerance = 1.02;
} // namespace

void LinkWatch::look() {
    const auto board = client_.buses();
    const bus::BusView* view = board->find(bus_);
    if (!view || view->measuredAt == Time{}) return;
    if (view->state != bus::LinkState::open) broken_ = true;
    if (last_ && view->measuredAt == last_->measuredAt) return;
    const std::optional<bus::BusView> before = std::exchange(last_, *view);
    if (!before) return;
    // The first figures behind a loss are still of it.
    const bool wasBroken = std::exchange(broken_, view->state != bus::LinkState::open);
    if (wasBroken || broken_) return;
    span_ += view->measuredAt - before->measuredAt;
    const std::uint64_t cycles = view->measured.cycles - before->measured.cycles;
    const std::uint64_t errors = view->measured.errors - before->measured.errors;
    cycles_ += cycles;
    errors_ += errors;
    if (!anySilent()) complete_ += cycles - std::min(cycles, errors);
    lost_ += view->measured.lost - before->measured.lost;
    jitters_.push_back(view->measured.jitterP99);
}

bool LinkWatch::anySilent() const {
    const auto board = client_.axes();
    return std::any_of(board->axes.begin(), board->axes.end(),
                       [&](const motion::AxisView& axis) { return axis.axis->bus == bus_ && axis.silent; });
}

void LinkWatch::start() {
    span_ = {};
    cycles_ = complete_ = errors_ = lost_ = 0;
    jitters_.clear();
    look();
}

std::uint64_t LinkWatch::cycles() const {
    return cycles_;
}

double LinkWatch::cyclesPerSecond() const {
    if (!isMeasured()) return 0.0;
    return static_cast<double>(cycles()) / seconds(span_);
}

double LinkWatch::completeCyclesPerSecond() const {
    if (!isMeasured()) return 0.0;
    return static_cast<double>(complete_) / seconds(span_);
}

double LinkWatch::wireLimit() const {
    const double limit = last_ ? last_->measured.wireLimit : 0.0;
    if (!isMeasured()) return limit;
    // The first and the last figures may each fall just before or just behind a cycle.
    const double oneCycle = 1.0 / seconds(span_);
    // Those of the others while one is silent, too: it is the wire that is judged.
    const double answered = static_cast<double>(cycles_ - std::min(cycles_, errors_)) / seconds(span_);
    return answered > limit * limitTolerance + oneCycle ? 0.0 : limit;
}

Json LinkWatch::shareOfWireLimit() const {
    const double limit = wireLimit();
    return limit > 0.0 ? Json(completeCyclesPerSecond() / limit) : Json(nullptr);
}

std::uint64_t LinkWatch::errors() const {
    return errors_;
}

std::uint64_t LinkWatch::lost() const {
    return lost_;
}

double LinkWatch::jitterP99Microseconds() const {
    return medianOf(jitters_).value_or(0.0) * 1e6;
}

} // namespace servolane::cli
