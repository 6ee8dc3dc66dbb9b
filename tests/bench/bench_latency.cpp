// SPDX-License-Identifier: GPL-3.0-or-later
// From CommandBus::send to the first byte on the line, and from CommandBus::stop to the first byte of the
// stop, with 24 axes on a paced 4 Mbit/s line: polled now and then ("idle"), and flat out while a scope draws
// sixteen of them, a recording runs and an export too ("loaded"). Of the stops under load, one in twenty
// lies inside one block of the GUI thread that lasts five seconds, from the press to the confirmation. Limit:
// one transaction on the wire, since that is what a command may have to wait for. "transactions before wire"
// counts what began on the line between the send and the first byte of the command: 0 means that it waited
// for nothing but what was under way. It tells of the order of things where times tell of a busy machine.
//
// Before each stop all axes are switched on and set moving, and the stop is pressed once every one of them is
// seen to move; afterwards it is reset. Inside the block one axis moves, another each time: fifty times all
// of them would take longer than it lasts. The journal is the real one, on the disk of the temporary folder.
// A command or a stop that was not confirmed, that never reached the wire, or that found an axis at rest
// makes the exit code 1, and so does a block with fewer stops than one in twenty.
#include "core/kernel/thread_setup.h"
#include "drivers/export/exporter.h"
#include "drivers/families/families.h"
#include "drivers/sqlite/journal_writer.h"
#include "drivers/sqlite/session_store.h"
#include "tests/bench/bench_line.h"
#include "tests/bench/bench_session.h"
#include "tests/bench/running_bus.h"
#include "tests/bench/simulated_line.h"

#include "ui/scope/scope_view.h"

#include <QApplication>
#include <atomic>
#include <cmath>

using namespace servolane;

