// SPDX-License-Identifier: GPL-3.0-or-later
// The store of recordings: one SQLite file each.
#pragma once

#include "core/session/session_store.h"

#include <string>

namespace servolane::drivers::sqlite {

/// Any thread; what it gives belongs to the thread that asked.
class SqliteSessionStore final : public session::SessionStore {
public:
    /// `vfs`: name of a registered SQLite VFS; empty: the system's.
    explicit SqliteSessionStore(std::string vfs = {})
        : vfs_(std::move(vfs)) {}

    [[nodiscard]] Result<std::unique_ptr<session::SessionWriter>>
    create(const std::string& path, const session::SessionStart& start) override;
    [[nodiscard]] Result<std::unique_ptr<session::SessionReader>> open(const std::string& path) override;
    [[nodiscard]] std::optional<std::uint64_t> freeBytes(const std::string& path) const override;
    [[nodiscard]] std::vector<session::SessionSummary> list(const std::string& folder,
                                                            std::vector<Error>& problems) override;

private:
    std::string vfs_;
};

} // namespace servolane::drivers::sqlite
