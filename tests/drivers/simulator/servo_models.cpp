// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/drivers/simulator/servo_models.h"

#include <algorithm>

namespace servolane::tests {

using registers::Access;
using registers::OperatingMode;
using registers::Register;
using registers::Role;
using registers::Storage;

namespace {

struct Line {
    std::uint16_t address;
    std::uint8_t size;
    Access access;
    const char* name;
    Role role;
    std::int64_t fallback;
    std::optional<std::int64_t> low = std::nullopt;
    std::optional<std::int64_t> high = std::nullopt;
    const char* unit = "";
    double scale = 1.0;
    bool isSigned = false;
};

constexpr auto r = Access::readOnly;
constexpr auto rw = Access::readWrite;
constexpr double rpm = 1.374;            // deg/s of one step of velocity
constexpr double acceleration = 21.4577; // deg/s² of one step
constexpr double step = 360.0 / 4096;
constexpr std::int64_t far = 1'048'575;

const std::vector<Line>& lines() {
    static const std::vector<Line> table{
        {0, 2, r, "model_number", Role::modelNumber, 1020},
        {6, 1, r, "firmware_version", Role::firmwareVersion, 46},
        {7, 1, rw, "id", Role::servoId, 1, 0, 252},
        {8, 1, rw, "baud_rate", Role::baudRate, 1, 0, 7},
        {9, 1, rw, "return_delay_time", Role::returnDelay, 250, 0, 254, "us", 2.0},
        {10, 1, rw, "drive_mode", Role::driveMode, 0, 0, 13},
        {11, 1, rw, "operating_mode", Role::operatingMode, 3, 0, 16},
        {12, 1, rw, "secondary_id", Role::none, 255, 0, 255},
        {20, 4, rw, "homing_offset", Role::homingOffset, 0, -1044479, 1044479, "deg", step, true},
        {24, 4, rw, "moving_threshold", Role::none, 10, 0, 1023, "deg/s", rpm},
        {31, 1, rw, "temperature_limit", Role::temperatureLimit, 80, 0, 100, "degC"},
        {32, 2, rw, "max_voltage_limit", Role::maxVoltageLimit, 160, 95, 160, "V", 0.1},
        {34, 2, rw, "min_voltage_limit", Role::minVoltageLimit, 95, 95, 160, "V", 0.1},
        {36, 2, rw, "pwm_limit", Role::pwmLimit, 885, 0, 885, "%", 0.113},
        {38, 2, rw, "current_limit", Role::currentLimit, 1193, 0, 1193, "A", 0.00269},
        {44, 4, rw, "velocity_limit", Role::velocityLimit, 200, 0, 1023, "deg/s", rpm},
        {48, 4, rw, "max_position_limit", Role::maxPositionLimit, 4095, 0, 4095, "deg", step},
        {52, 4, rw, "min_position_limit", Role::minPositionLimit, 0, 0, 4095, "deg", step},
        {60, 1, rw, "startup_configuration", Role::none, 0, 0, 3},
        {63, 1, rw, "shutdown", Role::shutdown, 52, 0, 63},
        {64, 1, rw, "torque_enable", Role::torqueEnable, 0, 0, 1},
        {65, 1, rw, "led", Role::none, 0, 0, 1},
        {68, 1, rw, "status_return_level", Role::statusReturnLevel, 2, 0, 2},
        {69, 1, r, "registered_instruction", Role::none, 0},
        {70, 1, r, "hardware_error_status", Role::hardwareError, 0},
        {76, 2, rw, "velocity_i_gain", Role::velocityIGain, 1920, 0, 16383},
        {78, 2, rw, "velocity_p_gain", Role::velocityPGain, 100, 0, 16383},
        {80, 2, rw, "position_d_gain", Role::positionDGain, 0, 0, 16383},
        {82, 2, rw, "position_i_gain", Role::positionIGain, 0, 0, 16383},
        {84, 2, rw, "position_p_gain", Role::positionPGain, 800, 0, 16383},
        {88, 2, rw, "feedforward_2nd_gain", Role::feedforward2Gain, 0, 0, 16383},
        {90, 2, rw, "feedforward_1st_gain", Role::feedforward1Gain, 0, 0, 16383},
        {98, 1, rw, "bus_watchdog", Role::busWatchdog, 0, -1, 127, "ms", 20.0, true},
        {100, 2, rw, "goal_pwm", Role::goalPwm, 885, -885, 885, "%", 0.113, true},
        {102, 2, rw, "goal_current", Role::goalCurrent, 1193, -1193, 1193, "A", 0.00269, true},
        {104, 4, rw, "goal_velocity", Role::goalVelocity, 0, -1023, 1023, "deg/s", rpm, true},
        {108, 4, rw, "profile_acceleration", Role::profileAcceleration, 0, 0, 32767, "deg/s^2", acceleration},
        {112, 4, rw, "profile_velocity", Role::profileVelocity, 0, 0, 32767, "deg/s", rpm},
        {116, 4, rw, "goal_position", Role::goalPosition, 0, -far, far, "deg", step, true},
        {120, 2, r, "realtime_tick", Role::none, 0},
        {122, 1, r, "moving", Role::moving, 0},
        {123, 1, r, "moving_status", Role::movingStatus, 0},
        {124, 2, r, "present_pwm", Role::presentPwm, 0, {}, {}, "%", 0.113, true},
        {126, 2, r, "present_current", Role::presentCurrent, 0, {}, {}, "A", 0.00269, true},
        {128, 4, r, "present_velocity", Role::presentVelocity, 0, {}, {}, "deg/s", rpm, true},
        {132, 4, r, "present_position", Role::presentPosition, 0, {}, {}, "deg", step, true},
        {136, 4, r, "velocity_trajectory", Role::velocityTrajectory, 0, {}, {}, "deg/s", rpm, true},
        {140, 4, r, "position_trajectory", Role::positionTrajectory, 0, {}, {}, "deg", step, true},
        {144, 2, r, "present_input_voltage", Role::inputVoltage, 0, {}, {}, "V", 0.1},
        {146, 1, r, "present_temperature", Role::presentTemperature, 0, {}, {}, "degC"},
        {147, 1, r, "backup_ready", Role::none, 0},
    };
    return table;
}

Register registerFrom(const Line& line) {
    Register result;
    result.name = line.name;
    result.address = line.address;
    result.size = line.size;
    result.isSigned = line.isSigned;
    constexpr std::uint16_t firstRam = 64;
    result.storage = line.address < firstRam ? Storage::eeprom : Storage::ram;
    result.access = line.access;
    result.unit = line.unit;
    result.scale = line.scale;
    result.minimum = line.low;
    result.maximum = line.high;
    result.defaultValue = line.fallback;
    result.role = line.role;
    return result;
}

Register plain(std::string name, std::uint16_t address, std::uint8_t size) {
    Register result;
    result.name = std::move(name);
    result.address = address;
    result.size = size;
    result.access = Access::readWrite;
    return result;
}

} // namespace

std::shared_ptr<const registers::ServoModel> handmadeXm430() {
    auto model = std::make_shared<registers::ServoModel>();
    model->name = "XM430-W350";
    model->family = "dynamixel2";
    model->number = 1020;
    model->fastGroupReadFrom = 45;
    model->modes = {{OperatingMode::current, 0},
                    {OperatingMode::velocity, 1},
                    {OperatingMode::position, 3},
                    {OperatingMode::extendedPosition, 4},
                    {OperatingMode::currentBasedPosition, 5},
                    {OperatingMode::pwm, 16}};
    model->nominal = {12.0, 4.1, 2.3, 276.0, 353.5, false};
    for (const auto& line : lines())
        model->registers.push_back(registerFrom(line));
    for (std::uint16_t i = 0; i < 28; ++i) {
        const auto number = std::to_string(i + 1);
        model->registers.push_back(
            plain("indirect_address_" + number, static_cast<std::uint16_t>(168 + 2 * i), 2));
        model->registers.push_back(plain("indirect_data_" + number, static_cast<std::uint16_t>(224 + i), 1));
    }
    std::sort(model->registers.begin(), model->registers.end(),
              [](const Register& a, const Register& b) { return a.address < b.address; });
    return model;
}

} // namespace servolane::tests
