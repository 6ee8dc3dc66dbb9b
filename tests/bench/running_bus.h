// SPDX-License-Identifier: GPL-3.0-or-later
// A workstation with its threads, connected to one line: what the benchmarks of the bus measure.
#pragma once

#include "app/workstation/bus_factory.h"
#include "core/bus/read/bus_board.h"
#include "core/journal/read/command_log.h"
#include "core/motion/read/axis_board.h"
#include "core/runtime/runtime.h"
#include "drivers/catalog/catalog.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <memory>
#include <thread>

namespace servolane::bench {

class RunningBus {
public:
    using Wrap = std::function<runtime::BusFactory(runtime::BusFactory)>;

    RunningBus(
        const std::string& path, std::uint32_t baud, double pollRate, std::size_t axes,
        const Wrap& wrap = [](runtime::BusFactory factory) { return factory; },
        session::SessionStore* store = nullptr, const std::string& flightFolder = {},
        const std::string& family = "dynamixel2", std::unique_ptr<journal::JournalWriter> journal = nullptr) {
        const std::array folders{std::filesystem::path(SERVOLANE_SERVOS_PATH)};
        const auto models =
            std::make_shared<const registers::ModelCatalog>(drivers::catalog::loadCatalog(folders).catalog);
        runtime::RuntimeParts parts{clock, wrap(app::busFactory(models)), models};
        parts.sessions = store;
        parts.journal = std::move(journal);
        parts.recorder.flightFolder = flightFolder;
        workstation = std::make_unique<runtime::Runtime>(std::move(parts));
        workstation->start();
        bus::LinkSettings link;
        link.family = family;
        link.line.path = path;
        link.line.baud = baud;
        link.pollRate = pollRate;
        workstation->send(bus::ConnectBus{link}, api::Asker::program);
        wait([&] {
            const auto board = workstation->readModels().axes.read();
            return board->axes.size() >= axes && std::all_of(board->axes.begin(), board->axes.end(),
                                                             [](const auto& axis) { return axis.torque; });
        });
        wait([&] { return !isScanning(); });
    }

    /// Ids asked one by one take a while after the last servo has been found.
    [[nodiscard]] bool isScanning() const {
        const auto board = workstation->readModels().buses.read();
        return board->buses.empty() || board->buses.front().scan.running;
    }

    template <class Condition>
    bool wait(Condition done, double most = 20.0) {
        const Time end = clock.now() + fromSeconds(most);
        while (!done()) {
            if (clock.now() > end) return false;
            std::this_thread::sleep_for(std::chrono::milliseconds{2});
        }
        return true;
    }
    journal::CommandEntry follow(CommandId id) {
        journal::CommandEntry found;
        wait([&] {
            const auto log = workstation->readModels().commands.read();
            const auto* entry = log->find(id);
            if (entry) found = *entry;
            return entry && entry->state != journal::CommandState::pending &&
                   entry->state != journal::CommandState::sent;
        });
        return found;
    }
    bus::LinkMeasured figures() {
        const auto board = workstation->readModels().buses.read();
        return board->buses.empty() ? bus::LinkMeasured{} : board->buses.front().measured;
    }

    SystemClock clock;
    std::unique_ptr<runtime::Runtime> workstation;
};

} // namespace servolane::bench
