// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/access/read/access_board.h"
#include "core/api/command_bus.h"
#include "core/api/read_models.h"
#include "core/motion/read/machine_board.h"
#include "core/registers/read/register_board.h"
#include "core/telemetry/read/trace_set.h"
#include "drivers/ipc/client.h"
#include "drivers/ipc/messages.h"

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <thread>

namespace servolane::drivers::ipc {

/// The lanes of another process as if they were here: commands go to it, and a thread keeps its snapshots
/// fresh. Whoever uses a CommandBus and ReadModels need not know. Not mirrored: event lane and traces.
///
/// When the owner ends or does not answer, its buses are closed, its axes silent (a motion ends by
/// `busLost`), and every command that was not at its end has failed with linkLost, as have all later ones.
///
/// Commands and snapshots from any thread. Unlike a CommandBus of this process, send() and stop() wait for
/// the other one to take the command: usually well below a millisecond, at most two seconds.
class RemoteLane final : public api::CommandBus {
public:
    /// Errors: those of Client.
    [[nodiscard]] static Result<std::unique_ptr<RemoteLane>> open(const std::filesystem::path& socket,
                                                                  Clock& clock);
    ~RemoteLane() override;

    CommandId send(api::CommandBody body, api::Asker asker) override;
    CommandId stop(api::Asker asker) override;
    /// Who asks is known to the owner: see send().
    void renewLease(AxisId axis, Duration validFor, api::Asker asker) override;
    /// The fate of a command of the owner that was sent by other means is told too.
    void follow(CommandId command);

    [[nodiscard]] api::ReadModels readModels() const;
    [[nodiscard]] Sequence storedUpTo() const { return {storedUpTo_.load(std::memory_order_acquire)}; }
    [[nodiscard]] bool isJournalFailing() const { return journalFailing_.load(std::memory_order_acquire); }
    /// Snapshots have come at least once.
    [[nodiscard]] bool isFilled() const { return filled_.load(std::memory_order_acquire); }
    /// Why the owner is lost; absent while it is not.
    [[nodiscard]] std::optional<Error> lost() const;
    /// The owner may have been told more than to open a port, or as whom we act.
    [[nodiscard]] bool hasCommanded() const { return commanded_.load(std::memory_order_acquire); }
    [[nodiscard]] const Greeting& owner() const { return owner_; }

private:
    RemoteLane(Client commands, Client looks, Greeting owner, Clock& clock);
    void run();
    [[nodiscard]] bool lookOnce();
    [[nodiscard]] Seen seen() const;
    [[nodiscard]] News newsFrom(const nlohmann::json& answer);
    [[nodiscard]] std::shared_ptr<const registers::ServoModel> modelNamed(const std::string& name);
    void publish(News news);
    void publishRegisters(const std::vector<RegisterNews>& news);
    void publishLog(const std::vector<journal::CommandEntry>& entries, Sequence upTo);
    [[nodiscard]] CommandId order(nlohmann::json request, const api::CommandBody& body);
    void lose(Error error);
    void failAxes();
    [[nodiscard]] CommandId failHere(const api::CommandBody& body, Error error);

    Clock& clock_;
    Greeting owner_;
    std::mutex commandMutex_; ///< one request at a time
    Client commands_;
    Client looks_; ///< of its own, so that no command waits behind a snapshot; the thread's alone
    std::map<std::string, std::shared_ptr<const registers::ServoModel>> models_; ///< the thread's alone
    Time registersSince_;                                                        ///< the thread's alone

    mutable std::mutex mutex_; ///< for what follows, up to the cells
    std::set<CommandId> followed_;
    journal::CommandLog log_;
    std::optional<Error> lost_;
    std::uint64_t failedHere_ = 0;

    SnapshotCell<bus::BusBoard> buses_;
    SnapshotCell<motion::AxisBoard> axes_;
    SnapshotCell<journal::CommandLog> logCell_;
    SnapshotCell<journal::EventLane> events_;
    SnapshotCell<telemetry::TraceSet> traces_;
    SnapshotCell<registers::RegisterBoard> registers_;
    SnapshotCell<session::RecordingBoard> recording_;
    SnapshotCell<access::AccessBoard> access_;
    SnapshotCell<motion::MachineBoard> machine_;
    std::atomic<std::uint64_t> storedUpTo_ = 0;
    std::atomic<bool> journalFailing_ = false;
    std::atomic<bool> filled_ = false;
    std::atomic<bool> commanded_ = false;
    std::atomic<bool> ending_ = false;
    Waker wake_;
    std::thread thread_;
};

} // namespace servolane::drivers::ipc