namespace {

constexpr std::uint8_t axes = 24;
constexpr std::uint8_t writeInstruction = 0x03;
constexpr std::uint8_t goalPosition = 116;
constexpr std::uint8_t torqueEnable = 64;

/// When the bytes we look for were handed to the line.
struct Watch {
    std::atomic<std::int64_t> goal = 0;
    std::atomic<std::int64_t> stop = 0;
    std::atomic<std::int64_t> begun = 0;       ///< transactions on the line so far
    std::atomic<std::int64_t> begunAtGoal = 0; ///< before the one with the goal
};

class WatchedTransport final : public bus::Transport {
public:
    WatchedTransport(std::unique_ptr<bus::Transport> inner, Clock& clock, Watch& watch)
        : inner_(std::move(inner))
        , clock_(clock)
        , watch_(watch) {}
    Result<void> open(const bus::LineSettings& settings) override { return inner_->open(settings); }
    void close() override { inner_->close(); }
    bool isOpen() const override { return inner_->isOpen(); }
    Result<void> setBaud(std::uint32_t baud) override { return inner_->setBaud(baud); }
    Result<void> write(ByteView bytes) override {
        // Header FF FF FD 00, id, length (2), instruction, address (2).
        if (bytes.size() > 9 && bytes[7] == writeInstruction) {
            // The first time counts: what is repeated for want of an answer has been on the line already.
            if (bytes[8] == goalPosition && watch_.goal == 0) {
                watch_.begunAtGoal = watch_.begun.load();
                watch_.goal = nanosecondsSinceEpoch(clock_.now());
            }
            if (bytes[8] == torqueEnable) {
                std::int64_t none = 0;
                watch_.stop.compare_exchange_strong(none, nanosecondsSinceEpoch(clock_.now()));
            }
        }
        ++watch_.begun;
        return inner_->write(bytes);
    }
    Result<std::size_t> read(MutableByteView into, Time deadline) override {
        return inner_->read(into, deadline);
    }
    Result<void> discardInput() override { return inner_->discardInput(); }
    bus::LineTiming timing() const override { return inner_->timing(); }

private:
    std::unique_ptr<bus::Transport> inner_;
    Clock& clock_;
    Watch& watch_;
};

/// The real factory's line with our watch around it; the family is made anew on top.
bench::RunningBus::Wrap watching(Watch& watch) {
    return [&watch](runtime::BusFactory real) -> runtime::BusFactory {
        return [real, &watch](const bus::LinkSettings& link, Clock& clock,
                              const Waker& stop) -> Result<runtime::BusParts> {
            auto parts = real(link, clock, stop);
            if (!parts) return parts;
            parts->servos.reset();
            parts->transport = std::make_unique<WatchedTransport>(std::move(parts->transport), clock, watch);
            parts->servos = drivers::familyNamed(link.family)->make(*parts->transport, clock, {});
            return parts;
        };
    };
}

double at(std::vector<double>& values, double share) {
    if (values.empty()) return std::nan("");
    std::sort(values.begin(), values.end());
    return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
}

/// What the GUI thread is asked for by the thread that measures.
struct Gui {
    std::atomic<bool> block = false;   ///< asks for five seconds of it, once
    std::atomic<bool> blocked = false; ///< it does nothing now
    std::atomic<bool> done = false;
};

/// Draws sixteen traces as the window does until the measurement is done; sleeps through its events once.
void beGui(bench::RunningBus& bus, Gui& gui, bool draws) {
    ui::scope::ScopeView scope;
    std::vector<ui::scope::TraceChoice> choices;
    for (std::uint16_t axis = 1; axis <= 16; ++axis)
        choices.push_back({AxisId{axis}, telemetry::Channel::position, QString::number(axis), "°"});
    scope.setSource([&bus] { return bus.workstation->readModels().traces.read(); });
    scope.setNow([&bus] { return bus.clock.now(); });
    scope.setTraces(choices);
    scope.resize(1600, 900);
    if (draws) scope.show();
    while (!gui.done) {
        if (gui.block.exchange(false)) {
            gui.blocked = true;
            std::this_thread::sleep_for(std::chrono::seconds{5});
            gui.blocked = false;
        }
        const auto next = std::chrono::steady_clock::now() + std::chrono::milliseconds{16};
        if (draws) scope.tick();
        QCoreApplication::processEvents();
        std::this_thread::sleep_until(next);
    }
}

/// Exports one session again and again, as a background job of the window does.
class Exporting {
public:
    explicit Exporting(const bench::ScratchFolder& folder)
        : session_(folder.path("old.servolane"))
        , out_(folder.path("old.csv")) {
        bench::BenchSession source(8);
        auto writer = *store_.create(session_, bench::BenchSession::start());
        for (const auto& event : source.configuration())
            static_cast<void>(writer->append(event));
        for (int cycle = 0; cycle < 100'000; ++cycle) {
            const auto samples = source.next();
            static_cast<void>(writer->append({Sequence{100}, samples->time, {}, samples}));
        }
        static_cast<void>(writer->close());
        thread_ = std::thread([this] {
            lowerPriority();
            drivers::Exporter exporter{store_};
            while (!progress_.cancel) {
                session::ExportRequest request;
                request.sessionPath = session_;
                request.outPath = out_;
                static_cast<void>(exporter.run(request, progress_));
            }
        });
    }
    ~Exporting() {
        progress_.cancel = true;
        thread_.join();
    }

private:
    drivers::sqlite::SqliteSessionStore store_;
    std::string session_;
    std::string out_;
    session::JobProgress progress_;
    std::thread thread_;
};

struct Commands {
    std::vector<double> latencies; ///< µs, send to first byte
    std::vector<double> before;    ///< transactions that began in between
    int confirmed = 0;
    int asked = 0;

