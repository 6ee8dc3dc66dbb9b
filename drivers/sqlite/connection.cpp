// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/sqlite/connection.h"

#include <cctype>
#include <cerrno>
#include <cstring>
#include <sqlite3.h>

namespace servolane::drivers::sqlite {

namespace {

constexpr int busyMilliseconds = 2000;

ErrorCode codeFromSystem(int number) {
    switch (number) {
    case ENOENT:
    case ENOTDIR:
        return ErrorCode::notFound;
    case EACCES:
    case EPERM:
    case EROFS:
        return ErrorCode::notAllowed;
    case ENOSPC:
    case EDQUOT:
    case EFBIG: // a limit on the size of files is a full disk to whoever writes
        return ErrorCode::diskFull;
    default:
        return ErrorCode::inputOutput;
    }
}

ErrorCode codeFrom(int result, int systemError) {
    switch (result & 0xff) {
    case SQLITE_FULL:
        return ErrorCode::diskFull;
    case SQLITE_CORRUPT:
        return ErrorCode::corrupt;
    case SQLITE_NOTADB:
        return ErrorCode::invalid;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return ErrorCode::busy;
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
        return ErrorCode::notAllowed;
    case SQLITE_CANTOPEN:
    case SQLITE_IOERR:
        return codeFromSystem(systemError);
    case SQLITE_ERROR: // a table or a column is missing: another schema, or a damaged one
        return ErrorCode::invalid;
    default:
        return ErrorCode::inputOutput;
    }
}

/// A failed commit does not keep the system's error number, but leaves it in errno: callers clear that first.
tl::unexpected<Error> failureOf(sqlite3* database, int result) {
    const int left = errno;
    const int kept = database ? sqlite3_system_errno(database) : 0;
    const int systemError = kept == 0 && (result & 0xff) == SQLITE_IOERR ? left : kept;
    std::string detail = database ? sqlite3_errmsg(database) : sqlite3_errstr(result);
    if (systemError != 0) detail += std::string{" ("} + std::strerror(systemError) + ")";
    return failure(codeFrom(result, systemError), std::move(detail));
}

int flagsOf(OpenMode mode) {
    constexpr int common = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI;
    switch (mode) {
    case OpenMode::readWrite:
        return common | SQLITE_OPEN_READWRITE;
    case OpenMode::create:
        return common | SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    case OpenMode::readOnly:
    case OpenMode::alone:
    case OpenMode::immutable:
        return common | SQLITE_OPEN_READONLY;
    }
    return common;
}

/// Without one of its own: a lock for writing, which exclusive use begins with, is refused of a file that is
/// only read.
std::string vfsFor(OpenMode mode, const std::string& asked) {
    return mode == OpenMode::alone && asked.empty() ? "unix-none" : asked;
}

/// A file: URI, so that no character of the path has a meaning of its own.
std::string uriOf(const std::string& path, OpenMode mode) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string uri = "file:";
    for (const char letter : path) {
        const auto code = static_cast<unsigned char>(letter);
        const bool plain =
            std::isalnum(code) || letter == '/' || letter == '.' || letter == '-' || letter == '_';
        if (plain)
            uri += letter;
        else
            (uri += '%').append({digits[code >> 4], digits[code & 15]});
    }
    if (mode == OpenMode::immutable) uri += "?immutable=1";
    return uri;
}

} // namespace

void Statement::Finalize::operator()(sqlite3_stmt* statement) const {
    sqlite3_finalize(statement);
}

Statement& Statement::bind(int parameter, std::int64_t value) {
    bindFailure_ |= sqlite3_bind_int64(statement_.get(), parameter, value);
    return *this;
}

Statement& Statement::bind(int parameter, double value) {
    bindFailure_ |= sqlite3_bind_double(statement_.get(), parameter, value);
    return *this;
}

Statement& Statement::bind(int parameter, std::string_view text) {
    const char* bytes = text.empty() ? "" : text.data();
    bindFailure_ |=
        sqlite3_bind_text64(statement_.get(), parameter, bytes, text.size(), SQLITE_STATIC, SQLITE_UTF8);
    return *this;
}

Statement& Statement::bind(int parameter, ByteView blob) {
    const void* bytes = blob.empty() ? static_cast<const void*>("") : blob.data();
    bindFailure_ |= sqlite3_bind_blob64(statement_.get(), parameter, bytes, blob.size(), SQLITE_STATIC);
    return *this;
}

Statement& Statement::bindNull(int parameter) {
    bindFailure_ |= sqlite3_bind_null(statement_.get(), parameter);
    return *this;
}

