// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/sqlite/journal_file.h"

#include "drivers/sqlite/checksum.h"

#include <array>

namespace servolane::drivers::sqlite {

namespace {

/// Step n leads from schema n to schema n + 1. Append only.
constexpr std::array<const char*, journalSchema> steps{R"sql(
CREATE TABLE runs(run INTEGER PRIMARY KEY, software TEXT NOT NULL, utc INTEGER NOT NULL,
                  time INTEGER NOT NULL);
CREATE TABLE facts(id INTEGER PRIMARY KEY, run INTEGER NOT NULL, sequence INTEGER NOT NULL,
                   time INTEGER NOT NULL, kind TEXT NOT NULL, axis INTEGER NOT NULL, cause INTEGER NOT NULL,
                   missing INTEGER NOT NULL, json TEXT NOT NULL, crc INTEGER NOT NULL);
CREATE INDEX facts_by_kind ON facts(kind, axis);
CREATE VIEW log AS SELECT id, f.run, strftime('%Y-%m-%dT%H:%M:%fZ', (r.utc + f.time - r.time) / 1e9, 'unixepoch')
    AS utc, kind, axis, cause, missing, json FROM facts f JOIN runs r USING (run);
)sql",
                                                       R"sql(
CREATE INDEX facts_by_cause ON facts(cause) WHERE cause <> 0;
CREATE TABLE head(one INTEGER PRIMARY KEY CHECK (one = 1), id INTEGER NOT NULL, crc INTEGER NOT NULL);
INSERT INTO head SELECT 1, ifnull(max(id), 0), ifnull((SELECT crc FROM facts ORDER BY id DESC LIMIT 1), 0) FROM facts;
CREATE TABLE snapshots(name TEXT PRIMARY KEY, id INTEGER NOT NULL, chain INTEGER NOT NULL, json TEXT NOT NULL,
                       crc INTEGER NOT NULL);
)sql"};

Result<void> stepUp(Connection& connection, std::size_t schema) {
    Transaction transaction{connection};
    if (auto begun = transaction.begin(); !begun) return begun;
    // Another process may have taken the step while this one waited.
    const auto now = connection.integer("PRAGMA user_version");
    if (!now) return tl::make_unexpected(now.error());
    if (*now > static_cast<std::int64_t>(schema)) return transaction.commit();
    const std::string mark = "PRAGMA user_version=" + std::to_string(schema + 1) +
                             ";PRAGMA application_id=" + std::to_string(journalApplication);
    if (auto stepped = connection.execute(steps[schema] + mark); !stepped) return stepped;
    return transaction.commit();
}

Result<std::int64_t> readSchema(Connection& connection, bool mayBeEmpty) {
    const auto application = connection.integer("PRAGMA application_id");
    if (!application) return tl::make_unexpected(application.error());
    const auto schema = connection.integer("PRAGMA user_version");
    if (!schema) return tl::make_unexpected(schema.error());
    const auto tables = connection.integer("SELECT count(*) FROM sqlite_schema");
    if (!tables) return tl::make_unexpected(tables.error());
    const bool empty = *tables == 0 && *schema == 0 && *application == 0;
    if (*application != journalApplication && !(empty && mayBeEmpty))
        return failure(ErrorCode::invalid, "not a Servolane journal");
    if (*schema > journalSchema)
        return failure(ErrorCode::invalid, "journal schema " + std::to_string(*schema) +
                                               ", this program knows up to " + std::to_string(journalSchema));
    return *schema;
}

/// All read at one point in time: between two of the questions another process may have made the journal, and
/// a file without its mark that has tables is somebody else's.
Result<std::int64_t> schemaOf(Connection& connection, bool mayBeEmpty) {
    if (auto begun = connection.execute("BEGIN"); !begun) return tl::make_unexpected(begun.error());
    auto schema = readSchema(connection, mayBeEmpty);
    const auto ended = connection.execute("COMMIT");
    if (schema && !ended) return tl::make_unexpected(ended.error());
    return schema;
}

} // namespace

Result<void> migrateJournal(Connection& connection) {
    const auto schema = schemaOf(connection, true);
    if (!schema) return tl::make_unexpected(schema.error());
    for (auto step = static_cast<std::size_t>(*schema); step < steps.size(); ++step)
        if (auto stepped = stepUp(connection, step); !stepped) return stepped;
    return {};
}

Result<void> checkJournal(Connection& connection) {
    const auto schema = schemaOf(connection, false);
    if (!schema) return tl::make_unexpected(schema.error());
    return {};
}

std::uint32_t JournalRow::checksum(std::uint32_t before) const {
    return Checksum{before}.add({id, run, sequence, time, cause, missing}).add(kind).add(json).value();
}

} // namespace servolane::drivers::sqlite
