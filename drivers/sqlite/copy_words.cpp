// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/sqlite/copy_words.h"

#include "drivers/sqlite/session_library.h"
#include "drivers/sqlite/session_reader.h"

#include <algorithm>

namespace servolane::drivers::sqlite {

void collectWords(const session::SessionSummary& of, Time begin, Time end, LaterWords& into) {
    for (const std::string& tag : of.tags)
        if (std::find(into.tags.begin(), into.tags.end(), tag) == into.tags.end()) into.tags.push_back(tag);
    for (const session::SessionNote& note : of.notes)
        if (note.addedLater && note.until >= begin && note.from <= end) into.notes.push_back(note);
}

Result<void> writeWords(const std::string& path, LaterWords words) {
    if (words.tags.empty() && words.notes.empty()) return {};
    const auto reader = SqliteSessionReader::open(path);
    if (!reader) return tl::make_unexpected(reader.error());
    const Time start = (*reader)->summary().start;
    const Time end = (*reader)->summary().end;
    for (session::SessionNote& note : words.notes) {
        note.from = std::clamp(note.from, start, end);
        note.until = std::clamp(note.until, start, end);
    }
    session::SessionChange change;
    change.tags = std::move(words.tags);
    change.addedNotes = std::move(words.notes);
    const auto changed = SqliteSessionLibrary{}.change(path, change);
    return changed ? Result<void>{} : tl::make_unexpected(changed.error());
}

} // namespace servolane::drivers::sqlite
