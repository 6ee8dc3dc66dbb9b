// SPDX-License-Identifier: GPL-3.0-or-later
// What a servo model's memory means. Plain values, immutable once loaded; safe on any thread.
#pragma once

#include "core/bus/servo_bus.h"
#include "core/kernel/bytes.h"
#include "core/kernel/result.h"
#include "core/registers/drive_profile.h"
#include "core/registers/number_form.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace servolane::registers {

enum class Storage : std::uint8_t { eeprom, ram };
enum class Access : std::uint8_t { readOnly, readWrite };

/// What a register is for, independent of its name and place. A model has each role at most once.
enum class Role : std::uint8_t {
    none,
    modelNumber,
    firmwareVersion,
    servoId,
    baudRate,
    returnDelay,
    driveMode,
    operatingMode,
    homingOffset,
    temperatureLimit,
    maxVoltageLimit,
    minVoltageLimit,
    pwmLimit,
    currentLimit,
    velocityLimit,
    maxPositionLimit,
    minPositionLimit,
    shutdown,
    torqueEnable,
    statusReturnLevel,
    hardwareError,
    velocityIGain,
    velocityPGain,
    positionDGain,
    positionIGain,
    positionPGain,
    feedforward2Gain,
    feedforward1Gain,
    busWatchdog,
    goalPwm,
    goalCurrent,
    goalVelocity,
    profileAcceleration,
    profileVelocity,
    goalPosition,
    moving,
    movingStatus,
    presentPwm,
    presentCurrent,
    presentLoad,
    presentVelocity,
    presentPosition,
    velocityTrajectory,
    positionTrajectory,
    inputVoltage,
    presentTemperature,
    eepromLock, ///< 0: what is written to the EEPROM is kept; 1: it is lost with the power
};
/// snake_case, as in model files: "present_position".
[[nodiscard]] std::string_view toString(Role role);
[[nodiscard]] std::optional<Role> roleFrom(std::string_view word);

struct NamedValue {
    std::int64_t value = 0;
    std::string name;
};

struct BitField {
    std::uint8_t firstBit = 0;
    std::uint8_t bits = 1;
    std::string name;
};

struct Register {
    std::string name;  ///< snake_case, unique in the model: "goal_position"
    std::string title; ///< as the maker prints it: "Goal Position"
    std::uint16_t address = 0;
    std::uint8_t size = 1; ///< bytes: 1, 2 or 4
    bool isSigned = false;
    std::optional<std::uint8_t> signBit; ///< as NumberForm::signBit
    bool bigEndian = false;
    bool lowWordFirst = false; ///< as NumberForm::lowWordFirst
    /// Another meaning of bytes that other registers have too: a model without a mode register, say, is in
    /// the mode that its limits make.
    bool isView = false;
    Storage storage = Storage::ram;
    Access access = Access::readOnly;
    std::string unit; ///< of the scaled value: "deg", "deg/s", "deg/s^2", "A", "V", "degC", "%", "ms", "" …
    double scale = 1.0; ///< value = raw × scale + offset
    double offset = 0.0;
    std::optional<std::int64_t> minimum;      ///< raw
    std::optional<std::int64_t> maximum;      ///< raw
    std::optional<std::int64_t> defaultValue; ///< raw
    Role role = Role::none;
    /// Written and never read: what it holds is known once it was written here.
    bool isUnreadable = false;
    /// Writing it moves the servo, though it is the goal of no mode that is spoken here.
    bool isMotion = false;
    /// Raw values that switch torque on or make the servo obey more than its own commands; the others are
    /// plain settings.
    std::vector<Range<std::int64_t>> motionValues;
    /// The maker set it to match this very servo: it stays when settings are carried from servo to servo.
    bool isFactory = false;
    /// Told back, but nobody measured it: what the servo was sent. For present values of servos without
    /// feedback.
    bool isCommanded = false;
    std::string meaning;
    /// What raw 0 says where it is no amount: "unlimited". Empty: it is one.
    std::string zeroMeans;
    std::vector<NamedValue> values;
    std::vector<BitField> fields;
    /// Where families that do not count bytes have it; `address` is then a number of the program's own.
    std::optional<DrivePlace> place;

    /// What the maker's manual calls its address.
    [[nodiscard]] std::uint32_t manualAddress() const { return place ? place->number : address; }
    /// The largest raw value that may be written: by its maximum, else by its width.
    [[nodiscard]] std::int64_t highestRaw() const;
    [[nodiscard]] bus::RegisterSpan span() const { return {address, size}; }
    [[nodiscard]] NumberForm form() const { return {size, isSigned, signBit, bigEndian, lowWordFirst}; }
    /// `bytes` holds at least `size` bytes.
    [[nodiscard]] std::int64_t rawFrom(ByteView bytes) const { return form().decode(bytes); }
    [[nodiscard]] Bytes bytesFrom(std::int64_t raw) const { return form().encode(raw); }
    [[nodiscard]] double valueFrom(std::int64_t raw) const {
        return static_cast<double>(raw) * scale + offset;
    }
    /// The nearest raw value; halves round away from zero. Not checked against the range.
    [[nodiscard]] std::int64_t rawFromValue(double value) const;
};

