// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/binding/state_text.h"

#include "core/telemetry/read/timing.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace servolane::ui {

using motion::AxisState;
using telemetry::Channel;

namespace {

QString s(const char* text) {
    return QString::fromUtf8(text);
}

QString movingWord(motion::Activity activity) {
    switch (activity) {
    case motion::Activity::jog:
        return s("Jogging");
    case motion::Activity::velocity:
        return s("Turning");
    case motion::Activity::move:
    case motion::Activity::none:
        break;
    }
    return s("Moving");
}

// Bits of the X series' Hardware Error Status; other families name theirs in the model file.
constexpr std::array<std::pair<std::uint8_t, const char*>, 5> commonErrors{{{0x01, "Input voltage"},
                                                                            {0x04, "Overheating"},
                                                                            {0x08, "Motor encoder"},
                                                                            {0x10, "Electrical shock"},
                                                                            {0x20, "Overload"}}};

} // namespace

QChar shapeOf(Tone tone) {
    switch (tone) {
    case Tone::ok:
        return QChar(0x25CF);
    case Tone::warn:
        return QChar(0x25B2);
    case Tone::fault:
        return QChar(0x25A0);
    case Tone::info:
        return QChar(0x25C6);
    case Tone::off:
        break;
    }
    return QChar(0x25CB);
}

StopPart stopPartOf(const motion::AxisView& axis, const motion::StopView& stop) {
    if (!stop.latched) return StopPart::none;
    if (!stop.finished) return StopPart::stopping;
    const auto& parts = stop.finished->axes;
    const auto part = std::find_if(parts.begin(), parts.end(),
                                   [&](const auto& each) { return each.axis == axis.axis->id; });
    if (part == parts.end()) // found since: its part of the stop comes when it was told to stop
        return axis.torque == false && !axis.silent ? StopPart::stopped : StopPart::doubtful;
    const bool mayHaveChanged = axis.silent && axis.torque != false;
    return part->confirmed && !mayHaveChanged ? StopPart::stopped : StopPart::doubtful;
}

StateLook lookOf(const motion::AxisView& axis, const motion::StopView& stop) {
    const StopPart part = stopPartOf(axis, stop);
    // Worse than a fault that is known.
    if (part == StopPart::doubtful) return {Tone::fault, s("Stop not confirmed"), s("Unconfirmed")};
    if (!axis.keptModel.empty() && axis.state != AxisState::fault)
        return {Tone::warn, s("Other model"), s("Model")};
    if (axis.other && axis.state != AxisState::fault)
        return {Tone::warn, s("Another servo"), s("Other servo")};
    switch (axis.state) {
    case AxisState::fault:
        return {Tone::fault, s("Fault")};
    case AxisState::stopped:
        return {Tone::fault, part == StopPart::stopping ? s("Stopping") : s("Stopped")};
    case AxisState::silent:
        if (axis.answers == bus::Answers::pingsOnly) return {Tone::warn, s("Pings only")};
        return {Tone::warn, s("No answer")};
    case AxisState::moving:
        return {Tone::info, movingWord(axis.activity)};
    case AxisState::ready:
        return {Tone::ok, s("Ready")};
    case AxisState::off:
        break;
    }
    return {Tone::off, s("Torque off")};
}

StateLook lookOf(bus::LinkState state) {
    switch (state) {
    case bus::LinkState::open:
        return {Tone::ok, s("Open")};
    case bus::LinkState::lost:
        return {Tone::fault, s("Lost")};
    case bus::LinkState::closed:
        break;
    }
    return {Tone::off, s("Closed")};
}

StateLook lookOf(journal::CommandState state) {
    using journal::CommandState;
    switch (state) {
    case CommandState::pending:
        return {Tone::info, s("Pending")};
    case CommandState::sent:
        return {Tone::info, s("Sent")};
    case CommandState::confirmed:
        return {Tone::ok, s("Confirmed")};
    case CommandState::sentOnly:
        return {Tone::ok, s("Sent, unconfirmed")};
    case CommandState::rejected:
        return {Tone::fault, s("Rejected")};
    case CommandState::failed:
        return {Tone::fault, s("Failed")};
    case CommandState::timedOut:
        return {Tone::fault, s("Timed out")};
    case CommandState::superseded:
        break;
    }
    return {Tone::off, s("Superseded")};
}

QString textOf(registers::OperatingMode mode) {
    using registers::OperatingMode;
    switch (mode) {
    case OperatingMode::current:
        return s("Current");
    case OperatingMode::velocity:
        return s("Velocity");
    case OperatingMode::position:
        return s("Position");
    case OperatingMode::extendedPosition:
        return s("Extended position");
    case OperatingMode::currentBasedPosition:
        return s("Current-based position");
    case OperatingMode::pwm:
        break;
    }
    return s("PWM");
}

