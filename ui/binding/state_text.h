// SPDX-License-Identifier: GPL-3.0-or-later
// State as shape + word + colour, never colour alone.
#pragma once

#include "core/bus/read/bus_board.h"
#include "core/journal/read/command_log.h"
#include "core/motion/read/axis_board.h"

#include <QtCore/QString>
#include <QtCore/QStringList>

namespace servolane::ui {

/// Each tone has one shape and one colour: ● ok, ▲ warn, ■ fault, ◆ info, ○ off.
enum class Tone { ok, warn, fault, info, off };
[[nodiscard]] QChar shapeOf(Tone tone);

struct StateLook {
    Tone tone = Tone::off;
    QString word;
    QString brief = {}; ///< where there is no room for the word; empty: there is none
    friend bool operator==(const StateLook&, const StateLook&) = default;
};

/// What is known of an axis while a stop is latched. Doubtful: its part of the stop was not confirmed, or it
/// does not answer, so nobody can say any more that it still is as it was confirmed. A stop that is not
/// confirmed is no stop.
enum class StopPart { none, stopping, stopped, doubtful };
[[nodiscard]] StopPart stopPartOf(const motion::AxisView& axis, const motion::StopView& stop);
/// `stop` as on the same board.
[[nodiscard]] StateLook lookOf(const motion::AxisView& axis, const motion::StopView& stop);
[[nodiscard]] StateLook lookOf(bus::LinkState state);
[[nodiscard]] StateLook lookOf(journal::CommandState state);
[[nodiscard]] QString textOf(registers::OperatingMode mode);
[[nodiscard]] QString textOf(motion::EndReason reason);
[[nodiscard]] QString textOf(motion::StopReaction reaction);
/// What becomes of the axis, with a word about vertical loads.
[[nodiscard]] QString consequenceOf(motion::StopReaction reaction);
/// Why a stop is not confirmed: "does not answer".
[[nodiscard]] QString textOf(motion::StopDoubt doubt);
/// What ends a motion of this axis when the link breaks or the program dies, and what does not.
[[nodiscard]] QString protectionText(const motion::AxisView& axis);
[[nodiscard]] QString wiredStopText();
[[nodiscard]] QString textOf(telemetry::Channel channel);
/// The same where there is little room: "Temp".
[[nodiscard]] QString shortTextOf(telemetry::Channel channel);
/// What tells how hard the axis works: a current where it measures one, else the load that it estimates.
[[nodiscard]] telemetry::Channel effortChannelOf(const motion::Axis& axis);
/// A watched register by its title: "Goal PWM".
[[nodiscard]] QString textOf(telemetry::Channel channel, const motion::Axis& axis);
/// The same where only the name of the register was kept: "Goal pwm".
[[nodiscard]] QString textOfName(telemetry::Channel channel, const std::string& name);
/// The axis has the channel, and a register that it watches is watched now.
[[nodiscard]] bool isOffered(telemetry::Channel channel, const motion::Axis& axis);
/// "Overload, Overheating" of the error bits; by the model's own names where it has a register for them.
[[nodiscard]] QStringList hardwareErrorWords(std::uint8_t bits, const registers::ServoModel* model);
/// The address as the maker's manual numbers it; "input 66" in another table than the usual one, "—" of what
/// is made of another register.
[[nodiscard]] QString registerPlace(const registers::Register& of);
/// "1 · Pan"
[[nodiscard]] QString axisTitle(const motion::Axis& axis);

/// Older than three of its periods. A slow channel is read as often as the bus is set to, or as rarely as was
/// `measured`: with many axes on a bus it comes to each of them later than that. 0: not known.
[[nodiscard]] bool isStale(const motion::AxisView& axis, telemetry::Channel channel,
                           const bus::LinkSettings& link, Time now, Duration measured = {});
/// The same for the axis as a whole.
[[nodiscard]] bool isStale(const motion::AxisView& axis, Time now);
/// What answers instead of the axis' own servo, and what was expected; axis.other is set.
[[nodiscard]] QString otherServoText(const motion::AxisView& axis);

} // namespace servolane::ui
