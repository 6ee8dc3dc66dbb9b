// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/sqlite/slice_loader.h"

#include "drivers/sqlite/sample_table.h"
#include "drivers/sqlite/session_schema.h"

#include <algorithm>
#include <cstdio>

namespace servolane::drivers::sqlite {

namespace {

/// "chunk 17 (axis 3, 12.000 s to 16.095 s): checksum differs", in monotonic seconds.
std::string damage(const char* kind, std::int64_t id, const std::string& of, std::int64_t first,
                   std::int64_t last, const std::string& why) {
    char times[80];
    std::snprintf(
        times, sizeof times, "%lld.%03lld s to %lld.%03lld s", static_cast<long long>(first / 1000000000),
        static_cast<long long>(std::llabs(first / 1000000 % 1000)), static_cast<long long>(last / 1000000000),
        static_cast<long long>(std::llabs(last / 1000000 % 1000)));
    return std::string{kind} + " " + std::to_string(id) + " (" + of + ", " + times + "): " + why;
}

void clearCycles(session::CycleSlice& slice) {
    slice.timeNs.clear();
    slice.cycle.clear();
    slice.gapBefore.clear();
}

// A slice that began before the wanted cycle may still contain it.
constexpr std::string_view columnsBehind =
    " WHERE bus=?1 AND first_tick>max(?2-65536,?3-1) AND first_tick+cycles>?2 ORDER BY first_tick LIMIT 1";
constexpr std::string_view seekBehind = " WHERE bus=?1 AND last_time>=?2 ORDER BY first_tick LIMIT 1";

} // namespace

Result<SliceLoader> SliceLoader::make(Connection& connection, BusId bus, std::span<const AxisId> axes) {
    SliceLoader loader{connection};
    loader.bus_ = bus;
    loader.axes_.assign(axes.begin(), axes.end());
    const std::string columns = "SELECT id, first_tick, cycles, first_time, last_time, crc, payload FROM ";
    const std::pair<Statement*, std::string> statements[] = {
        {&loader.findSlice_, columns + "slices" + std::string{columnsBehind}},
        {&loader.findTail_, columns + "tails" + std::string{columnsBehind}},
        {&loader.findChunks_, "SELECT id, axis, samples, first_time, last_time, crc, payload FROM chunks "
                              "WHERE slice=?1 ORDER BY axis"}};
    for (const auto& [statement, sql] : statements) {
        auto prepared = connection.prepare(sql);
        if (!prepared) return tl::make_unexpected(prepared.error());
        *statement = std::move(*prepared);
    }
    return loader;
}

Result<void> SliceLoader::seek(Time from) {
    for (const char* table : {"slices", "tails"}) {
        auto find =
            connection_->prepare("SELECT first_tick FROM " + std::string{table} + std::string{seekBehind});
        if (!find) return tl::make_unexpected(find.error());
        find->bind(1, std::int64_t{bus_.value}).bind(2, nanosecondsSinceEpoch(from));
        const auto row = find->step();
        if (!row) return tl::make_unexpected(row.error());
        tick_ = *row ? find->integer(0) : INT64_MAX;
        if (*row) break;
    }
    return {};
}

Result<bool> SliceLoader::next(session::CycleSlice& into) {
    if (tick_ == INT64_MAX) return false;
    if (auto begun = connection_->execute("BEGIN"); !begun) return tl::make_unexpected(begun.error());
    into.unreadable.clear();
    auto loaded = nextInTransaction(into);
    findSlice_.reset();
    findTail_.reset();
    findChunks_.reset();
    static_cast<void>(connection_->execute("COMMIT")); // it read only
    into.axes.resize(std::min(used_, into.axes.size()));
    return loaded;
}

Result<bool> SliceLoader::nextInTransaction(session::CycleSlice& into) {
    into.bus = bus_;
    used_ = 0;
    for (Statement* find : {&findSlice_, &findTail_}) {
        find->bind(1, std::int64_t{bus_.value}).bind(2, tick_).bind(3, floor_);
        const auto row = find->step();
        if (!row) return stepOver(row.error(), into);
        if (!*row) continue;
        const bool isTail = find == &findTail_;
        const std::int64_t first = find->integer(1);
        const std::int64_t wanted = std::max(tick_, first);
        noteHole(first, into);
        // A count that is out of its range is damage: still go forward.
        tick_ = first + std::clamp<std::int64_t>(find->integer(2), wanted - first + 1, mostCyclesInSlice);
        const auto loaded = isTail ? loadTail(into) : loadSlice(into);
        if (!loaded) {
            giveUp(*find, isTail ? "tail" : "slice", loaded.error().detail, into);
        } else {
            if (!isTail) loadChunks(into);
            if (wanted > first) trimSlice(into, static_cast<std::size_t>(wanted - first), into.timeNs.size());
        }
        if (damagedBefore_ && !into.gapBefore.empty()) into.gapBefore.front() = 1;
        damagedBefore_ = !into.unreadable.empty();
        return true;
    }
    return false;
}

/// Slices and tails of a bus follow each other: what lies between two of them is gone, row and all.
void SliceLoader::noteHole(std::int64_t first, session::CycleSlice& into) {
    if (first <= tick_ || damagedBefore_) return; // a damaged row may have told a wrong count
    const std::string cycles = std::to_string(tick_) + " to " + std::to_string(first - 1);
    into.unreadable.push_back(
        {AxisId{}, static_cast<std::uint64_t>(first - tick_) * axisCount(), Time::min(), Time::max(),
         "bus " + std::to_string(bus_.value) + ": cycles " + cycles + " of the file are missing"});
    damagedBefore_ = true;
}

Result<bool> SliceLoader::stepOver(const Error& error, session::CycleSlice& into) {
    if (error.code != ErrorCode::corrupt) return tl::make_unexpected(error);
    const std::string bus = std::to_string(bus_.value);
    const std::string behind = " WHERE bus=" + bus + " AND first_tick>" + std::to_string(tick_);
    const auto next = connection_->integer("SELECT min(first_tick) FROM (SELECT first_tick FROM slices" +
                                           behind + " UNION ALL SELECT first_tick FROM tails" + behind + ")");
    if (!next || *next <= tick_) return tl::make_unexpected(error);
    const std::string cycles = "cycles " + std::to_string(tick_) + " to " + std::to_string(*next - 1);
    clearCycles(into);
    into.unreadable.push_back({AxisId{}, static_cast<std::uint64_t>(*next - tick_) * axisCount(), Time::min(),
                               Time::max(), "bus " + bus + ", " + cycles + ": " + error.detail});
    damagedBefore_ = true;
    tick_ = floor_ = *next;
    return true;
}

void SliceLoader::giveUp(const Statement& row, const char* kind, const std::string& why,
                         session::CycleSlice& into) {
    const std::int64_t id = row.integer(0);
    const std::int64_t first = row.integer(3);
    const std::int64_t last = row.integer(4);
    const std::uint64_t samples =
        &row == &findSlice_
            ? samplesOf(id)
            : static_cast<std::uint64_t>(std::clamp<std::int64_t>(row.integer(2), 0, mostCyclesInSlice)) *
                  axisCount();
    used_ = 0;
    clearCycles(into);
    into.unreadable.push_back({AxisId{}, samples, timeFrom(first), timeFrom(last),
                               damage(kind, id, "bus " + std::to_string(bus_.value), first, last, why)});
}

std::uint64_t SliceLoader::samplesOf(std::int64_t slice) const {
    auto chunks = connection_->prepare("SELECT axis, samples FROM chunks WHERE slice=?1");
    if (!chunks) return 0;
    chunks->bind(1, slice);
    std::uint64_t samples = 0;
    for (auto row = chunks->step(); row && *row; row = chunks->step())
        if (wants(AxisId{static_cast<std::uint16_t>(chunks->integer(0))}))
            samples += static_cast<std::uint64_t>(
                std::clamp<std::int64_t>(chunks->integer(1), 0, mostCyclesInSlice));
    return samples;
}

std::uint64_t SliceLoader::axisCount() const {
    if (!axes_.empty()) return axes_.size();
    const auto count =
        connection_->integer("SELECT count(*) FROM axes WHERE bus=" + std::to_string(bus_.value));
    return count ? static_cast<std::uint64_t>(*count) : 0;
}

Result<void> SliceLoader::loadSlice(session::CycleSlice& into) {
    const Statement& row = findSlice_;
    const ByteView payload = row.blob(6);
    if (sliceChecksum(bus_.value, row.integer(1), row.integer(2), payload) != row.integer(5))
        return failure(ErrorCode::corrupt, "checksum differs");
    const auto bytes = decompressor_.unpack(payload);
    if (!bytes) return tl::make_unexpected(bytes.error());
    if (auto decoded = decoder_.cycles(*bytes, into); !decoded) return decoded;
    if (static_cast<std::int64_t>(into.timeNs.size()) != row.integer(2))
        return failure(ErrorCode::corrupt, "count differs");
    return {};
}

void SliceLoader::loadChunks(session::CycleSlice& into) {
    findChunks_.bind(1, findSlice_.integer(0));
    for (;;) {
        const auto row = findChunks_.step();
        if (row && !*row) return;
        if (!row) {
            const std::uint64_t done = used_ + into.unreadable.size();
            const std::uint64_t left = axisCount() > done ? axisCount() - done : 0;
            into.unreadable.push_back(
                {AxisId{}, left * into.timeNs.size(), timeFrom(into.timeNs.front()),
                 timeFrom(into.timeNs.back()),
                 "chunks of slice " + std::to_string(findSlice_.integer(0)) + ": " + row.error().detail});
            return;
        }
        const AxisId axis{static_cast<std::uint16_t>(findChunks_.integer(1))};
        if (!wants(axis)) continue;
        const std::size_t before = used_;
        if (const auto loaded = loadChunk(into); !loaded) {
            used_ = before;
            const std::int64_t first = findChunks_.integer(3);
            const std::int64_t last = findChunks_.integer(4);
            const auto samples = std::clamp<std::int64_t>(findChunks_.integer(2), 0, mostCyclesInSlice);
            into.unreadable.push_back(
                {axis, static_cast<std::uint64_t>(samples), timeFrom(first), timeFrom(last),
                 damage("chunk", findChunks_.integer(0), "axis " + std::to_string(axis.value), first, last,
                        loaded.error().detail)});
        }
    }
}

Result<void> SliceLoader::loadChunk(session::CycleSlice& into) {
    const Statement& row = findChunks_;
    const ByteView payload = row.blob(6);
    const std::int64_t slice = findSlice_.integer(0);
    if (chunkChecksum(row.integer(1), slice, row.integer(2), payload) != row.integer(5))
        return failure(ErrorCode::corrupt, "checksum differs");
    const auto bytes = decompressor_.unpack(payload);
    if (!bytes) return tl::make_unexpected(bytes.error());
    auto& samples = freshAxis(AxisId{static_cast<std::uint16_t>(row.integer(1))}, into);
    if (auto decoded = decoder_.samples(*bytes, into.timeNs.size(), samples); !decoded) return decoded;
    if (static_cast<std::int64_t>(samples.row.size()) != row.integer(2))
        return failure(ErrorCode::corrupt, "count differs");
    return {};
}

Result<void> SliceLoader::loadTail(session::CycleSlice& into) {
    const Statement& row = findTail_;
    const ByteView payload = row.blob(6);
    if (sliceChecksum(bus_.value, row.integer(1), row.integer(2), payload) != row.integer(5))
        return failure(ErrorCode::corrupt, "checksum differs");
    if (auto loaded = loadParts(payload, into); !loaded) return loaded;
    if (static_cast<std::int64_t>(into.timeNs.size()) != row.integer(2))
        return failure(ErrorCode::corrupt, "count differs");
    return {};
}

Result<void> SliceLoader::loadParts(ByteView payload, session::CycleSlice& into) {
    for (bool first = true; !payload.empty(); first = false) {
        if (payload.size() < tailPartHeader) return failure(ErrorCode::corrupt, "a part ends too early");
        const AxisId axis{static_cast<std::uint16_t>(littleEndian(payload.first(2)))};
        const std::uint64_t length = littleEndian(payload.subspan(2, 4));
        payload = payload.subspan(tailPartHeader);
        if (length > payload.size() || first != (axis.value == 0))
            return failure(ErrorCode::corrupt, "parts are out of order");
        const ByteView bytes = payload.first(length);
        payload = payload.subspan(length);
        if (first) {
            if (auto decoded = decoder_.cycles(bytes, into); !decoded) return decoded;
        } else if (wants(axis)) {
            auto decoded = decoder_.samples(bytes, into.timeNs.size(), freshAxis(axis, into));
            if (!decoded) return decoded;
        }
    }
    return {};
}

bool SliceLoader::wants(AxisId axis) const {
    return axes_.empty() || std::find(axes_.begin(), axes_.end(), axis) != axes_.end();
}

session::SliceAxis& SliceLoader::freshAxis(AxisId axis, session::CycleSlice& into) {
    if (used_ == into.axes.size()) into.axes.emplace_back();
    auto& fresh = into.axes[used_++];
    fresh.axis = axis;
    return fresh;
}

namespace {

template <class T>
void keep(std::vector<T>& column, std::size_t first, std::size_t end) {
    if (column.empty()) return;
    column.erase(column.begin() + static_cast<std::ptrdiff_t>(end), column.end());
    column.erase(column.begin(), column.begin() + static_cast<std::ptrdiff_t>(first));
}

void trimAxis(session::SliceAxis& axis, std::size_t first, std::size_t end) {
    const auto placeOf = [&](std::size_t row) {
        const auto found = std::lower_bound(axis.row.begin(), axis.row.end(), row);
        return static_cast<std::size_t>(found - axis.row.begin());
    };
    const std::size_t from = placeOf(first);
    const std::size_t to = placeOf(end);
    keep(axis.row, from, to);
    keep(axis.valid, from, to);
    keep(axis.offsetNs, from, to);
    for (auto& raw : axis.raw)
        keep(raw, from, to);
    for (auto& row : axis.row)
        row -= static_cast<std::uint32_t>(first);
}

} // namespace

void trimSlice(session::CycleSlice& slice, std::size_t first, std::size_t end) {
    if (first == 0 && end >= slice.timeNs.size()) return;
    for (auto& axis : slice.axes)
        trimAxis(axis, first, std::max(first, end));
    std::erase_if(slice.axes, [](const session::SliceAxis& axis) { return axis.row.empty(); });
    keep(slice.timeNs, first, std::max(first, end));
    keep(slice.cycle, first, std::max(first, end));
    keep(slice.gapBefore, first, std::max(first, end));
}

} // namespace servolane::drivers::sqlite