QString textOf(motion::EndReason reason) {
    using motion::EndReason;
    switch (reason) {
    case EndReason::asked:
        return s("halted as asked");
    case EndReason::superseded:
        return s("replaced by a newer command");
    case EndReason::leaseLapsed:
        return s("ended: the jog was no longer held");
    case EndReason::feedbackLost:
        return s("ended: feedback was lost");
    case EndReason::followingError:
        return s("ended: the following error grew too large");
    case EndReason::limitReached:
        return s("ended at the travel limit");
    case EndReason::stopped:
        return s("ended by stop");
    case EndReason::hardwareError:
        return s("ended: hardware error");
    case EndReason::torqueLost:
        return s("ended: torque went off");
    case EndReason::busLost:
        return s("ended: the bus was lost");
    case EndReason::windowSilent:
        return s("ended: the window did not answer for a second");
    case EndReason::watchdogTripped:
        return s("ended by the servo's bus watchdog: nothing reached it in time");
    case EndReason::notConfirmed:
        return s("ended: its command was not confirmed, so it was halted");
    case EndReason::askerLeft:
        return s("ended: who had asked for it closed its connection");
    case EndReason::aboveCurrentLimit:
        return s("ended: the current was above the axis' limit");
    case EndReason::aboveTemperatureLimit:
        return s("ended: the temperature was above the axis' limit");
    case EndReason::timedOut:
        break;
    }
    return s("did not arrive in time");
}

QString textOf(motion::StopReaction reaction) {
    switch (reaction) {
    case motion::StopReaction::hold:
        return s("Hold");
    case motion::StopReaction::holdThenOff:
        return s("Hold, then torque off");
    case motion::StopReaction::torqueOff:
        break;
    }
    return s("Torque off");
}

QString consequenceOf(motion::StopReaction reaction) {
    switch (reaction) {
    case motion::StopReaction::hold:
        return s("Decelerates and holds its position; torque stays on.");
    case motion::StopReaction::holdThenOff:
        return s("Holds for 3 s, then lets a vertical load drop.");
    case motion::StopReaction::torqueOff:
        break;
    }
    return s("Comes off at once: a vertical load drops.");
}

QString textOf(motion::StopDoubt doubt) {
    switch (doubt) {
    case motion::StopDoubt::silent:
        return s("does not answer");
    case motion::StopDoubt::unreadable:
        return s("hears, but is set to answer pings only");
    case motion::StopDoubt::differs:
        return s("says that it is not stopped");
    case motion::StopDoubt::moving:
        return s("holds, but is still moving");
    case motion::StopDoubt::lineDown:
        return s("its bus is down");
    case motion::StopDoubt::none:
        break;
    }
    return s("not confirmed");
}

QString protectionText(const motion::AxisView& axis) {
    // A speed has no end of its own.
    using Mode = registers::OperatingMode;
    const bool turns = axis.mode == Mode::velocity || axis.mode == Mode::current || axis.mode == Mode::pwm;
    const QString unguarded = turns ? s("a speed goes on until somebody ends it if the link breaks")
                                    : s("a go to runs to its end if the link breaks");
    switch (axis.watchdog) {
    case motion::Watchdog::armed:
        return s("Bus watchdog %1 ms: it halts by itself if the link breaks")
            .arg(std::lround(milliseconds(axis.watchdogAfter)));
    case motion::Watchdog::tripped:
        return s("Bus watchdog tripped: the servo halted, since nothing reached it in time");
    case motion::Watchdog::off:
        return axis.torque == true ? s("Bus watchdog not armed: ") + unguarded
                                   : s("Bus watchdog: armed with the torque");
    case motion::Watchdog::absent:
        break;
    }
    return s("No bus watchdog: ") + unguarded;
}

QString wiredStopText() {
    return s("A software stop is no substitute for a wired one.");
}

QString textOf(Channel channel) {
    switch (channel) {
    case Channel::setpoint:
        return s("Setpoint");
    case Channel::position:
        return s("Position");
    case Channel::velocitySetpoint:
        return s("Velocity setpoint");
    case Channel::velocity:
        return s("Velocity");
    case Channel::current:
        return s("Current");
    case Channel::load:
        return s("Load");
    case Channel::voltage:
        return s("Voltage");
    case Channel::temperature:
        return s("Temperature");
    case Channel::moving:
        return s("Moving");
    case Channel::hardwareError:
        return s("Hardware error");
    default:
        break;
    }
    return s("Watched register %1").arg(indexOf(channel) - telemetry::usualChannelCount + 1);
}

