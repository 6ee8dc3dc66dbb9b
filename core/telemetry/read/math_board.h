// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/telemetry/analysis/channel_names.h"
#include "core/telemetry/read/math_trace.h"

#include <atomic>
#include <map>
#include <string>
#include <vector>

namespace servolane::telemetry {

/// Traces of formulas stand among those of axes, under ids that no axis has.
constexpr std::uint16_t firstMathAxis = 0xF000;
[[nodiscard]] constexpr AxisId mathAxis(std::uint16_t formula) {
    return AxisId{static_cast<std::uint16_t>(firstMathAxis + formula)};
}
[[nodiscard]] constexpr bool isMath(AxisId axis) {
    return axis.value >= firstMathAxis;
}
constexpr std::uint16_t mostFormulas = 0x0FFF;

/// One formula to calculate.
struct MathOrder {
    std::uint16_t id = 0; ///< below mostFormulas
    std::string expression;
    friend bool operator==(const MathOrder&, const MathOrder&) = default;
};

struct MathFigures {
    std::uint16_t id = 0;
    std::uint64_t undefined = 0; ///< samples that the formula had no value for
    std::size_t bytes = 0;
    Duration kept{};      ///< length of the part that is still held; 0: all of it is
    bool compiles = true; ///< false: it names what is not there
};

/// What a calculation has come to.
struct MathTraces {
    std::vector<TraceView> views; ///< by id
    std::vector<MathFigures> figures;
    bool isWhole = true; ///< false: broken off before it reached the newest sample
};

/// Calculates the formulas that someone looks at. One thread, a worker's. A formula that nobody wants any
/// more keeps its trace and costs no time; it catches up when it is wanted again.
class MathBoard {
public:
    /// Of all formulas together, each has an equal share: 20 million samples, 5.8 h of one at 1 kHz. The rows
    /// that still grow are beside it.
    static constexpr std::size_t mostBytes = std::size_t{256} << 20U;

    explicit MathBoard(std::size_t most = mostBytes)
        : most_(most) {}

    /// `orders`: those wanted now. `names`: other names make all anew. Returns when all is calculated, or
    /// soon after `interrupted` is set.
    [[nodiscard]] MathTraces advance(const std::vector<MathOrder>& orders, const ChannelNames& names,
                                     const TraceSet& measured, Source source,
                                     const std::atomic<bool>& interrupted);
    /// Gives up what belongs to formulas that are not among these.
    void keepOnly(const std::vector<std::uint16_t>& ids);

private:
    struct Entry {
        std::string expression;
        std::unique_ptr<MathTrace> trace; ///< null: it does not compile
    };
    Entry& entryOf(const MathOrder& order);

    std::size_t most_;
    ChannelNames names_;
    std::map<std::uint16_t, Entry> entries_;
};

/// The measured traces with the calculated ones behind them, as every screen reads them.
[[nodiscard]] std::shared_ptr<const TraceSet> withMath(const TraceSet& measured,
                                                       const std::vector<TraceView>& calculated);

} // namespace servolane::telemetry
