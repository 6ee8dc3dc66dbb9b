// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/former_registers.h"

#include "core/telemetry/read/math_board.h"

#include <algorithm>

namespace servolane::ui {

namespace {

/// Between the axes of servos and those of formulas.
constexpr std::uint16_t firstKey = 0xE000;

std::string unitOfFormer(const session::SessionSummary& summary, const telemetry::FormerTrace& former) {
    for (const session::SessionAxis& axis : summary.axes) {
        if (axis.id != former.axis) continue;
        for (auto change = axis.earlier.rbegin(); change != axis.earlier.rend(); ++change)
            if (change->channel == former.channel && change->name == former.name) return change->unit;
    }
    return {};
}

} // namespace

FormerRegisters::FormerRegisters(const session::SessionSummary& summary,
                                 const telemetry::SessionTraces& recorded)
    : traces_(recorded.named) {
    if (recorded.former.empty()) return;
    auto traces = std::make_shared<telemetry::TraceSet>(*recorded.named);
    for (const telemetry::FormerTrace& former : recorded.former) {
        const auto place = static_cast<std::uint16_t>(firstKey + all_.size());
        if (place >= telemetry::firstMathAxis) break;
        all_.push_back(
            {AxisId{place}, former.axis, former.channel, former.name, unitOfFormer(summary, former)});
        traces->traces.push_back({AxisId{place}, former.channel, former.trace}); // their order is kept
    }
    traces_ = std::move(traces);
}

const FormerRegister* FormerRegisters::find(AxisId key) const {
    const auto found =
        std::find_if(all_.begin(), all_.end(), [&](const FormerRegister& one) { return one.key == key; });
    return found == all_.end() ? nullptr : &*found;
}

} // namespace servolane::ui
