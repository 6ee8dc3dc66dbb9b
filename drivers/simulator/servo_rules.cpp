// SPDX-License-Identifier: GPL-3.0-or-later
// What a virtual servo does with what it is told: the rules of the X-series control table.
#include "drivers/simulator/virtual_servo.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace servolane::drivers::simulator {

using registers::OperatingMode;
using registers::Role;

namespace {

using namespace std::chrono_literals;

constexpr Duration restartTime = 400ms; ///< the maker states no figure; 0.3 to 0.5 s are seen
constexpr double pwmFull = 885.0;

bool isGoal(Role role) {
    return role == Role::goalPosition || role == Role::goalVelocity || role == Role::goalCurrent ||
           role == Role::goalPwm;
}

bool isGain(Role role) {
    return role >= Role::velocityIGain && role <= Role::feedforward1Gain;
}

/// What Control Table Backup saves: EEPROM, gains, profile, indirect addresses.
bool isBackedUp(const registers::Register& one) {
    if (one.access == registers::Access::readOnly) return false;
    return one.storage == registers::Storage::eeprom || isGain(one.role) ||
           one.role == Role::profileVelocity || one.role == Role::profileAcceleration ||
           one.name.starts_with("indirect_address_");
}

bool isBeyond(std::int64_t raw, std::int64_t limit) {
    return raw > limit || raw < -limit;
}

} // namespace

Refusal VirtualServo::read(bus::RegisterSpan span, Bytes& into) {
    refresh();
    return memory_.read(span, into);
}

Refusal VirtualServo::write(std::uint16_t address, ByteView bytes) {
    return write(address, bytes, Trust::own);
}

Refusal VirtualServo::writeAsShadow(std::uint16_t address, ByteView bytes) {
    return write(address, bytes, Trust::shadow);
}

Refusal VirtualServo::write(std::uint16_t address, ByteView bytes, Trust trust) {
    assignments_.clear();
    if (const Refusal sorted = memory_.sort(address, bytes, assignments_); sorted != Refusal::none)
        return sorted;
    for (const auto& wanted : assignments_)
        if (const Refusal checked = check(wanted, trust); checked != Refusal::none) return checked;
    quietTicks_ = 0;
    const OperatingMode before = mode();
    for (const auto& wanted : assignments_)
        if (wanted.target->role != Role::torqueEnable) put(wanted.target, wanted.raw);
    if (mode() != before) changeMode();
    keepEeprom();
    loadSettings();
    for (const auto& done : assignments_)
        carryOut(done);
    return Refusal::none;
}

Refusal VirtualServo::check(const Assignment& wanted, Trust trust) const {
    const registers::Register& item = *wanted.target;
    const bool eeprom = item.storage == registers::Storage::eeprom;
    const bool locked = hasTorque() && firmware_.eepromNeedsTorqueOff;
    if (eeprom && (locked || trust == Trust::shadow)) return Refusal::access;
    const bool tripped = isWatchdogTripped();
    if (item.role == Role::busWatchdog && tripped && wanted.raw != 0) return Refusal::dataRange;
    if (!isInRange(wanted)) return Refusal::dataRange;
    if (item.role == Role::operatingMode && !model().modeFrom(wanted.raw)) return Refusal::dataRange;
    if (!isGoal(item.role)) return Refusal::none;
    return tripped ? Refusal::dataRange : checkGoal(item.role, wanted.raw);
}

/// Of the register or of a view of the same bytes: which of them counts depends on the mode.
bool VirtualServo::isInRange(const Assignment& wanted) const {
    const Bytes bytes = wanted.target->bytesFrom(wanted.raw);
    for (const auto& one : model().registers) {
        if (one.span() != wanted.target->span()) continue;
        const std::int64_t raw = one.rawFrom(bytes);
        if (raw >= one.minimum.value_or(raw) && raw <= one.maximum.value_or(raw)) return true;
    }
    return false;
}

