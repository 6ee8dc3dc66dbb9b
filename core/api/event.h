// SPDX-License-Identifier: GPL-3.0-or-later
// Everything that can happen, as one variant, and its place in the one order.
#pragma once

#include "core/access/events.h"
#include "core/api/command.h"
#include "core/api/rejection.h"
#include "core/bus/events.h"
#include "core/kernel/ids.h"
#include "core/kernel/time.h"
#include "core/motion/events.h"
#include "core/registers/events.h"
#include "core/session/events.h"
#include "core/telemetry/feedback.h"

#include <memory>
#include <variant>

namespace servolane::api {

// A command's way. Each command has exactly one of rejected, confirmed, failed, superseded at its end.
struct CommandAccepted {
    CommandId command;
    Asker asker = Asker::window;
    CommandDescription description;
};
struct CommandRejected {
    CommandId command;
    Asker asker = Asker::window;
    CommandDescription description;
    Rejection rejection;
};
struct CommandSent {
    CommandId command;
};
/// `confirmed` false: the family or the setting answers nothing; it was sent, that is all that is known.
struct CommandConfirmed {
    CommandId command;
    bool confirmed = true;
    Duration latency{};
    std::uint32_t retries = 0;
};
/// ErrorCode::timeout: shown as timed out. Who gives no answer at all ends so too.
struct CommandFailed {
    CommandId command;
    Error error;
    Duration latency{};
    std::uint32_t retries = 0;
};
struct CommandSuperseded {
    CommandId command;
};

using FeedbackPointer = std::shared_ptr<const telemetry::FeedbackCycle>;

/// Append only: the index is not stored anywhere, but readers' code is easier to compare.
using EventBody = std::variant<
    FeedbackPointer, bus::LinkMeasured, bus::ScanProgressed, CommandAccepted, CommandRejected, CommandSent,
    CommandConfirmed, CommandFailed, CommandSuperseded, bus::BusConnected, bus::BusDisconnected, bus::BusLost,
    bus::BusRestored, bus::ScanStarted, bus::ServoFound, bus::ScanFinished, bus::AxisFellSilent,
    bus::AxisReturned, bus::PollRateSet, bus::FaultInjected, bus::FaultsCleared, motion::AxisConfigured,
    motion::AxisObserved, motion::TorqueEnabled, motion::TorqueDisabled, motion::ModeChanged,
    motion::MoveStarted, motion::MoveArrived, motion::MoveEnded, motion::VelocityStarted, motion::JogStarted,
    motion::JogEnded, motion::AxisHalted, motion::HardwareErrorRaised, motion::HardwareErrorCleared,
    motion::TravelLimitsSet, motion::ProfileSet, motion::StopLatched, motion::StopFinished, motion::StopReset,
    registers::RegisterRead, registers::RegisterWritten, session::RecordingStarted, session::RecordingStopped,
    session::NoteAdded, session::TimePaired, session::SamplesLost, bus::BusOpening, bus::RawPacketExchanged,
    motion::AxisReferenced, motion::ReferenceLost, motion::GoalCurrentSet, motion::OtherModelFound,
    motion::ModelAdopted, motion::MachineLoaded, access::RoleChanged, access::Armed, access::Disarmed,
    access::ArmingExpired, bus::PollPlanSet, bus::WatchdogArmed, bus::WatchdogCleared, bus::WatchdogTripped,
    motion::AxisStopped, session::MachineResumed, registers::BaselineSet, registers::ServoIdChanged,
    registers::ServoBaudChanged, bus::AxisAnswers, bus::DuplicateIdSuspected, access::AskerLeft,
    access::ClientsBounded, bus::OtherServoFound, motion::ServoConfirmed, motion::WatchEnded>;

struct Event {
    Sequence sequence; ///< set by the EventBus
    Time time{};
    CommandId cause{}; ///< 0: nobody's command
    EventBody body;
};

/// Facts are journaled and never dropped; the rest are samples.
[[nodiscard]] bool isFact(const EventBody& body);
/// The type's name: "MoveArrived"; "Feedback" for feedback.
[[nodiscard]] std::string_view kindOf(const EventBody& body);
/// The axis a fact speaks of; 0 if none.
[[nodiscard]] AxisId axisOf(const EventBody& body);

} // namespace servolane::api
