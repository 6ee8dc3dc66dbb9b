// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/decision.h"
#include "core/runtime/window_pulse.h"
#include "core/runtime/wire/bus_context.h"
#include "core/runtime/write_model.h"

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>

namespace servolane::runtime {

/// The core thread's loop: takes commands and bus facts from the one inbox, lets the write model decide,
/// publishes what happened and hands requests to the buses. No I/O. step() belongs to the core thread.
class CoreLoop {
public:
    struct Ways {
        std::function<void(bus::Request)> toBus;
        /// StartRecording and StopRecording that passed the policies; answered by a RequestFinished of bus 0.
        std::function<void(CommandId, const api::CommandBody&)> toRecorder;
        const WindowPulse* window = nullptr; ///< null: nobody watches a window
        LeaseTable* leases = nullptr;        ///< lapse when the machine has slept
        /// Takes back what no bus has begun of a command; how many requests that were. Empty: cannot be.
        std::function<std::size_t(CommandId)> takeBack = {};
    };

    CoreLoop(Clock& clock, CoreInbox& inbox, EventBus& events, StopLatch& stops, LatestCells& cells,
             WriteModel& model, Ways ways);

    /// Returns when it wants to be called again at the latest.
    [[nodiscard]] Time step(Time now);

private:
    /// What is known of a command between its acceptance and its end.
    struct Pending {
        Time at{};
        Time overdue{};       ///< without a sign of life until then, the command has timed out
        std::size_t open = 0; ///< requests without an answer
        bool sent = false;
        bool confirmed = true;
        bool superseded = false;
        Error error;
        Duration latency{};
        std::uint32_t retries = 0;
        std::vector<api::EventBody> whenConfirmed;
        std::vector<api::EventBody> whenFailed;
        std::vector<bus::Request> rests; ///< what follows if it failed and may have been heard
    };
    /// A stop that waits for its buses.
    struct PendingStop {
        CommandId command;
        Time at{};
        std::set<std::uint16_t> buses; ///< that have not served it
        std::vector<motion::StoppedAxis> axes;
    };

    void take(const api::Command& command);
    void take(const StopNote& note);
    void take(const FactNote& note);
    void take(const bus::RequestSent& sent);
    void take(const bus::RequestFinished& finished);
    void take(const StopServed& served);
    void take(const LeaveNote& note);

    void apply(api::Decision decision, CommandId cause, Time at);
    void happen(api::EventBody body, CommandId cause);
    void happen(api::EventBody body, CommandId cause, Time at);
    /// Lets the write model answer what it has itself made happen, after the note that led to it is dealt
    /// with.
    void followUp();
    void conclude(CommandId command, Pending& pending);
    void finishStop(StopGeneration generation);
    /// What no bus thread has answered in its time ends: nothing is pending for ever.
    void endOverdue(Time now);
    void giveUp(const std::set<std::uint16_t>& buses);
    void noteSleep(Time now);
    void askAgain(Time now);
    void noteEffects(const api::EventBody& body);
    [[nodiscard]] CommandId internalCommand() { return {internalBit | ++internal_}; }
    [[nodiscard]] static bool isInternal(CommandId id) { return (id.value & internalBit) != 0; }

    static constexpr std::uint64_t internalBit = 1ULL << 63;

    Clock& clock_;
    CoreInbox& inbox_;
    EventBus& events_;
    StopLatch& stops_;
    LatestCells& cells_;
    WriteModel& model_;
    Ways ways_;
    motion::Present present_;
    std::deque<api::EventBody> followUps_;
    std::unordered_map<CommandId, Pending> pending_;
    std::map<StopGeneration, PendingStop> stopping_;
    std::set<std::uint16_t> openBuses_;
    /// The newest service of each bus: a bus may have served a stop before the note of it arrives here.
    std::map<std::uint16_t, StopServed> lastServed_;
    std::uint64_t internal_ = 0;
    Duration slept_{};
    Time lastStep_{};
    Time watchDue_{};
    Time pairDue_{};
    Time askDue_{};
    Duration askPause_{};
};

} // namespace servolane::runtime
