// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/sqlite/journal_reader.h"

#include "drivers/json/event_json.h"
#include "drivers/sqlite/journal_file.h"

#include <map>

namespace servolane::drivers::sqlite {

namespace {

constexpr std::size_t mostProblems = 100;
constexpr const char* allFacts = "SELECT id, f.run, sequence, f.time, cause, missing, kind, json, crc, "
                                 "r.utc + f.time - r.time FROM facts f LEFT JOIN runs r USING (run)";

JournalRow rowOf(const Statement& row) {
    return {row.integer(0), row.integer(1), row.integer(2), row.integer(3),
            row.integer(4), row.integer(5), row.text(6),    row.text(7)};
}

Error about(const JournalRow& row, const std::string& why) {
    return {ErrorCode::corrupt, "fact " + std::to_string(row.id) + ": " + why};
}

Result<JournalEntry> entryOf(const JournalRow& row, std::int64_t utc,
                             const registers::ModelCatalog& catalog) {
    auto body = factFromJson(row.kind, row.json, catalog);
    if (!body) return tl::make_unexpected(about(row, body.error().detail));
    JournalEntry entry;
    entry.id = row.id;
    entry.run = row.run;
    entry.utc = UtcTime{Duration{utc}};
    entry.missing = static_cast<std::uint64_t>(row.missing);
    entry.event.sequence = Sequence{static_cast<std::uint64_t>(row.sequence)};
    entry.event.time = Time{Duration{row.time}};
    entry.event.cause = CommandId{static_cast<std::uint64_t>(row.cause)};
    entry.event.body = std::move(*body);
    return entry;
}

} // namespace

Result<JournalReader> JournalReader::open(const std::string& path) {
    auto connection = Connection::open(path, OpenMode::readOnly);
    if (!connection) return tl::make_unexpected(connection.error());
    if (auto checked = checkJournal(*connection); !checked)
        return failure(checked.error().code, path + ": " + checked.error().detail);
    return JournalReader{std::move(*connection)};
}

Result<Statement> JournalReader::selectAll() {
    return connection_.prepare(allFacts + std::string(" ORDER BY id"));
}

Result<void> JournalReader::readAll(const registers::ModelCatalog& catalog,
                                    const std::function<bool(const JournalEntry&)>& take) {
    auto select = selectAll();
    if (!select) return tl::make_unexpected(select.error());
    std::uint32_t before = 0;
    for (;;) {
        const auto stepped = select->step();
        if (!stepped) return tl::make_unexpected(stepped.error());
        if (!*stepped) return {};
        const JournalRow row = rowOf(*select);
        const std::uint32_t checksum = row.checksum(before);
        if (checksum != select->integer(8)) return tl::make_unexpected(about(row, "checksum differs"));
        before = checksum;
        const auto entry = entryOf(row, select->integer(9), catalog);
        if (!entry) return tl::make_unexpected(entry.error());
        if (!take(*entry)) return {};
    }
}

Result<void> JournalReader::readKinds(const JournalSelection& selection,
                                      const registers::ModelCatalog& catalog,
                                      const std::function<bool(const JournalEntry&)>& take) {
    std::string kinds;
    for (const std::string_view kind : selection.kinds)
        ((kinds += kinds.empty() ? "'" : ",'") += kind) += '\'';
    // The unary plus keeps SQLite on the order of ids instead of sorting what the index of kinds finds.
    auto select = connection_.prepare(allFacts + (" WHERE id > ?1 AND id <= ?2 AND +kind IN (" + kinds) +
                                      ") ORDER BY id");
    if (!select) return tl::make_unexpected(select.error());
    select->bind(1, selection.after).bind(2, selection.upTo);
    for (;;) {
        const auto stepped = select->step();
        if (!stepped) return tl::make_unexpected(stepped.error());
        if (!*stepped) return {};
        const auto entry = entryOf(rowOf(*select), select->integer(9), catalog);
        if (!entry) return tl::make_unexpected(entry.error());
        if (!take(*entry)) return {};
    }
}

std::vector<std::string> JournalReader::verify() {
    std::vector<std::string> problems;
    // One transaction: a process that writes meanwhile must not look like damage.
    ReadTransaction view{connection_};
    const auto structure = connection_.text("PRAGMA integrity_check");
    if (!structure)
        problems.push_back(structure.error().detail);
    else if (*structure != "ok")
        problems.push_back("structure: " + *structure);
    verifyRows(problems);
    return problems;
}

/// What rows follow from those before them.
struct JournalReader::Chain {
    std::int64_t id = 0;
    std::uint32_t checksum = 0;
    std::map<std::int64_t, std::int64_t>
        sequences; ///< last of each run: runs of several processes interleave
};

void JournalReader::verifyRows(std::vector<std::string>& problems) {
    auto select = selectAll();
    if (!select) return problems.push_back(select.error().detail);
    Chain chain;
    while (problems.size() < mostProblems) {
        const auto stepped = select->step();
        if (!stepped) return problems.push_back("reading stopped: " + stepped.error().detail);
        if (!*stepped) return verifyEnd(chain, problems);
        verifyRow(*select, chain, problems);
    }
}

void JournalReader::verifyRow(const Statement& select, Chain& chain, std::vector<std::string>& problems) {
    const JournalRow row = rowOf(select);
    const auto stored = static_cast<std::uint32_t>(select.integer(8));
    const auto report = [&](const std::string& why) { problems.push_back(about(row, why).detail); };
    if (row.id != chain.id + 1)
        report("rows missing before it: " + std::to_string(row.id - chain.id - 1));
    else if (row.checksum(chain.checksum) != stored)
        report("checksum differs");
    else if (auto fact = factFromJson(row.kind, row.json); !fact)
        report(fact.error().detail);
    std::int64_t& last = chain.sequences[row.run];
    if (row.sequence <= last)
        report("sequence " + std::to_string(row.sequence) + " after " + std::to_string(last));
    if (row.missing > 0) report(std::to_string(row.missing) + " facts before it were lost");
    // One changed row is one problem: go on from what is stored.
    chain.id = row.id;
    chain.checksum = stored;
    last = row.sequence;
}

void JournalReader::verifyEnd(const Chain& chain, std::vector<std::string>& problems) {
    const auto schema = connection_.integer("PRAGMA user_version");
    if (schema && *schema < 2) return; // older files do not say where they end
    const auto id = connection_.integer("SELECT id FROM head");
    const auto checksum = connection_.integer("SELECT crc FROM head");
    if (!id || !checksum)
        problems.push_back("where the journal ends is not known");
    else if (*id > chain.id)
        problems.push_back("the last " + std::to_string(*id - chain.id) + " rows were removed");
    else if (*id != chain.id || static_cast<std::uint32_t>(*checksum) != chain.checksum)
        problems.push_back("rows were added after fact " + std::to_string(*id) + " by another program");
}

} // namespace servolane::drivers::sqlite
