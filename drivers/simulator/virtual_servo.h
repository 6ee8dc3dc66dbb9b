// SPDX-License-Identifier: GPL-3.0-or-later
// A servo without a body: control table with the rules of the firmware (those of the X-series
// unless told otherwise), control loop at 1 kHz, motor
// at 10 kHz. What it knows of its model comes from the ServoModel. Source of the rules: the ROBOTIS
// e-Manual (XM430-W350, XL430-W250, XL330, XM540 control tables).
#pragma once

#include "drivers/simulator/control_memory.h"
#include "drivers/simulator/firmware_rules.h"
#include "drivers/simulator/motor_plant.h"
#include "drivers/simulator/random.h"
#include "drivers/simulator/servo_controller.h"
#include "drivers/simulator/servo_items.h"

#include "core/kernel/time.h"

#include <memory>
#include <optional>

namespace servolane::drivers::simulator {

/// Bits of Hardware Error Status and of the Shutdown mask.
namespace hardware_error {
inline constexpr unsigned inputVoltage = 1U << 0;
inline constexpr unsigned overheating = 1U << 2;
inline constexpr unsigned encoder = 1U << 3;
inline constexpr unsigned shock = 1U << 4;
inline constexpr unsigned overload = 1U << 5;
} // namespace hardware_error

[[nodiscard]] const FirmwareRules& xSeriesFirmware();

/// Knows no wire and no clock: its caller tells it the time, which never runs backwards. The same calls at
/// the same times give the same answers. An idle stretch costs next to nothing, however long. One thread.
class VirtualServo {
public:
    /// `firmware` outlives it.
    VirtualServo(std::shared_ptr<const registers::ServoModel> model, ServoId id, Time start,
                 std::uint64_t seed, const FirmwareRules& firmware = xSeriesFirmware());

    [[nodiscard]] const registers::ServoModel& model() const { return memory_.model(); }
    [[nodiscard]] ServoId id() const;
    /// The second id that it obeys without answering; absent if off.
    [[nodiscard]] std::optional<ServoId> shadowId() const;
    /// False while it restarts.
    [[nodiscard]] bool isAwake(Time now) const { return now >= awakeFrom_; }
    /// A hardware error is latched.
    [[nodiscard]] bool hasAlert() const { return value(registers::Role::hardwareError) != 0; }
    /// Raw value of a register by role; 0 where the model lacks it.
    [[nodiscard]] std::int64_t value(registers::Role role) const;
    [[nodiscard]] std::int64_t value(std::string_view name) const { return value(model().find(name)); }
    [[nodiscard]] registers::OperatingMode mode() const;
    /// Where the firmware wants the motor now, in counts; of use with torque alone.
    [[nodiscard]] double setpoint() const { return controller_.profile().position(); }
    /// Rules for the wire: a servo of protocol 2 counts its return delay in 2 µs.
    [[nodiscard]] Duration returnDelay() const;

    void advanceTo(Time now);
    /// An instruction for this servo arrived: its bus watchdog starts anew.
    void heardInstruction() { lastHeard_ = now_; }

    // What instructions ask for; advanceTo() comes first.
    [[nodiscard]] Refusal read(bus::RegisterSpan span, Bytes& into);
    [[nodiscard]] Refusal write(std::uint16_t address, ByteView bytes);
    [[nodiscard]] Refusal writeAsShadow(std::uint16_t address, ByteView bytes);
    [[nodiscard]] Refusal registerWrite(std::uint16_t address, ByteView bytes);
    [[nodiscard]] Refusal action();
    void reboot();
    void factoryReset(bus::ResetScope scope);
    [[nodiscard]] Refusal clearTurns();
    [[nodiscard]] Refusal clearErrors();
    [[nodiscard]] Refusal storeBackup();
    [[nodiscard]] Refusal restoreBackup();
    /// For a maker of buses: sets a register past all rules.
    void preset(registers::Role role, std::int64_t raw);

    // What faults do to it.
    void raise(unsigned hardwareErrorBits);
    void overheat();
    void setUndervolted(bool undervolted);
    void setJammed(bool jammed);

    /// The body, for tests that look at physics.
    [[nodiscard]] const MotorPlant& plant() const { return plant_; }

private:
    enum class Trust : std::uint8_t { own, shadow };

    // virtual_servo.cpp: time
    void tick();
    void skip(std::int64_t ticks);
    [[nodiscard]] bool isQuiet() const;
    void checkConditions();
    void checkWatchdog(Time now);
    void tripWatchdog();
    [[nodiscard]] Measured measure() const;
    [[nodiscard]] Drive drive() const;
    [[nodiscard]] double rawCounts() const;
    [[nodiscard]] double present() const;
    [[nodiscard]] double homingOffset() const;
    [[nodiscard]] double direction() const {
        return (value(registers::Role::driveMode) & 1) != 0 ? -1.0 : 1.0;
    }
    [[nodiscard]] double countsPerDegree() const { return countsPerTurn_ / 360.0; }

    // servo_presents.cpp: what the servo says of itself
    void refresh();
    void refreshMotion();
    [[nodiscard]] std::int64_t movingStatus() const;

    // servo_rules.cpp: what it is told
    [[nodiscard]] bool isInRange(const Assignment& wanted) const;
    void carryOut(registers::Role role, std::int64_t raw);
    void endShutdown(const registers::Register& written, std::int64_t raw);
    void shutDown();
    void keepEeprom();
    [[nodiscard]] Refusal write(std::uint16_t address, ByteView bytes, Trust trust);
    [[nodiscard]] Refusal check(const Assignment& wanted, Trust trust) const;
    [[nodiscard]] Refusal checkGoal(registers::Role role, std::int64_t raw) const;
    void carryOut(const Assignment& done);
    void setTorque(bool on);
    void changeMode();
    void fold();
    void loadSettings();
    void loadProfile(ControlSettings& settings) const;
    void powerUp();
    [[nodiscard]] bool hasTorque() const { return value(registers::Role::torqueEnable) != 0; }
    [[nodiscard]] bool isShutDown() const;
    [[nodiscard]] bool isWatchdogTripped() const;
    void put(registers::Role role, std::int64_t raw);
    void put(const registers::Register* item, std::int64_t raw);
    [[nodiscard]] std::int64_t value(const registers::Register* item) const;

    const FirmwareRules& firmware_;
    ServoId seat_; ///< its id where no register holds one
    ControlMemory memory_;
    double countsPerTurn_; ///< of the horn, whether the sensor sees all of it or not
    double middle_;        ///< what the sensor shows in the middle of the travel
    ServoItems items_;
    MotorPlant plant_;
    ServoController controller_;
    Random noise_;
    double nominalSupply_;
    double foldedCounts_ = 0.0; ///< whole turns taken off the encoder
    Time awakeFrom_;            ///< the firmware's millisecond ticks count from here
    Time now_;
    Time lastHeard_;
    std::int64_t ticks_ = 0;
    int quietTicks_ = 0;
    int overloadTicks_ = 0;
    int voltageTicks_ = 0;
    bool jammed_ = false;
    std::optional<Bytes> backup_;
    Bytes kept_;       ///< with an EEPROM lock: what a restart brings back
    Bytes registered_; ///< address (2) and data of a registered write
    std::vector<Assignment> assignments_;
};

} // namespace servolane::drivers::simulator
