// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/command_bus.h"
#include "core/api/read_models.h"
#include "core/api/wire_monitor.h"
#include "core/journal/journal_store.h"
#include "core/registers/control_table.h"
#include "core/registers/read/settings_fold.h"
#include "core/runtime/record/recorder.h"
#include "core/runtime/wire/bus_parts.h"
#include "core/session/session_store.h"

#include <functional>
#include <future>
#include <memory>

namespace servolane::runtime {

/// What the composition gives to the runtime. References outlive it.
struct RuntimeParts {
    Clock& clock;
    BusFactory buses;
    std::shared_ptr<const registers::ModelCatalog> models;
    session::SessionStore* sessions = nullptr;       ///< null: no recordings
    std::unique_ptr<journal::JournalWriter> journal; ///< null: facts are not kept
    /// Ids of commands count on from here; the composition keeps runs apart, so that they are unique in the
    /// journal.
    CommandId commandsFrom{};
    /// What the journal tells of settings in earlier runs, while it is being read; invalid: nothing.
    std::future<registers::SettingsState> settingsPast;
    RecorderSettings recorder;
    std::size_t traceBudget = 512ULL * 1024 * 1024; ///< bytes of samples kept in memory for the scope
};

/// The workstation without a face: both lanes with their threads. Commands in, snapshots out.
/// Commands and snapshots from any thread; start(), shutDown() and step() from the one that made it.
class Runtime final : public api::CommandBus {
public:
    explicit Runtime(RuntimeParts parts);
    ~Runtime() override;

    /// Before start() and before the first command: as `journal` and `commandsFrom` of the parts, for a
    /// composition whose journal is still being opened when the runtime is made.
    void adoptJournal(std::unique_ptr<journal::JournalWriter> journal, CommandId commandsFrom);
    /// Starts the threads. Without it, step() does their work in the caller's thread, as tests do.
    void start();
    /// Lets every thread end its step, closes lines and files. Torque is left as it is. Safe to call twice.
    void shutDown();
    /// One step of every loop; returns when the next is due at the latest.
    [[nodiscard]] Time step();

    CommandId send(api::CommandBody body, api::Asker asker) override;
    CommandId stop(api::Asker asker) override;
    void renewLease(AxisId axis, Duration validFor, api::Asker asker) override;
    void leave(api::Asker asker) override;
    void heartbeat() override;

    [[nodiscard]] api::ReadModels readModels() const;
    /// Bytes of samples kept in memory from now on; any thread.
    void setTraceBudget(std::size_t bytes);
    [[nodiscard]] api::WireMonitor& wireMonitor();
    /// Facts up to this one are on disk.
    [[nodiscard]] Sequence storedUpTo() const;
    [[nodiscard]] bool journalIsFailing() const;
    /// What the journal lost for good; of use after shutDown(), from the thread that called it.
    [[nodiscard]] const journal::UnstoredFacts& unstoredFacts() const;

private:
    struct Machinery;
    std::unique_ptr<Machinery> machinery_;
};

} // namespace servolane::runtime
