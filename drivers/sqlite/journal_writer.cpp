// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/sqlite/journal_writer.h"

#include "drivers/json/event_json.h"
#include "drivers/sqlite/journal_file.h"

#include <chrono>
#include <thread>

namespace servolane::drivers::sqlite {

namespace {
constexpr int mostTries = 30;
constexpr auto pauseBetween = std::chrono::milliseconds{10};
} // namespace

Result<std::unique_ptr<SqliteJournalWriter>>
SqliteJournalWriter::open(const std::string& path, const JournalRun& run, const std::string& vfs) {
    auto connection = Connection::open(path, OpenMode::create, vfs);
    if (!connection) return tl::make_unexpected(connection.error());
    std::unique_ptr<SqliteJournalWriter> writer{new SqliteJournalWriter(std::move(*connection))};
    auto begun = writer->begin(run);
    // Programs that start at the same moment: where two wait for each other, SQLite tells one of them at once
    // that the file is busy, whatever patience was set. It has let go by then, and may try again.
    for (int tries = 0; !begun && begun.error().code == ErrorCode::busy && tries < mostTries; ++tries) {
        std::this_thread::sleep_for(pauseBetween);
        begun = writer->begin(run);
    }
    if (!begun) return failure(begun.error().code, path + ": " + begun.error().detail);
    return writer;
}

Result<void> SqliteJournalWriter::begin(const JournalRun& run) {
    // Looked at before anything is changed: the file may be another program's.
    if (auto migrated = migrateJournal(connection_); !migrated) return migrated;
    if (auto set = connection_.execute("PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL"); !set) return set;
    if (auto begun = beginRun(run); !begun) return begun;
    auto last = connection_.prepare("SELECT id, crc FROM facts ORDER BY id DESC LIMIT 1");
    if (!last) return tl::make_unexpected(last.error());
    last_ = std::move(*last);
    if (auto found = findEnd(); !found) return found;
    factsBefore_ = lastId_;
    auto insert = connection_.prepare("INSERT INTO facts VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10)");
    if (!insert) return tl::make_unexpected(insert.error());
    insert_ = std::move(*insert);
    auto head = connection_.prepare("UPDATE head SET id=?1, crc=?2");
    if (!head) return tl::make_unexpected(head.error());
    head_ = std::move(*head);
    return {};
}

Result<void> SqliteJournalWriter::beginRun(const JournalRun& run) {
    Transaction transaction{connection_};
    if (auto begun = transaction.begin(); !begun) return begun;
    auto add = connection_.prepare("INSERT INTO runs(software, utc, time) VALUES(?1,?2,?3)");
    if (!add) return tl::make_unexpected(add.error());
    add->bind(1, std::string_view{run.software}).bind(2, run.utc.time_since_epoch().count());
    if (auto added = add->bind(3, nanosecondsSinceEpoch(run.time)).run(); !added) return added;
    const auto id = connection_.integer("SELECT last_insert_rowid()");
    if (!id) return tl::make_unexpected(id.error());
    run_ = *id;
    return transaction.commit();
}

/// Other processes append too: where the chain ends is known only inside the transaction.
Result<void> SqliteJournalWriter::findEnd() {
    const auto row = last_.step();
    if (!row) {
        last_.reset();
        return tl::make_unexpected(row.error());
    }
    lastId_ = *row ? last_.integer(0) : 0;
    lastChecksum_ = *row ? static_cast<std::uint32_t>(last_.integer(1)) : 0;
    last_.reset();
    return {};
}

Result<void> SqliteJournalWriter::append(std::span<const api::Event> facts, std::uint64_t missing) {
    missing_ += missing;
    if (facts.empty()) return {};
    const auto appended = appendAll(facts);
    if (appended)
        missing_ = 0;
    else
        missing_ -= missing; // the caller offers it again together with the facts
    return appended;
}

Result<void> SqliteJournalWriter::appendAll(std::span<const api::Event> facts) {
    Transaction transaction{connection_};
    if (auto begun = transaction.begin(); !begun) return begun;
    if (auto found = findEnd(); !found) return found;
    for (const auto& fact : facts)
        if (auto stored = insert(fact, &fact == facts.data() ? missing_ : 0); !stored) return stored;
    head_.bind(1, lastId_).bind(2, std::int64_t{lastChecksum_});
    if (auto moved = head_.run(); !moved) return moved;
    return transaction.commit();
}

Result<void> SqliteJournalWriter::insert(const api::Event& fact, std::uint64_t missing) {
    const std::string json = factToJson(fact.body);
    JournalRow row;
    row.id = lastId_ + 1;
    row.run = run_;
    row.sequence = static_cast<std::int64_t>(fact.sequence.value);
    row.time = nanosecondsSinceEpoch(fact.time);
    row.cause = static_cast<std::int64_t>(fact.cause.value);
    row.missing = static_cast<std::int64_t>(missing);
    row.kind = api::kindOf(fact.body);
    row.json = json;
    const std::uint32_t checksum = row.checksum(lastChecksum_);
    insert_.bind(1, row.id).bind(2, row.run).bind(3, row.sequence).bind(4, row.time).bind(5, row.kind);
    insert_.bind(6, std::int64_t{api::axisOf(fact.body).value}).bind(7, row.cause).bind(8, row.missing);
    insert_.bind(9, row.json).bind(10, std::int64_t{checksum});
    if (auto stored = insert_.run(); !stored) return stored;
    lastId_ = row.id;
    lastChecksum_ = checksum;
    return {};
}

} // namespace servolane::drivers::sqlite
