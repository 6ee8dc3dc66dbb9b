// SPDX-License-Identifier: GPL-3.0-or-later
// What can be asked of links.
#pragma once

#include "core/bus/poll_plan.h"
#include "core/bus/transport.h"
#include "core/kernel/bytes.h"
#include "core/kernel/ids.h"
#include "core/kernel/time.h"

#include <string>
#include <vector>

namespace servolane::bus {

/// How a link is used. Kept with the workstation's settings.
struct LinkSettings {
    std::string alias;                 ///< shown to people; empty: the port's own name
    std::string family = "dynamixel2"; ///< FamilyTraits::name
    LineSettings line;
    double pollRate = 200.0;   ///< cycles per second; 0: as fast as the wire allows
    double slowInterval = 0.2; ///< seconds between two reads of the slow registers of one axis
    PollPlan plan;             ///< which channels are slow, and which are read at all
    /// Asked when the line is opened, besides the usual ones (FamilyTraits::usualLastId).
    std::vector<ServoId> ids;
    bool everyId = false; ///< when the line is opened, those that are seldom used are asked, too
    friend bool operator==(const LinkSettings&, const LinkSettings&) = default;
};

/// Opens the line, finds the servos that answer at its rate, and starts polling. Writes nothing to any servo.
struct ConnectBus {
    LinkSettings link;
};
struct DisconnectBus {
    BusId bus;
};
/// Looks for servos on an open bus at each of the rates (empty: the present one); ends at the rate it began
/// with.
struct ScanBus {
    BusId bus;
    std::vector<std::uint32_t> bauds;
};
struct CancelScan {
    BusId bus;
};
/// `rate` as LinkSettings::pollRate.
struct SetPollRate {
    BusId bus;
    double rate = 200.0;
};
/// Which channels are read and how often; `slowInterval` as LinkSettings::slowInterval.
struct SetPollPlan {
    BusId bus;
    PollPlan plan;
    double slowInterval = 0.2;
};
/// The open line goes on at another rate, bit/s; servos that are set to it are found by themselves. No bus
/// watchdog may be armed.
struct SetLinkBaud {
    BusId bus;
    std::uint32_t baud = 0;
};
/// Simulated buses only; the text is the fault grammar of servolane-sim --fault.
struct InjectFault {
    BusId bus;
    std::string fault;
};
struct ClearFaults {
    BusId bus;
};

/// Bytes as they are, checksum and all, for an engineer who has armed it: nothing looks at what they mean.
struct SendRawPacket {
    BusId bus;
    Bytes bytes;
    Duration wait = std::chrono::milliseconds{10}; ///< how long to listen for the first byte of an answer
};

} // namespace servolane::bus
