// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/sqlite/copy_range.h"

#include <algorithm>
#include <map>
#include <set>

namespace servolane::drivers::sqlite {

namespace {

using Feedback = std::shared_ptr<telemetry::FeedbackCycle>;

/// The cycles of a slice as they once were published.
std::vector<Feedback> cyclesOf(const session::CycleSlice& slice) {
    std::vector<Feedback> cycles;
    for (std::size_t row = 0; row < slice.timeNs.size(); ++row)
        cycles.push_back(std::make_shared<telemetry::FeedbackCycle>(telemetry::FeedbackCycle{
            slice.bus, slice.cycle[row], Time{Duration{slice.timeNs[row]}}, slice.gapBefore[row] != 0, {}}));
    for (const auto& axis : slice.axes) {
        for (std::size_t i = 0; i < axis.row.size(); ++i) {
            telemetry::AxisSample sample{axis.axis, axis.valid[i], axis.offsetNs[i], {}};
            for (std::size_t channel = 0; channel < telemetry::channelCount; ++channel)
                if (!axis.raw[channel].empty()) sample.raw[channel] = axis.raw[channel][i];
            cycles[axis.row[i]]->samples.push_back(sample);
        }
    }
    return cycles;
}

/// Pulls from one bus, a slice at a time.
class BusFeed {
public:
    BusFeed(std::unique_ptr<session::CycleCursor> cursor, const CopyDamage* damage)
        : cursor_(std::move(cursor))
        , damage_(damage) {}

    /// Null at the end.
    [[nodiscard]] Result<Feedback> front() {
        for (bool more = true; more && next_ == cycles_.size();) {
            const auto loaded = cursor_->next(slice_);
            if (!loaded) return tl::make_unexpected(loaded.error());
            more = *loaded;
            if (more && !slice_.unreadable.empty() && !damage_)
                return failure(ErrorCode::corrupt, slice_.unreadable.front().detail);
            if (more)
                for (const auto& lost : slice_.unreadable)
                    damage_->samples(lost);
            cycles_ = more ? cyclesOf(slice_) : std::vector<Feedback>{};
            next_ = 0;
        }
        return next_ < cycles_.size() ? cycles_[next_] : nullptr;
    }
    void pop() { ++next_; }

private:
    std::unique_ptr<session::CycleCursor> cursor_;
    const CopyDamage* damage_;
    session::CycleSlice slice_;
    std::vector<Feedback> cycles_;
    std::size_t next_ = 0;
};

Result<void> readFacts(session::SessionReader& from, Time begin, Time last, const CopyDamage* damage,
                       const std::function<bool(const api::Event&)>& take) {
    if (!damage) return from.readFacts(begin, last, take);
    std::vector<std::string> damaged;
    auto read = from.readIntactFacts(begin, last, take, damaged);
    for (const auto& each : damaged)
        damage->fact(each);
    return read;
}

/// What the stretch is to be read with: the newest configuration before it, once for each axis and bus.
Result<void> restate(session::SessionReader& from, session::SessionWriter& to, Time begin,
                     const CopyDamage* damage) {
    std::map<BusId, api::EventBody> buses;
    std::map<AxisId, api::EventBody> axes;
    auto read = readFacts(from, Time::min(), begin - Duration{1}, damage, [&](const api::Event& event) {
        if (const auto* connected = std::get_if<bus::BusConnected>(&event.body))
            buses[connected->bus] = event.body;
        if (const auto* configured = std::get_if<motion::AxisConfigured>(&event.body))
            axes[configured->axis->id] = event.body;
        return true;
    });
    if (!read) return read;
    for (const auto& [id, body] : buses)
        if (auto told = to.append({{}, begin, {}, body}); !told) return told;
    for (const auto& [id, body] : axes)
        if (auto told = to.append({{}, begin, {}, body}); !told) return told;
    return {};
}

/// Each some thousand cycles, so that a transaction does not grow without end.
constexpr std::size_t cyclesPerCommit = 4096;

Result<void> keepGoing(session::SessionReader& from, session::SessionWriter& to, Time reached,
                       const CopyDamage* damage) {
    if (auto done = to.commit(); !done) return done;
    if (!damage || !damage->progress) return {};
    const auto& summary = from.summary();
    const double span = seconds(summary.end - summary.start);
    if (span > 0.0) damage->progress->done = std::clamp(seconds(reached - summary.start) / span, 0.0, 1.0);
    if (damage->progress->cancel) return failure(ErrorCode::interrupted, "the copy was cancelled");
    return {};
}

Result<void> copyCycles(session::SessionReader& from, std::vector<BusFeed>& feeds, session::SessionWriter& to,
                        const CopyDamage* damage) {
    for (std::size_t count = 1;; ++count) {
        BusFeed* earliest = nullptr;
        Feedback first;
        for (auto& feed : feeds) {
            auto front = feed.front();
            if (!front) return tl::make_unexpected(front.error());
            if (!*front || (first && first->time <= (*front)->time)) continue;
            earliest = &feed;
            first = *front;
        }
        if (!earliest) return {};
        earliest->pop();
        if (auto copied = to.append({{}, first->time, {}, api::FeedbackPointer{first}}); !copied)
            return copied;
        if (count % cyclesPerCommit == 0)
            if (auto goes = keepGoing(from, to, first->time, damage); !goes) return goes;
    }
}

Result<void> copyFacts(session::SessionReader& from, session::SessionWriter& to, Time begin, Time last,
                       const CopyDamage* damage) {
    Result<void> copied;
    auto read = readFacts(from, begin, last, damage, [&](const api::Event& event) {
        copied = to.append(event);
        return copied.has_value();
    });
    return read ? copied : read;
}

} // namespace

Result<void> copyRange(session::SessionReader& from, session::SessionWriter& to, Time begin, Time end,
                       const CopyDamage* damage) {
    if (end <= begin) return {};
    const Time last = end - Duration{1};
    if (auto told = restate(from, to, begin, damage); !told) return told;
    std::set<BusId> buses;
    for (const auto& axis : from.summary().axes)
        buses.insert(axis.bus);
    std::vector<BusFeed> feeds;
    for (const BusId bus : buses) {
        auto cursor = from.cycles(bus, begin, last, {});
        if (!cursor) return tl::make_unexpected(cursor.error());
        feeds.emplace_back(std::move(*cursor), damage);
    }
    if (auto copied = copyCycles(from, feeds, to, damage); !copied) return copied;
    if (auto copied = copyFacts(from, to, begin, last, damage); !copied) return copied;
    return to.commit();
}

} // namespace servolane::drivers::sqlite
