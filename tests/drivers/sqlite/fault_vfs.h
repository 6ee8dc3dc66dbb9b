// SPDX-License-Identifier: GPL-3.0-or-later
// A SQLite VFS over the system's whose disk can run full: after a number of bytes, or at the n-th write.
#pragma once

#include <cstdint>
#include <sqlite3.h>

namespace servolane::tests {

/// Registers itself as "fault"; one at a time.
class FaultVfs {
public:
    FaultVfs();
    ~FaultVfs();
    FaultVfs(const FaultVfs&) = delete;
    FaultVfs& operator=(const FaultVfs&) = delete;

    /// From the n-th write or sync on, counted from 1, every one fails; 0: none.
    void failFrom(std::uint64_t call);
    void setResult(int sqliteResult) { result_ = sqliteResult; }
    [[nodiscard]] std::uint64_t calls() const { return calls_; }
    /// What the next write returns.
    [[nodiscard]] int nextResult();

private:
    sqlite3_vfs vfs_{};
    std::uint64_t calls_ = 0;
    std::uint64_t failFrom_ = 0;
    int result_ = SQLITE_FULL;
};

} // namespace servolane::tests