QString shortTextOf(Channel channel) {
    return channel == Channel::temperature ? s("Temp") : textOf(channel);
}

Channel effortChannelOf(const motion::Axis& axis) {
    return axis.channels[indexOf(Channel::current)].exists() ? Channel::current : Channel::load;
}

QString textOf(Channel channel, const motion::Axis& axis) {
    const auto* source = telemetry::isWatch(channel) ? motion::registerOf(channel, axis) : nullptr;
    if (!source) return textOf(channel);
    return QString::fromStdString(source->title.empty() ? source->name : source->title);
}

QString textOfName(Channel channel, const std::string& name) {
    if (!telemetry::isWatch(channel) || name.empty()) return textOf(channel);
    QString text = QString::fromStdString(name).replace(QLatin1Char('_'), QLatin1Char(' '));
    text[0] = text[0].toUpper();
    return text;
}

bool isOffered(Channel channel, const motion::Axis& axis) {
    if (!axis.channels[indexOf(channel)].exists()) return false;
    return !telemetry::isWatch(channel) || axis.watches[indexOf(channel) - telemetry::usualChannelCount].on;
}

QStringList hardwareErrorWords(std::uint8_t bits, const registers::ServoModel* model) {
    QStringList words;
    const registers::Register* source = model ? model->find(registers::Role::hardwareError) : nullptr;
    if (source && !source->fields.empty()) {
        for (const registers::BitField& field : source->fields)
            if (bits >> field.firstBit & 1U) words << QString::fromStdString(field.name);
    } else {
        for (const auto& [mask, word] : commonErrors)
            if (bits & mask) words << s(word);
    }
    if (words.isEmpty() && bits != 0)
        words << QStringLiteral("Error 0x%1").arg(bits, 2, 16, QLatin1Char('0'));
    return words;
}

QString registerPlace(const registers::Register& of) {
    using registers::RegisterSpace;
    const QString number = QString::number(of.manualAddress());
    if (!of.place || of.place->space == RegisterSpace::holding) return number;
    switch (of.place->space) {
    case RegisterSpace::input:
        return QStringLiteral("input %1").arg(number);
    case RegisterSpace::coil:
        return QStringLiteral("coil %1").arg(number);
    case RegisterSpace::discrete:
        return QStringLiteral("discrete %1").arg(number);
    default:
        return QStringLiteral("—");
    }
}

QString axisTitle(const motion::Axis& axis) {
    const QString name = QString::fromStdString(axis.name);
    // A servo nobody named yet is "Axis 1"; "1 · Axis 1" says it twice.
    if (name == QStringLiteral("Axis %1").arg(axis.servo.value)) return name;
    // Nor named yet, and its number is not its id (there are several buses): which is which has to be said.
    if (name == QStringLiteral("Axis %1").arg(axis.id.value))
        return QStringLiteral("%1 (id %2)").arg(name).arg(axis.servo.value);
    return name.isEmpty() ? QString::number(axis.servo.value)
                          : QStringLiteral("%1 · %2").arg(axis.servo.value).arg(name);
}

bool isStale(const motion::AxisView& axis, Channel channel, const bus::LinkSettings& link, Time now,
             Duration measured) {
    const motion::LatestValue& value = axis[channel];
    if (!value.isKnown()) return true;
    const bool slow = link.plan[channel] == bus::Pace::slow;
    const Duration period =
        slow ? std::max({axis.period, fromSeconds(link.slowInterval), measured}) : axis.period;
    return now - value.at > std::max<Duration>(telemetry::stalePeriods * period, telemetry::leastStale);
}

bool isStale(const motion::AxisView& axis, Time now) {
    return axis.lastAnswer == Time{} ||
           now - axis.lastAnswer >
               std::max<Duration>(telemetry::stalePeriods * axis.period, telemetry::leastStale);
}

QString otherServoText(const motion::AxisView& axis) {
    const motion::OtherServo& other = *axis.other;
    const QString name = other.model->name.empty() ? s("model %1").arg(other.found.modelNumber)
                                                   : QString::fromStdString(other.model->name);
    return s("Another servo answers here: %1 firmware %2 instead of %3 firmware %4. %5")
        .arg(name)
        .arg(other.found.firmware)
        .arg(QString::fromStdString(axis.axis->model->name))
        .arg(axis.axis->firmware)
        .arg(other.isKnown()
                 ? s("Only stop and torque off go to it, until it is confirmed or a scan finds it")
                 : s("No model file tells of it, so nothing goes to it: switch its supply off"));
}

} // namespace servolane::ui