Refusal VirtualServo::checkGoal(Role role, std::int64_t raw) const {
    bool beyond = false;
    const auto isBeyondOwn = [&](Role limit) {
        return items_[limit] != nullptr && isBeyond(raw, value(limit));
    };
    switch (role) {
    case Role::goalPosition:
        beyond = mode() == OperatingMode::position && items_[Role::maxPositionLimit] != nullptr &&
                 (raw > value(Role::maxPositionLimit) || raw < value(Role::minPositionLimit));
        break;
    case Role::goalVelocity:
        beyond = isBeyondOwn(Role::velocityLimit);
        break;
    case Role::goalCurrent:
        beyond = isBeyondOwn(Role::currentLimit);
        break;
    case Role::goalPwm:
        beyond = isBeyondOwn(Role::pwmLimit);
        break;
    default:
        break;
    }
    return beyond ? Refusal::dataLimit : Refusal::none;
}

void VirtualServo::carryOut(const Assignment& done) {
    endShutdown(*done.target, done.raw);
    // A view of the same bytes has a role of its own.
    for (const auto& one : model().registers)
        if (one.span() == done.target->span()) carryOut(one.role, done.raw);
}

void VirtualServo::carryOut(Role role, std::int64_t raw) {
    constexpr std::int64_t torqueOnByGoal = 1 << 3;
    const bool mayStart = isGoal(role) && (value(Role::driveMode) & torqueOnByGoal) != 0;
    const bool starts = mayStart || (role == Role::goalPosition && firmware_.goalSwitchesTorqueOn);
    if (starts && !hasTorque()) {
        setTorque(true);
        put(role, raw);
        loadSettings();
    }
    switch (role) {
    case Role::torqueEnable:
        setTorque(raw != 0);
        break;
    case Role::goalPosition:
        if (hasTorque()) controller_.aim(static_cast<double>(raw));
        break;
    case Role::goalVelocity:
        controller_.aimVelocity();
        break;
    case Role::busWatchdog:
        lastHeard_ = now_;
        break;
    default:
        break;
    }
}

void VirtualServo::setTorque(bool on) {
    if (on == hasTorque() || (on && isShutDown())) return;
    if (on && mode() == OperatingMode::position) fold();
    put(Role::torqueEnable, on ? 1 : 0);
    controller_.start(present());
    put(Role::goalPosition, static_cast<std::int64_t>(present()));
    if (firmware_.modesSetBack) put(Role::goalVelocity, 0);
    overloadTicks_ = 0;
    quietTicks_ = 0;
    loadSettings();
}

/// Only while the lock is open does the EEPROM take what was written.
void VirtualServo::keepEeprom() {
    if (firmware_.eepromLock && value(Role::eepromLock) == 0) kept_ = memory_.image();
}

void VirtualServo::shutDown() {
    if (hasTorque()) setTorque(false);
    if (!firmware_.torqueLimit.empty()) put(model().find(firmware_.torqueLimit), 0);
    loadSettings();
}

void VirtualServo::endShutdown(const registers::Register& written, std::int64_t raw) {
    if (firmware_.torqueLimit.empty() || written.name != firmware_.torqueLimit || raw == 0) return;
    put(Role::hardwareError, 0); // a cause that is still there is seen again
}

void VirtualServo::changeMode() {
    if (!firmware_.modesSetBack) {
        controller_.start(present());
        return;
    }
    for (const auto& one : model().registers)
        if (isGain(one.role) && one.defaultValue) put(&one, *one.defaultValue);
    put(Role::profileVelocity, 0);
    put(Role::profileAcceleration, 0);
    put(Role::goalVelocity, 0);
    put(Role::goalPwm, value(Role::pwmLimit));
    put(Role::goalCurrent, value(Role::currentLimit));
    if (mode() == OperatingMode::position) fold();
    controller_.start(present());
}

void VirtualServo::fold() {
    foldedCounts_ += std::floor(rawCounts() / countsPerTurn_) * countsPerTurn_;
}

OperatingMode VirtualServo::mode() const {
    return model().modeFrom(value(Role::operatingMode)).value_or(OperatingMode::position);
}

