// SPDX-License-Identifier: GPL-3.0-or-later
// Facts of a .servolane file one by one. One thread.
#pragma once

#include "core/session/session_store.h"
#include "drivers/sqlite/session_file.h"

#include <string>
#include <vector>

namespace servolane::drivers::sqlite {

/// Reads facts in [from, to] in the order in which they were appended; notes that were added later stand
/// among them by their time. Everything it is made of must outlive it.
class SqliteFactCursor final : public session::FactCursor {
public:
    struct Source {
        const std::string& path;
        const registers::ModelCatalog& models;
        const std::vector<session::SessionNote>& notes; ///< by time
    };
    /// `damaged` null: the first damaged fact ends it.
    [[nodiscard]] static Result<std::unique_ptr<SqliteFactCursor>>
    open(Connection& connection, Source source, Time from, Time to, std::vector<std::string>* damaged);

    [[nodiscard]] Result<bool> next(api::Event& into) override;

private:
    SqliteFactCursor(Statement select, Source source, Time from, Time to, std::vector<std::string>* damaged)
        : select_(std::move(select))
        , source_(source)
        , from_(from)
        , to_(to)
        , damaged_(damaged) {}

    /// Makes the row at hand the next one, unless it is not used yet.
    [[nodiscard]] Result<void> step();
    [[nodiscard]] bool takeNote(api::Event& into);
    [[nodiscard]] Result<api::EventBody> fact() const;

    Statement select_;
    Source source_;
    Time from_;
    Time to_;
    std::vector<std::string>* damaged_;
    std::size_t nextNote_ = 0;
    bool hasRow_ = false;
    bool ended_ = false;
};

} // namespace servolane::drivers::sqlite
