// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/session/session_store.h"
#include "core/telemetry/read/session_outline.h"
#include "ui/scope/trace_choice.h"

#include <memory>
#include <optional>
#include <vector>

namespace servolane::ui {

/// A watched register of a recording that gave its place to another one. Place and axis name the trace of the
/// newest; so that its own can stand beside that one, it has an axis that no servo has.
struct FormerRegister {
    AxisId key; ///< of its trace, with `channel`
    AxisId axis;
    telemetry::Channel channel{};
    std::string name;
    std::string unit;
};

/// Of a recording, all of them. GUI thread.
class FormerRegisters {
public:
    FormerRegisters() = default;
    FormerRegisters(const session::SessionSummary& summary, const telemetry::SessionTraces& recorded);

    [[nodiscard]] const std::vector<FormerRegister>& all() const { return all_; }
    /// nullptr if it is the axis of a servo, or of a formula.
    [[nodiscard]] const FormerRegister* find(AxisId key) const;
    /// What was recorded, with theirs.
    [[nodiscard]] const std::shared_ptr<const telemetry::TraceSet>& traces() const { return traces_; }

private:
    std::vector<FormerRegister> all_;
    std::shared_ptr<const telemetry::TraceSet> traces_;
};

} // namespace servolane::ui
