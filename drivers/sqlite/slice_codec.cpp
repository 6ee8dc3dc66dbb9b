// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/sqlite/slice_codec.h"

#include <algorithm>

namespace servolane::drivers::sqlite {

namespace {

tl::unexpected<Error> damaged(const char* what) {
    return failure(ErrorCode::corrupt, what);
}

std::uint64_t channelsIn(std::span<const StagedSample> samples) {
    std::uint64_t present = 0;
    for (const auto& staged : samples)
        present |= staged.sample.valid;
    return present;
}

} // namespace

ByteView SliceEncoder::cycles(std::span<const CycleStamp> stamps) {
    encoder_.clear();
    encoder_.addNumber(stamps.size());
    const auto add = [&](auto member) {
        values_.clear();
        for (const auto& stamp : stamps)
            values_.push_back(static_cast<std::int64_t>(stamp.*member));
        encoder_.addColumn(values_);
    };
    add(&CycleStamp::timeNs);
    add(&CycleStamp::cycle);
    add(&CycleStamp::gapBefore);
    return encoder_.bytes();
}

ByteView SliceEncoder::samples(std::span<const StagedSample> samples, std::uint32_t firstRow) {
    encoder_.clear();
    encoder_.addNumber(samples.size());
    const std::uint64_t present = channelsIn(samples);
    encoder_.addNumber(present);
    values_.resize(samples.size());
    const auto add = [&](auto valueOf) {
        std::transform(samples.begin(), samples.end(), values_.begin(), valueOf);
        encoder_.addColumn(values_);
    };
    add([&](const StagedSample& staged) { return std::int64_t{staged.row - firstRow}; });
    add([](const StagedSample& staged) { return std::int64_t{staged.sample.valid}; });
    add([](const StagedSample& staged) { return std::int64_t{staged.sample.offsetNs}; });
    for (std::size_t channel = 0; channel < telemetry::channelCount; ++channel) {
        ranges_[channel].reset();
        if (present >> channel & 1U) addChannel(channel, samples);
    }
    return encoder_.bytes();
}

/// Only values that were read in their cycle: what a slow register said long ago is no sample.
void SliceEncoder::addChannel(std::size_t channel, std::span<const StagedSample> samples) {
    values_.resize(samples.size());
    std::size_t filled = 0;
    for (const auto& [row, sample] : samples) {
        values_[filled] = sample.raw[channel];
        filled += sample.valid >> channel & 1U;
    }
    const std::span<const std::int64_t> values{values_.data(), filled};
    const auto [smallest, largest] = std::minmax_element(values.begin(), values.end());
    ranges_[channel] = {static_cast<std::int32_t>(*smallest), static_cast<std::int32_t>(*largest)};
    encoder_.addColumn(values);
}

Result<std::size_t> SliceDecoder::count(ColumnDecoder& decoder, std::size_t most) {
    const auto number = decoder.number();
    if (!number) return tl::make_unexpected(number.error());
    if (*number == 0 || *number > most) return damaged("a count is out of range");
    return static_cast<std::size_t>(*number);
}

template <class T>
Result<void> SliceDecoder::column(ColumnDecoder& decoder, std::size_t count, std::vector<T>& into) {
    values_.resize(count);
    if (const auto taken = decoder.column(values_); !taken) return taken;
    into.resize(count);
    std::transform(values_.begin(), values_.end(), into.begin(),
                   [](std::int64_t value) { return static_cast<T>(value); });
    return {};
}

Result<void> SliceDecoder::cycles(ByteView bytes, session::CycleSlice& into) {
    ColumnDecoder decoder{bytes};
    const auto cycles = count(decoder, mostCyclesInSlice);
    if (!cycles) return tl::make_unexpected(cycles.error());
    if (auto taken = column(decoder, *cycles, into.timeNs); !taken) return taken;
    if (auto taken = column(decoder, *cycles, into.cycle); !taken) return taken;
    if (auto taken = column(decoder, *cycles, into.gapBefore); !taken) return taken;
    if (!decoder.atEnd()) return damaged("bytes are left over after the last column");
    return {};
}

Result<void> SliceDecoder::samples(ByteView bytes, std::size_t cycleCount, session::SliceAxis& into) {
    ColumnDecoder decoder{bytes};
    const auto samples = count(decoder, cycleCount);
    if (!samples) return tl::make_unexpected(samples.error());
    const auto present = decoder.number();
    if (!present) return tl::make_unexpected(present.error());
    if (auto taken = column(decoder, *samples, into.row); !taken) return taken;
    const bool ascending = std::adjacent_find(into.row.begin(), into.row.end(),
                                              [](auto a, auto b) { return a >= b; }) == into.row.end();
    if (!ascending || into.row.back() >= cycleCount) return damaged("samples are not in the order of cycles");
    if (auto taken = column(decoder, *samples, into.valid); !taken) return taken;
    if (auto taken = column(decoder, *samples, into.offsetNs); !taken) return taken;
    for (std::size_t index = 0; index < telemetry::channelCount; ++index) {
        into.raw[index].clear();
        if (!(*present >> index & 1U)) continue;
        if (auto taken = channel(decoder, index, into); !taken) return taken;
    }
    // A newer program may have written more channels than this one knows: they stand behind.
    return {};
}

Result<void> SliceDecoder::channel(ColumnDecoder& decoder, std::size_t index, session::SliceAxis& into) {
    const auto has = [&](std::uint16_t valid) { return (valid >> index & 1U) != 0; };
    const auto filled = std::count_if(into.valid.begin(), into.valid.end(), has);
    values_.resize(static_cast<std::size_t>(filled));
    if (const auto taken = decoder.column(values_); !taken) return taken;
    auto& raw = into.raw[index];
    raw.resize(into.valid.size());
    std::size_t next = 0;
    for (std::size_t i = 0; i < raw.size(); ++i)
        raw[i] = has(into.valid[i]) ? static_cast<std::int32_t>(values_[next++]) : 0;
    return {};
}

} // namespace servolane::drivers::sqlite
