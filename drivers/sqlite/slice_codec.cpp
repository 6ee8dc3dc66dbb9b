// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/sqlite/slice_codec.h"

#include <algorithm>

namespace servolane::drivers::sqlite {

namespace {

tl::unexpected<Error> damaged(const char* what) {
    return failure(ErrorCode::corrupt, what);
}

bool has(std::uint16_t valid, std::size_t channel) {
    return (valid >> channel & 1U) != 0;
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

/// In blocks that stay in the nearest cache: each sample is fetched from memory once, not once a column.
void SliceEncoder::spread(std::span<const StagedSample> samples, std::uint32_t firstRow) {
    constexpr std::size_t block = 64;
    row_.resize(samples.size());
    valid_.resize(samples.size());
    offsetNs_.resize(samples.size());
    inSome_ = 0;
    inAll_ = UINT16_MAX;
    for (std::size_t from = 0; from < samples.size(); from += block) {
        const std::size_t end = std::min(from + block, samples.size());
        std::uint16_t inBlock = 0;
        for (std::size_t i = from; i < end; ++i) {
            const auto& [row, sample] = samples[i];
            row_[i] = row - firstRow;
            valid_[i] = sample.valid;
            offsetNs_[i] = sample.offsetNs;
            inBlock |= sample.valid;
            inAll_ &= sample.valid;
        }
        for (std::size_t channel = 0; channel < raw_.size(); ++channel) {
            if (!has(inBlock, channel)) continue;
            auto& column = raw_[channel];
            if (column.size() < samples.size()) column.resize(samples.size());
            for (std::size_t i = from; i < end; ++i)
                column[i] = samples[i].sample.raw[channel];
        }
        inSome_ |= inBlock;
    }
}

ByteView SliceEncoder::samples(std::span<const StagedSample> samples, std::uint32_t firstRow) {
    spread(samples, firstRow);
    encoder_.clear();
    encoder_.addNumber(samples.size());
    encoder_.addNumber(inSome_);
    encoder_.addColumn(row_);
    encoder_.addColumn(valid_);
    encoder_.addColumn(offsetNs_);
    for (std::size_t channel = 0; channel < raw_.size(); ++channel) {
        ranges_[channel].reset();
        if (has(inSome_, channel)) addChannel(channel);
    }
    return encoder_.bytes();
}

/// Only values that were read in their cycle: what a slow register said long ago is no sample.
void SliceEncoder::addChannel(std::size_t channel) {
    std::span<const std::int32_t> values{raw_[channel].data(), valid_.size()};
    if (!has(inAll_, channel)) {
        filled_.resize(valid_.size());
        std::size_t filled = 0;
        for (std::size_t i = 0; i < valid_.size(); ++i) {
            filled_[filled] = values[i];
            filled += has(valid_[i], channel) ? 1 : 0;
        }
        values = {filled_.data(), filled};
    }
    std::int32_t smallest = values.front();
    std::int32_t largest = values.front();
    for (const std::int32_t value : values) {
        smallest = std::min(smallest, value);
        largest = std::max(largest, value);
    }
    ranges_[channel] = {smallest, largest};
    encoder_.addColumn(values);
}

ChannelColumns SliceEncoder::columns() const {
    ChannelColumns columns{row_, valid_, {}};
    for (std::size_t channel = 0; channel < raw_.size(); ++channel)
        if (has(inSome_, channel)) columns.raw[channel] = raw_[channel].data();
    return columns;
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
    const auto filled = std::count_if(into.valid.begin(), into.valid.end(),
                                      [&](std::uint16_t valid) { return has(valid, index); });
    values_.resize(static_cast<std::size_t>(filled));
    if (const auto taken = decoder.column(values_); !taken) return taken;
    auto& raw = into.raw[index];
    raw.resize(into.valid.size());
    std::size_t next = 0;
    for (std::size_t i = 0; i < raw.size(); ++i)
        raw[i] = has(into.valid[i], index) ? static_cast<std::int32_t>(values_[next++]) : 0;
    return {};
}

} // namespace servolane::drivers::sqlite
