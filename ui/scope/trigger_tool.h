// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/journal/read/command_log.h"
#include "core/telemetry/read/trigger.h"
#include "ui/scope/scope_picture.h"
#include "ui/scope/trigger_setup.h"

#include <memory>
#include <optional>

class QPainter;

namespace servolane::ui::scope {

/// The trigger of a scope: feeds it what is new, moves the window to the picture it asks for, draws its level
/// and its moment, and lets the mouse drag the level. GUI thread.
class TriggerTool {
public:
    explicit TriggerTool(ScopePicture& picture)
        : picture_(picture) {}

    /// nullopt: off. Another setup goes on with the picture that was caught, and only moves it where another
    /// share of it is to lie before the trigger.
    void set(std::optional<TriggerSetup> setup, Time now);
    [[nodiscard]] const std::optional<TriggerSetup>& setup() const { return setup_; }
    void arm(Time now);
    [[nodiscard]] std::optional<telemetry::TriggerState> state() const;
    /// The picture it asks for, after a hold.
    void showAgain(Time now);

    /// Looks at what is new. True if the window was moved. When `now` lies before that of the last look (a
    /// recording was set back), it is armed anew.
    bool look(const telemetry::TraceSet& traces, std::shared_ptr<const journal::EventLane> lane, Time now);

    void paint(QPainter& painter) const;
    /// The level under the pointer: 0 or, of a window, 1; -1 if none is.
    [[nodiscard]] int levelAt(QPoint at) const;
    /// Moves that level to the pointer. Returns the new value.
    double dragLevel(int level, QPoint at, Time now);

private:
    [[nodiscard]] std::vector<telemetry::TriggerFact> newFacts(std::shared_ptr<const journal::EventLane> lane,
                                                               Time now);
    void change(TriggerSetup setup, Time now);
    [[nodiscard]] const Pane* pane() const;
    void paintLevel(QPainter& painter, const Pane& pane, double level) const;
    void paintMoment(QPainter& painter) const;

    ScopePicture& picture_;
    std::optional<TriggerSetup> setup_;
    std::optional<telemetry::Trigger> trigger_;
    std::shared_ptr<const journal::EventLane> lane_; ///< as seen by the last look
    std::vector<telemetry::TriggerFact> ahead_;      ///< of the lane, after the time of the last look
    Time looked_{};
    std::optional<Time> shown_;
};

/// The marks of `now` that `before` did not have yet, in their order.
[[nodiscard]] std::vector<telemetry::TriggerFact> factsSince(const journal::EventLane* before,
                                                             const journal::EventLane& now);

} // namespace servolane::ui::scope
