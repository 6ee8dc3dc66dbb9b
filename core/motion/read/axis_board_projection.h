// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/projection.h"
#include "core/kernel/snapshot_cell.h"
#include "core/motion/read/axis_board.h"

#include <map>

namespace servolane::motion {

/// Folds what happened to axes, and the newest feedback, into the AxisBoard. Projector thread; board() from
/// any.
class AxisBoardProjection final : public api::Projection {
public:
    void apply(const api::Event& event) override;
    void publish(Time now) override;
    [[nodiscard]] const SnapshotCell<AxisBoard>& board() const { return cell_; }

private:
    AxisView* find(AxisId id);
    void endActivity(AxisId axis);
    void on(const AxisConfigured& fact);
    void on(const AxisObserved& fact);
    void on(const TorqueEnabled& fact);
    void on(const TorqueDisabled& fact);
    void on(const ModeChanged& fact);
    void on(const MoveStarted& fact);
    void on(const MoveArrived& fact);
    void on(const MoveEnded& fact);
    void on(const VelocityStarted& fact);
    void on(const JogStarted& fact);
    void on(const JogEnded& fact);
    void on(const AxisHalted& fact);
    void on(const HardwareErrorRaised& fact);
    void on(const HardwareErrorCleared& fact);
    void on(const TravelLimitsSet& fact);
    void on(const AxisReferenced& fact);
    void on(const ReferenceLost& fact);
    void on(const OtherModelFound& fact);
    void on(const ModelAdopted& fact);
    void on(const StopLatched& fact);
    void on(const StopFinished& fact);
    void on(const StopReset& fact);
    void on(const bus::BusConnected& fact);
    void on(const bus::PollRateSet& fact);
    void on(const bus::BusDisconnected& fact);
    void on(const bus::AxisFellSilent& fact);
    void on(const bus::OtherServoFound& fact);
    void on(const bus::AxisReturned& fact);
    void on(const bus::AxisAnswers& fact);
    void on(const bus::WatchdogArmed& fact);
    void on(const bus::WatchdogCleared& fact);
    void on(const bus::WatchdogTripped& fact);
    void on(const AxisStopped& fact);
    void on(const registers::RegisterRead& fact);
    void on(const bus::LinkMeasured& sample);
    void on(const api::FeedbackPointer& cycle);
    void on(const api::CommandAccepted& fact);
    void on(const api::CommandConfirmed& fact) { settle(fact.command); }
    void on(const api::CommandFailed& fact) { settle(fact.command); }
    void on(const api::CommandSuperseded& fact) { settle(fact.command); }
    void settle(CommandId command);
    void fold(AxisView& view, const telemetry::AxisSample& sample, Time time);
    void noteStopped(const StoppedAxis& stopped);
    void noteSupply(AxisView& view);

    AxisBoard working_;
    std::map<std::uint16_t, Duration> periods_; ///< by bus
    std::map<AxisId, double> mostDrawn_;        ///< A, or % where load is told instead
    Time eventTime_{};
    CommandId cause_;
    std::vector<AxisStopped> early_; ///< stopped before the stop of all buses was finished
    bool changed_ = false;
    SnapshotCell<AxisBoard> cell_;
};

/// The one word for an axis: the worst that is true of it.
[[nodiscard]] AxisState stateOf(const AxisView& view, bool stopLatched);

} // namespace servolane::motion
