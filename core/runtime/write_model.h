// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/access/write/access_state.h"
#include "core/api/decision.h"
#include "core/bus/write/bus_state.h"
#include "core/motion/present.h"
#include "core/motion/write/react.h"
#include "core/registers/write/register_state.h"
#include "core/session/write/recording_state.h"

#include <memory>
#include <vector>

namespace servolane::runtime {

/// The write sides of all contexts as one: decides about commands, reacts to facts, and remembers only what
/// events told it. No I/O, no clock; what the present is, the caller says. Core thread only.
///
/// The caller passes every event that it publishes or receives to evolve(), in their order, and afterwards
/// every fact to react().
class WriteModel {
public:
    /// `recordings`: their folder, if there is one.
    explicit WriteModel(std::shared_ptr<const registers::ModelCatalog> catalog, std::string recordings = {});

    [[nodiscard]] api::Verdict decide(const api::Command& command, const motion::Present& present,
                                      Time now) const;
    /// What follows from a fact without anyone's command. The fact has been evolved.
    [[nodiscard]] api::Decision react(const api::EventBody& fact, const motion::Present& present,
                                      Time now) const;
    /// What follows from feedback and from the passing of time. Call it every few milliseconds.
    [[nodiscard]] api::Decision watch(const motion::Present& present, Time now,
                                      motion::Window window = motion::Window::alive) const;
    /// What must be known of an axis and is not. Call it seldom, while nothing of its own is under way.
    [[nodiscard]] api::Decision askAgain() const;
    /// What read-backs tell: RegisterRead for each register, AxisObserved where torque or mode were among
    /// them. That a write was confirmed (RegisterWritten) is in its decision's whenConfirmed.
    [[nodiscard]] std::vector<api::EventBody> conclude(BusId bus,
                                                       const std::vector<bus::ReadBack>& readBacks) const;
    /// `at` is the event's time.
    void evolve(const api::EventBody& event, Time at);

    [[nodiscard]] const motion::MotionState& motion() const { return motion_; }
    [[nodiscard]] const bus::BusState& buses() const { return buses_; }
    [[nodiscard]] const registers::RegisterState& registers() const { return registers_; }
    [[nodiscard]] const access::AccessState& access() const { return access_; }
    [[nodiscard]] const session::RecordingState& recording() const { return recording_; }

private:
    [[nodiscard]] std::vector<std::shared_ptr<const motion::Axis>>
    newOrReturned(const api::EventBody& fact, const api::Decision& decision) const;

    std::shared_ptr<const registers::ModelCatalog> catalog_;
    bus::BusState buses_;
    motion::MotionState motion_;
    registers::RegisterState registers_;
    session::RecordingState recording_;
    access::AccessState access_;
};

} // namespace servolane::runtime
