// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workstation/command_client.h"
#include "app/workstation/flight_keeper.h"
#include "app/workstation/flight_settings.h"
#include "app/workstation/machine_keeper.h"
#include "app/workstation/places.h"
#include "app/workstation/port_book.h"
#include "app/workstation/port_memory.h"
#include "core/journal/read/command_archive.h"
#include "core/runtime/runtime.h"
#include "core/runtime/search/discovery.h"
#include "core/session/session_library.h"
#include "drivers/catalog/catalog.h"
#include "drivers/ipc/server.h"
#include "drivers/transport/port_list.h"

#include <atomic>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace servolane::drivers::sqlite {
class SqliteJournalWriter;
} // namespace servolane::drivers::sqlite

namespace servolane::app {

enum class FlightRecorder : std::uint8_t { off, on };
/// Whether changes of axes go into the machine file; it is read in either case.
enum class MachineFile : std::uint8_t { readOnly, kept };

/// How far back the history of settings goes. The command line does without the earlier runs.
enum class SettingsMemory : std::uint8_t { thisRun, earlierRuns };

struct WorkstationSettings {
    PlaceChoice places;
    FlightRecorder flight = FlightRecorder::on;
    MachineFile machine = MachineFile::readOnly;
    SettingsMemory history = SettingsMemory::thisRun;
    /// Samples kept in memory for the scope: 4.9 bytes a value and 8 a cycle of a bus. Older ones are read
    /// back from the flight recorder's files; their outlines take a seventieth of that.
    std::size_t traceBytes = 512ULL * 1024 * 1024;
    /// Goes before what flight.json in the folder of the settings says.
    FlightChoice flightChoice = {};
};

/// Everything concrete, composed: clock, stores and, from start() on, servo models, drivers, journal and the
/// runtime. What fails on the way there (a folder, a model file, the journal) is told by problems(), and the
/// program runs without. One thread makes, starts and ends it; the runtime's own contract holds for the rest.
class Workstation {
public:
    explicit Workstation(const WorkstationSettings& settings);
    ~Workstation();
    Workstation(const Workstation&) = delete;
    Workstation& operator=(const Workstation&) = delete;

    /// Begins to load the models in a thread of its own; start() or loadModels() waits for them.
    void loadModelsAhead();
    /// Opens the journal and makes the runtime, still without threads: what is sent to it waits. A window can
    /// be built on it while the models are loading. Once; start() does it otherwise.
    void compose();
    /// Waits for the models and starts the threads. Once.
    void start();
    /// Loads models without starting anything, for commands that another process carries out. Safe to call
    /// twice, and before start().
    void loadModels();
    /// Lets other processes of this user send commands and read snapshots, whatever becomes of the calling
    /// thread; `program` is how they are told who they speak with. After start().
    void serve(const std::string& program);
    /// Closes lines and files; torque is left as it is. Safe to call twice, and without start(). What the
    /// journal could not store by then is a problem too.
    void shutDown();

    /// After compose() or start() only, as client().
    [[nodiscard]] runtime::Runtime& runtime() { return *runtime_; }
    [[nodiscard]] session::SessionStore& sessions() { return *sessions_; }
    [[nodiscard]] session::SessionExporter& exporter() { return *exporter_; }
    [[nodiscard]] session::SessionLibrary& library() { return *library_; }
    [[nodiscard]] PortMemory& portMemory() { return portMemory_; }
    /// Ports by the names of their adapters; the first call reads the file of adapters. One thread makes that
    /// call, any thread uses what it returns.
    [[nodiscard]] PortBook& portBook();
    /// Searches ports that this program has not open. After loadModels() or start(); made at the first call.
    [[nodiscard]] runtime::Discovery& discovery();
    [[nodiscard]] Clock& clock() { return clock_; }
    [[nodiscard]] const Places& places() const { return places_; }
    [[nodiscard]] std::shared_ptr<const registers::ModelCatalog> models() const { return models_; }
    [[nodiscard]] std::vector<drivers::PortDescription> ports() const { return drivers::listPorts(); }
    /// workstation.db
    [[nodiscard]] std::string journalPath() const { return (places_.store / "workstation.db").string(); }
    [[nodiscard]] std::filesystem::path machinePath() const { return places_.config / "machine.json"; }
    /// Any thread. The file named is made or replaced. Errors: inputOutput.
    [[nodiscard]] Result<void> exportMachine(const std::string& path) const;
    /// Any thread. Reads the file and asks for it to be loaded; the answer is that of the command. Errors:
    /// those of drivers/machine.
    [[nodiscard]] Result<CommandId> importMachine(const std::string& path, api::Asker asker);
    /// The commands of earlier runs and of other processes; any thread, each call its own connection.
    [[nodiscard]] Result<std::unique_ptr<journal::CommandArchive>> openArchive() const;
    /// Sentences for a person, each naming the thing and what is done without it.
    [[nodiscard]] const std::vector<std::string>& problems() const { return problems_; }
    /// Commands as calls; `interrupt` ends waits.
    [[nodiscard]] CommandClient client(const Waker& interrupt, api::Asker asker);

private:
    using JournalOpened = Result<std::unique_ptr<drivers::sqlite::SqliteJournalWriter>>;

    void loadMachine();
    void keepMachine();
    void openJournal(runtime::RuntimeParts& parts);
    void adoptJournal();
    void tellUnstored();
    [[nodiscard]] runtime::RecorderSettings recorderSettings();

    SystemClock clock_;
    Places places_;
    WorkstationSettings settings_;
    PortMemory portMemory_;
    std::unique_ptr<PortBook> portBook_;
    std::vector<std::string> problems_;
    bool ended_ = false;
    std::int64_t run_ = 0; ///< in the journal; 0: not journaled
    std::shared_future<drivers::catalog::CatalogLoad> ahead_;
    /// Shared with the runtime before it is filled; nobody reads it before start() has filled it.
    std::shared_ptr<registers::ModelCatalog> models_ = std::make_shared<registers::ModelCatalog>();
    bool modelsLoaded_ = false;
    std::future<JournalOpened> journal_;
    std::unique_ptr<session::SessionStore> sessions_;
    std::unique_ptr<session::SessionExporter> exporter_;
    std::unique_ptr<session::SessionLibrary> library_;
    std::unique_ptr<FlightKeeper> flightKeeper_; ///< outlives the recorder that wakes it
    std::unique_ptr<runtime::Runtime> runtime_;
    std::unique_ptr<runtime::Discovery> discovery_;
    std::unique_ptr<drivers::ipc::Server> server_;
    std::unique_ptr<MachineKeeper> keeper_;
    Waker keeperWaker_;
    std::atomic<bool> ending_ = false;
    std::thread keeping_;
};

} // namespace servolane::app
