// SPDX-License-Identifier: GPL-3.0-or-later
// The plain scan that envelopes are compared with: every row of a trace, looked at one by one.
#pragma once

#include "core/telemetry/read/trace_writer.h"

#include <cmath>
#include <cstdint>
#include <optional>
#include <random>
#include <vector>

namespace servolane::tests {

struct Row {
    std::int64_t ns = 0;
    float value = 0.0F;
    [[nodiscard]] bool isGap() const { return std::isnan(value); }
};

inline Time at(std::int64_t ns) {
    return Time{Duration{ns}};
}

/// A writer and everything that was written to it.
struct TracedRows {
    telemetry::TraceWriter writer;
    std::vector<Row> rows;

    void append(std::int64_t ns, float value) {
        if (writer.append(at(ns), value)) rows.push_back({ns, value});
    }
    void gap() {
        if (rows.empty()) return;
        writer.markGap();
        rows.push_back({rows.back().ns, telemetry::TraceWriter::gap});
    }

    [[nodiscard]] telemetry::Summary scan(std::int64_t from, std::int64_t to) const {
        telemetry::Summary summary;
        for (const Row& row : rows)
            if (row.ns >= from && row.ns < to) summary.add(row.value, row.ns);
        return summary;
    }
    [[nodiscard]] std::optional<Row> lastBefore(std::int64_t ns) const {
        for (auto row = rows.rbegin(); row != rows.rend(); ++row)
            if (row->ns < ns && !row->isGap()) return *row;
        return std::nullopt;
    }
    [[nodiscard]] std::optional<Row> firstFrom(std::int64_t ns) const {
        for (const Row& row : rows)
            if (row.ns >= ns && !row.isGap()) return row;
        return std::nullopt;
    }
};

/// How a random trace looks.
struct Roughness {
    double gapShare = 0.0;       ///< rows that are NaN, one by one
    double longGapShare = 0.0;   ///< chance a row that a run of up to 600 gap rows begins
    double markShare = 0.0;      ///< chance a row that a gap mark follows
    double backwardsShare = 0.0; ///< rows whose time is not after the one before
    std::int64_t jitterNs = 0;
};

inline void appendRandom(TracedRows& traced, std::mt19937& random, std::size_t count, const Roughness& how) {
    std::uniform_real_distribution<double> chance(0.0, 1.0);
    std::uniform_real_distribution<float> value(-5.0F, 5.0F);
    std::int64_t ns = traced.rows.empty() ? 1'000'000 : traced.rows.back().ns;
    std::size_t gapLeft = 0;
    for (std::size_t i = 0; i < count; ++i) {
        ns += 1000 + (how.jitterNs > 0 ? static_cast<std::int64_t>(random() % how.jitterNs) : 0);
        if (gapLeft == 0 && chance(random) < how.longGapShare) gapLeft = random() % 600;
        const bool isGap = gapLeft > 0 || chance(random) < how.gapShare;
        if (gapLeft > 0) --gapLeft;
        traced.append(ns, isGap ? telemetry::TraceWriter::gap : value(random));
        if (chance(random) < how.markShare) traced.gap();
        if (chance(random) < how.backwardsShare) traced.append(ns - 500, 99.0F);
    }
}

} // namespace servolane::tests
