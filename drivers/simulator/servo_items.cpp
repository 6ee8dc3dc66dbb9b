// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/simulator/servo_items.h"

#include <numbers>
#include <string_view>

namespace servolane::drivers::simulator {

namespace {

const registers::Register* firstOf(const registers::ServoModel& model,
                                   std::initializer_list<std::string_view> names) {
    for (const auto name : names)
        if (const auto* found = model.find(name)) return found;
    return nullptr;
}

} // namespace

ServoItems::ServoItems(const registers::ServoModel& model)
    : movingThreshold(firstOf(model, {"moving_threshold"}))
    , realtimeTick(firstOf(model, {"realtime_tick"}))
    , registeredInstruction(firstOf(model, {"registered_instruction"}))
    , startup(firstOf(model, {"startup_configuration", "startup_config"}))
    , secondaryId(firstOf(model, {"secondary_id", "shadow_id", "secondary_shadow_id"}))
    , backupReady(firstOf(model, {"backup_ready"})) {
    for (const auto& one : model.registers)
        if (one.role != registers::Role::none) byRole_[static_cast<std::size_t>(one.role)] = &one;
}

double degreesPerRaw(const registers::Register& item) {
    if (item.unit.starts_with("rad")) return item.scale * 180.0 / std::numbers::pi;
    if (item.unit == "rpm" || item.unit == "rev/min") return item.scale * 6.0;
    if (item.unit == "rev/min^2") return item.scale * 0.1;
    return item.scale;
}

double amperesPerRaw(const registers::Register& item) {
    return item.unit == "mA" ? item.scale * 1e-3 : item.scale;
}

} // namespace servolane::drivers::simulator
