// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workstation/workstation.h"

#include "app/workstation/bus_factory.h"
#include "drivers/catalog/catalog.h"
#include "drivers/export/exporter.h"
#include "drivers/sqlite/journal_writer.h"
#include "drivers/sqlite/session_store.h"

namespace servolane::app {

namespace {
constexpr const char* software = "Servolane " SERVOLANE_VERSION;
}

Workstation::Workstation(const WorkstationSettings& settings)
    : places_(placesFor(settings.places))
    , settings_(settings)
    , portMemory_(places_.config / "ports.json")
    , sessions_(std::make_unique<drivers::sqlite::SqliteSessionStore>())
    , exporter_(std::make_unique<drivers::Exporter>(*sessions_)) {}

Workstation::~Workstation() {
    shutDown();
}

void Workstation::start() {
    loadModels();
    runtime_ = std::make_unique<runtime::Runtime>(runtime::RuntimeParts{
        clock_, busFactory(models_), models_, sessions_.get(), openJournal(), recorderSettings()});
    runtime_->start();
}

void Workstation::shutDown() {
    if (runtime_) runtime_->shutDown();
}

void Workstation::loadModels() {
    auto loaded = drivers::catalog::loadCatalog(places_.servos);
    for (const auto& problem : loaded.problems)
        problems_.push_back("A servo model is left out: " + problem.text());
    models_ = std::make_shared<const registers::ModelCatalog>(std::move(loaded.catalog));
}

std::unique_ptr<journal::JournalWriter> Workstation::openJournal() {
    const auto without = [this](const Error& error) {
        problems_.push_back("This run is not journaled: " + error.detail);
        return nullptr;
    };
    if (const auto made = makeFolder(places_.store); !made) return without(made.error());
    auto journal =
        drivers::sqlite::SqliteJournalWriter::open(journalPath(), {software, clock_.utcNow(), clock_.now()});
    if (!journal) return without(journal.error());
    return std::move(*journal);
}

runtime::RecorderSettings Workstation::recorderSettings() {
    runtime::RecorderSettings settings;
    settings.software = software;
    if (settings_.flight == FlightRecorder::off) return settings;
    if (const auto made = makeFolder(places_.flight); !made) {
        problems_.push_back("The flight recorder is off: " + made.error().detail);
        return settings;
    }
    flightKeeper_ = std::make_unique<FlightKeeper>(places_.flight, settings_.flightBytes);
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
