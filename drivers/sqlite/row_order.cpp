// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/sqlite/row_order.h"

#include "drivers/sqlite/session_file.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace servolane::drivers::sqlite {

namespace {

constexpr std::array orderedTables{"facts", "slices", "chunks", "tails"};
constexpr std::int64_t rowsPerLook = 256; ///< at whether it is cancelled

/// The largest number of each table, without reading the others: what progress is told by, and no more.
double rowsAhead(Connection& connection) {
    double rows = 0.0;
    for (const char* table : orderedTables)
        if (const auto last = connection.integer("SELECT ifnull(max(rowid), 0) FROM " + std::string{table}))
            rows += std::max(0.0, static_cast<double>(*last));
    return std::max(rows, 1.0);
}

} // namespace

Result<std::vector<std::string>> rowsOutOfOrder(const std::string& path, double begun,
                                                session::JobProgress& progress) {
    std::vector<std::string> problems;
    auto file = openSessionFile(path);
    if (!file) return problems;
    const double ahead = rowsAhead(file->connection);
    std::int64_t count = 0;
    for (const char* table : orderedTables) {
        auto rows = file->connection.prepare("SELECT rowid FROM " + std::string{table} + " NOT INDEXED");
        if (!rows) continue;
        std::int64_t last = INT64_MIN;
        for (auto row = rows->step(); row && *row; row = rows->step()) {
            const std::int64_t number = rows->integer(0);
            if (number <= last)
                problems.push_back(path + ": " + table + ", row " + std::to_string(number) + " behind row " +
                                   std::to_string(last) + ": a row number or the way to a page was changed");
            last = number;
            if (count++ % rowsPerLook != 0) continue;
            if (progress.cancel) return failure(ErrorCode::interrupted, "the copy was cancelled");
            progress.done = begun + (1.0 - begun) * std::min(1.0, static_cast<double>(count) / ahead);
        }
    }
    return problems;
}

} // namespace servolane::drivers::sqlite
