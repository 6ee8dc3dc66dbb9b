// SPDX-License-Identifier: GPL-3.0-or-later
// What a person said of a recording afterwards, for a copy of it: tags, and notes that are no facts.
#pragma once

#include "core/session/session_store.h"

#include <string>
#include <vector>

namespace servolane::drivers::sqlite {

struct LaterWords {
    std::vector<std::string> tags;
    std::vector<session::SessionNote> notes;
};

/// Adds the tags of that recording, and its later notes that touch [begin, end].
void collectWords(const session::SessionSummary& of, Time begin, Time end, LaterWords& into);

/// Writes them into a finished copy, notes cut to its length. Errors: those of SessionLibrary::change().
[[nodiscard]] Result<void> writeWords(const std::string& path, LaterWords words);

} // namespace servolane::drivers::sqlite
