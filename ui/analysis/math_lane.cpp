// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/analysis/math_lane.h"

#include "ui/analysis/math_book.h"

#include <algorithm>

namespace servolane::ui {

MathLane::MathLane(const MathBook& book, telemetry::Source source)
    : book_(book)
    , job_("math", [board = std::make_shared<telemetry::MathBoard>(),
                    source](const Request& request, const std::atomic<bool>& superseded) {
        board->keepOnly(request.kept);
        return board->advance(request.orders, request.names, *request.measured, source, superseded);
    }) {}

void MathLane::setNames(telemetry::ChannelNames names) {
    if (names == names_) return;
    names_ = std::move(names);
    namesChanged_ = true;
}

void MathLane::want(AxisId axis) {
    if (telemetry::isMath(axis))
        wanted_.insert(static_cast<std::uint16_t>(axis.value - telemetry::firstMathAxis));
}

void MathLane::tick(std::shared_ptr<const telemetry::TraceSet> measured) {
    if (auto answer = job_.take()) {
        calculated_ = std::move(*answer);
        mergedOf_.reset();
    }
    std::vector<telemetry::MathOrder> orders;
    for (const std::uint16_t id : wanted_)
        if (book_.find(id)) orders.push_back(book_.orderOf(id));
    wanted_.clear();
    if (orders.empty() && asked_.empty()) return;
    const bool isOther = orders != asked_ || namesChanged_;
    const std::uint64_t readBack = measured ? measured->readBack() : 0;
    const bool isNewer = measured != askedOf_ || readBack != readBack_ || !calculated_.isWhole;
    // Another wish breaks off what is running; newer samples wait for it.
    if (!isOther && (!isNewer || job_.isBusy())) return;
    if (isOther) {
        std::erase_if(calculated_.views, [&](const telemetry::TraceView& view) {
            return std::none_of(orders.begin(), orders.end(), [&](const telemetry::MathOrder& order) {
                return telemetry::mathAxis(order.id) == view.axis &&
                       std::find(asked_.begin(), asked_.end(), order) != asked_.end() && !namesChanged_;
            });
        });
        mergedOf_.reset();
    }
    namesChanged_ = false;
    asked_ = orders;
    askedOf_ = measured;
    readBack_ = readBack;
    job_.ask({std::move(orders), book_.ids(), names_, std::move(measured)});
}

std::shared_ptr<const telemetry::TraceSet>
MathLane::traces(std::shared_ptr<const telemetry::TraceSet> measured) const {
    if (calculated_.views.empty() || !measured) return measured;
    if (measured != mergedOf_) {
        merged_ = telemetry::withMath(*measured, calculated_.views);
        mergedOf_ = std::move(measured);
    }
    return merged_;
}

const telemetry::MathFigures* MathLane::figuresOf(std::uint16_t id) const {
    for (const telemetry::MathFigures& figures : calculated_.figures)
        if (figures.id == id) return &figures;
    return nullptr;
}

} // namespace servolane::ui