    [[nodiscard]] bool isComplete() const {
        return confirmed == asked && latencies.size() == static_cast<std::size_t>(asked);
    }
};

void sayWhy(const std::string& what, const journal::CommandEntry& fate) {
    std::fprintf(stderr, "%s was not confirmed: state %d, %s %s\n", what.c_str(),
                 static_cast<int>(fate.state), std::string(api::toString(fate.rejection.code)).c_str(),
                 fate.error.detail.c_str());
}

bool isConfirmed(const journal::CommandEntry& fate) {
    return fate.state == journal::CommandState::confirmed;
}

/// Where others keep the simulated servos from the processor, an answer may come too late now and then.
void switchTorqueOn(bench::RunningBus& bus, const std::vector<AxisId>& wanted) {
    std::vector<AxisId> off = wanted;
    for (int tries = 0; tries < 5 && !off.empty(); ++tries) {
        bus.wait([&] {
            const auto board = bus.workstation->readModels().axes.read();
            return std::all_of(board->axes.begin(), board->axes.end(),
                               [](const auto& view) { return !view.silent; });
        });
        std::vector<std::pair<AxisId, CommandId>> asked;
        for (const AxisId axis : off)
            asked.emplace_back(axis,
                               bus.workstation->send(motion::SetTorque{axis, true}, api::Asker::program));
        off.clear();
        for (const auto& [axis, command] : asked)
            if (const auto fate = bus.follow(command); !isConfirmed(fate)) {
                sayWhy("torque on", fate);
                off.push_back(axis);
            }
    }
}

std::vector<AxisId> allAxes() {
    std::vector<AxisId> all;
    for (std::uint16_t axis = 1; axis <= axes; ++axis)
        all.push_back({axis});
    return all;
}

Commands measureCommands(bench::RunningBus& bus, Watch& watch, int count) {
    Commands commands;
    switchTorqueOn(bus, {{1}});
    for (int i = 0; i < count; ++i) {
        watch.goal = 0;
        const std::int64_t begun = watch.begun;
        const Time sent = bus.clock.now();
        const double target = 180.0 + (i % 2 == 0 ? 2.0 : -2.0);
        const auto fate =
            bus.follow(bus.workstation->send(motion::MoveAxis{{1}, {target}}, api::Asker::program));
        ++commands.asked;
        commands.confirmed += isConfirmed(fate) ? 1 : 0;
        if (!isConfirmed(fate)) {
            sayWhy("command " + std::to_string(i), fate);
            switchTorqueOn(bus, {{1}});
        }
        if (watch.goal == 0) continue;
        commands.latencies.push_back(static_cast<double>(watch.goal - nanosecondsSinceEpoch(sent)) * 1e-3);
        commands.before.push_back(static_cast<double>(watch.begunAtGoal - begun));
    }
    return commands;
}

struct Stops {
    std::vector<double> latencies; ///< µs, press to first byte
    int confirmed = 0;
    int asked = 0;
    int moving = 0;                ///< axes that moved when it was pressed, of all stops
    int set = 0;                   ///< axes that were set moving, of all stops
    std::vector<double> inBlock{}; ///< µs, of those inside the block of the GUI thread
    int wantedInBlock = 0;

