// SPDX-License-Identifier: GPL-3.0-or-later
// The names under which the members of facts stand in JSON: one list for both directions. A name once
// released never changes its meaning; new members get new names and keep their default in older files.
#pragma once

#include "core/api/event.h"

#include <cstddef>
#include <tuple>

namespace servolane::drivers {

template <class Owner, class Member>
struct Field {
    const char* name;
    Member Owner::*member;
};
template <class Owner, class Member>
constexpr Field<Owner, Member> field(const char* name, Member Owner::*member) {
    return {name, member};
}

template <class T>
inline constexpr std::nullptr_t fields = nullptr;

/// Of a fact that speaks of an axis or a bus and says nothing more.
template <class T>
constexpr auto axisOnly() {
    return std::tuple{field("axis", &T::axis)};
}
template <class T>
constexpr auto busOnly() {
    return std::tuple{field("bus", &T::bus)};
}
template <class T>
constexpr auto commandOnly() {
    return std::tuple{field("command", &T::command)};
}
template <class T>
constexpr auto axisAndReason() {
    return std::tuple{field("axis", &T::axis), field("reason", &T::reason)};
}

// Values that facts are made of.
template <>
inline constexpr auto fields<Error> =
    std::tuple{field("code", &Error::code), field("detail", &Error::detail)};
template <>
inline constexpr auto fields<api::Rejection> =
    std::tuple{field("code", &api::Rejection::code),  field("axis", &api::Rejection::axis),
               field("bus", &api::Rejection::bus),    field("requested", &api::Rejection::requested),
               field("low", &api::Rejection::low),    field("high", &api::Rejection::high),
               field("unit", &api::Rejection::unit),  field("subject", &api::Rejection::subject),
               field("entry", &api::Rejection::entry)};
template <>
inline constexpr auto fields<api::CommandDescription> =
    std::tuple{field("kind", &api::CommandDescription::kind), field("axis", &api::CommandDescription::axis),
               field("bus", &api::CommandDescription::bus),
               field("details", &api::CommandDescription::details)};
template <>
inline constexpr auto fields<bus::LineSettings> =
    std::tuple{field("path", &bus::LineSettings::path),
               field("baud", &bus::LineSettings::baud),
               field("parity", &bus::LineSettings::parity),
               field("stop_bits", &bus::LineSettings::stopBits),
               field("dtr", &bus::LineSettings::dtr),
               field("rts", &bus::LineSettings::rts),
               field("low_latency", &bus::LineSettings::lowLatency),
               field("discard_echo", &bus::LineSettings::discardEcho)};
template <>
inline constexpr auto fields<bus::PollPlan> = std::tuple{field("paces", &bus::PollPlan::paces)};
template <>
inline constexpr auto fields<bus::LinkSettings> =
    std::tuple{field("alias", &bus::LinkSettings::alias),
               field("family", &bus::LinkSettings::family),
               field("line", &bus::LinkSettings::line),
               field("poll_rate", &bus::LinkSettings::pollRate),
               field("slow_interval", &bus::LinkSettings::slowInterval),
               field("plan", &bus::LinkSettings::plan),
               field("ids", &bus::LinkSettings::ids),
               field("every_id", &bus::LinkSettings::everyId)};
template <>
inline constexpr auto fields<bus::ServoIdentity> =
    std::tuple{field("id", &bus::ServoIdentity::id), field("model_number", &bus::ServoIdentity::modelNumber),
               field("firmware", &bus::ServoIdentity::firmware)};
template <>
inline constexpr auto fields<motion::AxisScale> =
    std::tuple{field("gear", &motion::AxisScale::gear), field("offset", &motion::AxisScale::offset),
               field("reversed", &motion::AxisScale::reversed),
               field("units_per_turn", &motion::AxisScale::unitsPerTurn),
               field("unit", &motion::AxisScale::unit)};
template <>
inline constexpr auto fields<motion::AxisLimits> =
    std::tuple{field("travel", &motion::AxisLimits::travel),
               field("velocity", &motion::AxisLimits::velocity),
               field("acceleration", &motion::AxisLimits::acceleration),
               field("temperature", &motion::AxisLimits::temperature),
               field("following_error", &motion::AxisLimits::followingError),
               field("current", &motion::AxisLimits::current),
               field("step", &motion::AxisLimits::step)};
template <>
inline constexpr auto fields<motion::OwnLimits> =
    std::tuple{field("travel", &motion::OwnLimits::travel),
               field("velocity", &motion::OwnLimits::velocity),
               field("acceleration", &motion::OwnLimits::acceleration),
               field("current", &motion::OwnLimits::current),
               field("temperature", &motion::OwnLimits::temperature),
               field("following_error", &motion::OwnLimits::followingError),
               field("step", &motion::OwnLimits::step)};
template <>
inline constexpr auto fields<telemetry::ChannelScale> = std::tuple{
    field("scale", &telemetry::ChannelScale::scale), field("offset", &telemetry::ChannelScale::offset)};
template <>
inline constexpr auto fields<motion::Watch> =
    std::tuple{field("name", &motion::Watch::name), field("on", &motion::Watch::on)};
template <>
inline constexpr auto fields<motion::Axis> = std::tuple{field("id", &motion::Axis::id),
                                                        field("name", &motion::Axis::name),
                                                        field("bus", &motion::Axis::bus),
                                                        field("servo", &motion::Axis::servo),
                                                        field("firmware", &motion::Axis::firmware),
                                                        field("model", &motion::Axis::model),
                                                        field("scale", &motion::Axis::scale),
                                                        field("limits", &motion::Axis::limits),
                                                        field("own_limits", &motion::Axis::own),
                                                        field("stop_reaction", &motion::Axis::stopReaction),
                                                        field("simulated", &motion::Axis::simulated),
                                                        field("channels", &motion::Axis::channels),
                                                        field("watches", &motion::Axis::watches)};
template <>
inline constexpr auto fields<motion::AxisIdentity> =
    std::tuple{field("bus", &motion::AxisIdentity::bus), field("protocol", &motion::AxisIdentity::protocol),
               field("servo", &motion::AxisIdentity::servo), field("model", &motion::AxisIdentity::model)};
template <>
inline constexpr auto fields<motion::AxisSettings> =
    std::tuple{field("name", &motion::AxisSettings::name), field("scale", &motion::AxisSettings::scale),
               field("limits", &motion::AxisSettings::limits),
               field("stop_reaction", &motion::AxisSettings::stopReaction),
               field("watched", &motion::AxisSettings::watched)};
template <>
inline constexpr auto fields<motion::MachineAxis> = std::tuple{
    field("identity", &motion::MachineAxis::identity), field("settings", &motion::MachineAxis::settings)};
template <>
inline constexpr auto fields<access::Rights> =
    std::tuple{field("viewer", &access::Rights::viewer), field("operator", &access::Rights::lineOperator)};
template <>
inline constexpr auto fields<motion::Machine> =
    std::tuple{field("axes", &motion::Machine::axes), field("rights", &motion::Machine::rights)};
template <>
inline constexpr auto fields<motion::StoppedAxis> =
    std::tuple{field("axis", &motion::StoppedAxis::axis), field("confirmed", &motion::StoppedAxis::confirmed),
               field("after_ns", &motion::StoppedAxis::after), field("doubt", &motion::StoppedAxis::doubt)};

// A servo model, whole: the register map that makes a file readable alone.
template <>
inline constexpr auto fields<registers::NamedValue> =
    std::tuple{field("value", &registers::NamedValue::value), field("name", &registers::NamedValue::name)};
template <>
inline constexpr auto fields<registers::BitField> =
    std::tuple{field("bit", &registers::BitField::firstBit), field("bits", &registers::BitField::bits),
               field("name", &registers::BitField::name)};
template <>
inline constexpr auto fields<registers::ModeCode> =
    std::tuple{field("mode", &registers::ModeCode::mode), field("raw", &registers::ModeCode::raw)};
template <>
inline constexpr auto fields<registers::Nominal> =
    std::tuple{field("voltage", &registers::Nominal::voltage),
               field("stall_torque", &registers::Nominal::stallTorque),
               field("stall_current", &registers::Nominal::stallCurrent),
               field("no_load_speed", &registers::Nominal::noLoadSpeed),
               field("gear_ratio", &registers::Nominal::gearRatio),
               field("verified", &registers::Nominal::verified)};
template <>
inline constexpr auto fields<registers::Register> =
    std::tuple{field("name", &registers::Register::name),
               field("title", &registers::Register::title),
               field("address", &registers::Register::address),
               field("size", &registers::Register::size),
               field("signed", &registers::Register::isSigned),
               field("storage", &registers::Register::storage),
               field("access", &registers::Register::access),
               field("unit", &registers::Register::unit),
               field("scale", &registers::Register::scale),
               field("offset", &registers::Register::offset),
               field("minimum", &registers::Register::minimum),
               field("maximum", &registers::Register::maximum),
               field("default", &registers::Register::defaultValue),
               field("role", &registers::Register::role),
               field("meaning", &registers::Register::meaning),
               field("values", &registers::Register::values),
               field("fields", &registers::Register::fields),
               field("sign_bit", &registers::Register::signBit),
               field("big_endian", &registers::Register::bigEndian),
               field("view", &registers::Register::isView)};
template <>
inline constexpr auto fields<registers::ServoModel> =
    std::tuple{field("name", &registers::ServoModel::name),
               field("family", &registers::ServoModel::family),
               field("number", &registers::ServoModel::number),
               field("registers", &registers::ServoModel::registers),
               field("modes", &registers::ServoModel::modes),
               field("nominal", &registers::ServoModel::nominal),
               field("counts_per_turn", &registers::ServoModel::countsPerTurn),
               field("source", &registers::ServoModel::source),
               field("fast_group_read_from", &registers::ServoModel::fastGroupReadFrom),
               field("other_mode", &registers::ServoModel::otherMode),
               field("number_mask", &registers::ServoModel::numberMask),
               field("fault_exit", &registers::ServoModel::faultExit)};

// Commands.
template <>
inline constexpr auto fields<api::CommandAccepted> =
    std::tuple{field("command", &api::CommandAccepted::command), field("asker", &api::CommandAccepted::asker),
               field("description", &api::CommandAccepted::description)};
template <>
inline constexpr auto fields<api::CommandRejected> =
    std::tuple{field("command", &api::CommandRejected::command), field("asker", &api::CommandRejected::asker),
               field("description", &api::CommandRejected::description),
               field("rejection", &api::CommandRejected::rejection)};
template <>
inline constexpr auto fields<api::CommandSent> = commandOnly<api::CommandSent>();
template <>
inline constexpr auto fields<api::CommandConfirmed> = std::tuple{
    field("command", &api::CommandConfirmed::command), field("confirmed", &api::CommandConfirmed::confirmed),
    field("latency_ns", &api::CommandConfirmed::latency), field("retries", &api::CommandConfirmed::retries)};
template <>
inline constexpr auto fields<api::CommandFailed> =
    std::tuple{field("command", &api::CommandFailed::command), field("error", &api::CommandFailed::error),
               field("latency_ns", &api::CommandFailed::latency),
               field("retries", &api::CommandFailed::retries)};
template <>
inline constexpr auto fields<api::CommandSuperseded> = commandOnly<api::CommandSuperseded>();

// Links.
template <>
inline constexpr auto fields<bus::BusConnected> =
    std::tuple{field("bus", &bus::BusConnected::bus), field("link", &bus::BusConnected::link),
               field("simulated", &bus::BusConnected::simulated)};
template <>
inline constexpr auto fields<bus::BusOpening> =
    std::tuple{field("bus", &bus::BusOpening::bus), field("link", &bus::BusOpening::link)};
template <>
inline constexpr auto fields<bus::BusDisconnected> = busOnly<bus::BusDisconnected>();
template <>
inline constexpr auto fields<bus::BusLost> =
    std::tuple{field("bus", &bus::BusLost::bus), field("error", &bus::BusLost::error)};
template <>
inline constexpr auto fields<bus::BusRestored> = busOnly<bus::BusRestored>();
template <>
inline constexpr auto fields<bus::ScanStarted> = busOnly<bus::ScanStarted>();
template <>
inline constexpr auto fields<bus::ServoFound> =
    std::tuple{field("bus", &bus::ServoFound::bus), field("servo", &bus::ServoFound::servo),
               field("baud", &bus::ServoFound::baud)};
template <>
inline constexpr auto fields<bus::ScanFinished> =
    std::tuple{field("bus", &bus::ScanFinished::bus), field("found", &bus::ScanFinished::found),
               field("took_ns", &bus::ScanFinished::took), field("cancelled", &bus::ScanFinished::cancelled)};
template <>
inline constexpr auto fields<bus::OtherServoFound> =
    std::tuple{field("bus", &bus::OtherServoFound::bus), field("axis", &bus::OtherServoFound::axis),
               field("found", &bus::OtherServoFound::found), field("model", &bus::OtherServoFound::model)};
template <>
inline constexpr auto fields<bus::AxisFellSilent> =
    std::tuple{field("bus", &bus::AxisFellSilent::bus), field("axis", &bus::AxisFellSilent::axis),
               field("last_answer_ns", &bus::AxisFellSilent::lastAnswer)};
template <>
inline constexpr auto fields<bus::AxisReturned> =
    std::tuple{field("bus", &bus::AxisReturned::bus), field("axis", &bus::AxisReturned::axis)};
template <>
inline constexpr auto fields<bus::AxisAnswers> =
    std::tuple{field("bus", &bus::AxisAnswers::bus), field("axis", &bus::AxisAnswers::axis),
               field("to", &bus::AxisAnswers::to)};
template <>
inline constexpr auto fields<bus::DuplicateIdSuspected> =
    std::tuple{field("bus", &bus::DuplicateIdSuspected::bus),
               field("servo", &bus::DuplicateIdSuspected::servo),
               field("baud", &bus::DuplicateIdSuspected::baud)};
template <>
inline constexpr auto fields<bus::PollRateSet> =
    std::tuple{field("bus", &bus::PollRateSet::bus), field("rate", &bus::PollRateSet::rate)};
template <>
inline constexpr auto fields<bus::PollPlanSet> =
    std::tuple{field("bus", &bus::PollPlanSet::bus), field("plan", &bus::PollPlanSet::plan),
               field("slow_interval", &bus::PollPlanSet::slowInterval)};
template <>
inline constexpr auto fields<bus::WatchdogArmed> =
    std::tuple{field("bus", &bus::WatchdogArmed::bus), field("axis", &bus::WatchdogArmed::axis),
               field("after_ns", &bus::WatchdogArmed::after)};
template <>
inline constexpr auto fields<bus::WatchdogCleared> =
    std::tuple{field("bus", &bus::WatchdogCleared::bus), field("axis", &bus::WatchdogCleared::axis)};
template <>
inline constexpr auto fields<bus::WatchdogTripped> =
    std::tuple{field("bus", &bus::WatchdogTripped::bus), field("axis", &bus::WatchdogTripped::axis)};
template <>
inline constexpr auto fields<bus::FaultInjected> =
    std::tuple{field("bus", &bus::FaultInjected::bus), field("fault", &bus::FaultInjected::fault)};
template <>
inline constexpr auto fields<bus::FaultsCleared> = busOnly<bus::FaultsCleared>();

// Axes.
template <>
inline constexpr auto fields<motion::AxisConfigured> = axisOnly<motion::AxisConfigured>();
template <>
inline constexpr auto fields<motion::AxisObserved> =
    std::tuple{field("axis", &motion::AxisObserved::axis), field("torque", &motion::AxisObserved::torque),
               field("mode", &motion::AxisObserved::mode)};
template <>
inline constexpr auto fields<motion::TorqueEnabled> = std::tuple{
    field("axis", &motion::TorqueEnabled::axis), field("borrower", &motion::TorqueEnabled::borrower)};
template <>
inline constexpr auto fields<motion::TorqueDisabled> = std::tuple{
    field("axis", &motion::TorqueDisabled::axis), field("borrower", &motion::TorqueDisabled::borrower)};
template <>
inline constexpr auto fields<motion::ModeChanged> =
    std::tuple{field("axis", &motion::ModeChanged::axis), field("mode", &motion::ModeChanged::mode)};
template <>
inline constexpr auto fields<motion::MoveStarted> =
    std::tuple{field("axis", &motion::MoveStarted::axis), field("target", &motion::MoveStarted::target),
               field("allowed_ns", &motion::MoveStarted::allowed),
               field("asker", &motion::MoveStarted::asker),
               field("attended", &motion::MoveStarted::attended)};
template <>
inline constexpr auto fields<motion::MoveArrived> =
    std::tuple{field("axis", &motion::MoveArrived::axis), field("actual", &motion::MoveArrived::actual),
               field("took_ns", &motion::MoveArrived::took)};
template <>
inline constexpr auto fields<motion::MoveEnded> = axisAndReason<motion::MoveEnded>();
template <>
inline constexpr auto fields<motion::VelocityStarted> =
    std::tuple{field("axis", &motion::VelocityStarted::axis),
               field("velocity", &motion::VelocityStarted::velocity),
               field("asker", &motion::VelocityStarted::asker)};
template <>
inline constexpr auto fields<motion::JogStarted> =
    std::tuple{field("axis", &motion::JogStarted::axis), field("velocity", &motion::JogStarted::velocity)};
template <>
inline constexpr auto fields<motion::JogEnded> = axisAndReason<motion::JogEnded>();
template <>
inline constexpr auto fields<motion::AxisHalted> = axisAndReason<motion::AxisHalted>();
template <>
inline constexpr auto fields<motion::HardwareErrorRaised> = std::tuple{
    field("axis", &motion::HardwareErrorRaised::axis), field("bits", &motion::HardwareErrorRaised::bits)};
template <>
inline constexpr auto fields<motion::HardwareErrorCleared> = axisOnly<motion::HardwareErrorCleared>();
template <>
inline constexpr auto fields<motion::TravelLimitsSet> = std::tuple{
    field("axis", &motion::TravelLimitsSet::axis), field("travel", &motion::TravelLimitsSet::travel)};
template <>
inline constexpr auto fields<motion::ProfileSet> =
    std::tuple{field("axis", &motion::ProfileSet::axis), field("velocity", &motion::ProfileSet::velocity),
               field("acceleration", &motion::ProfileSet::acceleration)};
template <>
inline constexpr auto fields<motion::StopLatched> =
    std::tuple{field("generation", &motion::StopLatched::generation)};
template <>
inline constexpr auto fields<motion::StopFinished> =
    std::tuple{field("generation", &motion::StopFinished::generation),
               field("axes", &motion::StopFinished::axes), field("took_ns", &motion::StopFinished::took)};
template <>
inline constexpr auto fields<motion::StopReset> =
    std::tuple{field("generation", &motion::StopReset::generation)};
template <>
inline constexpr auto fields<motion::AxisStopped> = std::tuple{
    field("generation", &motion::AxisStopped::generation), field("stopped", &motion::AxisStopped::stopped)};

template <>
inline constexpr auto fields<motion::AxisReferenced> = axisOnly<motion::AxisReferenced>();
template <>
inline constexpr auto fields<motion::ReferenceLost> = axisOnly<motion::ReferenceLost>();
template <>
inline constexpr auto fields<motion::GoalCurrentSet> = std::tuple{
    field("axis", &motion::GoalCurrentSet::axis), field("current", &motion::GoalCurrentSet::current)};
template <>
inline constexpr auto fields<motion::OtherModelFound> =
    std::tuple{field("axis", &motion::OtherModelFound::axis), field("kept", &motion::OtherModelFound::kept)};
template <>
inline constexpr auto fields<motion::ServoConfirmed> =
    std::tuple{field("axis", &motion::ServoConfirmed::axis), field("servo", &motion::ServoConfirmed::servo)};
template <>
inline constexpr auto fields<motion::WatchEnded> =
    std::tuple{field("axis", &motion::WatchEnded::axis), field("name", &motion::WatchEnded::name)};
template <>
inline constexpr auto fields<motion::ModelAdopted> = axisOnly<motion::ModelAdopted>();
template <>
inline constexpr auto fields<motion::MachineLoaded> =
    std::tuple{field("machine", &motion::MachineLoaded::machine)};

// Raw packets.
template <>
inline constexpr auto fields<bus::RawPacketExchanged> = std::tuple{
    field("bus", &bus::RawPacketExchanged::bus), field("command", &bus::RawPacketExchanged::command),
    field("sent", &bus::RawPacketExchanged::sent), field("received", &bus::RawPacketExchanged::received)};

// Access.
template <>
inline constexpr auto fields<access::RoleChanged> =
    std::tuple{field("asker", &access::RoleChanged::asker), field("role", &access::RoleChanged::role)};
template <>
inline constexpr auto fields<access::Armed> =
    std::tuple{field("asker", &access::Armed::asker), field("until_ns", &access::Armed::until)};
template <>
inline constexpr auto fields<access::Disarmed> = std::tuple{field("asker", &access::Disarmed::asker)};
template <>
inline constexpr auto fields<access::ArmingExpired> =
    std::tuple{field("asker", &access::ArmingExpired::asker)};
template <>
inline constexpr auto fields<access::AskerLeft> = std::tuple{field("asker", &access::AskerLeft::asker)};
template <>
inline constexpr auto fields<access::ClientsBounded> =
    std::tuple{field("most", &access::ClientsBounded::most)};

// Registers.
template <>
inline constexpr auto fields<registers::RegisterRead> =
    std::tuple{field("axis", &registers::RegisterRead::axis), field("name", &registers::RegisterRead::name),
               field("raw", &registers::RegisterRead::raw)};
template <>
inline constexpr auto fields<registers::RegisterWritten> = std::tuple{
    field("axis", &registers::RegisterWritten::axis), field("name", &registers::RegisterWritten::name),
    field("before", &registers::RegisterWritten::before), field("after", &registers::RegisterWritten::after)};

template <>
inline constexpr auto fields<registers::BaselineSet> = axisOnly<registers::BaselineSet>();
template <>
inline constexpr auto fields<registers::ServoIdChanged> =
    std::tuple{field("axis", &registers::ServoIdChanged::axis),
               field("before", &registers::ServoIdChanged::before),
               field("after", &registers::ServoIdChanged::after)};
template <>
inline constexpr auto fields<registers::ServoBaudChanged> =
    std::tuple{field("axis", &registers::ServoBaudChanged::axis),
               field("before", &registers::ServoBaudChanged::before),
               field("after", &registers::ServoBaudChanged::after)};

// Recordings.
template <>
inline constexpr auto fields<session::RecordingStarted> = std::tuple{
    field("path", &session::RecordingStarted::path), field("name", &session::RecordingStarted::name)};
template <>
inline constexpr auto fields<session::RecordingStopped> = std::tuple{
    field("path", &session::RecordingStopped::path), field("samples", &session::RecordingStopped::samples),
    field("lost", &session::RecordingStopped::lost), field("error", &session::RecordingStopped::error)};
template <>
inline constexpr auto fields<session::NoteAdded> =
    std::tuple{field("text", &session::NoteAdded::text), field("ago_ns", &session::NoteAdded::ago),
               field("lasting_ns", &session::NoteAdded::lasting)};
template <>
inline constexpr auto fields<session::TimePaired> = std::tuple{field("utc_ns", &session::TimePaired::utc)};
template <>
inline constexpr auto fields<session::MachineResumed> =
    std::tuple{field("away_ns", &session::MachineResumed::away)};
template <>
inline constexpr auto fields<session::SamplesLost> =
    std::tuple{field("bus", &session::SamplesLost::bus), field("count", &session::SamplesLost::count)};

} // namespace servolane::drivers