bool VirtualServo::isShutDown() const {
    return (value(Role::hardwareError) & value(Role::shutdown)) != 0;
}

bool VirtualServo::isWatchdogTripped() const {
    constexpr std::int64_t tripped = 0xFF;
    return items_[Role::busWatchdog] != nullptr && (value(Role::busWatchdog) & tripped) == tripped;
}

void VirtualServo::loadSettings() {
    const auto gain = [&](Role role, double divisor) { return static_cast<double>(value(role)) / divisor; };
    ControlSettings settings;
    settings.mode = mode();
    settings.positionP = gain(Role::positionPGain, 128);
    settings.positionI = gain(Role::positionIGain, 65536);
    settings.positionD = gain(Role::positionDGain, 16);
    settings.feedforward1 = gain(Role::feedforward1Gain, 4);
    settings.feedforward2 = gain(Role::feedforward2Gain, 4);
    settings.velocityP = gain(Role::velocityPGain, 128);
    settings.velocityI = gain(Role::velocityIGain, 65536);
    settings.pwmLimit = items_[Role::pwmLimit] != nullptr ? gain(Role::pwmLimit, 1) : pwmFull;
    settings.goalPwm = items_[Role::goalPwm] != nullptr ? gain(Role::goalPwm, 1) : pwmFull;
    if (const auto* item = items_[Role::goalCurrent]) {
        settings.goalCurrent = gain(Role::goalCurrent, 1) * amperesPerRaw(*item);
        settings.currentLimit = gain(Role::currentLimit, 1) * amperesPerRaw(*item);
    }
    settings.goalVelocity = gain(Role::goalVelocity, 1);
    settings.goalPosition = gain(Role::goalPosition, 1);
    loadProfile(settings);
    if (firmware_.tune != nullptr) firmware_.tune(*this, settings);
    controller_.settingsChanged(settings);
}

void VirtualServo::loadProfile(ControlSettings& settings) const {
    constexpr std::int64_t timeBased = 1 << 2;
    const auto velocity = static_cast<double>(value(Role::profileVelocity));
    const auto acceleration = static_cast<double>(value(Role::profileAcceleration));
    const auto* unit = items_[Role::goalVelocity];
    if (unit == nullptr) unit = items_[Role::profileVelocity];
    if (unit != nullptr) settings.countsPerVelocity = degreesPerRaw(*unit) * countsPerDegree() * 1e-3;
    if ((value(Role::driveMode) & timeBased) != 0) {
        settings.profile = {velocity, acceleration, true};
        settings.rampAcceleration = acceleration;
        return;
    }
    const auto limit = static_cast<double>(value(Role::velocityLimit));
    const double bounded = limit > 0.0 ? std::min(velocity, limit) : velocity;
    const auto* item = items_[Role::profileAcceleration];
    const double perAcceleration = item == nullptr ? 0.0 : degreesPerRaw(*item) * countsPerDegree() * 1e-6;
    settings.profile = {bounded * settings.countsPerVelocity, acceleration * perAcceleration, false};
    settings.rampAcceleration = acceleration * perAcceleration;
}

void VirtualServo::preset(Role role, std::int64_t raw) {
    put(role, raw);
    if (firmware_.eepromLock) kept_ = memory_.image();
    quietTicks_ = 0;
    loadSettings();
}

Refusal VirtualServo::registerWrite(std::uint16_t address, ByteView bytes) {
    assignments_.clear();
    if (const Refusal sorted = memory_.sort(address, bytes, assignments_); sorted != Refusal::none)
        return sorted;
    for (const auto& wanted : assignments_)
        if (const Refusal checked = check(wanted, Trust::own); checked != Refusal::none) return checked;
    registered_ = littleEndianBytes(address, 2);
    registered_.insert(registered_.end(), bytes.begin(), bytes.end());
    put(items_.registeredInstruction, 1);
    return Refusal::none;
}

