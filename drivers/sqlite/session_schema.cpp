// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/sqlite/session_schema.h"

#include <algorithm>
#include <bit>
#include <filesystem>

namespace servolane::drivers::sqlite {

void removeRecording(const std::string& path) {
    for (const char* suffix : {"", "-wal", "-shm", "-journal", roomSuffix}) {
        std::error_code ignored;
        std::filesystem::remove(path + suffix, ignored);
    }
}

namespace {

/// Of schema 1: what came later is added by steps, in a new file as in an old one.
constexpr const char* firstTables = R"sql(
CREATE TABLE session(key TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE counters(name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE time_pairs(time INTEGER PRIMARY KEY, utc INTEGER NOT NULL);
CREATE TABLE buses(bus INTEGER PRIMARY KEY, name TEXT NOT NULL, family TEXT, path TEXT, baud INTEGER,
                   simulated INTEGER NOT NULL);
CREATE TABLE axes(axis INTEGER PRIMARY KEY, name TEXT NOT NULL, bus INTEGER NOT NULL, servo INTEGER,
                  model TEXT, family TEXT, model_number INTEGER, firmware INTEGER,
                  simulated INTEGER NOT NULL, json TEXT);
CREATE TABLE channels(axis INTEGER NOT NULL, channel INTEGER NOT NULL, name TEXT NOT NULL, unit TEXT NOT NULL,
                      scale REAL NOT NULL, "offset" REAL NOT NULL, PRIMARY KEY(axis, channel)) WITHOUT ROWID;
CREATE TABLE earlier_scales(axis INTEGER NOT NULL, channel INTEGER NOT NULL, until INTEGER NOT NULL,
                            unit TEXT NOT NULL, scale REAL NOT NULL, "offset" REAL NOT NULL,
                            PRIMARY KEY(axis, channel, until)) WITHOUT ROWID;
CREATE TABLE models(name TEXT NOT NULL, family TEXT NOT NULL, number INTEGER NOT NULL, json TEXT NOT NULL,
                    PRIMARY KEY(name, family)) WITHOUT ROWID;
CREATE TABLE slices(id INTEGER PRIMARY KEY, bus INTEGER NOT NULL, first_tick INTEGER NOT NULL,
                    cycles INTEGER NOT NULL, first_time INTEGER NOT NULL, last_time INTEGER NOT NULL,
                    first_cycle INTEGER NOT NULL, last_cycle INTEGER NOT NULL, gaps INTEGER NOT NULL,
                    crc INTEGER NOT NULL, payload BLOB NOT NULL);
CREATE UNIQUE INDEX slices_by_tick ON slices(bus, first_tick, last_time);
CREATE TABLE chunks(id INTEGER PRIMARY KEY, axis INTEGER NOT NULL, slice INTEGER NOT NULL,
                    samples INTEGER NOT NULL, first_time INTEGER NOT NULL, last_time INTEGER NOT NULL,
                    first_cycle INTEGER NOT NULL, last_cycle INTEGER NOT NULL, ranges TEXT NOT NULL,
                    crc INTEGER NOT NULL, payload BLOB NOT NULL);
CREATE UNIQUE INDEX chunks_by_slice ON chunks(slice, axis);
CREATE TABLE tails(id INTEGER PRIMARY KEY, bus INTEGER NOT NULL, first_tick INTEGER NOT NULL,
                   cycles INTEGER NOT NULL, first_time INTEGER NOT NULL, last_time INTEGER NOT NULL,
                   crc INTEGER NOT NULL, payload BLOB NOT NULL);
CREATE UNIQUE INDEX tails_by_tick ON tails(bus, first_tick, last_time);
CREATE TABLE facts(id INTEGER PRIMARY KEY, sequence INTEGER NOT NULL, time INTEGER NOT NULL,
                   kind TEXT NOT NULL, axis INTEGER NOT NULL, cause INTEGER NOT NULL, json TEXT NOT NULL,
                   crc INTEGER NOT NULL);
CREATE TABLE notes(id INTEGER PRIMARY KEY, time INTEGER NOT NULL, text TEXT NOT NULL);
CREATE TABLE table_sums(name TEXT PRIMARY KEY, crc INTEGER NOT NULL) WITHOUT ROWID;
)sql";

constexpr std::array<SchemaStep, sessionSchema - 1> steps{{
    // 2: tags, and notes about a stretch or written afterwards. Files of the first programs lack two tables.
    {R"sql(
CREATE TABLE IF NOT EXISTS earlier_scales(axis INTEGER NOT NULL, channel INTEGER NOT NULL, until INTEGER NOT NULL,
                            unit TEXT NOT NULL, scale REAL NOT NULL, "offset" REAL NOT NULL,
                            PRIMARY KEY(axis, channel, until)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS table_sums(name TEXT PRIMARY KEY, crc INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE tags(tag TEXT PRIMARY KEY, utc INTEGER NOT NULL) WITHOUT ROWID;
ALTER TABLE notes ADD COLUMN until INTEGER;
ALTER TABLE notes ADD COLUMN added INTEGER;
UPDATE notes SET until = time;
)sql",
     R"sql(
CREATE TEMP TABLE tags(tag TEXT PRIMARY KEY, utc INTEGER NOT NULL) WITHOUT ROWID;
CREATE TEMP VIEW notes AS SELECT id, time, text, time AS until, NULL AS added FROM main.notes;
)sql"},
    // 3: sums, in a table of their own: behind the payload of a chunk they would cost reading it. The samples
    // of
    // older files keep none.
    {R"sql(
CREATE TABLE sums(chunk INTEGER NOT NULL, channel INTEGER NOT NULL, "count" INTEGER NOT NULL, "sum" REAL NOT NULL,
                  squares REAL NOT NULL, times REAL NOT NULL, squared_times REAL NOT NULL,
                  products REAL NOT NULL, PRIMARY KEY(chunk, channel)) WITHOUT ROWID;
)sql",
     R"sql(
CREATE TEMP TABLE sums(chunk INTEGER NOT NULL, channel INTEGER NOT NULL, "count" INTEGER NOT NULL,
                       "sum" REAL NOT NULL, squares REAL NOT NULL, times REAL NOT NULL,
                       squared_times REAL NOT NULL, products REAL NOT NULL,
                       PRIMARY KEY(chunk, channel)) WITHOUT ROWID;
)sql"},
    // 4: the register that a place for watched ones held before. NULL: the same as in `channels`.
    {R"sql(
ALTER TABLE earlier_scales ADD COLUMN name TEXT;
)sql",
     R"sql(
CREATE TEMP VIEW earlier_scales AS SELECT axis, channel, until, unit, scale, "offset", NULL AS name
  FROM main.earlier_scales;
)sql"},
}};

} // namespace

std::span<const SchemaStep> sessionSteps() {
    return steps;
}

std::string sessionTables() {
    std::string sql = firstTables;
    for (const SchemaStep& step : steps)
        sql += step.change;
    return sql + "PRAGMA user_version=" + std::to_string(sessionSchema) + ';';
}

Result<void> viewAsNewest(Connection& connection, int schema, std::span<const SchemaStep> steps) {
    for (auto step = static_cast<std::size_t>(schema - 1); step < steps.size(); ++step)
        if (auto seen = connection.execute(std::string{"PRAGMA temp_store=MEMORY;"} + steps[step].view);
            !seen)
            return seen;
    return {};
}

Result<void> bringToNewest(Connection& connection, int schema, std::span<const SchemaStep> steps) {
    for (auto step = static_cast<std::size_t>(schema - 1); step < steps.size(); ++step)
        if (auto stepped =
                connection.execute(steps[step].change + ("PRAGMA user_version=" + std::to_string(step + 2)));
            !stepped)
            return stepped;
    return {};
}

Result<int> sessionSchemaOf(Connection& connection, int newest) {
    const auto application = connection.integer("PRAGMA application_id");
    if (!application && application.error().code == ErrorCode::invalid)
        return failure(ErrorCode::invalid, "not a Servolane session: " + application.error().detail);
    if (!application) return tl::make_unexpected(application.error());
    if (*application != sessionApplication && *application != 0)
        return failure(ErrorCode::invalid, "not a Servolane session");
    const auto tables = connection.integer("SELECT count(*) FROM sqlite_master");
    if (!tables) return tl::make_unexpected(tables.error());
    if (*tables == 0)
        return failure(ErrorCode::invalid,
                       "nothing is recorded in it: whoever made it ended before it was begun");
    if (*application == 0) return failure(ErrorCode::invalid, "not a Servolane session");
    const auto schema = connection.integer("PRAGMA user_version");
    if (!schema) return tl::make_unexpected(schema.error());
    if (*schema < 1 || *schema > newest)
        return failure(ErrorCode::invalid, "session schema " + std::to_string(*schema) +
                                               ", this program reads up to " + std::to_string(newest));
    return static_cast<int>(*schema);
}

namespace {

/// The kind first, so that no two rows of different values read the same.
void addValue(Checksum& sum, const Statement& row, int column) {
    const auto kind = row.kind(column);
    sum.add({static_cast<std::int64_t>(kind)});
    switch (kind) {
    case Statement::Kind::null:
        break;
    case Statement::Kind::integer:
        sum.add({row.integer(column)});
        break;
    case Statement::Kind::real:
        sum.add({std::bit_cast<std::int64_t>(row.real(column))});
        break;
    case Statement::Kind::text:
    case Statement::Kind::blob: {
        const ByteView bytes = row.blob(column);
        sum.add({static_cast<std::int64_t>(bytes.size())}).add(bytes);
        break;
    }
    }
}

} // namespace

Result<std::uint32_t> tableChecksum(Connection& connection, std::string_view table) {
    const char* const order = table == "earlier_scales" ? " ORDER BY 1, 2, 3" : " ORDER BY 1, 2";
    auto rows = connection.prepare("SELECT * FROM main." + std::string{table} + order);
    if (!rows) return tl::make_unexpected(rows.error());
    Checksum sum;
    for (;;) {
        const auto row = rows->step();
        if (!row) return tl::make_unexpected(row.error());
        if (!*row) return sum.value();
        for (int column = 0; column < rows->columns(); ++column)
            addValue(sum, *rows, column);
    }
}

std::vector<std::string> changedTables(Connection& connection, int schema) {
    const auto exists =
        connection.integer("SELECT count(*) FROM sqlite_master WHERE type='table' AND name='table_sums'");
    if (!exists || *exists == 0) return {};
    std::vector<std::string> problems;
    auto rows = connection.prepare("SELECT name, crc FROM table_sums");
    if (!rows) return {rows.error().detail};
    const auto summed = summedTablesOf(schema);
    std::size_t known = 0;
    for (;;) {
        const auto row = rows->step();
        if (!row) problems.push_back("table_sums: reading stopped: " + row.error().detail);
        if (!row || !*row) break;
        const std::string name{rows->text(0)};
        if (std::find(summed.begin(), summed.end(), name) == summed.end()) {
            problems.push_back("table_sums: no table '" + name + "' is known");
            continue;
        }
        ++known;
        const auto sum = tableChecksum(connection, name);
        if (!sum)
            problems.push_back("table " + name + ": " + sum.error().detail);
        else if (*sum != rows->integer(1))
            problems.push_back("table " + name + ": checksum differs");
    }
    if (known != summed.size())
        problems.push_back("table_sums: " + std::to_string(known) + " of " + std::to_string(summed.size()) +
                           " tables have a checksum");
    return problems;
}

Result<void> storeTableSums(Connection& connection, std::span<const std::string_view> tables) {
    auto set = connection.prepare("INSERT OR REPLACE INTO table_sums VALUES(?1,?2)");
    if (!set) return tl::make_unexpected(set.error());
    for (const std::string_view table : tables) {
        const auto sum = tableChecksum(connection, table);
        if (!sum) return tl::make_unexpected(sum.error());
        if (auto stored = set->bind(1, table).bind(2, std::int64_t{*sum}).run(); !stored) return stored;
    }
    return {};
}

std::uint32_t sliceChecksum(std::int64_t bus, std::int64_t firstTick, std::int64_t cycles, ByteView payload) {
    return Checksum{}.add({bus, firstTick, cycles}).add(payload).value();
}

std::uint32_t chunkChecksum(std::int64_t axis, std::int64_t slice, std::int64_t samples, ByteView payload) {
    return Checksum{}.add({axis, slice, samples}).add(payload).value();
}

std::uint32_t factChecksum(std::int64_t sequence, std::int64_t time, std::int64_t cause,
                           std::string_view kind, std::string_view json) {
    return Checksum{}.add({sequence, time, cause}).add(kind).add(json).value();
}

} // namespace servolane::drivers::sqlite
