// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workstation/command_client.h"
#include "app/workstation/flight_keeper.h"
#include "app/workstation/places.h"
#include "app/workstation/port_memory.h"
#include "core/runtime/runtime.h"
#include "core/session/session_store.h"
#include "drivers/transport/port_list.h"

#include <memory>
#include <string>
#include <vector>

namespace servolane::app {

enum class FlightRecorder : std::uint8_t { off, on };

struct WorkstationSettings {
    PlaceChoice places;
    FlightRecorder flight = FlightRecorder::on;
    std::uint64_t flightBytes = 8ULL * 1024 * 1024 * 1024; ///< what old segments may take on disk
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

    /// Loads models, opens the journal and starts the threads. Once.
    void start();
    /// Closes lines and files; torque is left as it is. Safe to call twice, and without start().
    void shutDown();

    /// After start() only, as models() and client().
    [[nodiscard]] runtime::Runtime& runtime() { return *runtime_; }
    [[nodiscard]] session::SessionStore& sessions() { return *sessions_; }
    [[nodiscard]] session::SessionExporter& exporter() { return *exporter_; }
    [[nodiscard]] PortMemory& portMemory() { return portMemory_; }
    [[nodiscard]] Clock& clock() { return clock_; }
    [[nodiscard]] const Places& places() const { return places_; }
    [[nodiscard]] std::shared_ptr<const registers::ModelCatalog> models() const { return models_; }
    [[nodiscard]] std::vector<drivers::PortDescription> ports() const { return drivers::listPorts(); }
    /// workstation.db
    [[nodiscard]] std::string journalPath() const { return (places_.store / "workstation.db").string(); }
    /// Sentences for a person, each naming the thing and what is done without it.
    [[nodiscard]] const std::vector<std::string>& problems() const { return problems_; }
    /// Commands as calls; `interrupt` ends waits.
    [[nodiscard]] CommandClient client(const Waker& interrupt, api::Asker asker);

private:
    void loadModels();
    [[nodiscard]] std::unique_ptr<journal::JournalWriter> openJournal();
    [[nodiscard]] runtime::RecorderSettings recorderSettings();

    SystemClock clock_;
    Places places_;
    WorkstationSettings settings_;
    PortMemory portMemory_;
    std::vector<std::string> problems_;
    std::shared_ptr<const registers::ModelCatalog> models_;
    std::unique_ptr<session::SessionStore> sessions_;
    std::unique_ptr<session::SessionExporter> exporter_;
    std::unique_ptr<FlightKeeper> flightKeeper_; ///< outlives the recorder that wakes it
    std::unique_ptr<runtime::Runtime> runtime_;
};

} // namespace servolane::app
