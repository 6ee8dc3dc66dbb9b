// SPDX-License-Identifier: GPL-3.0-or-later
// A whole workstation without threads: every loop is stepped in the test's thread, time is the test's, the
// servos are simulated and speak real bytes.
#pragma once

#include "app/workstation/bus_factory.h"
#include "core/bus/read/bus_board.h"
#include "core/journal/read/command_log.h"
#include "core/motion/read/axis_board.h"
#include "core/registers/read/register_board.h"
#include "core/runtime/runtime.h"
#include "core/session/read/recording_board.h"
#include "core/telemetry/read/trace_set.h"
#include "drivers/catalog/catalog.h"
#include "drivers/families/families.h"
#include "drivers/sqlite/session_store.h"

#include <QtCore/QTemporaryDir>
#include <cstdlib>
#include <filesystem>

namespace servolane::tests {

/// A bus whose servos are at the far end of this transport, spoken with as the link's family does.
inline runtime::BusParts simulatedParts(std::unique_ptr<bus::Transport> transport,
                                        const bus::LinkSettings& link, Clock& clock,
                                        const registers::ModelCatalog& models) {
    runtime::BusParts parts;
    parts.transport = std::move(transport);
    parts.simulated = true;
    parts.servos = drivers::familyNamed(link.family)->make(*parts.transport, clock, models);
    return parts;
}

/// What a test may replace; empty: as the program composes it, without a journal.
struct WorkbenchParts {
    runtime::BusFactory buses = {};
    std::unique_ptr<journal::JournalWriter> journal = {};
    session::SessionStore* sessions = nullptr;
    bool flightRecorder = false;
};

class Workbench {
public:
    explicit Workbench(WorkbenchParts replaced) {
        runtime::RuntimeParts parts{clock, replaced.buses ? replaced.buses : app::busFactory(models()),
                                    models()};
        parts.sessions = replaced.sessions ? replaced.sessions : &store;
        parts.journal = std::move(replaced.journal);
        if (replaced.flightRecorder) parts.recorder.flightFolder = folder.path().toStdString();
        workstation = std::make_unique<runtime::Runtime>(std::move(parts));
    }
    explicit Workbench(bool flightRecorder = false) {
        runtime::RuntimeParts parts{clock, app::busFactory(models()), models()};
        parts.sessions = &store;
        if (flightRecorder) parts.recorder.flightFolder = folder.path().toStdString();
        workstation = std::make_unique<runtime::Runtime>(std::move(parts));
    }

    static std::shared_ptr<const registers::ModelCatalog> models() {
        static const auto all = [] {
            const std::array folders{std::filesystem::path(std::getenv("SERVOLANE_SOURCE_DIR")) /
                                     "resources/servos"};
            return std::make_shared<const registers::ModelCatalog>(
                drivers::catalog::loadCatalog(folders).catalog);
        }();
        return all;
    }

    void run(Duration span) {
        for (const Time end = clock.now() + span; clock.now() < end;)
            stepUntil(end);
    }
    /// Runs until `done` or for `most`; true if done.
    template <class Condition>
    bool runUntil(Condition done, Duration most = std::chrono::seconds{5}) {
        for (const Time end = clock.now() + most; clock.now() < end;) {
            if (done()) return true;
            stepUntil(std::min(end, clock.now() + std::chrono::milliseconds{8}));
        }
        return done();
    }
    /// The entry of the command log at its end.
    journal::CommandEntry perform(api::CommandBody body) {
        return follow(workstation->send(std::move(body), asker));
    }
    journal::CommandEntry follow(CommandId id) {
        runUntil([&] {
            const auto log = workstation->readModels().commands.read();
            const auto* entry = log->find(id);
            return entry && entry->state != journal::CommandState::pending &&
                   entry->state != journal::CommandState::sent;
        });
        const auto* entry = workstation->readModels().commands.read()->find(id);
        return entry ? *entry : journal::CommandEntry{};
    }
    /// Connects and waits until every axis has been looked at.
    void connect(const std::string& servos, double pollRate = 200.0, std::uint32_t baud = 1'000'000) {
        bus::LinkSettings link;
        // Factories of tests hold the servos themselves, and are told any word.
        if (const std::string family = servos.substr(0, servos.find(':')); drivers::familyNamed(family))
            link.family = family;
        link.line.path = "sim:" + servos;
        link.line.baud = baud;
        link.pollRate = pollRate;
        static_cast<void>(perform(bus::ConnectBus{link}));
        runUntil([&] {
            const auto board = workstation->readModels().axes.read();
            return !board->axes.empty() &&
                   std::all_of(board->axes.begin(), board->axes.end(), [](const auto& axis) {
                       return axis.torque && axis[telemetry::Channel::position].isKnown();
                   });
        });
        run(std::chrono::milliseconds{300});
    }
    motion::AxisView axis(std::uint16_t id) {
        const auto* view = workstation->readModels().axes.read()->find({id});
        return view ? *view : motion::AxisView{};
    }
    double position(std::uint16_t id) { return axis(id)[telemetry::Channel::position].value; }
    motion::StopView stopView() { return workstation->readModels().axes.read()->stop; }

    TestClock clock;
    QTemporaryDir folder;
    drivers::sqlite::SqliteSessionStore store;
    std::unique_ptr<runtime::Runtime> workstation;
    api::Asker asker = api::Asker::window;

private:
    void stepUntil(Time end) {
        const Time next = workstation->step();
        clock.advanceTo(std::clamp(next, clock.now() + std::chrono::microseconds{1},
                                   std::max(end, clock.now() + std::chrono::microseconds{1})));
    }
};

} // namespace servolane::tests
