// SPDX-License-Identifier: GPL-3.0-or-later
// The names under which the members of messages and read models stand in JSON.
#pragma once

#include "drivers/ipc/messages.h"
#include "drivers/json/event_fields.h"
#include "drivers/json/json_words.h"

namespace servolane::drivers {

template <>
inline constexpr auto last<bus::LinkState> = bus::LinkState::closed;
template <>
inline constexpr auto last<motion::AxisState> = motion::AxisState::fault;
template <>
inline constexpr auto last<motion::Activity> = motion::Activity::jog;
template <>
inline constexpr auto last<journal::CommandState> = journal::CommandState::superseded;

template <>
inline constexpr auto last<bus::WireDirection> = bus::WireDirection::in;
template <>
inline constexpr auto last<bus::WireTrouble> = bus::WireTrouble::noise;

template <>
inline std::string_view wordOf(bus::WireDirection direction) {
    return direction == bus::WireDirection::out ? "out" : "in";
}
template <>
inline std::string_view wordOf(bus::LinkState state) {
    return std::array<std::string_view, 3>{"open", "lost", "closed"}[static_cast<std::size_t>(state)];
}
template <>
inline std::string_view wordOf(motion::AxisState state) {
    return std::array<std::string_view, 6>{
        "off", "ready", "moving", "silent", "stopped", "fault"}[static_cast<std::size_t>(state)];
}
template <>
inline std::string_view wordOf(motion::Activity activity) {
    return std::array<std::string_view, 4>{"none", "move", "velocity",
                                           "jog"}[static_cast<std::size_t>(activity)];
}

// Links.
template <>
inline constexpr auto fields<bus::LinkCounters> =
    std::tuple{field("transactions", &bus::LinkCounters::transactions),
               field("timeouts", &bus::LinkCounters::timeouts),
               field("corrupt_frames", &bus::LinkCounters::corruptFrames),
               field("refused", &bus::LinkCounters::refused),
               field("bytes_out", &bus::LinkCounters::bytesOut),
               field("bytes_in", &bus::LinkCounters::bytesIn),
               field("foreign_bytes", &bus::LinkCounters::foreignBytes),
               field("late_answers", &bus::LinkCounters::lateAnswers),
               field("double_answers", &bus::LinkCounters::doubleAnswers)};
template <>
inline constexpr auto fields<bus::ServoMeasured> =
    std::tuple{field("axis", &bus::ServoMeasured::axis),
               field("asked", &bus::ServoMeasured::asked),
               field("silent", &bus::ServoMeasured::silent),
               field("corrupt", &bus::ServoMeasured::corrupt),
               field("timed", &bus::ServoMeasured::timed),
               field("turnaround", &bus::ServoMeasured::turnaround),
               field("turnaround_jitter", &bus::ServoMeasured::turnaroundJitter),
               field("turnaround_longest", &bus::ServoMeasured::turnaroundLongest),
               field("return_delay", &bus::ServoMeasured::returnDelay),
               field("return_level", &bus::ServoMeasured::returnLevel)};
template <>
inline constexpr auto fields<bus::LinkMeasured> =
    std::tuple{field("bus", &bus::LinkMeasured::bus),
               field("cycles_per_second", &bus::LinkMeasured::cyclesPerSecond),
               field("wire_limit", &bus::LinkMeasured::wireLimit),
               field("wire_share", &bus::LinkMeasured::wireShare),
               field("jitter_p99", &bus::LinkMeasured::jitterP99),
               field("cycles", &bus::LinkMeasured::cycles),
               field("answers", &bus::LinkMeasured::answers),
               field("errors", &bus::LinkMeasured::errors),
               field("lost", &bus::LinkMeasured::lost),
               field("counters", &bus::LinkMeasured::counters),
               field("bare_wire_time", &bus::LinkMeasured::bareWireTime),
               field("adapter_latency_ns", &bus::LinkMeasured::adapterLatency),
               field("servos", &bus::LinkMeasured::servos)};
template <>
inline constexpr auto fields<bus::ScanView> =
    std::tuple{field("running", &bus::ScanView::running), field("done", &bus::ScanView::done),
               field("left_ns", &bus::ScanView::left),    field("baud", &bus::ScanView::baud),
               field("found", &bus::ScanView::found),     field("doubled", &bus::ScanView::doubled)};
template <>
inline constexpr auto fields<bus::BusView> = std::tuple{field("id", &bus::BusView::id),
                                                        field("link", &bus::BusView::link),
                                                        field("name", &bus::BusView::name),
                                                        field("simulated", &bus::BusView::simulated),
                                                        field("state", &bus::BusView::state),
                                                        field("error", &bus::BusView::error),
                                                        field("measured", &bus::BusView::measured),
                                                        field("measured_at_ns", &bus::BusView::measuredAt),
                                                        field("scan", &bus::BusView::scan),
                                                        field("faults", &bus::BusView::faults),
                                                        field("last_raw", &bus::BusView::lastRaw)};
template <>
inline constexpr auto fields<bus::BusBoard> =
    std::tuple{field("up_to", &bus::BusBoard::upTo), field("at_ns", &bus::BusBoard::at),
               field("buses", &bus::BusBoard::buses)};

// Axes.
template <>
inline constexpr auto fields<motion::LatestValue> =
    std::tuple{field("value", &motion::LatestValue::value), field("at_ns", &motion::LatestValue::at)};
template <>
inline constexpr auto fields<motion::SupplySeen> =
    std::tuple{field("at_rest", &motion::SupplySeen::atRest),
               field("lowest_under_load", &motion::SupplySeen::lowestUnderLoad),
               field("rest_reads", &motion::SupplySeen::restReads),
               field("load_reads", &motion::SupplySeen::loadReads)};
template <>
inline constexpr auto fields<motion::AxisView> = std::tuple{
    field("axis", &motion::AxisView::axis),         field("state", &motion::AxisView::state),
    field("silent", &motion::AxisView::silent),     field("answers", &motion::AxisView::answers),
    field("torque", &motion::AxisView::torque),     field("mode", &motion::AxisView::mode),
    field("activity", &motion::AxisView::activity), field("target", &motion::AxisView::target),
    field("latest", &motion::AxisView::latest),     field("last_answer_ns", &motion::AxisView::lastAnswer),
    field("period_ns", &motion::AxisView::period),  field("hardware_error", &motion::AxisView::hardwareError),
    field("last_end", &motion::AxisView::lastEnd),  field("supply", &motion::AxisView::supply),
    field("pending", &motion::AxisView::pending),   field("motion", &motion::AxisView::motion),
    field("arrived", &motion::AxisView::arrived)};
template <>
inline constexpr auto fields<motion::StopView> =
    std::tuple{field("latched", &motion::StopView::latched),
               field("generation", &motion::StopView::generation), field("at_ns", &motion::StopView::at),
               field("finished", &motion::StopView::finished)};
template <>
inline constexpr auto fields<motion::AxisBoard> =
    std::tuple{field("up_to", &motion::AxisBoard::upTo), field("at_ns", &motion::AxisBoard::at),
               field("axes", &motion::AxisBoard::axes), field("stop", &motion::AxisBoard::stop)};

// Commands and recordings.
template <>
inline constexpr auto fields<journal::CommandEntry> =
    std::tuple{field("id", &journal::CommandEntry::id),
               field("asker", &journal::CommandEntry::asker),
               field("description", &journal::CommandEntry::description),
               field("state", &journal::CommandEntry::state),
               field("at_ns", &journal::CommandEntry::at),
               field("latency_ns", &journal::CommandEntry::latency),
               field("retries", &journal::CommandEntry::retries),
               field("rejection", &journal::CommandEntry::rejection),
               field("error", &journal::CommandEntry::error)};
template <>
inline constexpr auto fields<session::DiskRoom> =
    std::tuple{field("free_bytes", &session::DiskRoom::freeBytes), field("left_ns", &session::DiskRoom::left),
               field("low", &session::DiskRoom::low)};
template <>
inline constexpr auto fields<session::FullDisk> =
    std::tuple{field("path", &session::FullDisk::path), field("free_bytes", &session::FullDisk::freeBytes)};
template <>
inline constexpr auto fields<session::RecordingView> = std::tuple{
    field("path", &session::RecordingView::path),       field("name", &session::RecordingView::name),
    field("since_ns", &session::RecordingView::since),  field("bytes", &session::RecordingView::bytes),
    field("samples", &session::RecordingView::samples), field("lost", &session::RecordingView::lost),
    field("disk", &session::RecordingView::disk),       field("waiting", &session::RecordingView::waiting)};
template <>
inline constexpr auto fields<session::RecordingBoard> =
    std::tuple{field("up_to", &session::RecordingBoard::upTo),
               field("named", &session::RecordingBoard::named),
               field("flight", &session::RecordingBoard::flight),
               field("error", &session::RecordingBoard::error),
               field("full", &session::RecordingBoard::full),
               field("last_finished", &session::RecordingBoard::lastFinished)};

// Messages.
template <>
inline constexpr auto fields<ipc::OwnedPort> =
    std::tuple{field("bus", &ipc::OwnedPort::bus), field("path", &ipc::OwnedPort::path)};
template <>
inline constexpr auto fields<ipc::Greeting> =
    std::tuple{field("program", &ipc::Greeting::program), field("version", &ipc::Greeting::version),
               field("process", &ipc::Greeting::process), field("ports", &ipc::Greeting::ports),
               field("machine", &ipc::Greeting::machine)};
template <>
inline constexpr auto fields<ipc::Seen> =
    std::tuple{field("buses", &ipc::Seen::buses), field("axes", &ipc::Seen::axes),
               field("registers_since_ns", &ipc::Seen::registersSince),
               field("commands", &ipc::Seen::commands)};
template <>
inline constexpr auto fields<ipc::RegisterNews> =
    std::tuple{field("axis", &ipc::RegisterNews::axis), field("name", &ipc::RegisterNews::name),
               field("raw", &ipc::RegisterNews::raw), field("at_ns", &ipc::RegisterNews::at)};
template <>
inline constexpr auto fields<ipc::News> = std::tuple{field("buses", &ipc::News::buses),
                                                     field("axes", &ipc::News::axes),
                                                     field("recording", &ipc::News::recording),
                                                     field("registers", &ipc::News::registers),
                                                     field("commands", &ipc::News::commands),
                                                     field("commands_up_to", &ipc::News::commandsUpTo),
                                                     field("stored_up_to", &ipc::News::storedUpTo),
                                                     field("journal_failing", &ipc::News::journalFailing)};

template <>
inline constexpr auto fields<ipc::PacketNews> =
    std::tuple{field("number", &ipc::PacketNews::number),
               field("at_ns", &ipc::PacketNews::at),
               field("direction", &ipc::PacketNews::direction),
               field("trouble", &ipc::PacketNews::trouble),
               field("id", &ipc::PacketNews::id),
               field("instruction", &ipc::PacketNews::instruction),
               field("text", &ipc::PacketNews::text),
               field("bytes", &ipc::PacketNews::bytes)};
template <>
inline constexpr auto fields<ipc::WireNews> = std::tuple{
    field("packets", &ipc::WireNews::packets),     field("next", &ipc::WireNews::next),
    field("let_go", &ipc::WireNews::letGo),        field("unheard_bytes", &ipc::WireNews::unheardBytes),
    field("watching", &ipc::WireNews::isWatching), field("more", &ipc::WireNews::hasMore)};

} // namespace servolane::drivers
