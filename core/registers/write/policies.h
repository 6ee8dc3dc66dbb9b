// SPDX-License-Identifier: GPL-3.0-or-later
// Why a register may not be read or written: one function per reason.
#pragma once

#include "core/registers/write/register_state.h"

#include <optional>
#include <span>
#include <string_view>

namespace servolane::registers {

struct Attempt {
    const RegisterState& state;
    AxisId axis{};
    std::string_view name;
    std::int64_t raw = 0;
    std::optional<std::uint32_t> baud{}; ///< bit/s, of a change of rate
    BusId bus{};                         ///< of what concerns a link and none of its axes

    [[nodiscard]] const TableRecord* table() const { return state.find(axis); }
    /// nullptr if the axis or its model lacks it.
    [[nodiscard]] const Register* target() const;
};

using Refusal = std::optional<api::Rejection>;
using Policy = Refusal (*)(const Attempt&);

Refusal refuseUnknownAxis(const Attempt& attempt);
Refusal refuseWhileBusIsDown(const Attempt& attempt);
Refusal refuseSilentAxis(const Attempt& attempt);
/// One that hears but must not answer may be told to answer again.
Refusal refuseWriteToSilentAxis(const Attempt& attempt);
Refusal refuseUnknownRegister(const Attempt& attempt);
/// A byte of indirect data goes where its indirect address points (X-series control table, "Indirect
/// Address"): neither may lead to a register of motion, and where it leads must have been read.
Refusal refuseIndirectWayToMotion(const Attempt& attempt);
/// Goal, torque, mode, id, baud rate and bus watchdog have commands of their own, and no way round them.
Refusal refuseRegisterOfMotion(const Attempt& attempt);
/// Where the mode is what other registers make it (both angle limits zero: it turns without end), those may
/// not change it; and it must have been read.
Refusal refuseChangeOfModeByItsParts(const Attempt& attempt);
Refusal refuseReadOnlyRegister(const Attempt& attempt);
Refusal refuseValueOutOfRange(const Attempt& attempt);
Refusal refuseEepromWhileTorqueIsOn(const Attempt& attempt);
Refusal refuseEepromWhileTorqueIsUnread(const Attempt& attempt);
/// How fast a profile is that counts in time depends on the way: no limit of speed could be kept.
Refusal refuseProfileInTimePastItsLimits(const Attempt& attempt);
Refusal refuseProfileAboveVelocityLimit(const Attempt& attempt);
Refusal refuseProfileAboveAccelerationLimit(const Attempt& attempt);
Refusal refuseModelNotAdopted(const Attempt& attempt);
/// A silent axis does not count: whether somebody answers is asked on the wire.
Refusal refuseIdInUse(const Attempt& attempt);

Refusal refuseRateTheServoLacks(const Attempt& attempt);
/// The number stands for no mode of the servo's model.
Refusal refuseModeThatIsNone(const Attempt& attempt);
/// At another rate of the link an axis whose torque is on would be out of reach.
Refusal refuseLeavingTheRateOfAnAxisWithTorqueOn(const Attempt& attempt);

struct NamedPolicy {
    std::string_view name;
    Policy refusal = nullptr;
};
/// Every policy of this context.
[[nodiscard]] std::span<const NamedPolicy> allPolicies();
/// The first refusal of the list.
[[nodiscard]] Refusal firstRefusal(std::span<const Policy> policies, const Attempt& attempt);

/// Those of a write, in the order in which they are asked.
[[nodiscard]] std::span<const Policy> writePolicies();
/// Those of a change of id or rate; Attempt::name is the register of it.
[[nodiscard]] std::span<const Policy> identityPolicies();

/// Whether a register of this role is written by its motion command alone.
[[nodiscard]] bool isOfMotion(Role role);

} // namespace servolane::registers
