// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/sqlite/journal_reader.h"

#include "drivers/sqlite/event_json.h"
#include "drivers/sqlite/journal_file.h"

namespace servolane::drivers::sqlite {

namespace {

constexpr std::size_t mostProblems = 100;

JournalRow rowOf(const Statement& row) {
    return {row.integer(0), row.integer(1), row.integer(2), row.integer(3),
            row.integer(4), row.integer(5), row.text(6),    row.text(7)};
}

Error about(const JournalRow& row, const std::string& why) {
    return {ErrorCode::corrupt, "fact " + std::to_string(row.id) + ": " + why};
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
    return connection_.prepare(
        "SELECT id, f.run, sequence, f.time, cause, missing, kind, json, crc, "
        "r.utc + f.time - r.time FROM facts f LEFT JOIN runs r USING (run) ORDER BY id");
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
        auto body = factFromJson(row.kind, row.json, catalog);
        if (!body) return tl::make_unexpected(about(row, body.error().detail));
        JournalEntry entry;
        entry.run = row.run;
        entry.utc = UtcTime{Duration{select->integer(9)}};
        entry.missing = static_cast<std::uint64_t>(row.missing);
        entry.event.sequence = Sequence{static_cast<std::uint64_t>(row.sequence)};
        entry.event.time = Time{Duration{row.time}};
        entry.event.cause = CommandId{static_cast<std::uint64_t>(row.cause)};
        entry.event.body = std::move(*body);
        if (!take(entry)) return {};
    }
}

std::vector<std::string> JournalReader::verify() {
    std::vector<std::string> problems;
    const auto structure = connection_.text("PRAGMA integrity_check");
    if (!structure)
        problems.push_back(structure.error().detail);
    else if (*structure != "ok")
        problems.push_back("structure: " + *structure);
    verifyRows(problems);
    return problems;
}

void JournalReader::verifyRows(std::vector<std::string>& problems) {
    auto select = selectAll();
    if (!select) return problems.push_back(select.error().detail);
    JournalRow last;
    std::uint32_t before = 0;
    while (problems.size() < mostProblems) {
        const auto stepped = select->step();
        if (!stepped) return problems.push_back("reading stopped: " + stepped.error().detail);
        if (!*stepped) return;
        const JournalRow row = rowOf(*select);
        const std::uint32_t checksum = row.checksum(before);
        const auto stored = static_cast<std::uint32_t>(select->integer(8));
        if (row.id != last.id + 1)
            problems.push_back(about(row, "rows before it were removed").detail);
        else if (checksum != stored)
            problems.push_back(about(row, "checksum differs").detail);
        else if (auto fact = factFromJson(row.kind, row.json); !fact)
            problems.push_back(about(row, fact.error().detail).detail);
        if (row.run == last.run && row.sequence <= last.sequence)
            problems.push_back(about(row, "sequence " + std::to_string(row.sequence) + " after " +
                                              std::to_string(last.sequence))
                                   .detail);
        if (row.missing > 0)
            problems.push_back(about(row, std::to_string(row.missing) + " facts before it were lost").detail);
        // One changed row is one problem: go on from what is stored.
        before = stored;
        last = row;
        last.kind = last.json = {};
    }
}

} // namespace servolane::drivers::sqlite
