// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/runtime/wire/bus_context.h"
#include "core/runtime/wire/bus_parts.h"
#include "core/runtime/wire/bus_scan.h"
#include "core/runtime/wire/link_meter.h"
#include "core/runtime/wire/mailbox.h"
#include "core/runtime/wire/poll_group.h"
#include "core/runtime/wire/request_runner.h"
#include "core/runtime/wire/rest_keeper.h"
#include "core/runtime/wire/stop_service.h"
#include "core/runtime/wire/stream_runner.h"
#include "core/runtime/wire/watchdog_keeper.h"

#include <atomic>
#include <memory>

namespace servolane::runtime {

/// One serial link, as a loop of steps. In each: the stop latch; requests by priority; streamed goals; one
/// group read; what else fits (slow registers, probes of silent axes). A lost line is opened again by itself,
/// twice a second. post() may be called from any thread; all else belongs to the bus thread.
class BusLoop {
public:
    BusLoop(BusContext context, const BusFactory& factory, const bus::LinkSettings& link);
    ~BusLoop();
    BusLoop(const BusLoop&) = delete;
    BusLoop& operator=(const BusLoop&) = delete;

    void post(bus::Request request);
    /// What was posted for this command and waits is forgotten, unanswered. Any thread.
    std::size_t withdraw(CommandId command) { return mailbox_.withdraw(command); }
    /// Returns when it wants to be called again; not later than now means at once.
    [[nodiscard]] Time step(Time now);
    /// Closed by request, or never opened: the loop is done for. Any thread.
    [[nodiscard]] bool isFinished() const { return finished_.load(std::memory_order_acquire); }
    /// Wakes the thread that steps this loop.
    [[nodiscard]] Waker& waker() { return waker_; }
    /// Closes the line; for the end of the program.
    void shutDown();

private:
    enum class Phase : std::uint8_t { idle, opening, open, lost, finished };

    void finish();
    void serveStop();
    void rushStop();
    void sweepMotion();
    void goOnStopping(Time now);
    void reportStop(Time now);
    void notePause(Time now);
    [[nodiscard]] StopService::Strangers strangers() const;
    [[nodiscard]] std::optional<Error> reasonAgainstScan(bool leavesHome) const;
    [[nodiscard]] Result<void> serveRequests(Time now);
    [[nodiscard]] Result<void> serveMotion();
    [[nodiscard]] bool stopIsDue() const { return served_ < context_.stops.generation(); }
    void awaitDecision(Time now);
    void dispatch(Letter letter);
    void answer(const Letter& letter, bus::RequestOutcome outcome, Error error = {});
    void handle(Letter& letter, const bus::OpenWork& work);
    void handle(Letter& letter, const bus::CloseWork& work);
    void handle(Letter& letter, const bus::ScanWork& work);
    void handle(Letter& letter, const bus::CancelScanWork& work);
    void handle(Letter& letter, const bus::PollWork& work);
    void handle(Letter& letter, const bus::PollRateWork& work);
    void handle(Letter& letter, const bus::LinkBaudWork& work);
    void handle(Letter& letter, const bus::PollPlanWork& work);
    void handle(Letter& letter, const bus::FaultWork& work);
    void handle(Letter& letter, const bus::ResumeWork& work);
    void handle(Letter& letter, const bus::JogStream& work);
    void handle(Letter& letter, const bus::EndStream& work);
    void handle(Letter& letter, const bus::StepsWork& work);
    void handle(Letter& letter, const bus::RestWork& work);

    void comeToRest();
    void keepAtRest(Time now);
    void finishStopping();
    [[nodiscard]] std::optional<Error> reasonOfMotion();
    void answerEnds(bus::RequestOutcome otherwise);

    [[nodiscard]] Result<void> runScan(Time now);
    [[nodiscard]] Result<void> runCycle(Time now);
    [[nodiscard]] Result<void> useIdleTime(Time now);
    [[nodiscard]] Result<void> settleDoubt();
    void lose(const Error& error);
    void tryReopen(Time now);
    void moveTo(const std::string& path);
    void measure(Time now);
    [[nodiscard]] Time nextWanted(Time now) const;
    [[nodiscard]] Duration period() const;

    Waker waker_;
    Waker breakOff_; ///< ends a silent wait of the transport when a stop is latched
    BusContext context_;
    BusParts parts_;
    Error partsError_;
    bus::LinkSettings link_;
    Mailbox mailbox_{waker_};
    Phase phase_ = Phase::idle;
    std::atomic<bool> finished_ = false;
    std::unique_ptr<PollGroup> group_;
    std::unique_ptr<WatchdogKeeper> watchdogs_;
    Doubts doubts_;
    std::unique_ptr<RestKeeper> rests_;
    std::unique_ptr<RequestRunner> motion_;
    std::unique_ptr<RequestRunner> registers_;
    std::unique_ptr<StreamRunner> streams_;
    std::unique_ptr<StopService> stop_;
    std::unique_ptr<BusScan> scan_;
    LinkMeter meter_;
    std::optional<Letter> openLetter_;
    std::optional<Letter> scanLetter_;
    std::vector<Letter> endLetters_; ///< ends of streams that are not at rest yet
    StopGeneration served_;
    Duration stopPatience_{};
    Duration slept_{};
    Time wanted_{}; ///< when the next step was asked for
    Time lastCycle_{};
    Time cycleDue_{};
    Time lastSlow_{};
    Duration slowCost_ = std::chrono::milliseconds{1};
    Time reopenDue_{};
    bool answersChange_ = false; ///< a request under way sets how a servo answers
    bool moved_ = false;         ///< the line is to be opened under another name than it was
};

} // namespace servolane::runtime
