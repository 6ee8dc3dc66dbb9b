// SPDX-License-Identifier: GPL-3.0-or-later
// What has to be said of a drive besides its registers, since its protocol says nothing of it: where they
// lie, how it is known, how it is switched on, how a goal is started. Plain values, immutable once loaded;
// safe on any thread. Sources: Modbus Application Protocol V1.1b3; CiA 402-2 for the state machine.
#pragma once

#include "core/kernel/time.h"

#include <cstdint>
#include <string>
#include <vector>

namespace servolane::registers {

/// Modbus has four tables of its own; `derived` is what the driver makes of another register.
enum class RegisterSpace : std::uint8_t { holding, input, coil, discrete, derived };

/// What writing a derived register does.
enum class DriveAction : std::uint8_t { none, power, faultReset };

struct DrivePlace {
    RegisterSpace space = RegisterSpace::holding;
    std::uint16_t wire = 0;   ///< as it is sent, counted from 0
    std::uint32_t number = 0; ///< as the manual prints it: 40065, or the same as `wire`
    // Of a derived one: it is 1 where the masked number of register `from` is one of `values`, else 0.
    std::string from;
    std::uint32_t mask = 0;
    std::vector<std::uint32_t> values;
    DriveAction action = DriveAction::none;
};

/// Writes one register, then waits until another one reads as wanted.
struct DriveStep {
    std::string write; ///< a register's name; empty: only waits
    std::int64_t value = 0;
    std::string until; ///< a register's name; empty: does not wait
    std::uint32_t mask = 0;
    std::uint32_t equals = 0;
};

/// The state machine of CiA 402, bound to the registers that hold its two words.
struct Cia402Binding {
    std::string control;         ///< name of the register of the controlword (6040)
    std::string status;          ///< of the statusword (6041)
    std::uint16_t switchOff = 0; ///< the word that takes the power away: 0 disable voltage
    /// A new target counts with a rising edge of bit 4 (new set-point); false: by being written.
    bool setPointByEdge = true;
    /// The drive raises bit 12 of the statusword when it has taken it.
    bool acknowledges = true;
};

/// A register that must read so for the drive to be one of this kind.
struct DriveMark {
    std::string name;
    std::uint32_t mask = 0;
    std::vector<std::uint32_t> values; ///< under the mask; empty: it has to be there, whatever it holds
};

struct DriveProfile {
    Duration answerTime = std::chrono::milliseconds{50}; ///< it may take so long to answer
    Duration stateTime = std::chrono::milliseconds{500}; ///< and so long to change its state
    Duration pause{};                ///< silence before a request, besides the 3.5 characters of the standard
    std::uint16_t readAtOnce = 125;  ///< registers in one request, at most; 1…125
    bool singleWrites = true;        ///< it knows function 06; else one register goes out with function 16
    std::vector<std::uint8_t> units; ///< the only ids that may be of this kind; empty: all
    std::vector<DriveMark> marks;    ///< never empty
    bool hasCia402 = false;
    Cia402Binding cia402;
    // Of drives without that state machine.
    std::vector<DriveStep> switchOn;
    std::vector<DriveStep> switchOff;
    std::vector<DriveStep> afterGoal; ///< what makes a written target count
    std::vector<DriveStep> faultReset;
};

} // namespace servolane::registers
