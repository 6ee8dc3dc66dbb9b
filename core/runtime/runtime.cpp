// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/runtime.h"

#include "core/access/read/access_board_projection.h"
#include "core/bus/read/bus_board_projection.h"
#include "core/bus/read/wire_log_projection.h"
#include "core/journal/read/command_log_projection.h"
#include "core/journal/read/event_lane_projection.h"
#include "core/kernel/thread_setup.h"
#include "core/motion/read/axis_board_projection.h"
#include "core/motion/read/machine_board_projection.h"
#include "core/registers/read/register_board_projection.h"
#include "core/registers/read/settings_history_projection.h"
#include "core/registers/read/wire_names.h"
#include "core/runtime/core_loop.h"
#include "core/runtime/projector.h"
#include "core/runtime/record/journal_loop.h"
#include "core/runtime/record/recall_loop.h"
#include "core/runtime/run_loop.h"
#include "core/runtime/wire/bus_host.h"
#include "core/telemetry/read/trace_store.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <utility>

namespace servolane::runtime {

namespace {
/// Cycles that a consumer may lag behind: at 200 Hz more than a minute, flat out about a second.
constexpr std::size_t feedbackCapacity = 16384;
} // namespace

namespace {

/// Null: no axis of this bus has that id. Lives as long as the board.
const registers::ServoModel* modelOf(const motion::AxisBoard& board, BusId bus, int id) {
    for (const motion::AxisView& view : board.axes)
        if (view.axis->bus == bus && int{view.axis->servo.value} == id) return view.axis->model.get();
    return nullptr;
}

} // namespace

struct Runtime::Machinery {
    explicit Machinery(RuntimeParts parts)
        : clock(parts.clock)
        , factory(std::move(parts.buses))
        , models(parts.models)
        , model(parts.models, parts.recorder.namedFolder)
        , settings(parts.models, std::move(parts.settingsPast))
        , recall(std::make_shared<telemetry::Recall>(recallWaker))
        // Without recordings what memory gives up is gone.
        , traces(traceCell, telemetry::TraceLimits{parts.traceBudget, parts.sessions ? recall : nullptr})
        , projector(projectorQueue,
                    {&busBoard, &axisBoard, &eventLane, &registerBoard, &settings, &accessBoard,
                     &machineBoard, &traces, &wireLog},
                    commandLog)
        , recorder(clock, recorderQueue, events, inbox, recorderWaker, parts.sessions,
                   std::move(parts.recorder), &spans)
        , recallLoop(*recall, spans, parts.sessions)
        , journal(journalQueue, std::move(parts.journal))
        , core(clock, inbox, events, stops, cells, model,
               {[this](bus::Request request) { buses().post(std::move(request)); },
                [this](CommandId id, const api::CommandBody& body) { recorder.post(id, body); }, &window,
                &leases, [this](CommandId id) { return buses().withdraw(id); }})
        , lastCommand(parts.commandsFrom.value) {
        events.subscribe(projectorQueue);
        events.subscribe(recorderQueue);
        events.subscribe(journalQueue);
    }

    /// Made at first use, when it is known whether the buses have threads.
    BusHost& buses() {
        if (!host) {
            const auto threads = threaded ? BusHost::Threads::one : BusHost::Threads::none;
            host = std::make_unique<BusHost>(clock, events, inbox, stops, leases, cells, factory, threads,
                                             &taps, models);
        }
        return *host;
    }

    template <class Step>
    std::thread loopThread(const char* name, Waker& waker, Step step) {
        return std::thread([this, name, &waker, step] {
            nameThread(name);
            runLoop(
                clock, waker, [this] { return ending.load(std::memory_order_acquire); }, step);
        });
    }

