// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/telemetry/analysis/sample_function.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <deque>
#include <limits>
#include <numbers>
#include <optional>
#include <type_traits>

namespace servolane::telemetry {

namespace {

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

struct Sample {
    Time time{};
    double x = 0.0;
};

class Derivative final : public SampleFunction {
public:
    double next(Time time, double x) override {
        const double slope = last_ ? (x - last_->x) / seconds(time - last_->time) : nothing;
        last_ = Sample{time, x};
        return slope;
    }
    void restart() override { last_.reset(); }

private:
    std::optional<Sample> last_;
};

class Integral final : public SampleFunction {
public:
    double next(Time time, double x) override {
        if (last_) sum_ += (x + last_->x) / 2.0 * seconds(time - last_->time);
        last_ = Sample{time, x};
        return sum_;
    }
    void restart() override {
        last_.reset();
        sum_ = 0.0;
    }

private:
    std::optional<Sample> last_;
    double sum_ = 0.0;
};

class LowPass final : public SampleFunction {
public:
    explicit LowPass(double hertz)
        : rate_(2.0 * std::numbers::pi * hertz) {}
    double next(Time time, double x) override {
        y_ = last_ ? y_ + (x - y_) * -std::expm1(-rate_ * seconds(time - *last_)) : x;
        last_ = time;
        return y_;
    }
    void restart() override { last_.reset(); }

private:
    double rate_;
    std::optional<Time> last_;
    double y_ = 0.0;
};

class HighPass final : public SampleFunction {
public:
    explicit HighPass(double hertz)
        : low_(hertz) {}
    double next(Time time, double x) override { return x - low_.next(time, x); }
    void restart() override { low_.restart(); }

private:
    LowPass low_;
};

/// The sum is added up anew each time as many samples have left as are in it, so that rounding cannot pile
/// up over hours.
class MovingMean final : public SampleFunction {
public:
    explicit MovingMean(double span)
        : span_(fromSeconds(span)) {}
    double next(Time time, double x) override {
        window_.push_back({time, x});
        sum_ += x;
        for (; window_.front().time <= time - span_ && window_.size() > 1; window_.pop_front()) {
            sum_ -= window_.front().x;
            ++left_;
        }
        if (left_ > window_.size()) addUp();
        return sum_ / static_cast<double>(window_.size());
    }
    void restart() override {
        window_.clear();
        sum_ = 0.0;
        left_ = 0;
    }

private:
    void addUp() {
        left_ = 0;
        sum_ = 0.0;
        for (const Sample& sample : window_)
            sum_ += sample.x;
    }

    Duration span_;
    std::deque<Sample> window_;
    double sum_ = 0.0;
    std::size_t left_ = 0;
};

class MovingRms final : public SampleFunction {
public:
    explicit MovingRms(double span)
        : squares_(span) {}
    double next(Time time, double x) override { return std::sqrt(std::max(0.0, squares_.next(time, x * x))); }
    void restart() override { squares_.restart(); }

private:
    MovingMean squares_;
};

template <class Function>
std::unique_ptr<SampleFunction> make(double parameter) {
    if constexpr (std::is_constructible_v<Function, double>)
        return std::make_unique<Function>(parameter);
    else
        return std::make_unique<Function>();
}

constexpr std::array<FunctionTraits, 6> functions{{{"ddt", FunctionParameter::none, make<Derivative>},
                                                   {"integral", FunctionParameter::none, make<Integral>},
                                                   {"lowpass", FunctionParameter::hertz, make<LowPass>},
                                                   {"highpass", FunctionParameter::hertz, make<HighPass>},
                                                   {"mean", FunctionParameter::seconds, make<MovingMean>},
                                                   {"rms", FunctionParameter::seconds, make<MovingRms>}}};

} // namespace

std::span<const FunctionTraits> sampleFunctions() {
    return functions;
}

const FunctionTraits* findSampleFunction(std::string_view name) {
    const auto found = std::find_if(functions.begin(), functions.end(),
                                    [&](const FunctionTraits& one) { return one.name == name; });
    return found == functions.end() ? nullptr : &*found;
}

} // namespace servolane::telemetry
