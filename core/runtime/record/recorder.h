// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kernel/snapshot_cell.h"
#include "core/runtime/core_inbox.h"
#include "core/runtime/event_bus.h"
#include "core/runtime/record/disk_watch.h"
#include "core/runtime/record/recorded_spans.h"
#include "core/session/read/recording_board.h"
#include "core/session/session_store.h"
#include "core/session/state_facts.h"

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace servolane::runtime {

struct RecorderSettings {
    std::string flightFolder; ///< empty: no flight recorder
    /// Of recordings that are named without their place; empty: the program's working directory.
    std::string namedFolder = {};
    std::string software = "Servolane";
    Duration segmentLength = std::chrono::hours{1};
    std::uint64_t segmentBytes = 256ULL * 1024 * 1024;
    Duration commitInterval =
        std::chrono::milliseconds{200}; ///< so that a killed process loses less than 250 ms
    /// After a failure of the flight recorder, until it tries a new segment.
    Duration retryInterval = std::chrono::seconds{10};
    Duration diskInterval = std::chrono::seconds{5}; ///< between two looks at the room on the disk
    DiskLimits disk;
    /// Called on the recorder's thread when a segment begins or fails, and at each look at a disk whose room
    /// is short: old segments may have to go. Must return at once.
    std::function<void()> segmentChanged;
};

/// Writes what happens to session files: the flight recorder from the first connection on, and named
/// recordings when asked. A failing disk ends the recording, says so, and holds up nobody; before a disk is
/// full old segments are asked to go, and if that does not help
/// the recordings on it are ended cleanly, so that there is room for the journal. The flight recorder
/// then tries a new segment from time to time. A recording whose file another program holds for longer than
/// its writer can wait goes on in another file beside it, which begins with what waited; where that cannot be
/// made, so many are told as lost. Recorder thread only, save post() and board().
class Recorder {
public:
    Recorder(Clock& clock, EventQueue& queue, EventBus& events, CoreInbox& core, Waker& waker,
             session::SessionStore* store, RecorderSettings settings, RecordedSpans* spans = nullptr);
    ~Recorder();

    /// StartRecording or StopRecording, accepted by the write model; any thread.
    void post(CommandId command, api::CommandBody body);
    [[nodiscard]] Time step(Time now);
    /// Closes the files cleanly; for the end of the program.
    void shutDown();
    [[nodiscard]] const SnapshotCell<session::RecordingBoard>& board() const { return board_; }

private:
    struct File {
        std::unique_ptr<session::SessionWriter> writer;
        session::RecordingView view;
        DiskWatch disk;
        bool dirty = false;
        Time from{};     ///< of its first samples
        Sequence stored; ///< all up to here is committed; 0: nothing is
        /// Another program holds it for writing.
        struct Held {
            Time since{};
            Time from{};    ///< of the first that is not stored
            Sequence until; ///< the last of `beginning`
            /// With which a file must begin in which this one goes on: what is needed to read it, and what
            /// was not stored when this was seen.
            std::vector<api::Event> beginning;
        };
        std::optional<Held> held;
    };
    struct Order {
        CommandId command;
        api::CommandBody body;
    };

    void take(const api::Event& event);
    void remember(const api::Event& event);
    void foldIntoBase(const api::Event& event);
    [[nodiscard]] std::vector<api::Event> beginningSince(Time from) const;
    void handle(const Order& order);
    [[nodiscard]] Result<void> begin(session::StartRecording start);
    /// `from`: the first moment whose samples and facts make it up. `start`: is in it, whether or not any
    /// are.
    [[nodiscard]] Result<std::unique_ptr<File>> open(const std::string& path, const std::string& name,
                                                     bool flight, Time from, Time start,
                                                     const std::vector<api::Event>& beginning);
    /// PATH_2.servolane, or the first number that is free.
    [[nodiscard]] Result<std::unique_ptr<File>> openBeside(const std::string& stem, int copy,
                                                           const std::string& name, bool flight, Time from,
                                                           const std::vector<api::Event>& beginning);
    /// Whether all of it is stored by now, or waits for another program.
    void noteHeld(File& file);
    [[nodiscard]] File::Held heldNow(const File& file) const;
    /// After a failure: the file in which it goes on with what waited, if there was any and it can be made.
    /// `error` says what became of that; `lost` how many of it are.
    [[nodiscard]] std::unique_ptr<File> goOn(File& failed, bool flight, Error& error, std::uint64_t& lost);
    /// The same where the recording ends there.
    void finishElsewhere(File& failed, bool flight, Error& error, std::uint64_t& lost);
    void write(std::unique_ptr<File>& file, const api::Event& event);
    void commit(std::unique_ptr<File>& file);
    [[nodiscard]] Result<void> close(std::unique_ptr<File>& file);
    void fail(std::unique_ptr<File>& file, const Error& error);
    void watchDisk(Time now);
    /// Ends a recording whose disk has no more room to spare.
    void endForRoom(std::unique_ptr<File>& file);
    /// Whether the disk that a recording ended for is still as full.
    void watchFullDisk();
    void keepFlight(Time now);
    [[nodiscard]] Result<std::unique_ptr<File>> openSegment(Time now);
    void flightFailed(const Error& error);
    void answer(CommandId command, const Result<void>& done);
    void publish(Time now);
    void fact(api::EventBody body);
    void noteLosses();

    Clock& clock_;
    EventQueue& queue_;
    EventBus& events_;
    CoreInbox& core_;
    Waker& waker_;
    session::SessionStore* store_;
    RecorderSettings settings_;
    RecordedSpans* spans_; ///< null: nobody wants to know
    std::mutex mutex_;
    std::deque<Order> orders_;
    std::unique_ptr<File> named_;
    std::unique_ptr<File> flight_;
    Error flightError_;
    Error flightLoss_;                ///< of a segment, of which part is lost, until another one ends well
    std::optional<Time> flightRetry_; ///< the flight recorder failed and tries again then
    bool hasConnected_ = false;       ///< the flight recorder runs from the first connection on
    /// What every new file must begin with, as it was before the first event of recent_: the newest of each.
    std::map<std::uint16_t, api::Event> connections_;
    std::map<std::uint16_t, api::Event> axes_;
    api::Event timePair_;
    session::StateFacts states_; ///< so that a replay knows how things stood when it began
    /// The last minute, for the preroll of a named recording.
    std::deque<api::Event> recent_;
    std::size_t recentSamples_ = 0;
    Sequence lastSeen_;
    std::uint64_t lossesSeen_ = 0;
    Error lastError_;
    std::string lastFinished_;
    Time commitDue_{};
    Time diskDue_{};
    std::optional<session::FullDisk> full_;
    bool roomAsked_ = false; ///< a disk was exhausted at the last look, and whoever can make room knows
    SnapshotCell<session::RecordingBoard> board_;
};

} // namespace servolane::runtime
