// SPDX-License-Identifier: GPL-3.0-or-later
// What a trigger waits for. Plain values, any thread. Levels are in the channel's unit.
#pragma once

#include "core/kernel/ids.h"
#include "core/kernel/time.h"

#include <algorithm>
#include <string>
#include <variant>
#include <vector>

namespace servolane::telemetry {

enum class Slope : std::uint8_t { rising, falling, either };
enum class Side : std::uint8_t { above, below };
enum class Passage : std::uint8_t { enters, leaves };
enum class FactKind : std::uint8_t { command, hardwareError };

/// The value reaches the level. Before it counts again it must have been beyond the level by the hysteresis,
/// on the side it comes from: noise smaller than that sets off nothing.
struct EdgeCondition {
    Slope slope = Slope::rising;
    double level = 0.0;
    double hysteresis = 0.0; ///< ≥ 0
    friend bool operator==(const EdgeCondition&, const EdgeCondition&) = default;
};

/// The value is at the level or beyond it, however it came there.
struct LevelCondition {
    Side side = Side::above;
    double level = 0.0;
    friend bool operator==(const LevelCondition&, const LevelCondition&) = default;
};

/// A sample inside of [low, high] follows one outside, or the other way round. Samples alone are judged: a
/// value that jumps across the band between two of them was never seen inside.
struct WindowCondition {
    Passage passage = Passage::leaves;
    double low = 0.0;
    double high = 0.0; ///< ≥ low
    friend bool operator==(const WindowCondition&, const WindowCondition&) = default;
};

struct FactCondition {
    FactKind kind = FactKind::command;
    AxisId axis{};       ///< what concerns this axis; 0: whatever happens
    std::string command; ///< its kind, "MoveAxis"; empty: any
    friend bool operator==(const FactCondition&, const FactCondition&) = default;
};

using TriggerCondition = std::variant<EdgeCondition, LevelCondition, WindowCondition, FactCondition>;

/// Something that happened, as the event lane tells it.
struct TriggerFact {
    Time at{};
    FactKind kind = FactKind::command;
    AxisId axis{};
    std::string command;             ///< of a command: its kind
    std::vector<AxisId> others = {}; ///< of a command for several axes: those it names
    bool ofEveryAxis = false;        ///< a stop of all axes, or its reset
};

[[nodiscard]] inline bool concerns(const TriggerFact& fact, AxisId axis) {
    return fact.ofEveryAxis || fact.axis == axis || std::ranges::find(fact.others, axis) != fact.others.end();
}

[[nodiscard]] inline bool meets(const TriggerFact& fact, const FactCondition& condition) {
    return fact.kind == condition.kind && (condition.axis == AxisId{} || concerns(fact, condition.axis)) &&
           (condition.kind != FactKind::command || condition.command.empty() ||
            fact.command == condition.command);
}

} // namespace servolane::telemetry
