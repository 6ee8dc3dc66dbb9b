// SPDX-License-Identifier: GPL-3.0-or-later
// What the write side must remember of control tables to decide about them: folded from events alone. Core
// thread only.
#pragma once

#include "core/api/event.h"
#include "core/motion/axis.h"
#include "core/motion/other_servo.h"

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace servolane::registers {

struct TableRecord {
    std::shared_ptr<const motion::Axis> axis; ///< never null
    std::optional<bool> torque;               ///< absent: not read
    bool silent = false;
    bool displaced = false; ///< another model answers under its id now
    std::string keptModel;  ///< not empty: another model was here and this one is not adopted
    std::map<std::string, std::int64_t, std::less<>> known; ///< raw, as last read
    bool pingsOnly = false;                  ///< silent, since its status return level forbids it to answer
    std::optional<motion::OtherServo> other; ///< silent, since this one answers under its id
    friend bool operator==(const TableRecord&, const TableRecord&) = default;
};

struct RegisterState {
    std::map<AxisId, TableRecord> tables;
    std::set<BusId> up;                   ///< buses whose link is open
    std::map<BusId, std::uint32_t> rates; ///< bit/s of each link that was open

    [[nodiscard]] const TableRecord* find(AxisId id) const;
    friend bool operator==(const RegisterState&, const RegisterState&) = default;
};

/// Folds one event; those of other contexts leave the state as it is.
void evolve(RegisterState& state, const api::EventBody& event, Time at);

} // namespace servolane::registers
