// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/sqlite/chunk_sums.h"

namespace servolane::drivers::sqlite {

namespace {

using telemetry::channelCount;

class Adding {
public:
    explicit Adding(std::int64_t originNs)
        : origin_(originNs) {}

    template <class Raw>
    void add(std::int64_t timeNs, std::uint16_t valid, const Raw& rawOf) {
        const double time = static_cast<double>(timeNs - origin_) * 1e-9;
        for (std::size_t channel = 0; channel < channelCount; ++channel) {
            if ((valid >> channel & 1U) == 0) continue;
            session::RawSums& sums = sums_[channel];
            const double value = rawOf(channel);
            ++sums.count;
            sums.sum += value;
            sums.sumOfSquares += value * value;
            sums.sumOfTimes += time;
            sums.sumOfSquaredTimes += time * time;
            sums.sumOfProducts += time * value;
        }
    }

    [[nodiscard]] std::vector<session::RawSums> result() const {
        std::vector<session::RawSums> found;
        for (const auto channel : telemetry::allChannels) {
            const session::RawSums& sums = sums_[indexOf(channel)];
            if (sums.count == 0) continue;
            found.push_back(sums);
            found.back().channel = channel;
        }
        return found;
    }

private:
    std::int64_t origin_;
    std::array<session::RawSums, channelCount> sums_{};
};

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

std::vector<session::RawSums> sumsOf(std::span<const StagedSample> samples,
                                     std::span<const CycleStamp> stamps) {
    Adding sums(stamps[samples.front().row].timeNs);
    for (const auto& [row, sample] : samples)
        sums.add(stamps[row].timeNs, sample.valid,
                 [&](std::size_t channel) { return static_cast<double>(sample.raw[channel]); });
    return sums.result();
}

std::vector<session::RawSums> sumsOf(const session::SliceAxis& samples,
                                     std::span<const std::int64_t> timesNs) {
    Adding sums(timesNs[samples.row.front()]);
    for (std::size_t i = 0; i < samples.row.size(); ++i)
        sums.add(timesNs[samples.row[i]], samples.valid[i],
                 [&](std::size_t channel) { return static_cast<double>(samples.raw[channel][i]); });
    return sums.result();
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
