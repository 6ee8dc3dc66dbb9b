// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/replay.h"
#include "core/journal/read/command_log.h"
#include "core/kernel/clock.h"
#include "core/kernel/snapshot_cell.h"
#include "core/runtime/latest_samples.h"
#include "core/runtime/replay/keyframes.h"
#include "core/runtime/replay/replay_models.h"
#include "core/session/read/recording_board.h"
#include "core/telemetry/read/session_outline.h"

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace servolane::registers {
class SettingsHistoryProjection;
}

namespace servolane::runtime {

/// Plays a recording: facts go through the same projections as live ones, with keyframes in between; samples
/// stay in the file until somebody looks at them. Its own connection. step() and the destructor belong to the
/// thread that made it, or start() gives step() a thread of its own.
class Player final : public api::Replay {
public:
    /// Opens nothing yet. `clock` and `store` outlive it.
    Player(Clock& clock, session::SessionStore& store, std::string path);
    ~Player() override;

    void start();
    /// One turn; returns when the next is due, Time::max() if nothing is to be done.
    [[nodiscard]] Time step(Time now);

    [[nodiscard]] api::ReadModels models() const override;
    [[nodiscard]] std::shared_ptr<const api::ReplayState> state() const override { return state_.read(); }
    [[nodiscard]] std::shared_ptr<const telemetry::SessionTraces> recorded() const override {
        return recordedCell_.read();
    }
    [[nodiscard]] UtcTime utcAt(Time at) const override;
    void setPlaying(bool playing) override;
    void setSpeed(double speed) override;
    void seek(Time at) override;
    void stepEvent(int direction) override;
    void setLoop(std::optional<std::pair<Time, Time>> loop) override;

private:
    /// Changes what is played as of `now`, on whichever thread asks.
    template <class Change>
    void change(const Change& change);
    [[nodiscard]] Time nearestMark(Time at, int direction) const;

    // The player's thread.
    void open();
    [[nodiscard]] Result<void> read();
    [[nodiscard]] Result<void> readFacts();
    void show(Time at);
    void foldUpTo(std::size_t facts);
    void foldSettings(std::size_t facts);
    void publish(Time at);
    void publishBuses(const motion::AxisBoard& axes, Time at);
    void publishTraces(const motion::AxisBoard& axes);
    void stopAtTheEnd();

    Clock& clock_;
    session::SessionStore& store_;
    std::string path_;
    Waker waker_;
    std::atomic<bool> ending_ = false;
    std::thread thread_;
    session::JobProgress progress_;

    std::unique_ptr<session::SessionReader> reader_;
    telemetry::RunsByAxis runs_;
    std::optional<LatestSamples> latest_;
    std::shared_ptr<const telemetry::SessionTraces> outline_;
    std::vector<const telemetry::FormerTrace*> held_; ///< of its former ones: shown now
    std::shared_ptr<telemetry::Recall> recall_;
    std::vector<api::Event> facts_; ///< by time
    Keyframes keyframes_;
    ReplayModels models_;
    std::size_t folded_ = 0;
    std::unique_ptr<registers::SettingsHistoryProjection> settings_;
    std::vector<std::size_t> settingsFacts_; ///< places of those that tell of settings
    std::size_t settingsFolded_ = 0;
    std::optional<Time> shown_;
    bool opened_ = false;

    mutable std::mutex mutex_; ///< of changes to state_: it is read and written in one piece
    SnapshotCell<api::ReplayState> state_;
    SnapshotCell<bus::BusBoard> busCell_;
    SnapshotCell<motion::AxisBoard> axisCell_;
    SnapshotCell<journal::EventLane> laneCell_;
    SnapshotCell<telemetry::TraceSet> traceCell_;
    SnapshotCell<telemetry::SessionTraces> recordedCell_;
    SnapshotCell<session::RecordingBoard> recordingCell_;
    SnapshotCell<registers::SettingsHistory> settingsCell_;
};

} // namespace servolane::runtime
