// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/sqlite/chunk_sums.h"

#include <algorithm>
#include <numeric>

namespace servolane::drivers::sqlite {

namespace {

using telemetry::channelCount;

/// Sums over the samples for which `take` says yes, in their order: another order would round otherwise.
template <class Take>
session::RawSums sumsOf(std::span<const std::int32_t> raw, std::span<const double> times, const Take& take) {
    session::RawSums sums;
    for (std::size_t i = 0; i < raw.size(); ++i) {
        if (!take(i)) continue;
        const double value = raw[i];
        ++sums.count;
        sums.sum += value;
        sums.sumOfSquares += value * value;
        sums.sumOfTimes += times[i];
        sums.sumOfSquaredTimes += times[i] * times[i];
        sums.sumOfProducts += times[i] * value;
    }
    return sums;
}

/// Seconds since the first of them.
std::vector<double> timesOf(std::span<const std::uint32_t> rows, std::span<const std::int64_t> timesNs) {
    std::vector<double> times(rows.size());
    const std::int64_t origin = timesNs[rows.front()];
    std::transform(rows.begin(), rows.end(), times.begin(),
                   [&](std::uint32_t row) { return static_cast<double>(timesNs[row] - origin) * 1e-9; });
    return times;
}

constexpr const char* select =
    "SELECT chunk, channel, \"count\", \"sum\", squares, times, squared_times, products "
    "FROM sums ";

/// Absent: not of a channel that is known here.
std::optional<session::RawSums> sumsFrom(const Statement& row) {
    const std::int64_t channel = row.integer(1);
    const std::int64_t count = row.integer(2);
    const bool known = channel >= 0 && channel < static_cast<std::int64_t>(channelCount) && count > 0 &&
                       count <= static_cast<std::int64_t>(mostCyclesInSlice);
    if (!known) return std::nullopt;
    return session::RawSums{telemetry::allChannels[static_cast<std::size_t>(channel)],
                            static_cast<std::uint32_t>(count),
                            row.real(3),
                            row.real(4),
                            row.real(5),
                            row.real(6),
                            row.real(7)};
}

} // namespace

std::vector<session::RawSums> sumsOf(const ChannelColumns& samples, std::span<const std::int64_t> timesNs) {
    const std::vector<double> times = timesOf(samples.row, timesNs);
    const auto inAll = std::accumulate(samples.valid.begin(), samples.valid.end(), 0xffffU,
                                       [](unsigned all, std::uint16_t each) { return all & each; });
    std::vector<session::RawSums> found;
    for (const auto channel : telemetry::allChannels) {
        const std::size_t index = indexOf(channel);
        if (samples.raw[index] == nullptr) continue;
        const std::span raw{samples.raw[index], samples.row.size()};
        // Nearly always every sample has all channels: a loop without a question is three times as fast.
        auto sums =
            (inAll >> index & 1U) != 0
                ? sumsOf(raw, times, [](std::size_t) { return true; })
                : sumsOf(raw, times, [&](std::size_t i) { return (samples.valid[i] >> index & 1U) != 0; });
        sums.channel = channel;
        if (sums.count > 0) found.push_back(sums);
    }
    return found;
}

std::vector<session::RawSums> sumsOf(const session::SliceAxis& samples,
                                     std::span<const std::int64_t> timesNs) {
    ChannelColumns columns{samples.row, samples.valid, {}};
    for (std::size_t channel = 0; channel < channelCount; ++channel)
        if (!samples.raw[channel].empty()) columns.raw[channel] = samples.raw[channel].data();
    return sumsOf(columns, timesNs);
}

Result<std::vector<session::RawSums>> storedSums(Connection& connection, std::int64_t chunk) {
    auto rows = connection.prepare(select + ("WHERE chunk=" + std::to_string(chunk) + " ORDER BY channel"));
    if (!rows) return tl::make_unexpected(rows.error());
    std::vector<session::RawSums> found;
    for (;;) {
        const auto row = rows->step();
        if (!row) return tl::make_unexpected(row.error());
        if (!*row) return found;
        if (const auto sums = sumsFrom(*rows)) found.push_back(*sums);
    }
}

Result<SumCursor> SumCursor::over(Connection& connection) {
    auto statement = connection.prepare(select + std::string{"ORDER BY chunk, channel"});
    if (!statement) return tl::make_unexpected(statement.error());
    SumCursor cursor(std::move(*statement));
    if (auto stepped = cursor.advance(); !stepped) return tl::make_unexpected(stepped.error());
    return cursor;
}

Result<void> SumCursor::advance() {
    const auto row = select_.step();
    hasRow_ = row && *row;
    return row ? Result<void>{} : Result<void>{tl::make_unexpected(row.error())};
}

Result<std::vector<session::RawSums>> SumCursor::of(std::int64_t chunk) {
    std::vector<session::RawSums> found;
    while (hasRow_ && select_.integer(0) <= chunk) {
        if (const auto sums = sumsFrom(select_); sums && select_.integer(0) == chunk) found.push_back(*sums);
        if (auto stepped = advance(); !stepped) return tl::make_unexpected(stepped.error());
    }
    return found;
}

} // namespace servolane::drivers::sqlite
