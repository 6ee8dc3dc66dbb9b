// SPDX-License-Identifier: GPL-3.0-or-later
// Samples of a recording as rows in plain SQL: a table-valued function for any program with SQLite.
//   .load ./servolane_samples
//   SELECT time_s, position FROM servolane_samples WHERE name = 'Pan' AND time_s < 1;
// SCHEMA.md tells of its columns. It reads through a connection of its own and never changes a file.
#include "drivers/sqlite/session_file.h"
#include "drivers/sqlite/slice_loader.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>
#include <sqlite3ext.h>

SQLITE_EXTENSION_INIT1

namespace {

using namespace servolane;
using drivers::sqlite::SessionFile;
using drivers::sqlite::SliceLoader;
using drivers::sqlite::TimeLine;

enum Column {
    timeColumn,
    secondsColumn,
    utcColumn,
    busColumn,
    axisColumn,
    nameColumn,
    cycleColumn,
    gapColumn
};
constexpr int firstChannel = gapColumn + 1;
constexpr auto channels = static_cast<int>(telemetry::channelCount);
constexpr int firstRaw = firstChannel + channels;
constexpr int unitColumn = firstRaw + channels;
constexpr int fileColumn = unitColumn + 1;

std::string declaration() {
    std::string sql = "CREATE TABLE x(time INTEGER, time_s REAL, utc INTEGER, bus INTEGER, axis INTEGER, "
                      "name TEXT, cycle INTEGER, gap INTEGER";
    for (const char* kind : {" REAL", " INTEGER"})
        for (const auto channel : telemetry::allChannels)
            sql += std::string{", "} + (*(kind + 1) == 'I' ? "raw_" : "") +
                   std::string{telemetry::toString(channel)} + kind;
    return sql + ", unit TEXT, file TEXT HIDDEN)";
}

struct Table {
    sqlite3_vtab base{}; ///< first: SQLite knows nothing else
    sqlite3* database = nullptr;
};

/// What a query asks for, one letter for each value that xFilter gets.
enum Wish : char {
    wantsFile = 'f',
    wantsAxis = 'a',
    wantsName = 'n',
    wantsTimeFrom = 't',
    wantsTimeTo = 'T',
    wantsSecondsFrom = 's',
    wantsSecondsTo = 'S'
};

/// 0: this constraint spares nothing.
char wishOf(int column, int operation) {
    const bool equal = operation == SQLITE_INDEX_CONSTRAINT_EQ;
    const bool from = operation == SQLITE_INDEX_CONSTRAINT_GE || operation == SQLITE_INDEX_CONSTRAINT_GT;
    const bool to = operation == SQLITE_INDEX_CONSTRAINT_LE || operation == SQLITE_INDEX_CONSTRAINT_LT;
    if (column == fileColumn && equal) return wantsFile;
    if (column == axisColumn && equal) return wantsAxis;
    if (column == nameColumn && equal) return wantsName;
    if (column == timeColumn && (from || to)) return from ? wantsTimeFrom : wantsTimeTo;
    if (column == secondsColumn && (from || to)) return from ? wantsSecondsFrom : wantsSecondsTo;
    return 0;
}

/// Rows of one axis after the other, each in the order of time.
struct Cursor {
    sqlite3_vtab_cursor base{};
    std::string path;
    std::unique_ptr<SessionFile> file;
    session::SessionSummary summary;
    TimeLine timeLine;
    std::vector<std::size_t> axes; ///< wanted ones, as indices into the summary
    Time from = Time::min();
    Time to = Time::max();
    std::size_t axis = 0; ///< the one at hand, as an index into `axes`
    std::unique_ptr<SliceLoader> loader;
    session::CycleSlice slice;
    std::size_t row = 0;  ///< of the axis' samples in the slice
    std::size_t seen = 0; ///< cycles of the slice whose gap marks were looked at
    bool gap = false;     ///< before this row
    sqlite3_int64 id = 0;

    [[nodiscard]] bool atEnd() const { return axis >= axes.size(); }
    [[nodiscard]] const session::SessionAxis& at() const { return summary.axes[axes[axis]]; }
    [[nodiscard]] const session::SliceAxis& samples() const { return slice.axes.front(); }
    [[nodiscard]] Time time() const { return Time{Duration{slice.timeNs[samples().row[row]]}}; }

