// SPDX-License-Identifier: GPL-3.0-or-later
// Reads workstation.db while another thread or process may write it. One thread; its own connection.
#pragma once

#include "core/api/event.h"
#include "core/registers/control_table.h"
#include "drivers/sqlite/connection.h"

#include <functional>
#include <span>
#include <string>
#include <vector>

namespace servolane::drivers::sqlite {

struct JournalEntry {
    std::int64_t id = 0; ///< of the row
    std::int64_t run = 0;
    UtcTime utc{};             ///< by the pair of its run
    std::uint64_t missing = 0; ///< facts lost right before this one
    api::Event event;
};

struct JournalSelection {
    std::int64_t after = 0;                  ///< rows up to this id are left out
    std::int64_t upTo = INT64_MAX;           ///< those after this id too
    std::span<const std::string_view> kinds; ///< api::kindOf
};

class JournalReader {
public:
    /// Errors: notFound, notAllowed, invalid (not a journal, newer schema).
    [[nodiscard]] static Result<JournalReader> open(const std::string& path);
    /// All facts of all runs in order, until `take` returns false. Errors: corrupt (names the row).
    [[nodiscard]] Result<void> readAll(const registers::ModelCatalog& catalog,
                                       const std::function<bool(const JournalEntry&)>& take);
    /// Facts of some kinds in order, without looking at checksums, until `take` returns false.
    [[nodiscard]] Result<void> readKinds(const JournalSelection& selection,
                                         const registers::ModelCatalog& catalog,
                                         const std::function<bool(const JournalEntry&)>& take);
    /// Structure, the chain of checksums from the first row to the last, sequences, contents, and what was
    /// reported missing. Empty: all is well.
    [[nodiscard]] std::vector<std::string> verify();

private:
    explicit JournalReader(Connection connection)
        : connection_(std::move(connection)) {}
    [[nodiscard]] Result<Statement> selectAll();
    struct Chain;
    void verifyRows(std::vector<std::string>& problems);
    void verifyRow(const Statement& select, Chain& chain, std::vector<std::string>& problems);
    void verifyEnd(const Chain& chain, std::vector<std::string>& problems);

    Connection connection_;
};

} // namespace servolane::drivers::sqlite
