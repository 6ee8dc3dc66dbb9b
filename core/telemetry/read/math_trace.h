// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/telemetry/analysis/formula.h"
#include "core/telemetry/read/sample_cursor.h"
#include "core/telemetry/read/trace_set.h"
#include "core/telemetry/read/trace_writer.h"

#include <limits>
#include <memory>
#include <optional>
#include <vector>

namespace servolane::telemetry {

/// Whether more samples are to come.
enum class Source { live, recording };

/// The trace of a formula, calculated as its inputs grow. One thread; its snapshots go to any.
///
/// It has a sample at each sample of its leading input: the one that comes most often, of equals the one
/// named first. The other inputs are held from their newest sample at or before that time: channels of one
/// bus cycle meet exactly, those of another bus are older by less than one of their periods, slow channels
/// last until the next is read. There is no value where a gap lies between, or where the held one is older
/// than three of its periods. A gap in an input is a gap here, and functions of the past begin anew after it.
///
/// A sample is calculated once all inputs are known up to its time, so that the same samples give the same
/// trace whenever they came. An axis that is silent for three of its periods is not waited for.
class MathTrace {
public:
    explicit MathTrace(Formula formula);

    /// Calculates at most `limit` further samples. True if more could be done.
    [[nodiscard]] bool advance(const TraceSet& measured, Source source, std::size_t limit);
    [[nodiscard]] std::shared_ptr<const Trace> snapshot() { return writer_.snapshot(); }
    /// Samples without a value because of the formula: a division by zero is a gap.
    [[nodiscard]] std::uint64_t undefined() const { return undefined_; }
    /// 4.6 + 8 bytes a sample, beside the budget of measured traces. What is older than all that is held of
    /// the leading input is given up, and what goes beyond `most`, the oldest first: a recording holds the
    /// inputs, but nobody holds this.
    [[nodiscard]] std::size_t bytes() const { return writer_.bytes(); }
    void keepWithin(std::size_t most);
    /// Calculated samples were given up.
    [[nodiscard]] bool isShortened() const { return isShortened_; }

private:
    struct Input : HeldInput {
        Time reached = Time::min(); ///< of the newest sample of its axis
        Duration axisPeriod{};      ///< between samples of that axis' quickest channel
    };
    bool follow(const TraceSet& measured, Source source);
    bool calculateOn(Source source, std::size_t limit);
    [[nodiscard]] bool isKnownAt(const Input& input, Time time) const;
    void calculate(Time time);
    void breakLine();
    void startAnew();
    void dropBeyondMost();
    void dropOld();

    Formula formula_;
    TraceWriter writer_;
    std::vector<Input> inputs_;
    std::vector<double> values_;
    std::optional<std::size_t> leader_;
    std::size_t most_ = std::numeric_limits<std::size_t>::max();
    bool isShortened_ = false;
    bool broken_ = true; ///< a gap is marked after the newest sample
    std::uint64_t undefined_ = 0;
};

} // namespace servolane::telemetry