    Result<void> open(const std::string& name);
    Result<void> advance();
    Result<bool> loadNext();
    void collectGap();
};

Result<void> Cursor::open(const std::string& name) {
    path = name;
    auto opened = drivers::sqlite::openSessionFile(path);
    if (!opened) return tl::make_unexpected(opened.error());
    file = std::make_unique<SessionFile>(std::move(*opened));
    auto line = drivers::sqlite::readTimeLine(*file);
    if (!line) return tl::make_unexpected(line.error());
    timeLine = std::move(*line);
    auto read = drivers::sqlite::readSummary(*file, timeLine);
    if (!read) return tl::make_unexpected(read.error());
    summary = std::move(*read);
    return {};
}

/// False: this axis has no more. Damage is an error: SQL has no way to tell of it beside the rows.
Result<bool> Cursor::loadNext() {
    if (!loader) {
        const AxisId wanted = at().id;
        auto made = SliceLoader::make(file->connection, at().bus, {&wanted, 1});
        if (!made) return tl::make_unexpected(made.error());
        loader = std::make_unique<SliceLoader>(std::move(*made));
        if (auto found = loader->seek(from); !found) return tl::make_unexpected(found.error());
        gap = false;
    }
    const auto loaded = loader->next(slice);
    if (!loaded || !*loaded) return loaded;
    for (const auto& damaged : slice.unreadable)
        if (damaged.last >= from && damaged.first <= to)
            return failure(ErrorCode::corrupt,
                           damaged.detail + "; servolane-cli repair makes a copy of what is intact");
    row = 0;
    seen = 0;
    return slice.timeNs.empty() || slice.timeNs.front() <= nanosecondsSinceEpoch(to);
}

/// Marks of the bus since the row before count for this one.
void Cursor::collectGap() {
    const std::size_t end =
        slice.axes.empty() || row >= samples().row.size() ? slice.timeNs.size() : samples().row[row] + 1;
    for (; seen < end; ++seen)
        gap = gap || slice.gapBefore[seen] != 0;
}

/// To the next row in the range, from `row` on.
Result<void> Cursor::advance() {
    while (!atEnd()) {
        const bool has = loader && !slice.axes.empty() && row < samples().row.size();
        if (loader) collectGap();
        if (has && time() >= from && time() <= to) return {};
        if (has) {
            gap = gap && time() < from ? false : gap;
            ++row;
            continue;
        }
        const auto more = loadNext();
        if (!more) return tl::make_unexpected(more.error());
        if (*more) continue;
        loader.reset();
        slice = {};
        ++axis;
    }
    return {};
}

int failed(sqlite3_vtab_cursor* base, const Error& error) {
    sqlite3_free(base->pVtab->zErrMsg);
    base->pVtab->zErrMsg = sqlite3_mprintf("%s", error.detail.c_str());
    return error.code == ErrorCode::corrupt ? SQLITE_CORRUPT : SQLITE_ERROR;
}

int connectTable(sqlite3* database, void*, int, const char* const*, sqlite3_vtab** into, char**) {
    if (const int code = sqlite3_declare_vtab(database, declaration().c_str()); code != SQLITE_OK)
        return code;
    auto* table = new Table;
    table->database = database;
    *into = &table->base;
    return SQLITE_OK;
}

int disconnectTable(sqlite3_vtab* table) {
    delete reinterpret_cast<Table*>(table);
    return SQLITE_OK;
}

int planQuery(sqlite3_vtab*, sqlite3_index_info* query) {
    std::string wishes;
    double cost = 1e9;
    for (int at = 0; at < query->nConstraint; ++at) {
        const auto& constraint = query->aConstraint[at];
        const char wish = wishOf(constraint.iColumn, constraint.op);
        if (wish == 0) continue;
        if (!constraint.usable) {
            if (wish == wantsFile) return SQLITE_CONSTRAINT; // without its file there is no table
            continue;
        }
        wishes += wish;
        query->aConstraintUsage[at].argvIndex = static_cast<int>(wishes.size());
        query->aConstraintUsage[at].omit =
            wish == wantsFile ? 1 : 0; // the others are looked at again, exactly
        cost /= wish == wantsFile ? 1.0 : 10.0;
    }
    query->idxStr = sqlite3_mprintf("%s", wishes.c_str());
    query->needToFreeIdxStr = 1;
    query->estimatedCost = cost;
    return SQLITE_OK;
}

int openCursor(sqlite3_vtab*, sqlite3_vtab_cursor** into) {
    *into = &(new Cursor)->base;
    return SQLITE_OK;
}

int closeCursor(sqlite3_vtab_cursor* base) {
    delete reinterpret_cast<Cursor*>(base);
    return SQLITE_OK;
}

std::string textOf(sqlite3_value* value) {
    const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(value));
    return text ? text : "";
}

