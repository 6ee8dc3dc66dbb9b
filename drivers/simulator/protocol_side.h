// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kernel/bytes.h"
#include "core/kernel/time.h"

#include <cstdint>
#include <vector>

namespace servolane::drivers::simulator {

/// What the others of a group read do when one whose turn it is says nothing. The maker does not say; servos
/// that wait for their predecessor's status for good make the chain stop.
enum class MissingServoRule : std::uint8_t {
    othersAnswer, ///< they let the time pass that its answer would have taken, then go on
    chainStops,
};

/// How a bus keeps time and who hears whom.
struct WireRules {
    Duration byteTime{}; ///< zero: unpaced, nothing takes time
    bool keepReturnDelay = true;
    std::uint32_t hostBaud = 0; ///< servos set to another rate hear nothing; 0: rates do not matter
    MissingServoRule missing = MissingServoRule::othersAnswer;
};

/// A status that a servo is to send.
struct Answer {
    Bytes bytes;
    Time notBefore{}; ///< the request's end and the return delay
    Duration gap{};   ///< silence after the answer before it, of the same request
    Time asked{};     ///< the request's end
};

/// What a family's servos make of the bytes on their wire; one class for each protocol. Knows servos by the
/// rack given to its maker, and nothing of ports. One thread.
class ProtocolSide {
public:
    virtual ~ProtocolSide() = default;
    /// `end`: when the last of `bytes` has left the host. Appends the answers in the order of sending.
    virtual void hear(ByteView bytes, Time end, const WireRules& rules, std::vector<Answer>& answers) = 0;
    /// A pause too long to be inside of a frame: what came before will not be completed.
    virtual void fallSilent() = 0;
    /// The protocol's own, where silence ends its frames; else the bus decides. `byteTime` as in WireRules.
    [[nodiscard]] virtual Duration frameGap(Duration byteTime) const {
        static_cast<void>(byteTime);
        return Duration::max();
    }
};

} // namespace servolane::drivers::simulator
