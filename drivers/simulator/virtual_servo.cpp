// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/simulator/virtual_servo.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace servolane::drivers::simulator {

using registers::Role;

namespace {

using namespace std::chrono_literals;

constexpr Duration tickSpan = 1ms;
constexpr int quietAfter = 100;        ///< ticks without any change
constexpr int overloadAfter = 2000;    ///< ticks at the end of its strength without moving
constexpr int voltageAfter = 20;       ///< ticks outside of the voltage limits
constexpr double overloadShare = 0.6;  ///< of the stall current
constexpr double standingSpeed = 0.05; ///< rad/s
constexpr double turn = 2.0 * std::numbers::pi;
constexpr Duration watchdogUnit = 20ms;
constexpr std::int64_t longestWatchdog = 127;
constexpr double placementCounts = 30.0; ///< servos do not all stand alike when they are switched on

} // namespace

const FirmwareRules& xSeriesFirmware() {
    static const FirmwareRules rules;
    return rules;
}

namespace {

double countsPerTurnOf(const registers::ServoModel& model) {
    const auto* position = model.find(Role::presentPosition);
    return position != nullptr && position->unit == "deg" ? 360.0 / position->scale : model.countsPerTurn;
}

double middleOf(const registers::ServoModel& model) {
    const auto* limit = model.find(Role::maxPositionLimit);
    const double range =
        limit != nullptr && limit->maximum ? static_cast<double>(*limit->maximum) + 1.0 : model.countsPerTurn;
    return std::ceil(range / 2);
}

} // namespace

VirtualServo::VirtualServo(std::shared_ptr<const registers::ServoModel> model, ServoId id, Time start,
                           std::uint64_t seed, const FirmwareRules& firmware)
    : firmware_(firmware)
    , seat_(id)
    , memory_(std::move(model))
    , countsPerTurn_(countsPerTurnOf(memory_.model()))
    , middle_(middleOf(memory_.model()))
    , items_(memory_.model())
    , plant_(PlantParameters::from(memory_.model().nominal))
    , noise_(seed)
    , nominalSupply_(plant_.parameters().supply)
    , awakeFrom_(start)
    , now_(start)
    , lastHeard_(start) {
    constexpr std::int64_t plausibleFirmware = 46;
    put(Role::modelNumber, memory_.model().number);
    if (value(Role::firmwareVersion) == 0) put(Role::firmwareVersion, plausibleFirmware);
    put(Role::servoId, id.value);
    plant_.place(noise_.between(-placementCounts, placementCounts) / countsPerTurn_ * turn);
    if (firmware_.eepromLock) kept_ = memory_.image();
    powerUp();
}

ServoId VirtualServo::id() const {
    if (items_[Role::servoId] == nullptr) return seat_;
    return ServoId{static_cast<std::uint8_t>(value(Role::servoId))};
}

std::optional<ServoId> VirtualServo::shadowId() const {
    constexpr std::int64_t lastId = 252;
    const std::int64_t shadow = value(items_.secondaryId);
    if (items_.secondaryId == nullptr || shadow > lastId) return std::nullopt;
    return ServoId{static_cast<std::uint8_t>(shadow)};
}

std::int64_t VirtualServo::value(Role role) const {
    return value(items_[role]);
}

std::int64_t VirtualServo::value(const registers::Register* item) const {
    return item == nullptr ? 0 : memory_.value(*item);
}

void VirtualServo::put(Role role, std::int64_t raw) {
    put(items_[role], raw);
}

void VirtualServo::put(const registers::Register* item, std::int64_t raw) {
    if (item != nullptr) memory_.put(*item, raw);
}

Duration VirtualServo::returnDelay() const {
    return value(Role::returnDelay) * Duration{2us};
}

void VirtualServo::advanceTo(Time now) {
    if (now <= now_) return;
    now_ = now;
    if (!isAwake(now)) return;
    const std::int64_t wanted = (now - awakeFrom_) / tickSpan;
    while (ticks_ < wanted && !isQuiet())
        tick();
    if (ticks_ < wanted) skip(wanted - ticks_);
}

bool VirtualServo::isQuiet() const {
    return quietTicks_ >= quietAfter;
}

void VirtualServo::tick() {
    ++ticks_;
    const double before = controller_.pwm();
    if (hasTorque()) controller_.tick(measure());
    plant_.run(drive());
    const bool still = plant_.speed() == 0.0 && !controller_.profile().isRunning() &&
                       (!hasTorque() || controller_.pwm() == before) && overloadTicks_ == 0 &&
                       voltageTicks_ == 0;
    quietTicks_ = still ? quietTicks_ + 1 : 0;
    checkConditions();
    checkWatchdog(awakeFrom_ + ticks_ * tickSpan);
}

