// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workstation/workstation.h"

#include "app/workstation/bus_factory.h"
#include "core/kernel/thread_setup.h"
#include "drivers/catalog/catalog.h"
#include "drivers/export/exporter.h"
#include "drivers/ipc/socket_folder.h"
#include "drivers/machine/machine_file.h"
#include "drivers/sqlite/command_archive.h"
#include "drivers/sqlite/journal_writer.h"
#include "drivers/sqlite/session_library.h"
#include "drivers/sqlite/session_store.h"
#include "drivers/sqlite/settings_past.h"

#include <utility>

namespace servolane::app {

namespace {
constexpr const char* software = "Servolane " SERVOLANE_VERSION;
}

Workstation::Workstation(const WorkstationSettings& settings)
    : places_(placesFor(settings.places))
    , settings_(settings)
    , portMemory_(places_.config / "ports.json")
    , sessions_(std::make_unique<drivers::sqlite::SqliteSessionStore>())
    , exporter_(std::make_unique<drivers::Exporter>(*sessions_))
    , library_(std::make_unique<drivers::sqlite::SqliteSessionLibrary>()) {}

Workstation::~Workstation() {
    shutDown();
}

void Workstation::compose() {
    if (!ahead_.valid()) loadModelsAhead();
    runtime::RuntimeParts parts{clock_, busFactory(models_), models_};
    parts.sessions = sessions_.get();
    openJournal(parts);
    parts.recorder = recorderSettings();
    parts.traceBudget = settings_.traceBytes;
    runtime_ = std::make_unique<runtime::Runtime>(std::move(parts));
}

void Workstation::start() {
    if (!runtime_) compose();
    loadModels();
    adoptJournal();
    runtime_->start();
    loadMachine();
}

void Workstation::serve(const std::string& program) {
    runtime::Runtime& runtime = *runtime_;
    auto server = drivers::ipc::Server::start(
        {drivers::ipc::usualSocketFolder()},
        {runtime, runtime.readModels(), [&runtime] { return runtime.storedUpTo(); },
         [&runtime] { return runtime.journalIsFailing(); }, program, SERVOLANE_VERSION,
         &runtime.wireMonitor(),
         settings_.machine == MachineFile::kept ? std::optional(machinePath().string()) : std::nullopt});
    if (server)
        server_ = std::move(*server);
    else
        problems_.push_back("The command line cannot reach this program: " + server.error().detail);
}

PortBook& Workstation::portBook() {
    if (portBook_) return *portBook_;
    auto loaded = drivers::catalog::loadAdapters(places_.adapters);
    for (const auto& problem : loaded.problems)
        problems_.push_back("A known adapter is left out: " + problem.text());
    portBook_ = std::make_unique<PortBook>(std::move(loaded.catalog), portMemory_);
    return *portBook_;
}

runtime::Discovery& Workstation::discovery() {
    if (!discovery_)
        discovery_ = std::make_unique<runtime::Discovery>(
            clock_, searchFactory(models_),
            [models = models_](std::string_view family, std::uint32_t number) {
                return models->find(family, number) != nullptr;
            });
    return *discovery_;
}

void Workstation::shutDown() {
    server_.reset();
    discovery_.reset();
    if (runtime_ && !std::exchange(ended_, true)) {
        runtime_->shutDown();
        tellUnstored();
    }
    if (!keeping_.joinable()) return;
    ending_.store(true, std::memory_order_release);
    keeperWaker_.wake();
    keeping_.join();
}

void Workstation::tellUnstored() {
    const journal::UnstoredFacts& left = runtime_->unstoredFacts();
    if (left.count == 0) return;
    const std::string detail = left.error.detail.empty() ? std::string() : ": " + left.error.detail;
    problems_.push_back("The last " + std::to_string(left.count) +
                        " entries of this run are not in the journal " + journalPath() + detail);
}

void Workstation::loadMachine() {
    keeper_ = std::make_unique<MachineKeeper>(machinePath(), *runtime_, runtime_->readModels().machine,
                                              runtime_->readModels().commands);
    if (const auto loaded = keeper_->load(); !loaded)
        problems_.push_back("The machine file is left out, and changes of axes are not kept: " +
                            loaded.error().detail);
    if (settings_.machine == MachineFile::kept) keeping_ = std::thread([this] { keepMachine(); });
}

/// Ends with a last look, after the runtime has told of everything.
void Workstation::keepMachine() {
    constexpr Duration pause = std::chrono::milliseconds{500};
    for (bool last = false; !last;) {
        clock_.waitUntil(clock_.now() + pause, keeperWaker_);
        last = ending_.load(std::memory_order_acquire);
        // A disk that fails is tried again at the next change; the journal tells of it meanwhile.
        static_cast<void>(keeper_->step());
    }
}

Result<void> Workstation::exportMachine(const std::string& path) const {
    return drivers::machine::writeMachine(path, runtime_->readModels().machine.read()->machine);
}

Result<CommandId> Workstation::importMachine(const std::string& path, api::Asker asker) {
    const auto read = drivers::machine::readMachine(path);
    if (!read) return tl::make_unexpected(read.error());
    return runtime_->send(motion::LoadMachine{std::make_shared<const motion::Machine>(*read)}, asker);
}

void Workstation::loadModelsAhead() {
    ahead_ = std::async(std::launch::async, [folders = places_.servos] {
                 return drivers::catalog::loadCatalog(folders, drivers::familyWords());
             }).share();
}

void Workstation::loadModels() {
    if (std::exchange(modelsLoaded_, true)) return;
    if (!ahead_.valid()) loadModelsAhead();
    const auto& loaded = ahead_.get();
    for (const auto& problem : loaded.problems)
        problems_.push_back("A servo model is left out: " + problem.text());
    *models_ = loaded.catalog;
}

void Workstation::openJournal(runtime::RuntimeParts& parts) {
    using drivers::sqlite::SqliteJournalWriter;
    std::promise<std::int64_t> before;
    auto factsBefore = before.get_future();
    const drivers::sqlite::JournalRun run{software, clock_.utcNow(), clock_.now()};
    journal_ = std::async(std::launch::async,
                          [folder = places_.store, path = journalPath(), run,
                           before = std::move(before)]() mutable -> JournalOpened {
                              JournalOpened journal = makeFolder(folder).and_then(
                                  [&] { return SqliteJournalWriter::open(path, run); });
                              before.set_value(journal ? (*journal)->factsBefore() : 0);
                              return journal;
                          });
    if (settings_.history == SettingsMemory::thisRun) return;
    // Facts of before this run cannot change any more: they are read while the program starts.
    parts.settingsPast = std::async(
        std::launch::async, [path = journalPath(), ahead = ahead_, facts = std::move(factsBefore)]() mutable {
            // The window comes first.
            lowerPriority();
            const std::int64_t upTo = facts.get();
            if (upTo == 0) return registers::SettingsState{};
            const auto models = std::make_shared<const registers::ModelCatalog>(ahead.get().catalog);
            auto past = drivers::sqlite::readSettingsPast(path, upTo, models);
            return past ? std::move(past->state) : registers::SettingsState{};
        });
}

void Workstation::adoptJournal() {
    auto journal = journal_.get();
    if (!journal) {
        problems_.push_back("This run is not journaled: " + journal.error().detail);
        return;
    }
    run_ = (*journal)->run();
    const CommandId from = (*journal)->commandsFrom();
    runtime_->adoptJournal(std::move(*journal), from);
}

Result<std::unique_ptr<journal::CommandArchive>> Workstation::openArchive() const {
    return drivers::sqlite::SqliteCommandArchive::open(journalPath(), run_, models_);
}

runtime::RecorderSettings Workstation::recorderSettings() {
    runtime::RecorderSettings settings;
    settings.software = software;
    settings.namedFolder = places_.sessions.string();
    if (settings_.flight == FlightRecorder::off) return settings;
    if (const auto made = makeFolder(places_.flight); !made) {
        problems_.push_back("The flight recorder is off: " + made.error().detail);
        return settings;
    }
    const auto kept = readFlightChoice(places_.config / "flight.json");
    if (!kept)
        problems_.push_back("Segments of the flight recorder are kept as usual (8 GiB, any age): " +
                            kept.error().detail);
    flightKeeper_ = std::make_unique<FlightKeeper>(
        places_.flight, flightLimits(settings_.flightChoice, kept.value_or(FlightChoice{})), roomOn,
        places_.sessions);
    settings.segmentChanged = [keeper = flightKeeper_.get()] { keeper->look(); };
    settings.flightFolder = places_.flight.string();
    return settings;
}

CommandClient Workstation::client(const Waker& interrupt, api::Asker asker) {
    runtime::Runtime& runtime = *runtime_;
    return CommandClient({runtime, runtime.readModels(), clock_, interrupt,
                          [&runtime] { return runtime.storedUpTo(); }, asker});
}

} // namespace servolane::app
