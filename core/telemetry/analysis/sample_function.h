// SPDX-License-Identifier: GPL-3.0-or-later
// Functions of a channel's past: each call in a formula has one of its own, which is fed every sample with
// its true time. One thread.
#pragma once

#include "core/kernel/time.h"

#include <memory>
#include <span>
#include <string_view>

namespace servolane::telemetry {

class SampleFunction {
public:
    virtual ~SampleFunction() = default;
    /// The value at the sample's time; NaN where there is none yet. `x` is finite, `time` later than before.
    [[nodiscard]] virtual double next(Time time, double x) = 0;
    /// After a gap: nothing is known of what was before.
    virtual void restart() = 0;
};

/// What the constant second argument of a function means.
enum class FunctionParameter { none, hertz, seconds };

struct FunctionTraits {
    std::string_view name;
    FunctionParameter parameter = FunctionParameter::none;
    std::unique_ptr<SampleFunction> (*make)(double parameter) = nullptr;
};

/// Longest span of mean() and rms(): their samples are kept.
constexpr double longestWindowSeconds = 60.0;

/// ddt(x): (x − previous x) / (time between them); begins with the second sample.
/// integral(x): trapezoids, 0 at its first sample.
/// lowpass(x, hz): of first order, step-exact on true times; begins with x.
/// highpass(x, hz): x − lowpass(x, hz).
/// mean(x, s), rms(x, s): of the samples of the last s seconds, this one included.
[[nodiscard]] std::span<const FunctionTraits> sampleFunctions();
/// nullptr if there is none of that name.
[[nodiscard]] const FunctionTraits* findSampleFunction(std::string_view name);

} // namespace servolane::telemetry
