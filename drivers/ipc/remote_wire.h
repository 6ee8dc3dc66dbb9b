// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/wire_monitor.h"
#include "core/bus/read/wire_log.h"
#include "core/kernel/clock.h"
#include "core/kernel/snapshot_cell.h"
#include "drivers/ipc/client.h"
#include "drivers/ipc/messages.h"

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>

namespace servolane::drivers::ipc {

/// The wire of a line that another process owns, as if it were here: a thread fetches the packets while
/// somebody watches. One bus at a time; its connection is its own, and the watch ends with it. Any thread;
/// watch() waits for the owner's first answer, at most two seconds. Views of packets hold as long as this
/// object.
class RemoteWire final : public api::WireMonitor {
public:
    /// Errors: those of Client.
    [[nodiscard]] static Result<std::unique_ptr<RemoteWire>> open(const std::filesystem::path& socket,
                                                                  Clock& clock);
    ~RemoteWire() override;

    /// False also where the owner does not tell.
    bool watch(BusId bus, bus::WireWatcher by) override;
    void unwatch(BusId bus, bus::WireWatcher by) override;
    void leave(bus::WireWatcher by) override;
    void clear() override { clearing_.store(true, std::memory_order_release); }
    [[nodiscard]] std::shared_ptr<const bus::WireLog> log() const override { return cell_.read(); }

private:
    RemoteWire(Client client, Clock& clock);
    void run();
    /// False: there is nothing more to come.
    [[nodiscard]] bool fetch();
    [[nodiscard]] Result<WireNews> ask(bool on, std::optional<std::uint64_t> since);
    void take(const WireNews& news);
    void trim();
    void end();

    Clock& clock_;
    Client client_; ///< the thread's while it runs
    BusId bus_;
    bus::WireWatcher by_;
    std::atomic<bool> watching_ = false;
    std::atomic<bool> clearing_ = false;
    std::atomic<bool> ending_ = false;
    std::uint64_t next_ = 0;          ///< the owner's number
    std::uint64_t unheardBefore_ = 0; ///< when the watch began
    bool hasMore_ = false;
    bus::WireLog working_;
    std::size_t weight_ = 0;
    std::set<std::string, std::less<>> instructions_; ///< what packets' views of them point to
    SnapshotCell<bus::WireLog> cell_;
    Waker wake_;
    std::thread thread_;
};

} // namespace servolane::drivers::ipc
