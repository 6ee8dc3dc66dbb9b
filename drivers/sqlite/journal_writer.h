// SPDX-License-Identifier: GPL-3.0-or-later
// Appends facts to workstation.db. One thread: the journal writer's. Any number of processes may each have a
// writer on the same file (a window and the command line): their batches take turns.
#pragma once

#include "core/journal/journal_store.h"
#include "drivers/sqlite/connection.h"

#include <string>

namespace servolane::drivers::sqlite {

/// One start of the program: sequences and monotonic times count from it.
struct JournalRun {
    std::string software;
    UtcTime utc{}; ///< paired with `time`
    Time time{};
};

class SqliteJournalWriter final : public journal::JournalWriter {
public:
    /// Makes or migrates the file and begins a run. Errors: notFound (the folder), notAllowed, busy (another
    /// process writes), invalid (not a journal, newer schema), diskFull, inputOutput.
    [[nodiscard]] static Result<std::unique_ptr<SqliteJournalWriter>>
    open(const std::string& path, const JournalRun& run, const std::string& vfs = {});

    /// All or nothing; after an error the same facts may be offered again. `missing` without facts waits for
    /// the next row.
    [[nodiscard]] Result<void> append(std::span<const api::Event> facts, std::uint64_t missing) override;
    /// Number of this run in the file; no other run, past, present or of another process, has it.
    [[nodiscard]] std::int64_t run() const { return run_; }
    /// Ids of this run's commands count on from here: 2^32 of them, of no other run.
    [[nodiscard]] CommandId commandsFrom() const { return {static_cast<std::uint64_t>(run_) << 32}; }

    /// Id of the newest fact when the run began: none of its own is older.
    [[nodiscard]] std::int64_t factsBefore() const { return factsBefore_; }

private:
    explicit SqliteJournalWriter(Connection connection)
        : connection_(std::move(connection)) {}
    [[nodiscard]] Result<void> begin(const JournalRun& run);
    [[nodiscard]] Result<void> beginRun(const JournalRun& run);
    [[nodiscard]] Result<void> findEnd();
    [[nodiscard]] Result<void> appendAll(std::span<const api::Event> facts);
    [[nodiscard]] Result<void> insert(const api::Event& fact, std::uint64_t missing);

    Connection connection_;
    Statement last_;
    Statement insert_;
    Statement head_;
    std::int64_t run_ = 0;
    std::int64_t factsBefore_ = 0;
    std::int64_t lastId_ = 0;
    std::uint32_t lastChecksum_ = 0;
    std::uint64_t missing_ = 0;
};

} // namespace servolane::drivers::sqlite