/// A little wider than asked: rows are compared exactly by SQLite itself.
Time near(Time start, double sinceStart, Duration slack) {
    if (std::isnan(sinceStart)) return start;
    return start + fromSeconds(std::clamp(sinceStart, -3e8, 3e8)) + slack;
}

Time atMost(sqlite3_int64 nanoseconds) {
    return Time{Duration{nanoseconds}};
}

Result<void> begin(Cursor& cursor, const char* wishes, sqlite3_value** values) {
    const std::string_view wanted{wishes ? wishes : ""};
    std::string path;
    if (const auto at = wanted.find(wantsFile); at != std::string_view::npos)
        path = textOf(values[at]);
    else if (const char* main =
                 sqlite3_db_filename(reinterpret_cast<Table*>(cursor.base.pVtab)->database, "main"))
        path = main;
    if (path.empty())
        return failure(ErrorCode::invalid,
                       "open a recording, or name one: servolane_samples('FILE.servolane')");
    if (auto opened = cursor.open(path); !opened) return opened;
    std::optional<sqlite3_int64> axis;
    std::optional<std::string> name;
    for (std::size_t at = 0; at < wanted.size(); ++at) {
        sqlite3_value* value = values[at];
        const Time start = cursor.summary.start;
        const Duration slack{1000};
        if (wanted[at] == wantsAxis) axis = sqlite3_value_int64(value);
        if (wanted[at] == wantsName) name = textOf(value);
        const bool isNumber = sqlite3_value_numeric_type(value) == SQLITE_INTEGER ||
                              sqlite3_value_numeric_type(value) == SQLITE_FLOAT;
        if (!isNumber) continue;
        const bool isWhole = sqlite3_value_numeric_type(value) == SQLITE_INTEGER;
        if (wanted[at] == wantsTimeFrom && isWhole)
            cursor.from = std::max(cursor.from, atMost(sqlite3_value_int64(value)));
        if (wanted[at] == wantsTimeTo && isWhole)
            cursor.to = std::min(cursor.to, atMost(sqlite3_value_int64(value)));
        if (wanted[at] == wantsSecondsFrom)
            cursor.from = std::max(cursor.from, near(start, sqlite3_value_double(value), -slack));
        if (wanted[at] == wantsSecondsTo)
            cursor.to = std::min(cursor.to, near(start, sqlite3_value_double(value), slack));
    }
    for (std::size_t at = 0; at < cursor.summary.axes.size(); ++at) {
        const auto& each = cursor.summary.axes[at];
        if ((!axis || *axis == each.id.value) && (!name || *name == each.name)) cursor.axes.push_back(at);
    }
    return cursor.advance();
}

int filterRows(sqlite3_vtab_cursor* base, int, const char* wishes, int, sqlite3_value** values) {
    auto& cursor = *reinterpret_cast<Cursor*>(base);
    sqlite3_vtab* const table = base->pVtab;
    cursor = Cursor{};
    cursor.base.pVtab = table;
    const auto begun = begin(cursor, wishes, values);
    return begun ? SQLITE_OK : failed(base, begun.error());
}

int nextRow(sqlite3_vtab_cursor* base) {
    auto& cursor = *reinterpret_cast<Cursor*>(base);
    ++cursor.row;
    ++cursor.id;
    cursor.gap = false;
    const auto moved = cursor.advance();
    return moved ? SQLITE_OK : failed(base, moved.error());
}