Result<bool> Statement::step() {
    if (bindFailure_ != SQLITE_OK) return failure(ErrorCode::invalid, sqlite3_errstr(bindFailure_));
    errno = 0;
    const int result = sqlite3_step(statement_.get());
    if (result == SQLITE_ROW) return true;
    if (result == SQLITE_DONE) return false;
    return failureOf(sqlite3_db_handle(statement_.get()), result);
}

Result<void> Statement::run() {
    const auto stepped = step();
    reset();
    if (!stepped) return tl::make_unexpected(stepped.error());
    return {};
}

void Statement::reset() {
    sqlite3_reset(statement_.get());
    bindFailure_ = 0;
}

int Statement::columns() const {
    return sqlite3_column_count(statement_.get());
}

Statement::Kind Statement::kind(int column) const {
    switch (sqlite3_column_type(statement_.get(), column)) {
    case SQLITE_INTEGER:
        return Kind::integer;
    case SQLITE_FLOAT:
        return Kind::real;
    case SQLITE_TEXT:
        return Kind::text;
    case SQLITE_BLOB:
        return Kind::blob;
    default:
        return Kind::null;
    }
}

std::int64_t Statement::integer(int column) const {
    return sqlite3_column_int64(statement_.get(), column);
}

double Statement::real(int column) const {
    return sqlite3_column_double(statement_.get(), column);
}

std::string_view Statement::text(int column) const {
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), column));
    if (!bytes) return {};
    return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

ByteView Statement::blob(int column) const {
    const auto* bytes = static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_.get(), column));
    if (!bytes) return {};
    return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

void Connection::Close::operator()(sqlite3* database) const {
    sqlite3_close_v2(database);
}

Result<Connection> Connection::open(const std::string& path, OpenMode mode, const std::string& vfs) {
    sqlite3* database = nullptr;
    const std::string used = vfsFor(mode, vfs);
    const int result = sqlite3_open_v2(uriOf(path, mode).c_str(), &database, flagsOf(mode),
                                       used.empty() ? nullptr : used.c_str());
    Connection connection;
    connection.database_.reset(database);
    if (result != SQLITE_OK) {
        auto failed = failureOf(database, result);
        failed.value().detail = path + ": " + failed.value().detail;
        return failed;
    }
    sqlite3_extended_result_codes(database, 1);
    sqlite3_busy_timeout(database, busyMilliseconds);
    // A reader never moves a killed writer's -wal into the file.
    if (mode == OpenMode::readOnly || mode == OpenMode::alone) connection.keepLog();
    // Of a file in exclusive use the index of the -wal is kept in memory.
    if (mode == OpenMode::alone)
        if (auto alone = connection.execute("PRAGMA locking_mode=EXCLUSIVE"); !alone)
            return tl::make_unexpected(alone.error());
    return connection;
}

void Connection::keepLog() {
    sqlite3_db_config(database_.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, static_cast<int*>(nullptr));
}

Result<Statement> Connection::prepare(std::string_view sql) {
    sqlite3_stmt* statement = nullptr;
    const int result = sqlite3_prepare_v3(database_.get(), sql.data(), static_cast<int>(sql.size()),
                                          SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    if (result != SQLITE_OK) return failureOf(database_.get(), result);
    return Statement{statement};
}

Result<void> Connection::execute(const std::string& sql) {
    errno = 0;
    const int result = sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, nullptr);
    if (result != SQLITE_OK) return failureOf(database_.get(), result);
    return {};
}

Result<std::int64_t> Connection::integer(std::string_view sql) {
    auto statement = prepare(sql);
    if (!statement) return tl::make_unexpected(statement.error());
    const auto row = statement->step();
    if (!row) return tl::make_unexpected(row.error());
    if (!*row) return failure(ErrorCode::notFound, std::string{sql});
    return statement->integer(0);
}

Result<std::string> Connection::text(std::string_view sql) {
    auto statement = prepare(sql);
    if (!statement) return tl::make_unexpected(statement.error());
    const auto row = statement->step();
    if (!row) return tl::make_unexpected(row.error());
    if (!*row) return failure(ErrorCode::notFound, std::string{sql});
    return std::string{statement->text(0)};
}

Transaction::~Transaction() {
    if (open_) static_cast<void>(connection_.execute("ROLLBACK"));
}

Result<void> Transaction::begin() {
    auto begun = connection_.execute("BEGIN IMMEDIATE");
    open_ = begun.has_value();
    return begun;
}

Result<void> Transaction::commit() {
    auto committed = connection_.execute("COMMIT");
    if (committed) open_ = false;
    return committed;
}

} // namespace servolane::drivers::sqlite
