// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/sqlite/fact_cursor.h"

#include "drivers/json/event_json.h"
#include "drivers/sqlite/session_schema.h"

#include <utility>

namespace servolane::drivers::sqlite {

Result<std::unique_ptr<SqliteFactCursor>> SqliteFactCursor::open(Connection& connection, Source source,
                                                                 Time from, Time to,
                                                                 std::vector<std::string>* damaged) {
    // In the order in which they were appended; the plus keeps SQLite from sorting by time.
    auto select = connection.prepare("SELECT sequence, time, cause, kind, json, crc, id FROM facts "
                                     "WHERE +time BETWEEN ?1 AND ?2 ORDER BY id");
    if (!select) return tl::make_unexpected(select.error());
    select->bind(1, nanosecondsSinceEpoch(from)).bind(2, nanosecondsSinceEpoch(to));
    return std::unique_ptr<SqliteFactCursor>{
        new SqliteFactCursor(std::move(*select), source, from, to, damaged)};
}

Result<bool> SqliteFactCursor::next(api::Event& into) {
    for (;;) {
        if (auto stepped = step(); !stepped) return tl::make_unexpected(stepped.error());
        if (takeNote(into)) return true;
        if (ended_) return false;
        hasRow_ = false;
        auto body = fact();
        if (body) {
            into = {Sequence{static_cast<std::uint64_t>(select_.integer(0))}, timeFrom(select_.integer(1)),
                    CommandId{static_cast<std::uint64_t>(select_.integer(2))}, std::move(*body)};
            return true;
        }
        std::string where =
            source_.path + ": fact " + std::to_string(select_.integer(6)) + ": " + body.error().detail;
        if (!damaged_) return failure(ErrorCode::corrupt, std::move(where));
        damaged_->push_back(std::move(where));
    }
}

Result<void> SqliteFactCursor::step() {
    if (hasRow_ || ended_) return {};
    const auto row = select_.step();
    if (!row) return tl::make_unexpected(row.error());
    hasRow_ = *row;
    ended_ = !*row;
    return {};
}

/// Notes that were added afterwards are no facts of the file, but facts for whoever reads it.
bool SqliteFactCursor::takeNote(api::Event& into) {
    const Time before = hasRow_ ? timeFrom(select_.integer(1)) : Time::max();
    while (nextNote_ < source_.notes.size() && source_.notes[nextNote_].from < before) {
        const session::SessionNote& note = source_.notes[nextNote_++];
        if (!note.addedLater || note.from < from_ || note.from > to_) continue;
        into = {{}, note.from, {}, session::NoteAdded{note.text, {}, note.until - note.from}};
        return true;
    }
    return false;
}

Result<api::EventBody> SqliteFactCursor::fact() const {
    const auto sum = factChecksum(select_.integer(0), select_.integer(1), select_.integer(2), select_.text(3),
                                  select_.text(4));
    if (sum != select_.integer(5)) return failure(ErrorCode::corrupt, "checksum differs");
    return factFromJson(select_.text(3), select_.text(4), source_.models);
}

} // namespace servolane::drivers::sqlite