    Clock& clock;
    BusFactory factory;
    std::shared_ptr<const registers::ModelCatalog> models;
    Waker coreWaker;
    Waker projectorWaker;
    Waker recorderWaker;
    Waker journalWaker;
    Waker recallWaker;
    CoreInbox inbox{coreWaker};
    EventBus events;
    EventQueue projectorQueue{feedbackCapacity, projectorWaker};
    EventQueue recorderQueue{feedbackCapacity, recorderWaker};
    EventQueue journalQueue{0, journalWaker};
    StopLatch stops;
    LeaseTable leases;
    WindowPulse window;
    LatestCells cells;
    WriteModel model;
    bus::WireTaps taps;
    bus::BusBoardProjection busBoard;
    motion::AxisBoardProjection axisBoard;
    bus::WireLogProjection wireLog{taps, bus::WireLogProjection::usualBudget,
                                   [this](BusId bus, std::span<const bus::WireTouch> touches) {
                                       const auto board = axisBoard.board().read();
                                       return registers::namesOf(
                                           [&](int id) { return modelOf(*board, bus, id); }, touches);
                                   }};
    journal::CommandLogProjection commandLog;
    journal::EventLaneProjection eventLane;
    registers::RegisterBoardProjection registerBoard;
    access::AccessBoardProjection accessBoard;
    motion::MachineBoardProjection machineBoard;
    registers::SettingsHistoryProjection settings;
    SnapshotCell<telemetry::TraceSet> traceCell;
    std::shared_ptr<telemetry::Recall> recall;
    telemetry::TraceStore traces;
    RecordedSpans spans;
    Projector projector;
    Recorder recorder;
    RecallLoop recallLoop;
    JournalLoop journal;
    CoreLoop core;
    std::unique_ptr<BusHost> host;
    bool threaded = false;
    std::atomic<bool> ending = false;
    bool ended = false;
    journal::UnstoredFacts unstored;
    std::atomic<std::uint64_t> lastCommand;
    std::thread coreThread;
    std::thread projectorThread;
    std::thread recorderThread;
    std::thread journalThread;
    std::thread recallThread;
};

Runtime::Runtime(RuntimeParts parts)
    : machinery_(std::make_unique<Machinery>(std::move(parts))) {}

Runtime::~Runtime() {
    shutDown();
}

void Runtime::adoptJournal(std::unique_ptr<journal::JournalWriter> journal, CommandId commandsFrom) {
    machinery_->journal.adopt(std::move(journal));
    machinery_->lastCommand.store(commandsFrom.value, std::memory_order_relaxed);
}

void Runtime::start() {
    Machinery& m = *machinery_;
    m.threaded = true;
    const auto quietly = [](auto step) {
        return [step, lowered = false](Time now) mutable {
            if (!std::exchange(lowered, true)) lowerPriority();
            return step(now);
        };
    };
    m.projectorThread = m.loopThread("projector", m.projectorWaker,
                                     quietly([&m](Time now) { return m.projector.step(now); }));
    m.recorderThread =
        m.loopThread("recorder", m.recorderWaker, quietly([&m](Time now) { return m.recorder.step(now); }));
    m.journalThread =
        m.loopThread("journal", m.journalWaker, quietly([&m](Time now) { return m.journal.step(now); }));
    m.recallThread =
        m.loopThread("recall", m.recallWaker, quietly([&m](Time now) { return m.recallLoop.step(now); }));
    m.coreThread = m.loopThread("core", m.coreWaker, [&m, eager = false](Time now) mutable {
        if (!std::exchange(eager, true)) preferShortTurns();
        return m.core.step(now);
    });
}

void Runtime::shutDown() {
    Machinery& m = *machinery_;
    if (std::exchange(m.ended, true)) return;
    // Producers end before consumers, so that every fact of the end finds its way to disk.
    if (m.threaded) {
        m.ending.store(true, std::memory_order_release);
        m.coreWaker.wake();
        m.coreThread.join();
    }
    if (m.host) m.host->shutDown();
    static_cast<void>(m.core.step(m.clock.now()));
    if (m.threaded) {
        for (Waker* waker : {&m.projectorWaker, &m.recorderWaker, &m.journalWaker, &m.recallWaker})
            waker->wake();
        m.projectorThread.join();
        m.recorderThread.join();
        m.journalThread.join();
        m.recallThread.join();
    }
    m.recall->end(); // the screen may keep its traces a little longer
    m.recorder.shutDown();
    static_cast<void>(m.core.step(m.clock.now()));
    m.unstored = m.journal.finish();
    static_cast<void>(m.projector.step(m.clock.now()));
}

Time Runtime::step() {
    Machinery& m = *machinery_;
    const auto now = [&m] { return m.clock.now(); };
    Time next = m.core.step(now());
    if (m.host) next = std::min(next, m.host->stepAll(now()));
    next = std::min(next, m.core.step(now()));
    next = std::min(next, m.recorder.step(now()));
    static_cast<void>(m.journal.step(now()));
    static_cast<void>(m.recallLoop.step(now()));
    return std::min(next, m.projector.step(now()));
}

CommandId Runtime::send(api::CommandBody body, api::Asker asker) {
    if (std::holds_alternative<motion::Stop>(body)) return stop(asker);
    Machinery& m = *machinery_;
    const CommandId id{m.lastCommand.fetch_add(1, std::memory_order_relaxed) + 1};
    m.inbox.post(api::Command{id, asker, m.clock.now(), std::move(body)});
    return id;
}

CommandId Runtime::stop(api::Asker asker) {
    Machinery& m = *machinery_;
    const Time now = m.clock.now();
    const StopGeneration generation = m.stops.latch(now);
    const CommandId id{m.lastCommand.fetch_add(1, std::memory_order_relaxed) + 1};
    m.inbox.post(StopNote{{id, asker, now, motion::Stop{}}, generation});
    return id;
}

void Runtime::renewLease(AxisId axis, Duration validFor, api::Asker asker) {
    machinery_->leases.renew(axis, asker, machinery_->clock.now() + validFor);
}

/// At once for the bus thread, and once more when the core thread has come to the end of what was sent
/// before.
void Runtime::leave(api::Asker asker) {
    machinery_->leases.giveUp(asker);
    machinery_->inbox.post(LeaveNote{asker});
}

void Runtime::heartbeat() {
    machinery_->window.beat(machinery_->clock.now());
}

void Runtime::setTraceBudget(std::size_t bytes) {
    machinery_->traces.setBudget(bytes);
}

api::ReadModels Runtime::readModels() const {
    const Machinery& m = *machinery_;
    return {m.busBoard.board(),   m.axisBoard.board(),   m.commandLog.log(),
            m.eventLane.lane(),   m.traceCell,           m.registerBoard.board(),
            m.recorder.board(),   m.accessBoard.board(), m.machineBoard.board(),
            &m.settings.history()};
}

api::WireMonitor& Runtime::wireMonitor() {
    return machinery_->wireLog;
}

Sequence Runtime::storedUpTo() const {
    return machinery_->journal.storedUpTo();
}

bool Runtime::journalIsFailing() const {
    return machinery_->journal.isFailing();
}

const journal::UnstoredFacts& Runtime::unstoredFacts() const {
    return machinery_->unstored;
}

} // namespace servolane::runtime