int isAtEnd(sqlite3_vtab_cursor* base) {
    return reinterpret_cast<Cursor*>(base)->atEnd() ? 1 : 0;
}

void tellText(sqlite3_context* context, const std::string& text) {
    sqlite3_result_text(context, text.data(), static_cast<int>(text.size()), SQLITE_TRANSIENT);
}

void tellChannel(sqlite3_context* context, const Cursor& cursor, int channel, bool raw) {
    const auto index = static_cast<std::size_t>(channel);
    const auto& samples = cursor.samples();
    if ((samples.valid[cursor.row] >> index & 1U) == 0) return sqlite3_result_null(context);
    const std::int32_t number = samples.raw[index][cursor.row];
    if (raw) return sqlite3_result_int(context, number);
    const auto scale = cursor.at().earlier.empty() ? cursor.at().channels[index]
                                                   : cursor.at().namedChannelsAt(cursor.time())[index];
    if (!scale.exists()) return sqlite3_result_null(context);
    sqlite3_result_double(context, scale.valueOf(number));
}

/// A later configuration may have given the axis another one.
const std::string& unitAt(const session::SessionAxis& axis, Time time) {
    for (const auto& earlier : axis.earlier)
        if (earlier.channel == telemetry::Channel::position && time < earlier.until) return earlier.unit;
    return axis.units[indexOf(telemetry::Channel::position)];
}

int tellColumn(sqlite3_vtab_cursor* base, sqlite3_context* context, int column) {
    const auto& cursor = *reinterpret_cast<const Cursor*>(base);
    const Time time = cursor.time();
    if (column >= firstRaw && column < unitColumn)
        tellChannel(context, cursor, column - firstRaw, true);
    else if (column >= firstChannel && column < firstRaw)
        tellChannel(context, cursor, column - firstChannel, false);
    else if (column == timeColumn)
        sqlite3_result_int64(context, nanosecondsSinceEpoch(time));
    else if (column == secondsColumn)
        sqlite3_result_double(context, static_cast<double>((time - cursor.summary.start).count()) / 1e9);
    else if (column == utcColumn)
        sqlite3_result_int64(context, cursor.timeLine.utcAt(time).time_since_epoch().count());
    else if (column == busColumn)
        sqlite3_result_int(context, cursor.at().bus.value);
    else if (column == axisColumn)
        sqlite3_result_int(context, cursor.at().id.value);
    else if (column == nameColumn)
        tellText(context, cursor.at().name);
    else if (column == cycleColumn)
        sqlite3_result_int64(
            context, static_cast<sqlite3_int64>(cursor.slice.cycle[cursor.samples().row[cursor.row]]));
    else if (column == gapColumn)
        sqlite3_result_int(context, cursor.gap ? 1 : 0);
    else if (column == unitColumn)
        tellText(context, unitAt(cursor.at(), time));
    else
        tellText(context, cursor.path);
    return SQLITE_OK;
}

int tellRowId(sqlite3_vtab_cursor* base, sqlite3_int64* into) {
    *into = reinterpret_cast<Cursor*>(base)->id;
    return SQLITE_OK;
}

/// Eponymous only: there is nothing to create.
sqlite3_module moduleOf() {
    sqlite3_module module{};
    module.xConnect = &connectTable;
    module.xBestIndex = &planQuery;
    module.xDisconnect = &disconnectTable;
    module.xOpen = &openCursor;
    module.xClose = &closeCursor;
    module.xFilter = &filterRows;
    module.xNext = &nextRow;
    module.xEof = &isAtEnd;
    module.xColumn = &tellColumn;
    module.xRowid = &tellRowId;
    return module;
}

} // namespace

extern "C" __attribute__((visibility("default"))) int
sqlite3_servolanesamples_init(sqlite3* database, char**, const sqlite3_api_routines* pApi) {
    SQLITE_EXTENSION_INIT2(pApi);
    static const sqlite3_module module = moduleOf();
    return sqlite3_create_module_v2(database, "servolane_samples", &module, nullptr, nullptr);
}
