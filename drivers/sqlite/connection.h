// SPDX-License-Identifier: GPL-3.0-or-later
// SQLite with owners, Results and the error codes of this program. A connection and its statements belong to
// one thread; statements must not outlive their connection.
#pragma once

#include "core/kernel/bytes.h"
#include "core/kernel/result.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace servolane::drivers::sqlite {

class Statement {
public:
    Statement() = default;
    explicit Statement(sqlite3_stmt* statement)
        : statement_(statement) {}

    /// Parameters count from 1. A text or blob must stay alive until the next reset; a failed bind is
    /// reported by the next step.
    Statement& bind(int parameter, std::int64_t value);
    Statement& bind(int parameter, double value);
    Statement& bind(int parameter, std::string_view text);
    Statement& bind(int parameter, ByteView blob);
    Statement& bindNull(int parameter);

    /// True if there is a row to read.
    [[nodiscard]] Result<bool> step();
    /// Steps a statement that gives no rows and makes it ready for the next use.
    [[nodiscard]] Result<void> run();
    void reset();

    enum class Kind : std::uint8_t { null, integer, real, text, blob };
    [[nodiscard]] int columns() const;
    [[nodiscard]] Kind kind(int column) const;
    /// Columns count from 0; views are valid until the next step or reset.
    [[nodiscard]] std::int64_t integer(int column) const;
    [[nodiscard]] double real(int column) const;
    [[nodiscard]] std::string_view text(int column) const;
    [[nodiscard]] ByteView blob(int column) const;

private:
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const;
    };
    std::unique_ptr<sqlite3_stmt, Finalize> statement_;
    int bindFailure_ = 0;
};

enum class OpenMode : std::uint8_t {
    readWrite, ///< the file exists
    create,    ///< it may exist
    readOnly,
    alone,    ///< read-only, and nobody else has it open: a -wal is read without a -shm and without locks
    immutable ///< read-only, and nobody writes: neither locks nor a -wal are looked at
};

class Connection {
public:
    /// `vfs`: name of a registered SQLite VFS; empty: the system's. Errors: notFound, notAllowed, diskFull,
    /// inputOutput. A file that is no database is found out by the first statement (invalid).
    [[nodiscard]] static Result<Connection> open(const std::string& path, OpenMode mode,
                                                 const std::string& vfs = {});

    [[nodiscard]] Result<Statement> prepare(std::string_view sql);
    /// One or more statements without parameters and results.
    [[nodiscard]] Result<void> execute(const std::string& sql);
    /// First column of the first row; notFound without a row.
    [[nodiscard]] Result<std::int64_t> integer(std::string_view sql);
    [[nodiscard]] Result<std::string> text(std::string_view sql);
    /// The -wal stays beside the file at close() instead of being moved into it.
    void keepLog();
    [[nodiscard]] bool isOpen() const { return database_ != nullptr; }
    void close() { database_.reset(); }

private:
    struct Close {
        void operator()(sqlite3* database) const;
    };
    std::unique_ptr<sqlite3, Close> database_;
};

/// Rolls back at its end unless committed.
class Transaction {
public:
    explicit Transaction(Connection& connection)
        : connection_(connection) {}
    ~Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    [[nodiscard]] Result<void> begin();
    [[nodiscard]] Result<void> commit();

private:
    Connection& connection_;
    bool open_ = false;
};

/// While it lives, its connection sees the file as it was at the first read after it was made.
class ReadTransaction {
public:
    explicit ReadTransaction(Connection& connection)
        : connection_(connection)
        , open_(connection.execute("BEGIN").has_value()) {}
    ~ReadTransaction() {
        if (open_) static_cast<void>(connection_.execute("COMMIT"));
    }
    ReadTransaction(const ReadTransaction&) = delete;
    ReadTransaction& operator=(const ReadTransaction&) = delete;

private:
    Connection& connection_;
    bool open_;
};

} // namespace servolane::drivers::sqlite
