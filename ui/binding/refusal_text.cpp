// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/binding/refusal_text.h"

#include "core/session/recording_place.h"
#include "ui/binding/state_text.h"
#include "ui/binding/value_text.h"

#include <algorithm>
#include <cmath>

namespace servolane::ui {

using api::Rejection;
using api::RejectionCode;

namespace {

QString qs(const std::string& text) {
    return QString::fromStdString(text);
}

QString capitalised(QString text) {
    if (!text.isEmpty()) text[0] = text[0].toUpper();
    return text;
}

/// The numbers and names of one rejection, ready to stand in a sentence.
/// "command-line 2" is "command line 2".
QString askerPhrase(const QString& word) {
    const auto asker = api::askerFrom(word.toStdString());
    return asker ? qs(api::spoken(*asker)) : word;
}

struct Parts {
    QString requested;
    QString low;
    QString high;
    QString axis;
    QString bus;
    QString subject;
    QString unit;
};

/// "359.9° is outside the limit 0.0° … 359.9°": so many digits that the number is not the limit it misses.
int decimalsToTellApart(const Rejection& r) {
    constexpr int most = 6;
    int decimals = decimalsOf(r.unit);
    const auto looksLike = [&](double limit) {
        return limit != r.requested && numberText(limit, decimals) == numberText(r.requested, decimals);
    };
    while (decimals < most && (looksLike(r.low) || looksLike(r.high)))
        ++decimals;
    return decimals;
}

Parts partsOf(const Rejection& r, const motion::AxisBoard& axes, const bus::BusBoard& buses) {
    // Numbers of models and firmware are names, not quantities.
    const bool named = r.code == RejectionCode::otherServo || r.code == RejectionCode::modelUnknown;
    const int decimals = decimalsToTellApart(r);
    const auto text = [&](double value) {
        return named ? QString::number(std::llround(value)) : valueText(value, r.unit, decimals);
    };
    return {text(r.requested),       text(r.low),   text(r.high), axisPhrase(r.axis, axes),
            busPhrase(r.bus, buses), qs(r.subject), qs(r.unit)};
}

QString aboutOtherServo(RejectionCode code, const Parts& p) {
    if (code == RejectionCode::modelUnknown)
        return QStringLiteral("No model file tells what the registers of the servo are that answers as %1 "
                              "(model %2): switch its supply off")
            .arg(p.axis, p.requested);
    return QStringLiteral(
               "Another servo answers as %1: %2 with %3 %4 was expected, %3 %5 answers. Confirm it "
               "in the axis panel, or put the other one back")
        .arg(p.axis, p.subject, p.unit, p.low, p.requested);
}

QString aboutAxes(RejectionCode code, const Parts& p) {
    switch (code) {
    case RejectionCode::axisUnknown:
        return QStringLiteral("There is no %1").arg(p.axis);
    case RejectionCode::axisSilent:
        return QStringLiteral("%1 does not answer; check its cable and supply").arg(capitalised(p.axis));
    case RejectionCode::answersPingsOnly:
        return QStringLiteral("%1 answers pings only, so nothing it is told can be confirmed; set its status "
                              "return level to 2 first")
            .arg(capitalised(p.axis));
    case RejectionCode::hardwareError:
        return QStringLiteral("%1 has a hardware error; clear it first: Alarms says how")
            .arg(capitalised(p.axis));
    case RejectionCode::torqueOff:
        return QStringLiteral("Torque of %1 is off; switch it on first").arg(p.axis);
    case RejectionCode::torqueOn:
        return QStringLiteral("Torque of %1 is on; switch it off first").arg(p.axis);
    case RejectionCode::wrongMode:
        return QStringLiteral("%1 is not in a mode for this (%2); change its mode first")
            .arg(capitalised(p.axis), p.subject);
    case RejectionCode::profileInTime:
        return QStringLiteral("%1 counts its profile in time: clear the time-based bit of its drive mode, "
                              "or move without a speed")
            .arg(capitalised(p.axis));
    case RejectionCode::modeUnsupported:
        return QStringLiteral("The model of %1 has no mode %2").arg(p.axis, p.subject);
    case RejectionCode::leaseHeld:
        return QStringLiteral("%1 is being jogged by %2, since %3; wait until that ends, or halt it")
            .arg(capitalised(p.axis), askerPhrase(p.subject), p.requested);
    case RejectionCode::valueStale:
        if (!p.subject.isEmpty() && p.subject != QStringLiteral("present_position"))
            return QStringLiteral("Register %1 of %2 has not been read yet; read it first")
                .arg(p.subject, p.axis);
        return QStringLiteral("The position of %1 is not known freshly enough to move it").arg(p.axis);
    case RejectionCode::notReferenced:
        return QStringLiteral("%1 may be off by whole turns since it was without power: check its position, "
                              "then confirm it or set zero in Axis settings")
            .arg(capitalised(p.axis));
    case RejectionCode::axisMoving:
        return QStringLiteral("%1 is moving; halt it first").arg(capitalised(p.axis));
    case RejectionCode::otherModel:
        return QStringLiteral("Another model than the %2 kept for %1 answers; adopt it in Axis settings or "
                              "put the other one back")
            .arg(p.axis, p.subject);
    case RejectionCode::otherServo:
    case RejectionCode::modelUnknown:
        return aboutOtherServo(code, p);
    default:
        return {};
    }
}

QString aboutLimits(RejectionCode code, const Parts& p) {
    switch (code) {
    case RejectionCode::outsideTravelLimits:
        return QStringLiteral("%1 is outside the limit %2 … %3 of %4")
            .arg(p.requested, p.low, p.high, p.axis);
    case RejectionCode::aboveVelocityLimit:
        return QStringLiteral("%1 is above the velocity limit %2 of %3").arg(p.requested, p.high, p.axis);
    case RejectionCode::aboveAccelerationLimit:
        return QStringLiteral("%1 is above the acceleration limit %2 of %3").arg(p.requested, p.high, p.axis);
    case RejectionCode::aboveTemperatureLimit:
        return QStringLiteral("%1 is at %2, above its limit of %3; let it cool down")
            .arg(capitalised(p.axis), p.requested, p.high);
    case RejectionCode::aboveCurrentLimit:
        return QStringLiteral("%1 is above the current limit %2 of %3").arg(p.requested, p.high, p.axis);
    case RejectionCode::accelerationNotBounded:
        return QStringLiteral("Nothing in %1 would keep its acceleration limit %2 while it turns: jog it, "
                              "or take the limit away")
            .arg(p.axis, p.high);
    case RejectionCode::aboveStepLimit:
        return QStringLiteral("%1 at full speed is further than the step limit %2 of %3; set a profile "
                              "velocity")
            .arg(p.requested, p.high, p.axis);
    case RejectionCode::belowVelocityStep:
        return QStringLiteral("%1 is slower than %2 can be told: one step of it is %3")
            .arg(p.requested, p.axis, p.low);
    case RejectionCode::registerOutOfRange:
        return QStringLiteral("%1 is outside %2 … %3 of register %4")
            .arg(p.requested, p.low, p.high, p.subject);
    default:
        return {};
    }
}

QString aboutRegisters(RejectionCode code, const Parts& p) {
    switch (code) {
    case RejectionCode::registerUnknown:
        if (p.subject == QLatin1String("profile_velocity"))
            return QStringLiteral("%1 cannot be told how fast to move: set no velocity, or jog it")
                .arg(capitalised(p.axis));
        if (p.subject == QLatin1String("profile_acceleration"))
            return QStringLiteral("%1 cannot be told how fast to speed up: set no acceleration")
                .arg(capitalised(p.axis));
        return QStringLiteral("%1 has no register %2").arg(capitalised(p.axis), p.subject);
    case RejectionCode::registerReadOnly:
        return QStringLiteral("Register %1 can only be read").arg(p.subject);
    case RejectionCode::eepromWhileTorqueOn:
        return QStringLiteral("Register %1 is in EEPROM: switch the torque of %2 off first")
            .arg(p.subject, p.axis);
    case RejectionCode::registerUnreadable:
        return QStringLiteral("Register %1 cannot be read").arg(p.subject);
    case RejectionCode::alreadyChannel:
        return QStringLiteral("Register %1 is a channel of %2 already: the scope's channel list has it")
            .arg(p.subject, p.axis);
    case RejectionCode::watchesUsedUp:
        return QStringLiteral(
                   "%1 registers of %2 are watched, and there is room for no more: stop watching one first")
            .arg(p.high, p.axis);
    case RejectionCode::motionRegister:
        return QStringLiteral("Register %1 moves the axis: use the axis panel instead").arg(p.subject);
    default:
        return {};
    }
}

QString aboutAccess(RejectionCode code, const Parts& p);

QString aboutBusesAndRest(RejectionCode code, const Parts& p) {
    switch (code) {
    case RejectionCode::stopLatched:
        return stopLatchedReason();
    case RejectionCode::busUnknown:
        return QStringLiteral("There is no %1").arg(p.bus);
    case RejectionCode::busDown:
        return QStringLiteral("%1 is not connected now").arg(capitalised(p.bus));
    case RejectionCode::notLatched:
        return QStringLiteral("No stop is latched");
    case RejectionCode::otherStop:
        return QStringLiteral("There was another stop since; look at it, then reset that one");
    case RejectionCode::stopUnderWay:
        return QStringLiteral("The stop is still being carried out; reset it when every axis has reported");
    case RejectionCode::busAlreadyOpen:
        return QStringLiteral("The port %1 is open already").arg(p.subject);
    case RejectionCode::scanRunning:
        return QStringLiteral("A scan of %1 is running; wait or cancel it").arg(p.bus);
    case RejectionCode::noScanRunning:
        return QStringLiteral("No scan of %1 is running").arg(p.bus);
    case RejectionCode::notSimulated:
        return QStringLiteral("%1 is a real bus: faults can be injected into simulated ones only")
            .arg(capitalised(p.bus));
    case RejectionCode::channelNeeded:
        return QStringLiteral("%1 must be read: limits and stops are watched by it")
            .arg(capitalised(p.subject));
    case RejectionCode::idInUse:
        return QStringLiteral("That id is the one of %1: choose another").arg(p.subject);
    case RejectionCode::recordingRunning:
        return QStringLiteral("A recording is running already");
    case RejectionCode::noRecording:
        return QStringLiteral("No recording is running");
    default:
        return aboutAccess(code, p);
    }
}

QString aboutAccess(RejectionCode code, const Parts& p) {
    switch (code) {
    case RejectionCode::roleNotAllowed:
        return QStringLiteral("Not allowed in the role %1; choose another role in the status bar")
            .arg(p.subject);
    case RejectionCode::roleBounded:
        return QStringLiteral("The window lets the command line act as %1 at most, which may not do this; "
                              "see the menu of the role in the status bar")
            .arg(p.subject);
    case RejectionCode::notArmed:
        return QStringLiteral("Raw packets are not armed; arm them first");
    case RejectionCode::armingExpired:
        return QStringLiteral("The arming of raw packets ended %1 ago; arm them again").arg(p.requested);
    case RejectionCode::notOneGroup:
        return QStringLiteral("%1 cannot be moved together with the others: other %2 (one group write or "
                              "none)")
            .arg(capitalised(p.axis), p.subject);
    default:
        break;
    }
    if (const auto folder = session::folderOfSubject(p.subject.toStdString()))
        return QStringLiteral("Whoever may do less than an engineer records into %1 alone").arg(qs(*folder));
    return p.subject.isEmpty() ? QStringLiteral("%1 cannot be used here").arg(p.requested)
                               : QStringLiteral("Not understood: %1").arg(p.subject);
}

QString errorWords(ErrorCode code) {
    switch (code) {
    case ErrorCode::none:
        return {};
    case ErrorCode::notFound:
        return QStringLiteral("Not found");
    case ErrorCode::notAllowed:
        return QStringLiteral("The system denies access");
    case ErrorCode::busy:
        return QStringLiteral("Someone else holds it");
    case ErrorCode::linkLost:
        return QStringLiteral("The adapter went away");
    case ErrorCode::timeout:
        return QStringLiteral("No answer in time");
    case ErrorCode::corrupt:
        return QStringLiteral("What was read is damaged"); // an answer of a servo, or a file
    case ErrorCode::refused:
        return QStringLiteral("The servo refused");
    case ErrorCode::unsupported:
        return QStringLiteral("Not supported");
    case ErrorCode::invalid:
        return QStringLiteral("Not valid");
    case ErrorCode::interrupted:
        return QStringLiteral("Cancelled");
    case ErrorCode::diskFull:
        return QStringLiteral("The disk is full");
    case ErrorCode::inputOutput:
        return QStringLiteral("Reading or writing failed");
    case ErrorCode::readBackDiffers:
        break;
    }
    return QStringLiteral("The servo holds another value than was written");
}

constexpr std::pair<const char*, const char*> titles[] = {
    {"ConnectBus", "Connect"},
    {"DisconnectBus", "Disconnect"},
    {"ScanBus", "Scan"},
    {"CancelScan", "Cancel scan"},
    {"SetPollRate", "Poll rate"},
    {"SetPollPlan", "Polled channels"},
    {"InjectFault", "Inject fault"},
    {"ClearFaults", "Clear faults"},
    {"SetTorque", "Torque"},
    {"MoveAxis", "Go to"},
    {"MoveAxes", "Go to, several axes"},
    {"SetVelocity", "Turn"},
    {"StartJog", "Jog"},
    {"EndJog", "End jog"},
    {"Halt", "Halt"},
    {"Stop", "Stop all"},
    {"ResetStop", "Reset stop"},
    {"SetOperatingMode", "Operating mode"},
    {"SetProfile", "Profile"},
    {"SetTravelLimits", "Travel limits"},
    {"SetStopReaction", "Stop reaction"},
    {"RenameAxis", "Rename"},
    {"RebootAxis", "Reboot"},
    {"ReadRegister", "Read register"},
    {"ReadAllRegisters", "Read all registers"},
    {"WriteRegister", "Write register"},
    {"StartRecording", "Start recording"},
    {"StopRecording", "Stop recording"},
    {"AddNote", "Note"},
    {"SendRawPacket", "Raw packet"},
    {"SetAxisScale", "Axis scale"},
    {"SetAxisLimits", "Axis limits"},
    {"SetZeroHere", "Set zero here"},
    {"ReferenceAxis", "Confirm position"},
    {"SetGoalCurrent", "Goal current"},
    {"AdoptModel", "Adopt model"},
    {"ConfirmServo", "Confirm servo"},
    {"LoadMachine", "Load machine file"},
    {"SetRole", "Role"},
    {"BoundClients", "Command line may"},
    {"Arm", "Arm raw packets"},
    {"Disarm", "Disarm raw packets"},
    {"SetBaseline", "Set baseline"},
    {"WriteRegisters", "Write registers"},
    {"SetServoId", "Change id"},
    {"SetServoBaud", "Change the servo's rate"},
    {"SetLinkBaud", "Change the rate of the link"},
    {"WatchRegister", "Watch register"},
};

/// "torque off" if every axis' reaction is that; else what is true of all of them.
QString stopReactionWords(const motion::AxisBoard& axes) {
    const bool allOff = std::all_of(axes.axes.begin(), axes.axes.end(), [](const motion::AxisView& view) {
        return view.axis->stopReaction == motion::StopReaction::torqueOff;
    });
    return allOff ? QStringLiteral("torque off") : QStringLiteral("stopped");
}

} // namespace

QString axisPhrase(AxisId axis, const motion::AxisBoard& axes) {
    const motion::AxisView* view = axes.find(axis);
    if (!view) return QStringLiteral("axis %1").arg(axis.value);
    const QString plain = QStringLiteral("axis %1").arg(view->axis->servo.value);
    const QString name = qs(view->axis->name);
    return name.isEmpty() || name.compare(plain, Qt::CaseInsensitive) == 0 ? plain
                                                                           : plain + QLatin1Char(' ') + name;
}

QString busPhrase(BusId bus, const bus::BusBoard& buses) {
    const bus::BusView* view = buses.find(bus);
    return view && !view->name.empty() ? qs(view->name) : QStringLiteral("bus %1").arg(bus.value);
}

QString textOf(const Rejection& rejection, const motion::AxisBoard& axes, const bus::BusBoard& buses) {
    const Parts parts = partsOf(rejection, axes, buses);
    // One of many registers: which, where the words do not say it.
    if (!rejection.entry.empty() && rejection.entry != rejection.subject) {
        Rejection one = rejection;
        one.entry.clear();
        return QStringLiteral("Register %1: %2").arg(qs(rejection.entry), textOf(one, axes, buses));
    }
    for (const auto about : {aboutAxes, aboutLimits, aboutRegisters})
        if (const QString text = about(rejection.code, parts); !text.isEmpty()) return text;
    return aboutBusesAndRest(rejection.code, parts);
}

QString textOf(const Error& error) {
    const QString words = errorWords(error.code);
    if (error.detail.empty()) return words;
    return words.isEmpty() ? qs(error.detail) : words + QStringLiteral(": ") + qs(error.detail);
}

QString commandTitle(const std::string& kind) {
    for (const auto& [name, title] : titles)
        if (kind == name) return QString::fromLatin1(title);
    return qs(kind);
}

QString outcomeText(const journal::CommandEntry& entry, const motion::AxisBoard& axes,
                    const bus::BusBoard& buses) {
    using journal::CommandState;
    switch (entry.state) {
    case CommandState::rejected:
        return textOf(entry.rejection, axes, buses);
    case CommandState::failed:
    case CommandState::timedOut:
        return textOf(entry.error);
    case CommandState::confirmed:
        if (entry.latency < std::chrono::microseconds{1})
            return QStringLiteral("Confirmed"); // no servo was asked
        return entry.readBack
                   ? QStringLiteral("Read back %1, %2").arg(*entry.readBack).arg(latencyText(entry.latency))
                   : QStringLiteral("Confirmed, %1").arg(latencyText(entry.latency));
    case CommandState::sentOnly:
        return QStringLiteral("Sent; this family confirms nothing");
    case CommandState::superseded:
        return QStringLiteral("Replaced by a newer command");
    case CommandState::sent:
        return QStringLiteral("Sent, waiting for the servo");
    case CommandState::pending:
        break;
    }
    return QStringLiteral("Pending");
}

QString stopText(const motion::AxisBoard& axes, const motion::StopView& stop) {
    if (!stop.finished) {
        if (axes.axes.empty())
            return QStringLiteral("No axis is connected; the stop is latched all the same");
        return QStringLiteral("Stopping %1 axes …").arg(axes.axes.size());
    }
    const motion::StopFinished& finished = *stop.finished;
    if (finished.axes.empty())
        return QStringLiteral("No axis was connected; the stop is latched all the same");
    const auto confirmed = std::count_if(finished.axes.begin(), finished.axes.end(),
                                         [](const auto& axis) { return axis.confirmed; });
    const QString words = QStringLiteral("%1 of %2 axes confirmed %3")
                              .arg(confirmed)
                              .arg(finished.axes.size())
                              .arg(stopReactionWords(axes));
    if (confirmed == 0) return words; // a time would be that of nothing
    return words + QStringLiteral(", ") + latencyText(finished.took);
}

QString stopLatchedReason() {
    return QStringLiteral("Stop is latched: press Reset stop first");
}

QString commandsOffReason() {
    return QStringLiteral("A recording is shown: commands are off. Back to live first.");
}

} // namespace servolane::ui
