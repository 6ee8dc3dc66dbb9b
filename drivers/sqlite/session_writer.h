// SPDX-License-Identifier: GPL-3.0-or-later
// Writes one .servolane file: WAL while it is written, a single plain file after close(). One thread.
#pragma once

#include "core/session/session_store.h"
#include "drivers/sqlite/connection.h"
#include "drivers/sqlite/sample_table.h"

#include <array>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace servolane::drivers::sqlite {

/// synchronous NORMAL: a killed process loses nothing that was committed, a power cut may lose the last few
/// commits but never leaves a broken file. While another program holds the file for writing, what comes is
/// kept in memory and stored when it lets go: up to `mostWaiting` samples and facts, then the recording fails
/// as busy, and what waited can be taken out. Nothing of that is durable meanwhile, nor counted.
class SqliteSessionWriter final : public session::SessionWriter {
public:
    /// At most 100 bytes each with ten channels: a minute of six axes at 1 kHz.
    static constexpr std::size_t mostWaiting = 400'000;
    /// `roomAhead`: bytes that PATH-room holds of the disk, so that a recording can be put in order when the
    /// disk fills at once; goes with the end. Errors: invalid (the file exists), notFound, notAllowed,
    /// diskFull, inputOutput.
    [[nodiscard]] static Result<std::unique_ptr<SqliteSessionWriter>>
    create(const std::string& path, const session::SessionStart& start, const std::string& vfs = {},
           std::uint64_t roomAhead = 0);
    /// Without close() the file stays as after a kill: readable up to the last commit.
    ~SqliteSessionWriter() override;

    [[nodiscard]] Result<void> append(const api::Event& event) override;
    [[nodiscard]] Result<void> commit() override;
    /// With a reader still open the data are moved into the file all the same, but the file stays in WAL mode
    /// until the next close of its last connection.
    [[nodiscard]] Result<void> close() override;
    [[nodiscard]] const session::SessionCounters& counters() const override { return counters_; }
    [[nodiscard]] std::uint64_t waiting() const override;
    [[nodiscard]] std::vector<api::Event> takeWaiting() override;
    /// Of a copy, before close(): what was lost or changed before it was made; see SessionSummary::repairs.
    [[nodiscard]] Result<void> tellRepairs(const std::vector<std::string>& repairs);

private:
    SqliteSessionWriter(std::string path, Connection connection)
        : path_(std::move(path))
        , connection_(std::move(connection)) {}

    [[nodiscard]] Result<void> begin(const session::SessionStart& start);
    [[nodiscard]] Result<void> prepareStatements();
    void releaseStatements();
    /// The disk is full: what was committed becomes one plain file, in the room that was held for it. False:
    /// it stays as after a kill.
    [[nodiscard]] bool endFull();
    void freeRoom() const;
    /// What was committed stays as after a kill.
    void abandon();
    [[nodiscard]] Result<void> ensureTransaction();
    [[nodiscard]] Result<void> commitOpen();
    [[nodiscard]] Result<void> settle();
    /// Closes the store on a failure and remembers it.
    [[nodiscard]] Result<void> checked(Result<void> result);

    /// Whether it is stored at once, and not only with the next commit.
    [[nodiscard]] bool wantsTransaction(const api::Event& event);
    [[nodiscard]] Result<void> appendNow(const api::Event& event);
    [[nodiscard]] Result<void> keepWaiting(const api::Event& event);
    /// False: another program still holds the file.
    [[nodiscard]] Result<bool> storeWaiting();
    [[nodiscard]] Result<void> appendCycle(const telemetry::FeedbackCycle& cycle);
    [[nodiscard]] Result<void> appendFact(const api::Event& event);
    [[nodiscard]] Result<void> keepForReading(const api::Event& event);
    [[nodiscard]] Result<void> storeAxis(const motion::Axis& axis, Time since);
    /// What held until this configuration, if it differs.
    [[nodiscard]] Result<void> storeEarlierScales(const motion::Axis& axis, Time until);
    [[nodiscard]] Result<void> storeModel(const registers::ServoModel& model);
    [[nodiscard]] Result<void> storeBus(const bus::BusConnected& connected);
    [[nodiscard]] Result<void> nameUnknown(const telemetry::FeedbackCycle& cycle);
    [[nodiscard]] Result<void> storePair(Time time, UtcTime utc);
    [[nodiscard]] Result<void> storeCounters();
    [[nodiscard]] Result<void> storeSums();
    /// False if it was known before.
    bool becomesKnown(AxisId axis);
    BusStage& stageOf(BusId bus);
    void coverTime(Time time);
    [[nodiscard]] std::uint64_t measuredBytes() const;
    /// What the file will have once its log is in it. In a transaction, with all that it has written.
    [[nodiscard]] std::uint64_t wholeBytes();
    [[nodiscard]] std::uint64_t rowsInMemory() const;
    [[nodiscard]] static std::size_t rowsOf(const api::Event& event);

    std::string path_;
    Connection connection_;
    Statement insertFact_;
    Statement setCounter_;
    Statement setSession_;
    Statement setSum_;
    SampleTable samples_;
    std::deque<BusStage> stages_;
    std::set<BusId> knownBuses_;
    std::vector<bool> knownAxes_;                                          ///< by axis id
    std::map<AxisId, std::shared_ptr<const motion::Axis>> configured_;     ///< as last told
    std::map<AxisId, std::array<bool, telemetry::watchCount>> toldPlaces_; ///< of watched registers
    Time from_{};               ///< older facts are no part of the recording
    bool tablesChanged_ = true; ///< since the last commit
    session::SessionCounters counters_;
    session::SessionCounters stored_; ///< as of the last commit
    std::optional<Time> first_;
    std::optional<Time> last_;
    bool inTransaction_ = false;
    bool held_ = false;              ///< by another program; what comes waits
    bool drains_ = false;            ///< what has waited is written, and not committed yet
    std::deque<api::Event> waiting_; ///< for another program to let go of the file
    std::size_t waitingSamples_ = 0; ///< and facts
    std::uint64_t neverStored_ = 0;  ///< once it has failed while it was held
    Error failed_;
};

} // namespace servolane::drivers::sqlite
