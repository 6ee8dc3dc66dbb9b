// SPDX-License-Identifier: GPL-3.0-or-later
// What a person changes of a recording afterwards: its name, its tags, notes.
#include "drivers/sqlite/connection.h"
#include "drivers/sqlite/session_file.h"
#include "drivers/sqlite/session_library.h"
#include "drivers/sqlite/session_schema.h"

#include <algorithm>
#include <chrono>

namespace servolane::drivers::sqlite {

using session::SessionChange;
using session::SessionNote;

namespace {

constexpr std::size_t longestTag = 64;

bool isBlank(std::string_view text) {
    return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

Result<void> refuseEmptyWords(const SessionChange& change) {
    if (change.name && isBlank(*change.name)) return failure(ErrorCode::invalid, "a name needs a letter");
    for (const SessionNote& note : change.addedNotes)
        if (isBlank(note.text)) return failure(ErrorCode::invalid, "a note needs words");
    for (const std::string& tag : change.tags.value_or(std::vector<std::string>{})) {
        if (isBlank(tag)) return failure(ErrorCode::invalid, "a tag needs a letter");
        if (tag.size() > longestTag)
            return failure(ErrorCode::invalid, "a tag has at most " + std::to_string(longestTag) +
                                                   " bytes, this one " + std::to_string(tag.size()));
        if (tag.find_first_of(",\n") != std::string::npos)
            return failure(ErrorCode::invalid, "a tag holds no comma: '" + tag + "'");
    }
    return {};
}

Result<void> refuseNotesOutside(const SessionChange& change, const session::SessionSummary& summary) {
    for (const SessionNote& note : change.addedNotes)
        if (note.until < note.from || note.from < summary.start || note.until > summary.end)
            return failure(ErrorCode::invalid,
                           "the note is about " + std::to_string(seconds(note.from - summary.start)) +
                               " to " + std::to_string(seconds(note.until - summary.start)) +
                               " s of a recording of " +
                               std::to_string(seconds(summary.end - summary.start)) + " s");
    for (const std::int64_t id : change.removedNotes) {
        const auto found = std::find_if(summary.notes.begin(), summary.notes.end(),
                                        [&](const SessionNote& note) { return note.id == id; });
        if (found == summary.notes.end())
            return failure(ErrorCode::invalid, "there is no note " + std::to_string(id));
        if (!found->addedLater)
            return failure(ErrorCode::invalid,
                           "note " + std::to_string(id) + " was written while it was recorded and stays");
    }
    return {};
}

/// A new sum over a damaged table would call it whole.
Result<void> refuseDamaged(Connection& connection) {
    if (!hasTable(connection, "table_sums")) return {};
    auto rows = connection.prepare("SELECT name, crc FROM table_sums");
    if (!rows) return tl::make_unexpected(rows.error());
    for (;;) {
        const auto row = rows->step();
        if (!row) return tl::make_unexpected(row.error());
        if (!*row) return {};
        const std::string name{rows->text(0)};
        if (std::find(summedTables.begin(), summedTables.end(), name) == summedTables.end()) continue;
        const auto sum = tableChecksum(connection, name);
        if (!sum) return tl::make_unexpected(sum.error());
        if (*sum != rows->integer(1))
            return failure(ErrorCode::corrupt,
                           "table " + name + " is damaged; repair the recording first, then change the copy");
    }
}

class Rewriting {
public:
    explicit Rewriting(Connection& connection)
        : connection_(connection) {}

    Result<void> run(const SessionChange& change) {
        if (change.name)
            if (auto set = bound("INSERT OR REPLACE INTO session VALUES('name',?1)", *change.name); !set)
                return set;
        if (change.tags)
            if (auto set = tag(*change.tags); !set) return set;
        for (const SessionNote& note : change.addedNotes)
            if (auto added = add(note); !added) return added;
        for (const std::int64_t id : change.removedNotes)
            if (auto gone =
                    connection_.execute("DELETE FROM notes WHERE added=1 AND id=" + std::to_string(id));
                !gone)
                return gone;
        return {};
    }

private:
    Result<void> bound(std::string_view sql, std::string_view text) {
        auto statement = connection_.prepare(sql);
        if (!statement) return tl::make_unexpected(statement.error());
        return statement->bind(1, text).run();
    }
    /// Those that stay keep the time at which they were given.
    Result<void> tag(const std::vector<std::string>& tags) {
        const auto now =
            std::chrono::duration_cast<Duration>(std::chrono::system_clock::now().time_since_epoch());
        if (auto made = connection_.execute("CREATE TEMP TABLE wanted(tag TEXT PRIMARY KEY)"); !made)
            return made;
        for (const std::string& each : tags)
            if (auto set = bound("INSERT OR IGNORE INTO wanted VALUES(?1)", each); !set) return set;
        return connection_.execute("DELETE FROM tags WHERE tag NOT IN wanted;"
                                   "INSERT OR IGNORE INTO tags SELECT tag, " +
                                   std::to_string(now.count()) + " FROM wanted;DROP TABLE wanted");
    }
    Result<void> add(const SessionNote& note) {
        auto insert = connection_.prepare("INSERT INTO notes(time, text, until, added) VALUES(?1,?2,?3,1)");
        if (!insert) return tl::make_unexpected(insert.error());
        insert->bind(1, nanosecondsSinceEpoch(note.from)).bind(2, std::string_view{note.text});
        return insert->bind(3, nanosecondsSinceEpoch(note.until)).run();
    }
    Connection& connection_;
};

Result<void> changeIn(Connection& connection, const SessionChange& change) {
    Transaction transaction{connection};
    if (auto begun = transaction.begin(); !begun) return begun;
    const auto schema = sessionSchemaOf(connection);
    if (!schema) return tl::make_unexpected(schema.error());
    if (auto whole = refuseDamaged(connection); !whole) return whole;
    const bool hadSums = hasTable(connection, "table_sums");
    if (auto raised = bringToNewest(connection, *schema); !raised) return raised;
    if (auto done = Rewriting{connection}.run(change); !done) return done;
    constexpr std::array<std::string_view, 3> changed{"session", "notes", "tags"};
    const std::span<const std::string_view> summed = hadSums
                                                         ? std::span<const std::string_view>{changed}
                                                         : std::span<const std::string_view>{summedTables};
    if (auto stored = storeTableSums(connection, summed); !stored) return stored;
    return transaction.commit();
}

Result<session::SessionSummary> summaryOf(const std::string& path) {
    auto file = openSessionFile(path);
    if (!file) return tl::make_unexpected(file.error());
    const auto timeLine = readTimeLine(*file);
    if (!timeLine) return tl::make_unexpected(timeLine.error());
    return readSummary(*file, *timeLine);
}

} // namespace

Result<session::SessionSummary> SqliteSessionLibrary::change(const std::string& path,
                                                             const SessionChange& change) {
    if (auto allowed = refuseEmptyWords(change); !allowed) return tl::make_unexpected(allowed.error());
    const auto before = summaryOf(path);
    if (!before) return before;
    if (auto allowed = refuseNotesOutside(change, *before); !allowed)
        return tl::make_unexpected(allowed.error());
    {
        auto connection = Connection::open(path, OpenMode::readWrite);
        if (!connection) return tl::make_unexpected(connection.error());
        if (auto done = changeIn(*connection, change); !done)
            return failure(done.error().code, path + ": " + done.error().detail);
    }
    return summaryOf(path);
}

} // namespace servolane::drivers::sqlite
