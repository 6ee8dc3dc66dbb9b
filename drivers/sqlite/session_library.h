// SPDX-License-Identifier: GPL-3.0-or-later
// Browsing recordings: listings, names, tags, notes, stretches of the flight recorder.
#pragma once

#include "core/session/session_library.h"

#include <cstdint>
#include <map>
#include <mutex>
#include <string>

namespace servolane::drivers::sqlite {

class SqliteSessionLibrary final : public session::SessionLibrary {
public:
    [[nodiscard]] Result<void> list(const std::string& folder,
                                    const std::function<bool(const session::ListedSession&)>& take,
                                    session::JobProgress& progress) override;
    [[nodiscard]] Result<session::SessionSummary> change(const std::string& path,
                                                         const session::SessionChange& change) override;
    [[nodiscard]] Result<void> settle(const std::string& path) override;
    [[nodiscard]] Result<session::KeepReport> keep(const session::KeepRequest& request,
                                                   session::JobProgress& progress) override;
    /// Files opened by list() so far, to see what was remembered.
    [[nodiscard]] std::uint64_t opened() const;

private:
    /// What tells that a file has not changed.
    struct Stamp {
        std::int64_t changed = 0;
        std::uint64_t bytes = 0;
        std::uint64_t logBytes = 0; ///< of its -wal
        friend bool operator==(const Stamp&, const Stamp&) = default;
    };
    struct Known {
        Stamp stamp;
        session::ListedSession listed;
    };
    [[nodiscard]] static Stamp stampOf(const std::string& path);
    [[nodiscard]] session::ListedSession listedAt(const std::string& path);

    mutable std::mutex mutex_; ///< of the two below, never held while a file is read
    std::map<std::string, Known> known_;
    std::uint64_t opened_ = 0;
};

} // namespace servolane::drivers::sqlite
