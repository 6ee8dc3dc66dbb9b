// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/telemetry/read/math_board.h"

#include <algorithm>

namespace servolane::telemetry {

namespace {
/// Between two looks at whether someone waits for other work: a few milliseconds.
constexpr std::size_t samplesAtOnce = 16384;
} // namespace

MathTraces MathBoard::advance(const std::vector<MathOrder>& orders, const ChannelNames& names,
                              const TraceSet& measured, Source source, const std::atomic<bool>& interrupted) {
    if (!(names == names_)) {
        names_ = names;
        entries_.clear();
    }
    MathTraces result;
    for (const MathOrder& order : orders)
        static_cast<void>(entryOf(order));
    for (auto& [id, entry] : entries_)
        if (entry.trace) entry.trace->keepWithin(most_ / entries_.size());
    for (const MathOrder& order : orders) {
        Entry& entry = entryOf(order);
        MathFigures figures{order.id, 0, 0, Duration{}, entry.trace != nullptr};
        if (entry.trace) {
            bool more = true;
            while (more && !interrupted.load(std::memory_order_relaxed))
                more = entry.trace->advance(measured, source, samplesAtOnce);
            result.isWhole = result.isWhole && !more;
            figures.undefined = entry.trace->undefined();
            figures.bytes = entry.trace->bytes();
            auto trace = entry.trace->snapshot();
            const auto first = entry.trace->isShortened() ? trace->first() : std::nullopt;
            if (first) figures.kept = trace->last()->time - first->time;
            result.views.push_back({mathAxis(order.id), Channel::position, std::move(trace)});
        }
        result.figures.push_back(figures);
    }
    std::sort(result.views.begin(), result.views.end(),
              [](const TraceView& a, const TraceView& b) { return a.axis < b.axis; });
    return result;
}

MathBoard::Entry& MathBoard::entryOf(const MathOrder& order) {
    Entry& entry = entries_[order.id];
    if (entry.expression == order.expression) return entry;
    entry = {order.expression, nullptr};
    if (auto formula = Formula::compile(order.expression, names_))
        entry.trace = std::make_unique<MathTrace>(std::move(*formula));
    return entry;
}

void MathBoard::keepOnly(const std::vector<std::uint16_t>& ids) {
    std::erase_if(entries_, [&](const auto& entry) {
        return std::find(ids.begin(), ids.end(), entry.first) == ids.end();
    });
}

std::shared_ptr<const TraceSet> withMath(const TraceSet& measured, const std::vector<TraceView>& calculated) {
    auto set = std::make_shared<TraceSet>(measured);
    set->traces.insert(set->traces.end(), calculated.begin(), calculated.end());
    return set;
}

} // namespace servolane::telemetry
