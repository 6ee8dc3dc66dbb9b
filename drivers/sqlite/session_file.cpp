// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/sqlite/session_file.h"

#include "drivers/json/utf8_text.h"
#include "drivers/sqlite/session_schema.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <functional>

namespace servolane::drivers::sqlite {

namespace {

Error about(const std::string& path, Error error) {
    error.detail = path + ": " + error.detail;
    return error;
}

std::uint64_t sizeOf(const std::string& path) {
    std::error_code none;
    const auto size = std::filesystem::file_size(path, none);
    return none ? 0 : size;
}

/// Neither a wrong file nor a damaged one opens better as immutable.
bool isAboutAccess(ErrorCode code) {
    return code != ErrorCode::invalid && code != ErrorCode::corrupt && code != ErrorCode::busy;
}

/// Its header says that transactions may stand in a -wal beside it, and there is none.
bool lacksLog(const std::string& path) {
    constexpr std::size_t readVersion = 19;
    constexpr char writeAhead = 2;
    std::array<char, readVersion + 1> header{};
    std::ifstream file(path, std::ios::binary);
    if (!file.read(header.data(), header.size()) || header[readVersion] != writeAhead) return false;
    std::error_code none;
    return !std::filesystem::exists(path + "-wal", none);
}

/// Whoever made or changed it was killed in the midst: half of that may stand in the file, and how it was
/// before in the -journal. SQLite puts that back when the file is opened for writing.
Result<void> takeBackHalfChange(const std::string& path, const std::string& vfs) {
    auto connection = Connection::open(path, OpenMode::readWrite, vfs);
    if (!connection) return tl::make_unexpected(connection.error());
    const auto tables = connection->integer("SELECT count(*) FROM sqlite_master");
    return tables ? Result<void>{} : tl::make_unexpected(tables.error());
}

Result<void> eachRow(Connection& connection, std::string_view sql,
                     const std::function<void(const Statement&)>& take) {
    auto statement = connection.prepare(sql);
    if (!statement) return tl::make_unexpected(statement.error());
    for (;;) {
        const auto row = statement->step();
        if (!row) return tl::make_unexpected(row.error());
        if (!*row) return {};
        take(*statement);
    }
}

std::vector<std::string> linesOf(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        lines.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

void takeSetting(const Statement& row, session::SessionSummary& into) {
    const std::string_view key = row.text(0);
    if (key == "name") into.name = utf8Text(row.text(1));
    if (key == "software") into.software = utf8Text(row.text(1));
    if (key == "flight_segment") into.flightSegment = row.integer(1) != 0;
    if (key == "closed") into.closedCleanly = row.integer(1) != 0;
    if (key == "repairs") into.repairs = linesOf(row.text(1));
    if (key == "start") into.start = timeFrom(row.integer(1));
    if (key == "end") into.end = timeFrom(row.integer(1));
}

void takeCounter(const Statement& row, session::SessionCounters& into) {
    const std::string_view name = row.text(0);
    const auto value = static_cast<std::uint64_t>(row.integer(1));
    if (name == "samples") into.samples = value;
    if (name == "cycles") into.cycles = value;
    if (name == "lost") into.lost = value;
    if (name == "gaps") into.gaps = value;
    if (name == "facts") into.facts = value;
}

void takeEarlierScale(const Statement& row, std::vector<session::SessionAxis>& axes) {
    const AxisId id{static_cast<std::uint16_t>(row.integer(0))};
    const auto axis = std::find_if(axes.begin(), axes.end(), [&](const auto& each) { return each.id == id; });
    const auto channel = static_cast<std::size_t>(row.integer(1));
    if (axis == axes.end() || channel >= telemetry::channelCount) return;
    axis->earlier.push_back({telemetry::allChannels[channel],
                             timeFrom(row.integer(2)),
                             {row.real(4), row.real(5)},
                             utf8Text(row.text(3)),
                             utf8Text(row.text(6))});
}

session::SessionAxis axisFrom(const Statement& row) {
    session::SessionAxis axis;
    axis.id = AxisId{static_cast<std::uint16_t>(row.integer(0))};
    axis.name = utf8Text(row.text(1));
    axis.bus = BusId{static_cast<std::uint16_t>(row.integer(2))};
    axis.busName = utf8Text(row.text(3));
    axis.servo = ServoId{static_cast<std::uint8_t>(row.integer(4))};
    axis.model = utf8Text(row.text(5));
    axis.family = utf8Text(row.text(6));
    axis.firmware = static_cast<std::uint32_t>(row.integer(7));
    axis.simulated = row.integer(8) != 0;
    return axis;
}

session::SessionNote noteFrom(const Statement& row) {
    return {row.integer(0), timeFrom(row.integer(1)), timeFrom(row.integer(2)), std::string{row.text(3)},
            row.integer(4) != 0};
}

void takeChannel(const Statement& row, std::vector<session::SessionAxis>& axes) {
    const AxisId id{static_cast<std::uint16_t>(row.integer(0))};
    const auto axis = std::find_if(axes.begin(), axes.end(), [&](const auto& each) { return each.id == id; });
    const auto channel = static_cast<std::size_t>(row.integer(1));
    if (axis == axes.end() || channel >= telemetry::channelCount) return;
    axis->units[channel] = utf8Text(row.text(2));
    axis->channels[channel] = {row.real(3), row.real(4)};
    axis->names[channel] = utf8Text(row.text(5));
}

} // namespace

bool hasTable(Connection& connection, std::string_view name) {
    const auto found = connection.integer("SELECT count(*) FROM sqlite_master WHERE type='table' AND name='" +
                                          std::string{name} + "'");
    return found && *found != 0;
}

Result<SessionFile> openSessionFile(const std::string& path, const std::string& vfs) {
    const LogState log = stateOfLog(path); // the first reader after a kill makes the index anew
    const auto tryOpen = [&](OpenMode mode) -> Result<SessionFile> {
        auto connection = Connection::open(path, mode, vfs);
        if (!connection) return tl::make_unexpected(connection.error());
        const auto schema = sessionSchemaOf(*connection);
        if (!schema) return tl::make_unexpected(about(path, schema.error()));
        if (auto seen = viewAsNewest(*connection, *schema); !seen)
            return tl::make_unexpected(about(path, seen.error()));
        SessionFile file{path, std::move(*connection), *schema};
        file.log = log;
        return file;
    };
    if (lacksLog(path)) {
        // Nobody writes it; opened otherwise, SQLite would put an empty -wal beside it.
        auto left = tryOpen(OpenMode::immutable);
        std::error_code none;
        const bool isInPlace = std::filesystem::exists(path + roomSuffix, none);
        if (left) (isInPlace ? left->walTaken : left->walMissing) = true;
        return left;
    }
    auto file = tryOpen(OpenMode::readOnly);
    if (!file && sizeOf(path + "-journal") > 0) {
        if (auto taken = takeBackHalfChange(path, vfs); !taken)
            return failure(
                taken.error().code,
                path +
                    ": a change of it was broken off; copy it with its -journal to a folder that may "
                    "be written: " +
                    taken.error().detail);
        file = tryOpen(OpenMode::readOnly);
    }
    if (file || !isAboutAccess(file.error().code) || sizeOf(path) == 0) return file;
    // A writer that lives would have made the -shm: without one nobody else has the file.
    const std::uint64_t logged = sizeOf(path + "-wal");
    std::error_code none;
    if (logged > 0 && !std::filesystem::exists(path + "-shm", none))
        if (auto alone = tryOpen(OpenMode::alone)) return alone;
    auto fixed = tryOpen(OpenMode::immutable);
    if (!fixed) return file; // the first reason is the real one
    fixed->walUnread = logged > 0;
    return fixed;
}

Result<TimeLine> readTimeLine(SessionFile& file) {
    std::vector<TimeLine::Pair> pairs;
    auto read = eachRow(file.connection, "SELECT time, utc FROM time_pairs", [&](const Statement& row) {
        pairs.push_back({timeFrom(row.integer(0)), UtcTime{Duration{row.integer(1)}}});
    });
    if (!read) return tl::make_unexpected(about(file.path, read.error()));
    return TimeLine{std::move(pairs)};
}

Result<session::SessionSummary> readSummary(SessionFile& file, const TimeLine& timeLine) {
    session::SessionSummary summary;
    summary.path = file.path;
    summary.schema = file.schema;
    summary.walUnread = file.walUnread;
    summary.walDamage = file.log.damage.value_or(std::string{});
    auto read = eachRow(file.connection, "SELECT key, value FROM session",
                        [&](const Statement& row) { takeSetting(row, summary); });
    if (read)
        read = eachRow(file.connection, "SELECT name, value FROM counters",
                       [&](const Statement& row) { takeCounter(row, summary.counters); });
    if (read)
        read = eachRow(file.connection,
                       "SELECT axis, a.name, a.bus, b.name, servo, model, a.family, firmware, "
                       "max(a.simulated, ifnull(b.simulated, 0)) FROM axes a LEFT JOIN buses b USING (bus) "
                       "ORDER BY axis",
                       [&](const Statement& row) { summary.axes.push_back(axisFrom(row)); });
    if (read)
        read = eachRow(file.connection, "SELECT axis, channel, unit, scale, \"offset\", name FROM channels",
                       [&](const Statement& row) { takeChannel(row, summary.axes); });
    const bool hasEarlier = hasTable(file.connection, "earlier_scales");
    if (read && hasEarlier)
        read = eachRow(file.connection,
                       "SELECT axis, channel, until, unit, scale, \"offset\", name FROM earlier_scales "
                       "ORDER BY until",
                       [&](const Statement& row) { takeEarlierScale(row, summary.axes); });
    // Nothing else needs these two to be read: what damage took of them verify tells.
    static_cast<void>(eachRow(file.connection, "SELECT tag FROM tags ORDER BY tag",
                              [&](const Statement& row) { summary.tags.emplace_back(row.text(0)); }));
    static_cast<void>(eachRow(file.connection,
                              "SELECT id, time, until, text, added FROM notes ORDER BY time, id",
                              [&](const Statement& row) { summary.notes.push_back(noteFrom(row)); }));
    const auto simulated = file.connection.integer("SELECT EXISTS(SELECT 1 FROM axes WHERE simulated) OR "
                                                   "EXISTS(SELECT 1 FROM buses WHERE simulated)");
    if (!simulated) return tl::make_unexpected(about(file.path, simulated.error()));
    summary.simulated = *simulated != 0;
    summary.walMissing = file.walMissing && !summary.closedCleanly;
    if (summary.walMissing)
        summary.walDamage =
            file.path + ": its -wal is missing, and what stood only there is not here: copy both files";
    if (summary.walUnread)
        summary.walDamage = file.path + "-wal cannot be read here: copy both files to a folder that may be "
                                        "written";
    summary.changedTables = changedTables(file.connection, file.schema);
    summary.startedUtc = timeLine.utcAt(summary.start);
    summary.counters.bytes = sizeOf(file.path) + sizeOf(file.path + "-wal");
    return summary;
}

} // namespace servolane::drivers::sqlite
