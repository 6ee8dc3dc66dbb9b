// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/event.h"

#include <array>

namespace servolane::api {

namespace {

// In the order of EventBody.
constexpr std::array<std::string_view, std::variant_size_v<EventBody>> names{"Feedback",
                                                                             "LinkMeasured",
                                                                             "ScanProgressed",
                                                                             "CommandAccepted",
                                                                             "CommandRejected",
                                                                             "CommandSent",
                                                                             "CommandConfirmed",
                                                                             "CommandFailed",
                                                                             "CommandSuperseded",
                                                                             "BusConnected",
                                                                             "BusDisconnected",
                                                                             "BusLost",
                                                                             "BusRestored",
                                                                             "ScanStarted",
                                                                             "ServoFound",
                                                                             "ScanFinished",
                                                                             "AxisFellSilent",
                                                                             "AxisReturned",
                                                                             "PollRateSet",
                                                                             "FaultInjected",
                                                                             "FaultsCleared",
                                                                             "AxisConfigured",
                                                                             "AxisObserved",
                                                                             "TorqueEnabled",
                                                                             "TorqueDisabled",
                                                                             "ModeChanged",
                                                                             "MoveStarted",
                                                                             "MoveArrived",
                                                                             "MoveEnded",
                                                                             "VelocityStarted",
                                                                             "JogStarted",
                                                                             "JogEnded",
                                                                             "AxisHalted",
                                                                             "HardwareErrorRaised",
                                                                             "HardwareErrorCleared",
                                                                             "TravelLimitsSet",
                                                                             "ProfileSet",
                                                                             "StopLatched",
                                                                             "StopFinished",
                                                                             "StopReset",
                                                                             "RegisterRead",
                                                                             "RegisterWritten",
                                                                             "RecordingStarted",
                                                                             "RecordingStopped",
                                                                             "NoteAdded",
                                                                             "TimePaired",
                                                                             "SamplesLost",
                                                                             "BusOpening",
                                                                             "RawPacketExchanged",
                                                                             "AxisReferenced",
                                                                             "ReferenceLost",
                                                                             "GoalCurrentSet",
                                                                             "OtherModelFound",
                                                                             "ModelAdopted",
                                                                             "MachineLoaded",
                                                                             "RoleChanged",
                                                                             "Armed",
                                                                             "Disarmed",
                                                                             "ArmingExpired",
                                                                             "PollPlanSet",
                                                                             "WatchdogArmed",
                                                                             "WatchdogCleared",
                                                                             "WatchdogTripped",
                                                                             "AxisStopped",
                                                                             "MachineResumed",
                                                                             "BaselineSet",
                                                                             "ServoIdChanged",
                                                                             "ServoBaudChanged",
                                                                             "AxisAnswers",
                                                                             "DuplicateIdSuspected",
                                                                             "AskerLeft",
                                                                             "ClientsBounded",
                                                                             "OtherServoFound",
                                                                             "ServoConfirmed",
                                                                             "WatchEnded"};

template <class T>
concept HasAxis = requires(const T& event) {
    { event.axis } -> std::convertible_to<AxisId>;
};

} // namespace

bool isFact(const EventBody& body) {
    return body.index() > 2;
}

std::string_view kindOf(const EventBody& body) {
    return names[body.index()];
}

AxisId axisOf(const EventBody& body) {
    return std::visit(
        [](const auto& event) -> AxisId {
            using T = std::decay_t<decltype(event)>;
            if constexpr (std::is_same_v<T, motion::AxisConfigured>)
                return event.axis->id;
            else if constexpr (std::is_same_v<T, CommandAccepted> || std::is_same_v<T, CommandRejected>)
                return event.description.axis;
            else if constexpr (std::is_same_v<T, motion::AxisStopped>)
                return event.stopped.axis;
            else if constexpr (HasAxis<T>)
                return event.axis;
            else
                return {};
        },
        body);
}

} // namespace servolane::api
