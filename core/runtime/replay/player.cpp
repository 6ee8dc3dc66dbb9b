// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/replay/player.h"

#include "core/journal/read/event_lane_projection.h"
#include "core/kernel/thread_setup.h"
#include "core/registers/read/settings_history_projection.h"
#include "core/runtime/run_loop.h"

#include <algorithm>

namespace servolane::runtime {

namespace {

constexpr Duration frame = std::chrono::milliseconds{16};
/// Read back in one turn: about 20 ms, so that a seek waits no longer.
constexpr std::size_t piecesPerTurn = 48;
constexpr std::size_t factsPerReport = 1024; ///< of how much was read

bool tellsOfSettings(const api::Event& fact) {
    static const auto& kinds = registers::SettingsFold::kinds();
    const auto kind = api::kindOf(fact.body);
    return kind == "TimePaired" || std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

} // namespace

Player::Player(Clock& clock, session::SessionStore& store, std::string path)
    : clock_(clock)
    , store_(store)
    , path_(std::move(path))
    , recall_(std::make_shared<telemetry::Recall>(waker_)) {}

Player::~Player() {
    ending_.store(true, std::memory_order_release);
    progress_.cancel = true;
    waker_.wake();
    if (thread_.joinable()) thread_.join();
    recall_->end(); // the screen may keep its traces a little longer
}

void Player::start() {
    thread_ = std::thread([this] {
        nameThread("player");
        lowerPriority();
        runLoop(
            clock_, waker_, [this] { return ending_.load(std::memory_order_acquire); },
            [this](Time now) { return step(now); });
    });
}

Time Player::step(Time now) {
    if (!std::exchange(opened_, true)) open();
    const auto state = state_.read();
    if (!state->isReady()) return Time::max();
    const Time at = state->timeAt(now);
    show(at);
    if (state->playing && !state->loop && at >= state->summary->end) stopAtTheEnd();
    const auto only = [this](Time, Time, std::size_t nth) -> std::optional<Result<session::SessionReader*>> {
        if (nth > 0) return std::nullopt;
        return reader_.get();
    };
    static_cast<void>(telemetry::readBack(*recall_, only, piecesPerTurn));
    if (recall_->isWaiting()) return now;
    return state_.read()->playing ? now + frame : Time::max();
}

void Player::open() {
    const auto done = read();
    const std::lock_guard lock(mutex_);
    auto state = std::make_shared<api::ReplayState>(*state_.read());
    state->phase = done ? api::ReplayState::Phase::ready : api::ReplayState::Phase::failed;
    state->read = 1.0;
    if (!done) state->error = done.error();
    if (done && state->at == Time{}) state->at = state->summary->start;
    if (done) state->at = std::clamp(state->at, state->summary->start, state->summary->end);
    state->since = clock_.now();
    state_.publish(std::move(state));
}

Result<void> Player::read() {
    auto reader = store_.open(path_);
    if (!reader) return tl::make_unexpected(reader.error());
    reader_ = std::move(*reader);
    change([&](api::ReplayState& state) {
        state.summary = std::make_shared<const session::SessionSummary>(reader_->summary());
    });
    auto runs = telemetry::runsOf(*reader_, progress_);
    if (!runs) return tl::make_unexpected(runs.error());
    runs_ = std::move(*runs);
    latest_.emplace(*reader_, runs_);
    auto traces = std::make_shared<telemetry::SessionTraces>();
    traces->named =
        std::make_shared<const telemetry::TraceSet>(telemetry::outlineOf(*reader_, runs_, recall_));
    traces->former = telemetry::formerOutlinesOf(*reader_, runs_, recall_);
    // The outlines have the sums now: of a day of six axes at 1 kHz they are 40 MB.
    for (auto& [axis, stored] : runs_)
        for (session::StoredRun& run : stored)
            run.sums = {};
    outline_ = traces;
    traceCell_.publish(traces->named);
    recordedCell_.publish(std::move(traces));
    return readFacts();
}

Result<void> Player::readFacts() {
    const auto& summary = reader_->summary();
    auto lane = std::make_shared<journal::EventLane>();
    const auto expected = std::max<std::uint64_t>(summary.counters.facts, 1);
    // Facts from before the start tell what was configured then.
    const auto take = [&](const api::Event& fact) {
        facts_.push_back(fact);
        if (facts_.size() % factsPerReport == 0)
            change([&](api::ReplayState& state) {
                state.read =
                    std::min(1.0, static_cast<double>(facts_.size()) / static_cast<double>(expected));
            });
        return !progress_.cancel;
    };
    std::vector<std::string> damaged;
    const auto read = reader_->readIntactFacts(Time::min(), summary.end, take, damaged);
    if (!read) return tl::make_unexpected(read.error());
    if (progress_.cancel) return failure(ErrorCode::interrupted, "reading " + path_);
    change([&](api::ReplayState& state) { state.damagedFacts = std::move(damaged); });
    // Facts of several threads are ordered by their sequence; by time they may be a little out of order.
    std::stable_sort(facts_.begin(), facts_.end(),
                     [](const auto& a, const auto& b) { return a.time < b.time; });
    ReplayModels models;
    for (std::size_t at = 0; at < facts_.size(); ++at) {
        if (keyframes_.isDue(at)) {
            models.publish(facts_[at].time);
            keyframes_.add(at, models);
        }
        models.apply(facts_[at]);
        if (tellsOfSettings(facts_[at])) settingsFacts_.push_back(at);
        if (facts_[at].time < summary.start) continue;
        if (auto mark = journal::laneMarkOf(facts_[at])) lane->marks.push_back(std::move(*mark));
    }
    laneCell_.publish(std::move(lane));
    return {};
}

void Player::show(Time at) {
    if (shown_ == at) return;
    const auto end = std::upper_bound(facts_.begin(), facts_.end(), at,
                                      [](Time wanted, const api::Event& fact) { return wanted < fact.time; });
    const auto facts = static_cast<std::size_t>(end - facts_.begin());
    foldUpTo(facts);
    foldSettings(facts);
    publish(at);
    shown_ = at;
}

void Player::foldUpTo(std::size_t facts) {
    if (facts < folded_ || facts - folded_ > Keyframes::closest) {
        const Keyframes::Frame* frame = keyframes_.upTo(facts);
        if (frame && (facts < folded_ || frame->facts > folded_)) {
            models_ = frame->models;
            folded_ = frame->facts;
        }
    }
    for (; folded_ < facts; ++folded_)
        models_.apply(facts_[folded_]);
}

void Player::foldSettings(std::size_t facts) {
    if (!settings_ || (settingsFolded_ > 0 && settingsFacts_[settingsFolded_ - 1] >= facts)) {
        settings_ = std::make_unique<registers::SettingsHistoryProjection>(
            nullptr, std::future<registers::SettingsState>{});
        settingsFolded_ = 0;
    }
    for (; settingsFolded_ < settingsFacts_.size() && settingsFacts_[settingsFolded_] < facts;
         ++settingsFolded_)
        settings_->apply(facts_[settingsFacts_[settingsFolded_]]);
}

void Player::publish(Time at) {
    models_.publish(at);
    auto axes = std::make_shared<motion::AxisBoard>(*models_.axes.board().read());
    axes->at = at;
    axes->upTo = folded_ > 0 ? facts_[folded_ - 1].sequence : Sequence{};
    for (motion::AxisView& view : axes->axes) {
        const auto since = models_.connected.find(view.axis->bus);
        latest_->fill(view, at, since == models_.connected.end() ? Time::min() : since->second);
        view.state = motion::stateOf(view, axes->stop.latched);
    }
    publishBuses(*axes, at);
    publishTraces(*axes);
    axisCell_.publish(std::move(axes));
    settings_->publish(at);
    settingsCell_.publish(settings_->history().read());
}

/// A place for watched registers shows the one that it held at this moment.
void Player::publishTraces(const motion::AxisBoard& axes) {
    std::vector<const telemetry::FormerTrace*> held;
    for (const telemetry::FormerTrace& former : outline_->former)
        if (const auto* view = axes.find(former.axis);
            view && motion::nameOf(former.channel, *view->axis) == former.name)
            held.push_back(&former);
    if (held == held_) return;
    held_ = held;
    auto traces = std::make_shared<telemetry::TraceSet>(*outline_->named);
    for (const telemetry::FormerTrace* former : held) {
        auto place = std::lower_bound(traces->traces.begin(), traces->traces.end(),
                                      std::pair{former->axis, former->channel},
                                      [](const telemetry::TraceView& view, const auto& key) {
                                          return std::pair{view.axis, view.channel} < key;
                                      });
        const bool isThere =
            place != traces->traces.end() && place->axis == former->axis && place->channel == former->channel;
        if (!isThere) place = traces->traces.insert(place, {former->axis, former->channel, nullptr});
        place->trace = former->trace;
    }
    traceCell_.publish(std::move(traces));
}

/// The rate is that of the axes' cycles; other figures of a link are not recorded.
void Player::publishBuses(const motion::AxisBoard& axes, Time at) {
    auto buses = std::make_shared<bus::BusBoard>(*models_.buses.board().read());
    buses->at = at;
    buses->upTo = axes.upTo;
    for (bus::BusView& view : buses->buses) {
        view.measured = {};
        view.measured.bus = view.id;
        for (const motion::AxisView& axis : axes.axes)
            if (axis.axis->bus == view.id && axis.period > Duration{} && view.state == bus::LinkState::open)
                view.measured.cyclesPerSecond = 1.0 / seconds(axis.period);
        view.measuredAt = at;
    }
    busCell_.publish(std::move(buses));
}

void Player::stopAtTheEnd() {
    change([&](api::ReplayState& state) {
        // Someone may have gone elsewhere meanwhile.
        if (state.playing && !state.loop && state.at >= state.summary->end) state.playing = false;
    });
}

api::ReadModels Player::models() const {
    return {busCell_,
            axisCell_,
            models_.commands.log(),
            laneCell_,
            traceCell_,
            models_.registers.board(),
            recordingCell_,
            models_.access.board(),
            models_.machine.board(),
            &settingsCell_};
}

UtcTime Player::utcAt(Time at) const {
    // Ready tells of a reader that stays until the end.
    return state_.read()->isReady() ? reader_->utcAt(at) : UtcTime{};
}

template <class Change>
void Player::change(const Change& change) {
    const std::lock_guard lock(mutex_);
    auto state = std::make_shared<api::ReplayState>(*state_.read());
    const Time now = clock_.now();
    state->at = state->timeAt(now);
    state->since = now;
    change(*state);
    if (state->summary && state->isReady())
        state->at = std::clamp(state->at, state->summary->start, state->summary->end);
    state_.publish(std::move(state));
    waker_.wake();
}

void Player::setPlaying(bool playing) {
    change([&](api::ReplayState& state) {
        state.playing = playing;
        if (!playing || !state.isReady()) return;
        const bool isOutside = state.loop && (state.at < state.loop->first || state.at >= state.loop->second);
        if (isOutside) state.at = state.loop->first;
        // At its end it begins again.
        else if (!state.loop && state.at >= state.summary->end)
            state.at = state.summary->start;
    });
}

void Player::setSpeed(double speed) {
    change([&](api::ReplayState& state) { state.speed = std::clamp(speed, slowest, fastest); });
}

void Player::seek(Time at) {
    change([&](api::ReplayState& state) { state.at = at; });
}

void Player::setLoop(std::optional<std::pair<Time, Time>> loop) {
    change([&](api::ReplayState& state) {
        state.loop = loop && loop->second > loop->first ? loop : std::nullopt;
        if (state.loop && (state.at < state.loop->first || state.at >= state.loop->second))
            state.at = state.loop->first;
    });
}

void Player::stepEvent(int direction) {
    change([&](api::ReplayState& state) {
        state.playing = false;
        state.at = nearestMark(state.at, direction);
    });
}

Time Player::nearestMark(Time at, int direction) const {
    const auto lane = laneCell_.read();
    const auto& marks = lane->marks;
    if (direction > 0) {
        const auto next =
            std::upper_bound(marks.begin(), marks.end(), at,
                             [](Time wanted, const journal::LaneMark& mark) { return wanted < mark.at; });
        return next == marks.end() ? at : next->at;
    }
    const auto before =
        std::lower_bound(marks.begin(), marks.end(), at,
                         [](const journal::LaneMark& mark, Time wanted) { return mark.at < wanted; });
    return before == marks.begin() ? at : (before - 1)->at;
}

} // namespace servolane::runtime
