// SPDX-License-Identifier: GPL-3.0-or-later
// Servo models that lack something or say it otherwise, and axes of them.
#pragma once

#include "tests/core/motion/given.h"

#include <algorithm>
#include <initializer_list>

namespace servolane::tests {

template <class Change>
[[nodiscard]] std::shared_ptr<const registers::ServoModel> modelWith(Change change) {
    registers::ServoModel model = makeSampleModel();
    change(model);
    return std::make_shared<const registers::ServoModel>(std::move(model));
}

[[nodiscard]] inline std::shared_ptr<const registers::ServoModel>
modelWithout(std::initializer_list<registers::Role> roles) {
    return modelWith([&](registers::ServoModel& model) {
        std::erase_if(model.registers, [&](const registers::Register& r) {
            return std::find(roles.begin(), roles.end(), r.role) != roles.end();
        });
    });
}

/// One that takes 57,600 and 1,000,000 bit/s.
[[nodiscard]] inline std::shared_ptr<const registers::ServoModel> modelWithRates() {
    return modelWith([](registers::ServoModel& model) {
        for (auto& of : model.registers)
            if (of.role == registers::Role::baudRate) of.values = {{1, "57600"}, {3, "1000000"}};
    });
}

/// A connected bus with an axis of this model as number 1, looked at: torque on, in `mode` where it has
/// modes.
[[nodiscard]] inline Given axisOf(std::shared_ptr<const registers::ServoModel> model,
                                  std::optional<OperatingMode> mode = OperatingMode::position) {
    Given given;
    given.connected().happened(motion::AxisConfigured{sampleAxis(1, 1, 1, std::move(model))});
    given.happened(motion::AxisObserved{{1}, true, mode}).feedback(1, 90.0);
    return given;
}

/// As axisOf(), in the write model's own limits for what it knows of the servo.
[[nodiscard]] inline const motion::AxisRecord& recordOf(const Given& given, std::uint16_t axis = 1) {
    return *given.model.motion().find(AxisId{axis});
}

} // namespace servolane::tests
