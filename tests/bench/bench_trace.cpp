// SPDX-License-Identifier: GPL-3.0-or-later
// Cost of a sample: to append, to draw from afar, to keep.
#include "core/motion/axis.h"
#include "core/telemetry/read/trace_store.h"
#include "core/telemetry/read/trace_writer.h"
#include "tests/bench/bench_line.h"

#include <algorithm>
#include <cmath>
#include <ctime>
#include <vector>

using namespace servolane;
using namespace servolane::telemetry;

namespace {

/// Processor time of this thread: what a sample costs does not depend on who else is at work.
double now() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e9 + static_cast<double>(time.tv_nsec);
}

double nanoseconds(double since) {
    return now() - since;
}

Time at(std::size_t i) {
    return Time{Duration{static_cast<std::int64_t>(i + 1) * 1'000'000}};
}

float valueAt(std::size_t i) {
    return static_cast<float>(i % 977);
}

/// Limit: the same floats and times into two vectors.
void benchAppend(std::size_t samples) {
    std::vector<float> values;
    std::vector<std::int64_t> times;
    auto since = now();
    for (std::size_t i = 0; i < samples; ++i) {
        values.push_back(valueAt(i));
        times.push_back(at(i).time_since_epoch().count());
    }
    const auto count = static_cast<double>(samples);
    const double limit = nanoseconds(since) / count;
    TraceWriter writer;
    since = now();
    for (std::size_t i = 0; i < samples; ++i)
        writer.append(at(i), valueAt(i));
    bench::printLine("bench_trace", "append", nanoseconds(since) / count, "ns", limit, bench::Better::lower);
    bench::printLine("bench_trace", "bytes a sample, times of its own",
                     static_cast<double>(writer.bytes()) / count, "bytes", 12.0, bench::Better::lower);
}

/// A bus of 24 axes, five channels in every cycle, two more in every twentieth, through the projection.
class Bus {
public:
    static constexpr std::uint16_t axes = 24;
    static constexpr std::array fast{Channel::setpoint, Channel::position, Channel::velocitySetpoint,
                                     Channel::velocity, Channel::current};
    static constexpr std::array slow{Channel::voltage, Channel::temperature};

    explicit Bus(TraceStore& store)
        : store_(store) {
        for (std::uint16_t id = 1; id <= axes; ++id) {
            auto axis = std::make_shared<motion::Axis>();
            axis->id = AxisId{id};
            axis->bus = BusId{1};
            axis->channels.fill({0.088, 1.0});
            store_.apply({Sequence{id}, Time{}, {}, motion::AxisConfigured{axis}});
        }
    }

    std::size_t run(std::size_t cycles) {
        std::size_t samples = 0;
        for (std::size_t i = 0; i < cycles; ++i) {
            auto cycle = std::make_shared<FeedbackCycle>();
            cycle->bus = BusId{1};
            cycle->cycle = count_;
            cycle->time = Time{Duration{static_cast<std::int64_t>(++count_) * 50'000}};
            for (std::uint16_t id = 1; id <= axes; ++id)
                samples += answer(*cycle, id);
            events_.push_back({Sequence{count_}, cycle->time, {}, api::FeedbackPointer(std::move(cycle))});
        }
        return samples;
    }
    void apply() {
        for (const api::Event& event : events_)
            store_.apply(event);
        events_.clear();
    }

private:
    std::size_t answer(FeedbackCycle& cycle, std::uint16_t id) const {
        AxisSample sample;
        sample.axis = AxisId{id};
        const auto raw = static_cast<std::int32_t>(count_ * id % 4096);
        for (const Channel channel : fast)
            sample.set(channel, raw);
        const bool slowTurn = count_ % 20 == id % 20U;
        if (slowTurn)
            for (const Channel channel : slow)
                sample.set(channel, raw);
        cycle.samples.push_back(sample);
        return fast.size() + (slowTurn ? slow.size() : 0);
    }

    TraceStore& store_;
    std::vector<api::Event> events_;
    std::uint64_t count_ = 0;
};

/// Limit: the aim of the design, 10 ns.
void benchProjection(std::size_t cycles) {
    SnapshotCell<TraceSet> cell;
    TraceStore store(cell, {std::size_t{1} << 32U});
    Bus bus(store);
    constexpr std::size_t batch = 160; // cycles between two snapshots: 8 ms at 20,000 a second
    double append = 0.0;
    double publish = 0.0;
    std::size_t samples = 0;
    for (std::size_t done = 0; done < cycles; done += batch) {
        samples += bus.run(batch);
        auto since = now();
        bus.apply();
        append += nanoseconds(since);
        since = now();
        store.publish(Time{});
        publish += nanoseconds(since);
    }
    const double publications = static_cast<double>(cycles) / batch;
    bench::printLine("bench_trace", "append, 24 axes through the projection",
                     append / static_cast<double>(samples), "ns", 10.0, bench::Better::lower);
    bench::printLine("bench_trace", "publish, 24 axes", publish / publications / 1e3, "us", 80.0,
                     bench::Better::lower);
    const double bytes = static_cast<double>(cell.read()->bytes) / static_cast<double>(samples);
    bench::printLine("bench_trace", "bytes a sample, 24 axes", bytes, "bytes", 4.0, bench::Better::lower);
}

/// Limit: a plain scan of the same samples from an array.
void benchColumns(std::size_t samples, std::size_t repeat) {
    TraceWriter writer;
    std::vector<float> plain(samples);
    for (std::size_t i = 0; i < samples; ++i) {
        plain[i] = std::sin(static_cast<float>(i) * 1e-3F);
        writer.append(at(i), plain[i]);
    }
    const auto trace = writer.snapshot();
    constexpr std::size_t pixels = 2000;
    auto since = now();
    float kept = 0.0F;
    for (std::size_t x = 0; x < pixels; ++x) {
        const auto first = plain.begin() + static_cast<std::ptrdiff_t>(x * samples / pixels);
        const auto last = plain.begin() + static_cast<std::ptrdiff_t>((x + 1) * samples / pixels);
        const auto [low, high] = std::minmax_element(first, last);
        kept += *low + *high;
    }
    const double limit = nanoseconds(since) / 1e3;
    std::vector<double> times;
    for (std::size_t i = 0; i < repeat; ++i) {
        since = now();
        const Columns columns = trace->columns(at(0), at(samples), pixels);
        times.push_back(nanoseconds(since) / 1e3);
        kept += columns.columns[i % pixels].min;
    }
    std::sort(times.begin(), times.end());
    const std::string name = "columns at 2000 pixels, " + std::to_string(samples) + " samples";
    bench::printLine("bench_trace", name, times[times.size() / 2], "us", limit, bench::Better::lower);
    if (kept == 12345.0F) std::puts("");
}

} // namespace

int main(int argc, char** argv) {
    const bool quick = bench::isQuick(argc, argv);
    benchAppend(quick ? 1'000'000 : 20'000'000);
    benchProjection(quick ? 8'000 : 80'000);
    benchColumns(10'000, 20);
    benchColumns(quick ? 1'000'000 : 10'000'000, quick ? 5 : 50);
    return 0;
}