Refusal VirtualServo::action() {
    if (registered_.empty()) return Refusal::instruction;
    const Bytes stored = std::exchange(registered_, {});
    put(items_.registeredInstruction, 0);
    const ByteView view = stored;
    return write(static_cast<std::uint16_t>(littleEndian(view.first(2))), view.subspan(2));
}

void VirtualServo::reboot() {
    awakeFrom_ = now_ + restartTime;
    ticks_ = 0;
    powerUp();
}

void VirtualServo::powerUp() {
    constexpr std::int64_t torqueAtStart = 1 << 0;
    constexpr std::int64_t backupAtStart = 1 << 1;
    const std::int64_t id = value(Role::servoId);
    const std::int64_t firmware = value(Role::firmwareVersion);
    memory_.restoreDefaults(registers::Storage::ram);
    // Of a table that somebody wrote down without saying what is kept: who it is, no servo forgets.
    put(Role::modelNumber, model().number);
    put(Role::firmwareVersion, firmware);
    put(Role::servoId, id);
    if (!kept_.empty())
        memory_.restore(kept_, [](const registers::Register& one) {
            return one.storage == registers::Storage::eeprom && !one.isView;
        });
    if (firmware_.modesSetBack) {
        put(Role::goalPwm, value(Role::pwmLimit));
        put(Role::goalCurrent, value(Role::currentLimit));
    }
    for (const auto& [from, to] : firmware_.atPowerUp)
        if (const auto* copy = model().find(to)) put(copy, value(from));
    put(items_.backupReady, backup_ ? 1 : 0);
    if (backup_ && (value(items_.startup) & backupAtStart) != 0)
        memory_.restore(*backup_, [](const registers::Register& one) {
            return isBackedUp(one) && one.storage == registers::Storage::ram;
        });
    registered_.clear();
    lastHeard_ = awakeFrom_;
    quietTicks_ = overloadTicks_ = voltageTicks_ = 0;
    plant_.halt();
    fold();
    loadSettings();
    controller_.start(present());
    put(Role::goalPosition, static_cast<std::int64_t>(present()));
    if ((value(items_.startup) & torqueAtStart) != 0) setTorque(true);
}

void VirtualServo::factoryReset(bus::ResetScope scope) {
    const std::int64_t id = value(Role::servoId);
    const std::int64_t baud = value(Role::baudRate);
    const std::int64_t firmware = value(Role::firmwareVersion);
    memory_.restoreDefaults(registers::Storage::eeprom);
    put(Role::modelNumber, model().number);
    put(Role::firmwareVersion, firmware);
    if (scope != bus::ResetScope::all) put(Role::servoId, id);
    if (scope == bus::ResetScope::keepIdAndBaud) put(Role::baudRate, baud);
    if (firmware_.eepromLock) kept_ = memory_.image();
    reboot();
}

Refusal VirtualServo::clearTurns() {
    if (plant_.speed() != 0.0 || controller_.profile().isRunning()) return Refusal::resultFail;
    fold();
    controller_.start(present());
    put(Role::goalPosition, static_cast<std::int64_t>(present()));
    quietTicks_ = 0;
    return Refusal::none;
}

Refusal VirtualServo::clearErrors() {
    // Only newer families (Y-series) know this; an X-series servo leaves its shutdown by a reboot alone.
    return Refusal::resultFail;
}

Refusal VirtualServo::storeBackup() {
    if (hasTorque() || items_.backupReady == nullptr) return Refusal::resultFail;
    backup_ = memory_.image();
    put(items_.backupReady, 1);
    return Refusal::none;
}

Refusal VirtualServo::restoreBackup() {
    if (hasTorque() || !backup_) return Refusal::resultFail;
    const std::int64_t id = value(Role::servoId);
    const std::int64_t baud = value(Role::baudRate);
    const Bytes image = *backup_;
    reboot();
    memory_.restore(image, isBackedUp);
    put(Role::servoId, id);
    put(Role::baudRate, baud);
    loadSettings();
    controller_.start(present());
    return Refusal::none;
}

} // namespace servolane::drivers::simulator
