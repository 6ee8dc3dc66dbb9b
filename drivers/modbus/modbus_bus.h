// SPDX-License-Identifier: GPL-3.0-or-later
// Drives on one Modbus RTU line. What a drive's registers mean comes from its profile alone: the protocol
// tells nothing of it.
#pragma once

#include "core/bus/servo_bus.h"
#include "core/kernel/clock.h"
#include "core/registers/control_table.h"
#include "drivers/line/half_duplex_line.h"
#include "drivers/modbus/answer_finder.h"
#include "drivers/modbus/drive_map.h"

#include <array>
#include <memory>
#include <string>
#include <vector>

namespace servolane::drivers::modbus {

/// Contract: as bus::ServoBus, one thread. In addition:
/// - Addresses are those of the model (registers::Register::address); one call may take several requests on
///   the wire. A stop breaks it off between two of them.
/// - Which profile a unit has is found out by ping(), with reads alone; a unit that answers and is of no
///   known kind has the model number 0. A read or write of a unit that was never found pings it first.
/// - Writing the register that stands for the power walks through the state machine of CiA 402, or the
///   profile's own steps, and returns when the drive has arrived or does not.
/// - An answer names its unit, function and length, but not its request: after one that stayed away,
/// registers
///   of another length are read first, behind whose answer the late one cannot come any more. A drive whose
///   profile has no two lengths is listened to a little longer instead.
/// - Nothing is sent to all units at once: not every drive takes it, and none confirms it.
class ModbusBus final : public bus::ServoBus {
public:
    /// The line is open; transport and clock outlive the bus. Of `models` those of this family count.
    ModbusBus(bus::Transport& transport, Clock& clock, const registers::ModelCatalog& models);

    [[nodiscard]] const bus::FamilyTraits& traits() const override;
    [[nodiscard]] Result<bus::ServoIdentity> ping(ServoId id) override;
    [[nodiscard]] Result<std::vector<bus::ServoIdentity>> broadcastPing(Time until, bool resume) override;
    [[nodiscard]] Duration broadcastPingWindow() const override { return {}; }
    [[nodiscard]] Result<bus::Reply> read(ServoId id, std::uint16_t address, MutableByteView into) override;
    [[nodiscard]] Result<bus::Reply> write(ServoId id, std::uint16_t address, ByteView bytes) override;
    [[nodiscard]] Result<bus::Reply> registerWrite(ServoId id, std::uint16_t address,
                                                   ByteView bytes) override;
    [[nodiscard]] Result<void> action() override;
    [[nodiscard]] Result<void> writeGroup(bus::RegisterSpan span,
                                          std::span<const bus::GroupWriteItem> items) override;
    [[nodiscard]] Result<void> broadcastWrite(std::uint16_t address, ByteView bytes) override;
    [[nodiscard]] Result<Bytes> exchange(ByteView request, Duration wait) override;
    [[nodiscard]] Result<void> prepareGroup(bus::GroupRead& group) override;
    [[nodiscard]] Result<void> readGroup(bus::GroupRead& group) override;
    [[nodiscard]] Duration wireTime(const bus::GroupRead& group, Duration returnDelay) const override;
    [[nodiscard]] Result<bus::Reply> reboot(ServoId id) override;
    [[nodiscard]] Result<bus::Reply> factoryReset(ServoId id, bus::ResetScope scope) override;
    [[nodiscard]] Result<bus::Reply> clearTurns(ServoId id) override;
    [[nodiscard]] const bus::LinkCounters& counters() const override { return line_.counters(); }

private:
    using Register = registers::Register;
    using Model = std::shared_ptr<const registers::ServoModel>;
    struct Unit {
        Model model;                   ///< nullptr: not found yet, or of no known kind
        bool alert = false;            ///< as its statusword said last
        std::uint32_t control = 0;     ///< the controlword written last
        std::vector<WireSpan> lengths; ///< reads whose answers differ in length, one of each
    };
    struct GroupPlan {
        ServoId id;
        ReadPlan plan;
    };

    // modbus_bus.cpp
    [[nodiscard]] Result<Frame> transact(ServoId id, ByteView request, const Expectation& expectation);
    [[nodiscard]] Result<void> outrunLateAnswers(ServoId id, std::size_t late);
    [[nodiscard]] Result<Frame> awaitAnswer(ServoId id);
    void keepPause(ServoId id);
    [[nodiscard]] Duration pauseOf(ServoId id) const;
    [[nodiscard]] Duration answerTime(ServoId id) const;
    [[nodiscard]] Result<Model> modelOf(ServoId id);
    [[nodiscard]] Result<bool> bears(ServoId id, const registers::ServoModel& model);
    [[nodiscard]] Result<void> readSpan(ServoId id, const WireSpan& span, MutableByteView into);
    /// Into read_.
    [[nodiscard]] Result<void> readPlan(ServoId id, const ReadPlan& plan);
    void lookAtStatus(ServoId id, const ReadPlan& plan);
    [[nodiscard]] bus::Reply replyOf(ServoId id) const;
    [[nodiscard]] Result<void> writeWire(ServoId id, const Register& target, ByteView bytes);

    // drive_control.cpp
    [[nodiscard]] Result<std::uint32_t> readWord(ServoId id, const registers::ServoModel& model,
                                                 const std::string& name);
    [[nodiscard]] Result<void> writeWord(ServoId id, const registers::ServoModel& model,
                                         const std::string& name, std::int64_t raw);
    [[nodiscard]] Result<void> writeControl(ServoId id, const registers::ServoModel& model,
                                            std::uint16_t word);
    [[nodiscard]] Result<void> act(ServoId id, const registers::ServoModel& model,
                                   registers::DriveAction action, bool on);
    [[nodiscard]] Result<void> switchOn(ServoId id, const registers::ServoModel& model);
    [[nodiscard]] Result<void> switchOff(ServoId id, const registers::ServoModel& model);
    [[nodiscard]] Result<void> resetFault(ServoId id, const registers::ServoModel& model);
    [[nodiscard]] Result<void> startGoal(ServoId id, const registers::ServoModel& model);
    [[nodiscard]] Result<void> run(ServoId id, const registers::ServoModel& model,
                                   const std::vector<registers::DriveStep>& steps);
    /// Reads `name` until the masked value is as wanted; false when the profile's time is over.
    template <class Wanted>
    [[nodiscard]] Result<std::uint32_t> awaitWord(ServoId id, const registers::ServoModel& model,
                                                  const std::string& name, Wanted&& wanted);

    bus::Transport& transport_;
    Clock& clock_;
    Waker never_;
    FramedLine<AnswerFinder> line_;
    std::vector<Model> models_; ///< of this family, those with the most to tell them by first
    std::array<Unit, 256> units_;
    Bytes request_;
    Bytes read_; ///< what the requests of one plan brought
    std::vector<GroupPlan> plans_;
    std::uint32_t prepared_ = 0;
    Duration longestAnswerTime_{};
    Time quietSince_{};
};

} // namespace servolane::drivers::modbus