    [[nodiscard]] bool isComplete() const {
        return confirmed == asked && latencies.size() == static_cast<std::size_t>(asked) && moving == set &&
               inBlock.size() >= static_cast<std::size_t>(wantedInBlock);
    }
};

int movingAxes(bench::RunningBus& bus) {
    using telemetry::Channel;
    const auto board = bus.workstation->readModels().axes.read();
    return static_cast<int>(std::count_if(board->axes.begin(), board->axes.end(), [](const auto& view) {
        return view.activity == motion::Activity::move && view[Channel::moving].isKnown() &&
               view[Channel::moving].value != 0;
    }));
}

/// To and fro across the middle of their travel: each way takes seconds.
void setMoving(bench::RunningBus& bus, int round, const std::vector<AxisId>& wanted) {
    constexpr int tries = 10;
    motion::MoveAxes all;
    for (const AxisId axis : wanted)
        all.moves.push_back({axis, {round % 2 == 0 ? 300.0 : 60.0}, Velocity{30.0}, {}});
    // Where others keep the simulated servos from the processor, a position may be too old to start from.
    for (int attempt = 1;; ++attempt) {
        switchTorqueOn(bus, wanted);
        const auto fate = bus.follow(bus.workstation->send(all, api::Asker::program));
        if (isConfirmed(fate)) break;
        if (attempt == tries) return sayWhy("moves before stop " + std::to_string(round), fate);
    }
    bus.wait([&] { return movingAxes(bus) == static_cast<int>(wanted.size()); }, 3.0);
}

void measureStop(bench::RunningBus& bus, Watch& watch, Stops& stops, const Gui& gui,
                 const std::vector<AxisId>& wanted) {
    setMoving(bus, stops.asked, wanted);
    stops.moving += movingAxes(bus);
    stops.set += static_cast<int>(wanted.size());
    watch.stop = 0;
    const bool begunBlocked = gui.blocked;
    const Time pressed = bus.clock.now();
    const auto fate = bus.follow(bus.workstation->stop(api::Asker::program));
    const bool liesInBlock = begunBlocked && gui.blocked;
    if (watch.stop != 0) {
        stops.latencies.push_back(static_cast<double>(watch.stop - nanosecondsSinceEpoch(pressed)) * 1e-3);
        if (liesInBlock && isConfirmed(fate)) stops.inBlock.push_back(stops.latencies.back());
    }
    ++stops.asked;
    stops.confirmed += isConfirmed(fate) ? 1 : 0;
    if (!isConfirmed(fate)) sayWhy("stop " + std::to_string(stops.asked), fate);
    const auto generation = bus.workstation->readModels().axes.read()->stop.generation;
    bus.follow(bus.workstation->send(motion::ResetStop{generation}, api::Asker::program));
}

/// With a block one in twenty lies inside it, in the middle of the others.
Stops measureStops(bench::RunningBus& bus, Watch& watch, Gui& gui, int count, bool withBlock) {
    Stops stops;
    stops.wantedInBlock = withBlock ? count / 20 : 0;
    while (stops.asked < count / 2)
        measureStop(bus, watch, stops, gui, allAxes());
    gui.block = withBlock;
    if (withBlock) bus.wait([&] { return gui.blocked.load(); });
    for (int i = 0; i < stops.wantedInBlock && gui.blocked; ++i)
        measureStop(bus, watch, stops, gui, {{static_cast<std::uint16_t>(i % axes + 1)}});
    while (stops.asked < count)
        measureStop(bus, watch, stops, gui, allAxes());
    return stops;
}

void print(const std::string& name, Commands& commands, Stops& stops, double transaction) {
    using bench::Better;
    const auto line = [&](const std::string& what, double value) {
        bench::printLine("bench_latency", what + ", " + name, value, "us", transaction, Better::lower);
    };
    line("command p50", at(commands.latencies, 0.5));
    line("command p99", at(commands.latencies, 0.99));
    line("command max", at(commands.latencies, 1.0));
    for (const auto& [quantile, share] : {std::pair{"p50", 0.5}, {"p99", 0.99}, {"max", 1.0}})
        bench::printLine("bench_latency", std::string("transactions before wire ") + quantile + ", " + name,
                         at(commands.before, share), "transactions", 1.0, Better::lower);
    bench::printLine("bench_latency", "commands confirmed, " + name, commands.confirmed, "commands",
                     commands.asked, Better::higher);
    line("stop p99", at(stops.latencies, 0.99));
    line("stop max", at(stops.latencies, 1.0));
    bench::printLine("bench_latency", "stops confirmed, " + name, stops.confirmed, "stops", stops.asked,
                     Better::higher);
    bench::printLine("bench_latency", "axes moving at a stop, " + name, stops.moving, "axes", stops.set,
                     Better::higher);
    if (stops.wantedInBlock == 0) return;
    line("stop max inside one block of the GUI", at(stops.inBlock, 1.0));
    bench::printLine("bench_latency", "stops inside one block of the GUI, " + name,
                     static_cast<double>(stops.inBlock.size()), "stops", stops.wantedInBlock, Better::higher);
}

enum class Load { idle, full };

/// False if anything asked for was not confirmed.
bool benchCase(const std::string& name, Load load, int count) {
    const bench::ScratchFolder folder;
    drivers::sqlite::SqliteSessionStore store;
    Watch watch;
    bench::SimulatedLine line({"--bus", "dynamixel2:24@4000000"});
    const bool full = load == Load::full;
    const SystemClock clock;
    auto journal = drivers::sqlite::SqliteJournalWriter::open(folder.path("workstation.db"),
                                                              {"bench_latency", clock.utcNow(), clock.now()});
    if (!journal) {
        std::fprintf(stderr, "no journal: %s\n", journal.error().detail.c_str());
        return false;
    }
    bench::RunningBus bus(line.path(), 4'000'000, full ? 0.0 : 10.0, axes, watching(watch),
                          full ? &store : nullptr, full ? folder.path("") : std::string{}, "dynamixel2",
                          std::move(*journal));
    bus.wait([&] { return bus.figures().wireLimit > 0.0; });
    const double transaction = 1e6 / bus.figures().wireLimit;
    std::optional<Exporting> exporting;
    if (full) exporting.emplace(folder);
    Gui gui;
    Commands commands;
    Stops stops;
    std::thread asking([&] {
        commands = measureCommands(bus, watch, count);
        stops = measureStops(bus, watch, gui, count, full);
        gui.done = true;
    });
    beGui(bus, gui, full);
    asking.join();
    print(name, commands, stops, transaction);
    bus.workstation->shutDown();
    if (const auto& left = bus.workstation->unstoredFacts();
        left.count != 0 || bus.workstation->journalIsFailing())
        return std::fprintf(stderr, "%llu facts are not in the journal\n",
                            static_cast<unsigned long long>(left.count)),
               false;
    return commands.isComplete() && stops.isComplete();
}

} // namespace

int main(int argc, char** argv) {
    QApplication application(argc, argv);
    const bool isQuick = bench::isQuick(argc, argv);
    const int count = isQuick ? 20 : 1000;
    const bool idle = benchCase("idle", Load::idle, count);
    const bool loaded = benchCase("loaded", Load::full, count);
    // A smoke run shares its machine with others, who may keep the simulated servos from answering in time.
    return isQuick || (idle && loaded) ? 0 : 1;
}
