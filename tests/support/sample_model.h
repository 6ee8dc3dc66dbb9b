// SPDX-License-Identifier: GPL-3.0-or-later
// A small but realistic servo model for tests of core, which reads no files: the registers of an XM430-W350
// that core gives a role to, with the maker's addresses, sizes and scales (Protocol 2.0 fact sheet, X
// series).
#pragma once

#include "core/motion/axis.h"
#include "core/registers/control_table.h"

#include <memory>
#include <string>
#include <utility>

namespace servolane::tests {

constexpr std::uint32_t sampleModelNumber = 1020;
constexpr std::uint32_t sampleModelWithoutCurrentNumber = 1060;

/// Degrees per step, degrees per second per step, degrees per second squared per step, amperes per step.
constexpr double sampleDegrees = 360.0 / 4096.0;
constexpr double sampleSpeed = 0.229 * 6.0;
constexpr double sampleAcceleration = 214.577 * 360.0 / 3600.0;
constexpr double sampleCurrent = 0.00269;

/// Builds one register after the other; what is not said is as in most lines of the table.
class SampleRegister {
public:
    SampleRegister(registers::Role role, std::uint16_t address, std::uint8_t size) {
        made_.role = role;
        made_.name = std::string(registers::toString(role));
        made_.title = made_.name;
        made_.address = address;
        made_.size = size;
        made_.storage = address < 64 ? registers::Storage::eeprom : registers::Storage::ram;
    }
    SampleRegister& named(std::string name) {
        made_.name = std::move(name);
        return *this;
    }
    SampleRegister& unit(std::string unit, double scale) {
        made_.unit = std::move(unit);
        made_.scale = scale;
        return *this;
    }
    SampleRegister& asSigned() {
        made_.isSigned = true;
        return *this;
    }
    SampleRegister& writable(std::int64_t low, std::int64_t high, std::int64_t initial = 0) {
        made_.access = registers::Access::readWrite;
        made_.minimum = low;
        made_.maximum = high;
        made_.defaultValue = initial;
        return *this;
    }
    SampleRegister& field(std::string name, std::uint8_t bit) {
        made_.fields.push_back({bit, 1, std::move(name)});
        return *this;
    }
    operator registers::Register() const { return made_; } // NOLINT: lists read better without a call

private:
    registers::Register made_;
};

[[nodiscard]] inline std::vector<registers::Register> sampleRegisters() {
    using enum registers::Role;
    using R = SampleRegister;
    constexpr std::int64_t turns = 1'048'575;
    return {
        R(modelNumber, 0, 2),
        R(firmwareVersion, 6, 1),
        R(servoId, 7, 1).named("id").writable(0, 252, 1),
        R(baudRate, 8, 1).writable(0, 7, 1),
        R(returnDelay, 9, 1).named("return_delay_time").unit("us", 2.0).writable(0, 254, 250),
        R(driveMode, 10, 1).writable(0, 13).field("time_based_profile", 2),
        R(operatingMode, 11, 1).writable(0, 16, 3),
        R(homingOffset, 20, 4).unit("deg", sampleDegrees).asSigned().writable(-1'044'479, 1'044'479),
        R(none, 24, 4).named("moving_threshold").unit("deg/s", sampleSpeed).writable(0, 1023, 10),
        R(temperatureLimit, 31, 1).unit("degC", 1.0).writable(0, 100, 80),
        R(maxVoltageLimit, 32, 2).unit("V", 0.1).writable(95, 160, 160),
        R(minVoltageLimit, 34, 2).unit("V", 0.1).writable(95, 160, 95),
        R(pwmLimit, 36, 2).unit("%", 100.0 / 885.0).writable(0, 885, 885),
        R(currentLimit, 38, 2).unit("A", sampleCurrent).writable(0, 1193, 1193),
        R(velocityLimit, 44, 4).unit("deg/s", sampleSpeed).writable(0, 1023, 200),
        R(maxPositionLimit, 48, 4).unit("deg", sampleDegrees).writable(0, 4095, 4095),
        R(minPositionLimit, 52, 4).unit("deg", sampleDegrees).writable(0, 4095, 0),
        R(shutdown, 63, 1).writable(0, 255, 52),
        R(torqueEnable, 64, 1).writable(0, 1),
        R(none, 65, 1).named("led").writable(0, 1),
        R(none, 168, 2).named("indirect_address_1").writable(64, 661, 224),
        R(none, 224, 1).named("indirect_data_1").writable(0, 255),
        R(statusReturnLevel, 68, 1).writable(0, 2, 2),
        R(hardwareError, 70, 1).named("hardware_error_status"),
        R(velocityIGain, 76, 2).writable(0, 16383, 1920),
        R(velocityPGain, 78, 2).writable(0, 16383, 100),
        R(positionDGain, 80, 2).writable(0, 16383),
        R(positionIGain, 82, 2).writable(0, 16383),
        R(positionPGain, 84, 2).writable(0, 16383, 800),
        R(feedforward2Gain, 88, 2).writable(0, 16383),
        R(feedforward1Gain, 90, 2).writable(0, 16383),
        R(busWatchdog, 98, 1).unit("ms", 20.0).asSigned().writable(0, 127),
        R(goalPwm, 100, 2).unit("%", 100.0 / 885.0).asSigned().writable(-885, 885, 885),
        R(goalCurrent, 102, 2).unit("A", sampleCurrent).asSigned().writable(-1193, 1193, 1193),
        R(goalVelocity, 104, 4).unit("deg/s", sampleSpeed).asSigned().writable(-1023, 1023),
        R(profileAcceleration, 108, 4).unit("deg/s^2", sampleAcceleration).writable(0, 32767),
        R(profileVelocity, 112, 4).unit("deg/s", sampleSpeed).writable(0, 32767),
        R(goalPosition, 116, 4).unit("deg", sampleDegrees).asSigned().writable(-turns, turns),
        R(moving, 122, 1),
        R(movingStatus, 123, 1),
        R(presentPwm, 124, 2).unit("%", 100.0 / 885.0).asSigned(),
        R(presentCurrent, 126, 2).unit("A", sampleCurrent).asSigned(),
        R(presentVelocity, 128, 4).unit("deg/s", sampleSpeed).asSigned(),
        R(presentPosition, 132, 4).unit("deg", sampleDegrees).asSigned(),
        R(velocityTrajectory, 136, 4).unit("deg/s", sampleSpeed).asSigned(),
        R(positionTrajectory, 140, 4).unit("deg", sampleDegrees).asSigned(),
        R(inputVoltage, 144, 2).named("present_input_voltage").unit("V", 0.1),
        R(presentTemperature, 146, 1).unit("degC", 1.0),
    };
}

[[nodiscard]] inline registers::ServoModel makeSampleModel() {
    using enum registers::OperatingMode;
    registers::ServoModel model;
    model.name = "XM430-W350";
    model.family = "dynamixel2";
    model.number = sampleModelNumber;
    model.registers = sampleRegisters();
    model.modes = {
        {current, 0}, {velocity, 1}, {position, 3}, {extendedPosition, 4}, {currentBasedPosition, 5},
        {pwm, 16}};
    model.nominal = {12.0, 4.1, 2.3, 276.0, 353.5, true};
    model.source = "Protocol 2.0 fact sheet";
    model.fastGroupReadFrom = 45;
    return model;
}

/// Shared by all tests of one program; immutable.
[[nodiscard]] inline std::shared_ptr<const registers::ServoModel> sampleModel() {
    static const auto model = std::make_shared<const registers::ServoModel>(makeSampleModel());
    return model;
}

/// An XL430-W250 in so far as it measures no current and has no modes that need it.
[[nodiscard]] inline std::shared_ptr<const registers::ServoModel> sampleModelWithoutCurrent() {
    static const auto model = [] {
        using enum registers::OperatingMode;
        registers::ServoModel made = makeSampleModel();
        made.name = "XL430-W250";
        made.number = sampleModelWithoutCurrentNumber;
        std::erase_if(made.registers, [](const registers::Register& r) {
            return r.role == registers::Role::currentLimit || r.role == registers::Role::goalCurrent ||
                   r.role == registers::Role::presentCurrent;
        });
        made.modes = {{velocity, 1}, {position, 3}, {extendedPosition, 4}, {pwm, 16}};
        return std::make_shared<const registers::ServoModel>(std::move(made));
    }();
    return model;
}

[[nodiscard]] inline std::shared_ptr<const registers::ModelCatalog> sampleCatalog() {
    static const auto catalog = std::make_shared<const registers::ModelCatalog>(
        std::vector{sampleModel(), sampleModelWithoutCurrent()});
    return catalog;
}

/// An axis in degrees with the limits of the model's factory settings. `servo` is its id on the bus.
[[nodiscard]] inline std::shared_ptr<const motion::Axis>
sampleAxis(std::uint16_t id = 1, std::uint16_t bus = 1, std::uint8_t servo = 1,
           std::shared_ptr<const registers::ServoModel> model = sampleModel()) {
    auto axis = std::make_shared<motion::Axis>();
    axis->id = {id};
    axis->name = "Axis " + std::to_string(id);
    axis->bus = {bus};
    axis->servo = {servo};
    axis->firmware = 48;
    axis->model = std::move(model);
    axis->channels = motion::channelScalesOf(*axis->model, axis->scale);
    axis->limits.travel = {axis->positionFromRaw(0), axis->positionFromRaw(4095)};
    axis->limits.velocity = axis->velocityFromRaw(200);
    axis->limits.temperature = {80.0};
    return axis;
}

} // namespace servolane::tests
