// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/registers/control_table.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <utility>

namespace servolane::registers {

namespace {

constexpr std::array<std::pair<Role, std::string_view>, 47> roleNames{{
    {Role::none, "none"},
    {Role::modelNumber, "model_number"},
    {Role::firmwareVersion, "firmware_version"},
    {Role::servoId, "servo_id"},
    {Role::baudRate, "baud_rate"},
    {Role::returnDelay, "return_delay"},
    {Role::driveMode, "drive_mode"},
    {Role::operatingMode, "operating_mode"},
    {Role::homingOffset, "homing_offset"},
    {Role::temperatureLimit, "temperature_limit"},
    {Role::maxVoltageLimit, "max_voltage_limit"},
    {Role::minVoltageLimit, "min_voltage_limit"},
    {Role::pwmLimit, "pwm_limit"},
    {Role::currentLimit, "current_limit"},
    {Role::velocityLimit, "velocity_limit"},
    {Role::maxPositionLimit, "max_position_limit"},
    {Role::minPositionLimit, "min_position_limit"},
    {Role::shutdown, "shutdown"},
    {Role::torqueEnable, "torque_enable"},
    {Role::statusReturnLevel, "status_return_level"},
    {Role::hardwareError, "hardware_error"},
    {Role::velocityIGain, "velocity_i_gain"},
    {Role::velocityPGain, "velocity_p_gain"},
    {Role::positionDGain, "position_d_gain"},
    {Role::positionIGain, "position_i_gain"},
    {Role::positionPGain, "position_p_gain"},
    {Role::feedforward2Gain, "feedforward_2_gain"},
    {Role::feedforward1Gain, "feedforward_1_gain"},
    {Role::busWatchdog, "bus_watchdog"},
    {Role::goalPwm, "goal_pwm"},
    {Role::goalCurrent, "goal_current"},
    {Role::goalVelocity, "goal_velocity"},
    {Role::profileAcceleration, "profile_acceleration"},
    {Role::profileVelocity, "profile_velocity"},
    {Role::goalPosition, "goal_position"},
    {Role::moving, "moving"},
    {Role::movingStatus, "moving_status"},
    {Role::presentPwm, "present_pwm"},
    {Role::presentCurrent, "present_current"},
    {Role::presentLoad, "present_load"},
    {Role::presentVelocity, "present_velocity"},
    {Role::presentPosition, "present_position"},
    {Role::velocityTrajectory, "velocity_trajectory"},
    {Role::positionTrajectory, "position_trajectory"},
    {Role::inputVoltage, "input_voltage"},
    {Role::presentTemperature, "present_temperature"},
    {Role::eepromLock, "eeprom_lock"},
}};

constexpr std::array<std::pair<OperatingMode, std::string_view>, 6> modeNames{{
    {OperatingMode::current, "current"},
    {OperatingMode::velocity, "velocity"},
    {OperatingMode::position, "position"},
    {OperatingMode::extendedPosition, "extended-position"},
    {OperatingMode::currentBasedPosition, "current-based-position"},
    {OperatingMode::pwm, "pwm"},
}};

} // namespace

std::string_view toString(Role role) {
    return roleNames[static_cast<std::size_t>(role)].second;
}

std::optional<Role> roleFrom(std::string_view word) {
    for (const auto& [role, name] : roleNames)
        if (name == word) return role;
    return std::nullopt;
}

namespace {
std::optional<std::uint32_t> numberFrom(std::string_view word) {
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
    if (error != std::errc{} || end != word.data() + word.size()) return std::nullopt;
    return number;
}
} // namespace

std::optional<std::int64_t> rawFromBaud(const Register& of, std::uint32_t baud) {
    for (const NamedValue& named : of.values)
        if (numberFrom(named.name) == baud) return named.value;
    if (!of.values.empty() || of.unit != "bit/s") return std::nullopt;
    const std::int64_t raw = of.rawFromValue(baud);
    return of.valueFrom(raw) == baud ? std::optional(raw) : std::nullopt;
}

std::optional<std::uint32_t> baudFromRaw(const Register& of, std::int64_t raw) {
    for (const NamedValue& named : of.values)
        if (named.value == raw) return numberFrom(named.name);
    if (!of.values.empty() || of.unit != "bit/s" || raw < 0) return std::nullopt;
    return static_cast<std::uint32_t>(of.valueFrom(raw));
}

std::pair<std::uint32_t, std::uint32_t> baudsOf(const Register& of) {
    std::pair<std::uint32_t, std::uint32_t> bounds{0, 0};
    for (const NamedValue& named : of.values) {
        const auto baud = numberFrom(named.name);
        if (!baud) continue;
        bounds.first = bounds.first == 0 ? *baud : std::min(bounds.first, *baud);
        bounds.second = std::max(bounds.second, *baud);
    }
    return bounds;
}

std::string_view toString(OperatingMode mode) {
    return modeNames[static_cast<std::size_t>(mode)].second;
}

std::optional<OperatingMode> operatingModeFrom(std::string_view word) {
    for (const auto& [mode, name] : modeNames)
        if (name == word) return mode;
    return std::nullopt;
}

std::int64_t holdSlack(const Register& goal) {
    constexpr double degrees = 5.0;
    return goal.unit == "deg" && goal.scale != 0.0 ? std::llround(degrees / std::fabs(goal.scale)) : 0;
}

bool countsProfileInTime(const Register& driveMode, std::int64_t raw) {
    return std::any_of(driveMode.fields.begin(), driveMode.fields.end(), [&](const BitField& field) {
        return field.name == "time_based_profile" && (raw >> field.firstBit & 1) != 0;
    });
}

std::int64_t Register::rawFromValue(double value) const {
    // llround() of more than this is undefined; no register is so wide.
    constexpr double widest = 4e18;
    return std::llround(std::clamp((value - offset) / scale, -widest, widest));
}

std::int64_t Register::highestRaw() const {
    if (maximum) return *maximum;
    const int bits = signBit ? *signBit : size * 8 - (isSigned ? 1 : 0);
    return (std::int64_t{1} << bits) - 1;
}

const Register* ServoModel::find(Role role) const {
    const auto found =
        std::find_if(registers.begin(), registers.end(), [&](const Register& r) { return r.role == role; });
    return found == registers.end() ? nullptr : &*found;
}

const Register* ServoModel::find(std::string_view name_) const {
    const auto found =
        std::find_if(registers.begin(), registers.end(), [&](const Register& r) { return r.name == name_; });
    return found == registers.end() ? nullptr : &*found;
}

std::optional<std::int64_t> ServoModel::modeCode(OperatingMode mode) const {
    for (const auto& code : modes)
        if (code.mode == mode) return code.raw;
    return std::nullopt;
}

std::optional<OperatingMode> ServoModel::modeFrom(std::int64_t raw) const {
    for (const auto& code : modes)
        if (code.raw == raw) return code.mode;
    return otherMode;
}

std::shared_ptr<const ServoModel> ModelCatalog::find(std::string_view family, std::uint32_t number) const {
    std::shared_ptr<const ServoModel> nearest;
    for (const auto& model : models_) {
        const bool fits = model->family == family && model->standsFor(number);
        if (fits && (!nearest || std::popcount(model->numberMask) > std::popcount(nearest->numberMask)))
            nearest = model;
    }
    return nearest;
}

std::shared_ptr<const ServoModel> ModelCatalog::find(std::string_view name) const {
    for (const auto& model : models_)
        if (model->name == name) return model;
    return nullptr;
}

} // namespace servolane::registers
