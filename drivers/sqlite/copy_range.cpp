// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/sqlite/copy_range.h"

#include "core/session/state_facts.h"

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

bool isCancelled(const CopyDamage* damage) {
    return damage && damage->progress.job && damage->progress.job->cancel;
}

tl::unexpected<Error> cancelled() {
    return failure(ErrorCode::interrupted, "the copy was cancelled");
}

Result<void> readFacts(session::SessionReader& from, Time begin, Time last, const CopyDamage* damage,
                       const std::function<bool(const api::Event&)>& take) {
    if (!damage) return from.readFacts(begin, last, take);
    std::vector<std::string> damaged;
    auto read = from.readIntactFacts(
        begin, last, [&](const api::Event& event) { return !isCancelled(damage) && take(event); }, damaged);
    if (read && isCancelled(damage)) return cancelled();
    for (const auto& each : damaged)
        damage->fact(each);
    return read;
}

/// How things stood: the newest fact of each kind that a reader needs to begin with.
class Standing {
public:
    void fold(const api::Event& event) {
        states_.fold(event);
        if (const auto* connected = std::get_if<bus::BusConnected>(&event.body))
            buses_[connected->bus] = event;
        if (const auto* configured = std::get_if<motion::AxisConfigured>(&event.body))
            axes_[configured->axis->id] = event;
        const auto* closed = std::get_if<bus::BusDisconnected>(&event.body);
        if (!closed) return;
        buses_.erase(closed->bus);
        std::erase_if(axes_, [&](const auto& entry) {
            return std::get<motion::AxisConfigured>(entry.second.body).axis->bus == closed->bus;
        });
    }
    /// As they were told. Those without a number are of an older copy and lead.
    [[nodiscard]] std::vector<api::Event> all() const {
        std::vector<api::Event> events;
        for (const auto& [bus, event] : buses_)
            events.push_back(event);
        for (const auto& [axis, event] : axes_)
            events.push_back(event);
        for (api::Event& event : states_.all())
            events.push_back(std::move(event));
        std::stable_sort(events.begin(), events.end(),
                         [](const auto& a, const auto& b) { return a.sequence < b.sequence; });
        return events;
    }

private:
    std::map<BusId, api::Event> buses_;
    std::map<AxisId, api::Event> axes_;
    session::StateFacts states_;
};

Result<void> restate(session::SessionReader& from, session::SessionWriter& to, Time begin,
                     const CopyDamage* damage) {
    Standing standing;
    auto read = readFacts(from, Time::min(), begin - Duration{1}, damage, [&](const api::Event& event) {
        standing.fold(event);
        return true;
    });
    if (!read) return read;
    for (const api::Event& event : standing.all())
        if (auto told = to.append(event); !told) return told;
    return {};
}

/// A reader tells them among the facts.
bool isLaterNote(const session::SessionReader& from, const api::Event& event) {
    const auto* note = std::get_if<session::NoteAdded>(&event.body);
    if (!note || event.sequence.value != 0) return false;
    const auto& notes = from.summary().notes;
    return std::any_of(notes.begin(), notes.end(), [&](const session::SessionNote& each) {
        return each.addedLater && each.from == event.time && each.text == note->text;
    });
}

/// Each some thousand cycles, so that a transaction does not grow without end.
constexpr std::size_t cyclesPerCommit = 4096;

/// What is copied of a recording.
struct Stretch {
    Time begin{};
    Time last{};
};

Stretch stretchOf(const session::SessionSummary& summary, Time begin, Time last) {
    return {std::max(begin, summary.start), std::min(last, summary.end)};
}

Result<void> keepGoing(session::SessionWriter& to, Time reached, Stretch stretch, const CopyDamage* damage) {
    if (auto done = to.commit(); !done) return done;
    if (!damage || !damage->progress.job) return {};
    const CopyProgress& progress = damage->progress;
    const double span = seconds(stretch.last - stretch.begin);
    const double share = span > 0.0 ? std::clamp(seconds(reached - stretch.begin) / span, 0.0, 1.0) : 1.0;
    progress.job->done = progress.from + (progress.to - progress.from) * share;
    if (isCancelled(damage)) return cancelled();
    return {};
}

Result<void> copyCycles(std::vector<BusFeed>& feeds, session::SessionWriter& to, Stretch stretch,
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
            if (auto goes = keepGoing(to, first->time, stretch, damage); !goes) return goes;
    }
}

Result<void> copyFacts(session::SessionReader& from, session::SessionWriter& to, Time begin, Time last,
                       const CopyDamage* damage) {
    Result<void> copied;
    auto read = readFacts(from, begin, last, damage, [&](const api::Event& event) {
        if (!isLaterNote(from, event)) copied = to.append(event);
        return copied.has_value();
    });
    return read ? copied : read;
}

} // namespace

Result<void> copyRange(session::SessionReader& from, session::SessionWriter& to, Time begin, Time end,
                       const CopyDamage* damage, CopyOpening opening) {
    if (end <= begin) return {};
    const Time last = end - Duration{1};
    if (opening == CopyOpening::stateBefore)
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
    if (auto copied = copyCycles(feeds, to, stretchOf(from.summary(), begin, last), damage); !copied)
        return copied;
    if (auto copied = copyFacts(from, to, begin, last, damage); !copied) return copied;
    return to.commit();
}

} // namespace servolane::drivers::sqlite
