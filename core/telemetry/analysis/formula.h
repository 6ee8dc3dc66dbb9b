// SPDX-License-Identifier: GPL-3.0-or-later
// An expression over channels: "a3.setpoint - a3.position", "lowpass(a3.current, 5)".
//
// Operators and the functions without memory (abs, min, max, sqrt, sin, …; angles in radians, "pi") are
// muparser's. muparser sees one sample at a time and leaves out the branch of "? :" that is not taken; so
// every call of a function of the past (sample_function.h) is cut out of the text, its argument becomes an
// expression of its own, and its value a variable of what is around it. Each is fed every sample, wherever it
// stands.
#pragma once

#include "core/kernel/time.h"
#include "core/telemetry/analysis/channel_names.h"

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace servolane::telemetry {

enum class FormulaFault {
    empty,
    tooLong,           ///< more than longestFormula characters
    unknownName,       ///< `word` is no channel
    unknownFunction,   ///< `word` is no function
    unexpectedSign,    ///< `word` cannot stand here
    operandExpected,   ///< a value is missing before `word`, or before the end
    operatorExpected,  ///< two values stand side by side
    bracketMissing,    ///< the bracket that opens at `position` is never closed
    bracketUnexpected, ///< it closes nothing
    tooFewArguments,   ///< of the function `word`
    tooManyArguments,
    constantExpected, ///< the second argument of `word` is not a number > 0
    windowTooLong,    ///< … is more than longestWindowSeconds
    assignment,       ///< "=" would change what was measured
    noChannel,        ///< nothing but numbers
    tooManyChannels,  ///< more than mostInputs
};

struct FormulaError {
    FormulaFault fault = FormulaFault::empty;
    std::size_t position = 0; ///< in the text, in bytes, counted from 0
    std::size_t length = 0;   ///< of what is wrong; 0: at `position` something is missing
    std::string word;
    friend bool operator==(const FormulaError&, const FormulaError&) = default;
};

constexpr std::size_t longestFormula = 1000;
constexpr std::size_t mostInputs = 16;

/// Compiled; moves, does not copy: it holds the past of its functions. One thread at a time.
class Formula {
public:
    [[nodiscard]] static tl::expected<Formula, FormulaError> compile(std::string_view text,
                                                                     const ChannelNames& names);
    ~Formula();
    Formula(Formula&&) noexcept;
    Formula& operator=(Formula&&) noexcept;

    /// Each channel once, in the order in which the text names them.
    [[nodiscard]] const std::vector<NamedChannel>& inputs() const { return inputs_; }

    enum class Outcome {
        value,
        warmingUp, ///< a function has too little of the past yet: ddt() at its first sample
        undefined, ///< divided by zero, root of a negative number, beyond what a float holds
    };
    struct Step {
        Outcome outcome = Outcome::undefined;
        float value = 0.0F;
    };
    /// The sample after the last: one finite value for each input. Times rise.
    [[nodiscard]] Step next(Time time, std::span<const double> values);
    /// After a gap.
    void restart();

private:
    struct Machine;
    Formula();
    std::unique_ptr<Machine> machine_; ///< muparser keeps addresses of what it calculates with
    std::vector<NamedChannel> inputs_;
};

/// Of a formula that compiles, where it is obvious: sums of one unit, a unit times a number, V · A = W,
/// ddt() "/s", integral() of "/s", filters as what they filter. Empty where it is not.
[[nodiscard]] std::string derivedUnit(std::string_view text, const ChannelNames& names);
/// Names of the functions without memory: "abs", "min" …
[[nodiscard]] std::span<const std::string_view> plainFunctions();

} // namespace servolane::telemetry
