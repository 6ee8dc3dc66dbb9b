// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/journal/read/event_lane_projection.h"

#include <charconv>

namespace servolane::journal {

namespace {

struct Told {
    LaneKind kind = LaneKind::outcome;
    std::string details;
};

std::string number(double value) {
    char text[32];
    const auto end = std::to_chars(text, text + sizeof text, value, std::chars_format::fixed, 2).ptr;
    return {text, end};
}

std::string stopSummary(const motion::StopFinished& stop) {
    std::size_t confirmed = 0;
    for (const auto& axis : stop.axes)
        confirmed += axis.confirmed ? 1 : 0;
    return std::to_string(confirmed) + " of " + std::to_string(stop.axes.size()) + " confirmed, " +
           number(milliseconds(stop.took)) + " ms";
}

struct Teller {
    using Answer = std::optional<Told>;
    template <class T>
    Answer operator()(const T&) const {
        return std::nullopt;
    }

    Answer operator()(const api::CommandAccepted& e) const {
        // Renewed goals and reads would hide what matters; a note speaks for itself.
        for (const std::string_view untold : {"ReadRegister", "ReadAllRegisters", "AddNote"})
            if (e.description.kind == untold) return std::nullopt;
        return Told{LaneKind::command, e.description.kind + ' ' + e.description.details};
    }
    Answer operator()(const api::CommandRejected& e) const {
        return Told{LaneKind::outcome,
                    e.description.kind + " rejected: " + std::string(api::toString(e.rejection.code))};
    }
    Answer operator()(const api::CommandFailed& e) const {
        if (e.error.code == ErrorCode::timeout) return Told{LaneKind::outcome, "timed out"};
        return Told{LaneKind::outcome, "failed: " + std::string(servolane::toString(e.error.code))};
    }
    Answer operator()(const motion::MoveArrived& e) const {
        return Told{LaneKind::outcome, "arrived actual=" + number(e.actual.value)};
    }
    Answer operator()(const motion::MoveEnded& e) const {
        return Told{LaneKind::outcome, "ended: " + std::string(motion::toString(e.reason))};
    }
    Answer operator()(const motion::TorqueDisabled& e) const {
        if (!e.borrower) return std::nullopt;
        return Told{LaneKind::outcome,
                    "torque off: " + api::spoken(*e.borrower) + ", who had it on, has left"};
    }
    Answer operator()(const motion::JogEnded& e) const {
        return Told{LaneKind::outcome, "jog ended: " + std::string(motion::toString(e.reason))};
    }
    Answer operator()(const registers::RegisterWritten& e) const {
        const std::string before = e.before ? std::to_string(*e.before) : "?";
        return Told{LaneKind::registerWrite, e.name + ' ' + before + "→" + std::to_string(e.after)};
    }
    Answer operator()(const motion::HardwareErrorRaised& e) const {
        return Told{LaneKind::hardwareError, "bits=" + std::to_string(e.bits)};
    }
    Answer operator()(const motion::HardwareErrorCleared&) const {
        return Told{LaneKind::hardwareError, "cleared"};
    }
    Answer operator()(const bus::BusConnected& e) const { return Told{LaneKind::link, e.link.line.path}; }
    Answer operator()(const bus::BusLost& e) const { return Told{LaneKind::link, "lost: " + e.error.detail}; }
    Answer operator()(const bus::BusRestored&) const { return Told{LaneKind::link, "restored"}; }
    Answer operator()(const bus::AxisFellSilent&) const { return Told{LaneKind::link, "silent"}; }
    Answer operator()(const bus::AxisReturned&) const { return Told{LaneKind::link, "answers again"}; }
    Answer operator()(const bus::OtherServoFound& e) const {
        return Told{LaneKind::link, "another servo answers: model " + std::to_string(e.found.modelNumber) +
                                        " firmware " + std::to_string(e.found.firmware)};
    }
    Answer operator()(const motion::ServoConfirmed& e) const {
        return Told{LaneKind::link, "servo confirmed: model " + std::to_string(e.servo.modelNumber) +
                                        " firmware " + std::to_string(e.servo.firmware)};
    }
    Answer operator()(const bus::AxisAnswers& e) const {
        return Told{LaneKind::link, "answers " + std::string(bus::toString(e.to))};
    }
    Answer operator()(const bus::DuplicateIdSuspected& e) const {
        return Told{LaneKind::link, "two servos may have id " + std::to_string(e.servo.value)};
    }
    Answer operator()(const bus::FaultInjected& e) const { return Told{LaneKind::link, "fault " + e.fault}; }
    Answer operator()(const session::NoteAdded& e) const {
        std::string span;
        if (e.ago > Duration{}) span = "from " + number(seconds(e.ago)) + " s before";
        if (e.lasting > Duration{})
            span += (span.empty() ? "for " : ", for ") + number(seconds(e.lasting)) + " s";
        return Told{LaneKind::note, span.empty() ? e.text : e.text + " (" + span + ")"};
    }
    Answer operator()(const session::SamplesLost& e) const {
        return Told{LaneKind::link, std::to_string(e.count) + " samples lost"};
    }
    Answer operator()(const session::RecordingStopped& e) const {
        // What was lost before has its marks; only what the end itself lost has none.
        if (e.lost == 0 || e.error.code == ErrorCode::none) return std::nullopt;
        return Told{LaneKind::link, std::to_string(e.lost) + " samples and events lost: " + e.path};
    }
    Answer operator()(const motion::StopLatched&) const { return Told{LaneKind::stop, "stop"}; }
    Answer operator()(const motion::StopFinished& e) const { return Told{LaneKind::stop, stopSummary(e)}; }
    Answer operator()(const motion::AxisStopped& e) const {
        return Told{LaneKind::stop,
                    e.stopped.confirmed ? "stopped later, confirmed" : "stopped later, not confirmed"};
    }
    Answer operator()(const motion::StopReset&) const { return Told{LaneKind::stop, "reset"}; }
    Answer operator()(const bus::WatchdogTripped&) const {
        return Told{LaneKind::link, "bus watchdog tripped"};
    }
    Answer operator()(const session::MachineResumed& e) const {
        return Told{LaneKind::link, "away for " + number(seconds(e.away)) + " s"};
    }
};

} // namespace

std::optional<LaneMark> laneMarkOf(const api::Event& event) {
    const auto told = std::visit(Teller{}, event.body);
    if (!told) return std::nullopt;
    return LaneMark{event.time,    told->kind, api::axisOf(event.body), std::string(api::kindOf(event.body)),
                    told->details, event.cause};
}

void EventLaneProjection::apply(const api::Event& event) {
    upTo_ = event.sequence;
    auto mark = laneMarkOf(event);
    if (!mark) return;
    changed_ = true;
    marks_.push_back(std::move(*mark));
    if (marks_.size() > EventLane::capacity) marks_.pop_front();
}

void EventLaneProjection::publish(Time) {
    if (!changed_) return;
    changed_ = false;
    auto lane = std::make_shared<EventLane>();
    lane->upTo = upTo_;
    lane->marks.assign(marks_.begin(), marks_.end());
    cell_.publish(std::move(lane));
}

} // namespace servolane::journal
