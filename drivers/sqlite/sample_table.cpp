// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/sqlite/sample_table.h"

#include "drivers/sqlite/chunk_sums.h"
#include "drivers/sqlite/session_schema.h"

#include <algorithm>
#include <charconv>

namespace servolane::drivers::sqlite {

namespace {

void appendNumber(std::string& text, std::int64_t value) {
    std::array<char, 24> digits{};
    const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), value);
    text.append(digits.data(), written.ptr);
}

} // namespace

void writeRanges(const RawRanges& ranges, std::string& into) {
    // Places of watched registers are told as far as one is used: as programs before wrote that had none.
    std::size_t told = ranges.size();
    while (told > telemetry::usualChannelCount && !ranges[told - 1])
        --told;
    into = "[";
    for (const auto& range : std::span(ranges).first(told)) {
        if (into.size() > 1) into += ',';
        if (!range) {
            into += "null";
            continue;
        }
        into += '[';
        appendNumber(into, range->first);
        into += ',';
        appendNumber(into, range->second);
        into += ']';
    }
    into += ']';
}

Result<void> SampleTable::prepare(Connection& connection) {
    const auto make = [&](Statement& into, std::string_view sql) -> Result<void> {
        auto statement = connection.prepare(sql);
        if (!statement) return tl::make_unexpected(statement.error());
        into = std::move(*statement);
        return {};
    };
    if (auto made = make(insertSlice_, "INSERT INTO slices VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11)");
        !made)
        return made;
    if (auto made = make(insertChunk_, "INSERT INTO chunks VALUES(?11,?1,?2,?3,?4,?5,?6,?7,?8,?9,?10)");
        !made)
        return made;
    if (auto made = make(insertSum_, "INSERT INTO sums VALUES(?1,?2,?3,?4,?5,?6,?7,?8)"); !made) return made;
    if (auto made = make(insertTail_, "INSERT INTO tails VALUES(NULL,?1,?2,?3,?4,?5,?6,?7)"); !made)
        return made;
    return make(deleteTails_, "DELETE FROM tails WHERE bus=?1");
}

Result<std::int64_t> SampleTable::storeCycles(const BusStage& stage) {
    const auto stamps = stage.stamps();
    const auto packed = compressor_.pack(encoder_.cycles(stamps));
    if (!packed) return tl::make_unexpected(packed.error());
    const std::int64_t id = nextSlice_++;
    const std::int64_t bus = stage.bus().value;
    const std::int64_t tick = wide(stage.firstTick());
    const std::int64_t count = wide(stamps.size());
    insertSlice_.bind(1, id).bind(2, bus).bind(3, tick).bind(4, count);
    insertSlice_.bind(5, stamps.front().timeNs).bind(6, stamps.back().timeNs);
    insertSlice_.bind(7, wide(stamps.front().cycle)).bind(8, wide(stamps.back().cycle));
    insertSlice_.bind(9, wide(stage.gaps()));
    insertSlice_.bind(10, std::int64_t{sliceChecksum(bus, tick, count, *packed)}).bind(11, *packed);
    if (auto done = insertSlice_.run(); !done) return tl::make_unexpected(done.error());
    times_.resize(stamps.size());
    std::transform(stamps.begin(), stamps.end(), times_.begin(),
                   [](const CycleStamp& stamp) { return stamp.timeNs; });
    return id;
}

Result<void> SampleTable::storeChunk(const BusStage& stage, const AxisStage& axis, std::int64_t slice) {
    const auto packed = compressor_.pack(encoder_.samples(axis.samples, 0));
    if (!packed) return tl::make_unexpected(packed.error());
    writeRanges(encoder_.ranges(), ranges_);
    const CycleStamp& first = stage.stamps()[axis.samples.front().row];
    const CycleStamp& last = stage.stamps()[axis.samples.back().row];
    const std::int64_t id = axis.axis.value;
    const std::int64_t count = wide(axis.samples.size());
    insertChunk_.bind(1, id).bind(2, slice).bind(3, count).bind(4, first.timeNs).bind(5, last.timeNs);
    insertChunk_.bind(6, wide(first.cycle)).bind(7, wide(last.cycle)).bind(8, std::string_view{ranges_});
    insertChunk_.bind(9, std::int64_t{chunkChecksum(id, slice, count, *packed)}).bind(10, *packed);
    const std::int64_t chunk = nextChunk_++;
    if (auto stored = insertChunk_.bind(11, chunk).run(); !stored) return stored;
    return storeSums(chunk);
}

/// Of the samples encoded last.
Result<void> SampleTable::storeSums(std::int64_t chunk) {
    for (const session::RawSums& sums : sumsOf(encoder_.columns(), times_)) {
        insertSum_.bind(1, chunk).bind(2, wide(indexOf(sums.channel))).bind(3, std::int64_t{sums.count});
        insertSum_.bind(4, sums.sum).bind(5, sums.sumOfSquares).bind(6, sums.sumOfTimes);
        insertSum_.bind(7, sums.sumOfSquaredTimes).bind(8, sums.sumOfProducts);
        if (auto stored = insertSum_.run(); !stored) return stored;
    }
    return {};
}

Result<void> SampleTable::storeSlice(BusStage& stage) {
    const auto slice = storeCycles(stage);
    if (!slice) return tl::make_unexpected(slice.error());
    for (const auto& axis : stage.axes()) {
        if (axis.samples.empty()) continue;
        if (auto stored = storeChunk(stage, axis, *slice); !stored) return stored;
    }
    if (auto deleted = deleteTails_.bind(1, std::int64_t{stage.bus().value}).run(); !deleted) return deleted;
    stage.sliceStored();
    return {};
}

void SampleTable::addPart(AxisId axis, ByteView bytes) {
    const std::size_t at = tail_.size();
    tail_.resize(at + tailPartHeader);
    putLittleEndian(MutableByteView{tail_}.subspan(at, 2), axis.value);
    putLittleEndian(MutableByteView{tail_}.subspan(at + 2, 4), wide(bytes.size()));
    tail_.insert(tail_.end(), bytes.begin(), bytes.end());
}

Result<void> SampleTable::storeTail(BusStage& stage) {
    const auto stamps = stage.tail();
    if (stamps.empty()) return {};
    tail_.clear();
    addPart(AxisId{}, encoder_.cycles(stamps));
    for (const auto& axis : stage.axes()) {
        const auto fresh = std::span<const StagedSample>{axis.samples}.subspan(axis.stored);
        if (!fresh.empty()) addPart(axis.axis, encoder_.samples(fresh, stage.tailRow()));
    }
    const std::int64_t bus = stage.bus().value;
    const std::int64_t tick = wide(stage.tailTick());
    const std::int64_t count = wide(stamps.size());
    insertTail_.bind(1, bus).bind(2, tick).bind(3, count);
    insertTail_.bind(4, stamps.front().timeNs).bind(5, stamps.back().timeNs);
    insertTail_.bind(6, std::int64_t{sliceChecksum(bus, tick, count, tail_)}).bind(7, ByteView{tail_});
    auto stored = insertTail_.run();
    if (stored) stage.tailStored();
    return stored;
}

} // namespace servolane::drivers::sqlite