void VirtualServo::skip(std::int64_t ticks) {
    ticks_ += ticks;
    plant_.rest(drive(), static_cast<double>(ticks) * 1e-3);
    checkConditions();
    checkWatchdog(now_);
}

Drive VirtualServo::drive() const {
    if (!hasTorque()) return {};
    constexpr double fullPwm = 885.0;
    return {true, direction() * controller_.pwm() / fullPwm};
}

double VirtualServo::rawCounts() const {
    return direction() * plant_.angle() / turn * countsPerTurn_ + middle_ - foldedCounts_;
}

double VirtualServo::homingOffset() const {
    constexpr std::int64_t mostInPositionMode = 1024;
    const std::int64_t offset = value(Role::homingOffset);
    const bool singleTurn = mode() == registers::OperatingMode::position;
    return static_cast<double>(singleTurn ? std::clamp(offset, -mostInPositionMode, mostInPositionMode)
                                          : offset);
}

double VirtualServo::present() const {
    return std::floor(rawCounts()) + homingOffset();
}

Measured VirtualServo::measure() const {
    const double speed = direction() * plant_.speed();
    return {present(), speed / turn * countsPerTurn_ * 1e-3, plant_.voltage(), plant_.parameters().resistance,
            plant_.parameters().backEmf * speed};
}

void VirtualServo::checkConditions() {
    const double tenths = plant_.voltage() * 10.0;
    const bool outside = items_[Role::maxVoltageLimit] != nullptr &&
                         (tenths > static_cast<double>(value(Role::maxVoltageLimit)) ||
                          tenths < static_cast<double>(value(Role::minVoltageLimit)));
    voltageTicks_ = outside ? std::min(voltageTicks_ + 1, voltageAfter) : 0;
    if (voltageTicks_ == voltageAfter) raise(hardware_error::inputVoltage);

    const auto limit = static_cast<double>(value(Role::temperatureLimit));
    if (limit > 0.0 && plant_.temperature() >= limit) raise(hardware_error::overheating);

    const double stall = plant_.parameters().supply / plant_.parameters().resistance;
    const bool straining =
        std::abs(plant_.current()) > overloadShare * stall && std::abs(plant_.speed()) < standingSpeed;
    overloadTicks_ = straining && hasTorque() ? overloadTicks_ + 1 : 0;
    if (overloadTicks_ >= overloadAfter) raise(hardware_error::overload);
}

void VirtualServo::checkWatchdog(Time now) {
    const std::int64_t setting = value(Role::busWatchdog);
    if (setting < 1 || setting > longestWatchdog) return;
    if (now - lastHeard_ > setting * watchdogUnit) tripWatchdog();
}

void VirtualServo::tripWatchdog() {
    put(Role::busWatchdog, -1);
    put(Role::profileVelocity, 0);
    put(Role::profileAcceleration, 0);
    put(Role::goalVelocity, 0);
    if (mode() == registers::OperatingMode::current) put(Role::goalCurrent, 0);
    if (mode() == registers::OperatingMode::pwm) put(Role::goalPwm, 0);
    loadSettings();
    controller_.freeze(present());
    quietTicks_ = 0;
}

void VirtualServo::raise(unsigned hardwareErrorBits) {
    put(Role::hardwareError, value(Role::hardwareError) | firmware_.errorBits(hardwareErrorBits));
    if (isShutDown()) shutDown();
}

void VirtualServo::overheat() {
    plant_.heatTo(static_cast<double>(value(Role::temperatureLimit)) + 1.0);
    checkConditions();
}

void VirtualServo::setUndervolted(bool undervolted) {
    constexpr double share = 0.85; // of the lowest voltage that it accepts
    const double low = static_cast<double>(value(Role::minVoltageLimit)) / 10.0 * share;
    const double wanted = undervolted && low > 0.0 ? low : nominalSupply_;
    if (plant_.parameters().supply == wanted) return;
    plant_.setSupply(wanted);
    quietTicks_ = 0;
}

void VirtualServo::setJammed(bool jammed) {
    if (jammed == jammed_) return;
    jammed_ = jammed;
    plant_.setJammed(jammed);
    quietTicks_ = 0;
}

} // namespace servolane::drivers::simulator
