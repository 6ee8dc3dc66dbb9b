// SPDX-License-Identifier: GPL-3.0-or-later
// A SQLite VFS over the system's whose disk fails: it runs full after a number of bytes or at the n-th call,
// gives errors, is locked by somebody else; or its power is cut, and what was not synced is gone.
#pragma once

#include <cstdint>
#include <map>
#include <sqlite3.h>
#include <string>
#include <vector>

namespace servolane::tests {

/// Registers itself as "fault"; one at a time. It never sleeps: waiting for a lock takes no time.
class FaultVfs {
public:
    /// The calls that are counted and may fail.
    enum class Reach : std::uint8_t {
        writes,     ///< writes and syncs
        logs,       ///< writes to a -wal, as on a disk where only what lies there already can be written over
        everything, ///< to files: opening, reading, writing, cutting, syncing, deleting
        locks       ///< taking a lock on a file or its shared memory
    };
    /// What of the writes that were not synced is on the disk when the power is back.
    enum class Survivors : std::uint8_t { none, older, everyOther };

    FaultVfs();
    ~FaultVfs();
    FaultVfs(const FaultVfs&) = delete;
    FaultVfs& operator=(const FaultVfs&) = delete;

    /// From the n-th call on, counted from 1, every one fails; 0: none.
    void failFrom(std::uint64_t call) { begin(call, true); }
    /// The n-th call fails, and no other.
    void failOnly(std::uint64_t call) { begin(call, false); }
    void setResult(int sqliteResult) { result_ = sqliteResult; }
    void setReach(Reach reach) { reach_ = reach; }
    [[nodiscard]] std::uint64_t calls() const { return calls_; }
    /// The call that fails has come.
    [[nodiscard]] bool hasFailed() const { return failFrom_ != 0 && calls_ >= failFrom_; }

    /// From now on it remembers what is not synced. Nothing is really synced, which is faster.
    void watchSyncs() { watching_ = true; }
    /// Once everything on it is closed: the disk as it is found after the power was cut.
    void cutPower(Survivors survivors);

    // For the methods of the files.
    /// What this call returns.
    [[nodiscard]] int nextResult(Reach kind);
    struct Change {
        std::int64_t at = 0;
        std::vector<char> before; ///< the bytes that were there
        std::vector<char> after;  ///< what was written over them
        std::int64_t sizeBefore = 0;
    };
    /// nullptr: nobody wants to know.
    [[nodiscard]] std::vector<Change>* unsyncedOf(const std::string& file) {
        return watching_ && !file.empty() ? &unsynced_[file] : nullptr;
    }

private:
    void begin(std::uint64_t call, bool forEver);

    sqlite3_vfs vfs_{};
    std::uint64_t calls_ = 0;
    std::uint64_t failFrom_ = 0;
    bool forEver_ = true;
    Reach reach_ = Reach::writes;
    int result_ = SQLITE_FULL;
    bool watching_ = false;
    std::map<std::string, std::vector<Change>> unsynced_; ///< by file, oldest first
};

} // namespace servolane::tests