/// So many counts of a goal position, 5 degrees of the servo, lies a place beyond the range of goals at most
/// that is held by the nearest goal.
[[nodiscard]] std::int64_t holdSlack(const Register& goal);
/// Of a drive mode register: does this value make the profile registers hold milliseconds (X series control
/// table, drive mode: time-based profile)?
[[nodiscard]] bool countsProfileInTime(const Register& driveMode, std::int64_t raw);

/// The code of a rate, bit/s, in a register of role baudRate: by the names of its values ("57600"), else by
/// its scale where its unit is "bit/s". Absent: the servo cannot do this rate.
[[nodiscard]] std::optional<std::int64_t> rawFromBaud(const Register& of, std::uint32_t baud);
/// The rate behind a code; absent: not known.
[[nodiscard]] std::optional<std::uint32_t> baudFromRaw(const Register& of, std::int64_t raw);
/// The slowest and the fastest that the register knows, 0 where it names none.
[[nodiscard]] std::pair<std::uint32_t, std::uint32_t> baudsOf(const Register& of);

enum class OperatingMode : std::uint8_t {
    current,
    velocity,
    position,
    extendedPosition,
    currentBasedPosition,
    pwm
};
/// Stable words: "current", "velocity", "position", "extended-position", "current-based-position", "pwm".
[[nodiscard]] std::string_view toString(OperatingMode mode);
[[nodiscard]] std::optional<OperatingMode> operatingModeFrom(std::string_view word);

struct ModeCode {
    OperatingMode mode = OperatingMode::position;
    std::int64_t raw = 0;
};

/// Of the motor at its nominal voltage; for the plausible defaults of limits and for the simulator.
struct Nominal {
    double voltage = 12.0;     ///< V
    double stallTorque = 0.0;  ///< N·m
    double stallCurrent = 0.0; ///< A
    double noLoadSpeed = 0.0;  ///< deg/s
    double gearRatio = 1.0;
    bool verified = false; ///< false: from memory or a single weak source
};

struct ServoModel {
    std::string name;   ///< "XM430-W350"
    std::string family; ///< FamilyTraits::name of the protocol: "dynamixel2"
    std::uint32_t number = 0;
    /// The bits of a servo's number that must be those of `number`: a model may stand for a whole series.
    std::uint32_t numberMask = 0xFFFF'FFFF;
    std::vector<Register> registers; ///< by address
    std::vector<ModeCode> modes;
    /// What the mode register means by any number that is no code; absent: nothing known.
    std::optional<OperatingMode> otherMode;
    Nominal nominal;
    std::uint32_t countsPerTurn = 4096;
    std::string source; ///< where the facts come from
    /// How a latched error is left where no command restarts the servo: a sentence. Empty: by a restart.
    std::string faultExit;
    /// Why its id, or its rate, cannot be changed from here: sentences. Empty: its registers say whether.
    std::string fixedId;
    std::string fixedRate;
    /// Lowest firmware with a group read that answers in one frame (fast sync read); absent: never.
    std::optional<std::uint32_t> fastGroupReadFrom;
    /// How a drive is spoken with whose registers are only numbers; nullptr for servos with a control table.
    std::shared_ptr<const DriveProfile> drive;

    [[nodiscard]] bool standsFor(std::uint32_t reported) const {
        return (reported & numberMask) == (number & numberMask);
    }
    /// nullptr if the model has no such register.
    [[nodiscard]] const Register* find(Role role) const;
    [[nodiscard]] const Register* find(std::string_view name) const;
    [[nodiscard]] std::optional<std::int64_t> modeCode(OperatingMode mode) const;
    [[nodiscard]] std::optional<OperatingMode> modeFrom(std::int64_t raw) const;
};

/// All models known to the program; filled by drivers/catalog.
class ModelCatalog {
public:
    ModelCatalog() = default;
    explicit ModelCatalog(std::vector<std::shared_ptr<const ServoModel>> models)
        : models_(std::move(models)) {}
    /// The model that stands for the fewest numbers, this one among them; nullptr if unknown.
    [[nodiscard]] std::shared_ptr<const ServoModel> find(std::string_view family, std::uint32_t number) const;
    [[nodiscard]] std::shared_ptr<const ServoModel> find(std::string_view name) const;
    [[nodiscard]] const std::vector<std::shared_ptr<const ServoModel>>& all() const { return models_; }

private:
    std::vector<std::shared_ptr<const ServoModel>> models_;
};

} // namespace servolane::registers
