// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/sqlite/slice_loader.h"

#include "drivers/sqlite/sample_table.h"
#include "drivers/sqlite/session_schema.h"

#include <algorithm>
#include <cstdio>

namespace servolane::drivers::sqlite {

namespace {

/// "chunk 17 (axis 3, 12.000 s to 16.095 s)", in monotonic seconds.
Error damage(const char* kind, std::int64_t id, const std::string& of, std::int64_t first, std::int64_t last,
             const std::string& why) {
    char times[80];
    std::snprintf(
        times, sizeof times, "%lld.%03lld s to %lld.%03lld s", static_cast<long long>(first / 1000000000),
        static_cast<long long>(std::llabs(first / 1000000 % 1000)), static_cast<long long>(last / 1000000000),
        static_cast<long long>(std::llabs(last / 1000000 % 1000)));
    return {ErrorCode::corrupt,
            std::string{kind} + " " + std::to_string(id) + " (" + of + ", " + times + "): " + why};
}

// A slice that began before the wanted cycle may still contain it.
constexpr std::string_view columnsBehind =
    " WHERE bus=?1 AND first_tick>?2-65536 AND first_tick+cycles>?2 ORDER BY first_tick LIMIT 1";
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
        find->bind(1, std::int64_t{bus_.value}).bind(2, tick_);
        const auto row = find->step();
        if (!row) return tl::make_unexpected(row.error());
        if (!*row) continue;
        const std::int64_t first = find->integer(1);
        const std::int64_t wanted = std::max(tick_, first);
        // A count that is out of its range is damage: still go forward.
        tick_ = first + std::clamp<std::int64_t>(find->integer(2), wanted - first + 1, mostCyclesInSlice);
        const auto loaded = find == &findSlice_ ? loadSlice(into) : loadTail(into);
        if (!loaded) return tl::make_unexpected(loaded.error());
        if (wanted > first) trimSlice(into, static_cast<std::size_t>(wanted - first), into.timeNs.size());
        return true;
    }
    return false;
}

Result<void> SliceLoader::loadSlice(session::CycleSlice& into) {
    const Statement& row = findSlice_;
    const std::int64_t id = row.integer(0);
    const auto broken = [&](const std::string& why) {
        return tl::make_unexpected(
            damage("slice", id, "bus " + std::to_string(bus_.value), row.integer(3), row.integer(4), why));
    };
    const ByteView payload = row.blob(6);
    if (sliceChecksum(bus_.value, row.integer(1), row.integer(2), payload) != row.integer(5))
        return broken("checksum differs");
    const auto bytes = decompressor_.unpack(payload);
    if (!bytes) return broken(bytes.error().detail);
    if (auto decoded = decoder_.cycles(*bytes, into); !decoded) return broken(decoded.error().detail);
    if (static_cast<std::int64_t>(into.timeNs.size()) != row.integer(2)) return broken("count differs");
    return loadChunks(id, into);
}

Result<void> SliceLoader::loadChunks(std::int64_t slice, session::CycleSlice& into) {
    findChunks_.bind(1, slice);
    for (;;) {
        const auto row = findChunks_.step();
        if (!row) return tl::make_unexpected(row.error());
        if (!*row) return {};
        if (auto loaded = loadChunk(findChunks_, into); !loaded) return loaded;
    }
}

Result<void> SliceLoader::loadChunk(const Statement& row, session::CycleSlice& into) {
    const AxisId axis{static_cast<std::uint16_t>(row.integer(1))};
    if (!wants(axis)) return {};
    const auto broken = [&](const std::string& why) {
        return tl::make_unexpected(damage("chunk", row.integer(0), "axis " + std::to_string(axis.value),
                                          row.integer(3), row.integer(4), why));
    };
    const ByteView payload = row.blob(6);
    const std::int64_t slice = findSlice_.integer(0);
    if (chunkChecksum(row.integer(1), slice, row.integer(2), payload) != row.integer(5))
        return broken("checksum differs");
    const auto bytes = decompressor_.unpack(payload);
    if (!bytes) return broken(bytes.error().detail);
    auto& samples = freshAxis(axis, into);
    if (auto decoded = decoder_.samples(*bytes, into.timeNs.size(), samples); !decoded)
        return broken(decoded.error().detail);
    if (static_cast<std::int64_t>(samples.row.size()) != row.integer(2)) return broken("count differs");
    return {};
}

Result<void> SliceLoader::loadTail(session::CycleSlice& into) {
    const Statement& row = findTail_;
    const auto broken = [&](const std::string& why) {
        return tl::make_unexpected(damage("tail", row.integer(0), "bus " + std::to_string(bus_.value),
                                          row.integer(3), row.integer(4), why));
    };
    const ByteView payload = row.blob(6);
    if (sliceChecksum(bus_.value, row.integer(1), row.integer(2), payload) != row.integer(5))
        return broken("checksum differs");
    if (auto loaded = loadParts(payload, into); !loaded) return broken(loaded.error().detail);
    if (static_cast<std::int64_t>(into.timeNs.size()) != row.integer(2)) return broken("count differs");
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
