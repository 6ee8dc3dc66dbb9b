// SPDX-License-Identifier: GPL-3.0-or-later
// A recording is shown as the live program showed it.
#include <QtTest/QTest> // before core: moc 6.4 stumbles over <compare> where it comes first

#include "core/registers/read/settings_history.h"
#include "core/runtime/replay/player.h"
#include "tests/support/memory_recording.h"
#include "tests/support/sample_model.h"
#include "tests/support/test_registry.h"

#include <random>

using namespace servolane;
using namespace servolane::tests;
using runtime::Player;
using telemetry::Channel;

namespace {

constexpr BusId theBus{1};
constexpr Duration period = std::chrono::milliseconds{10};
const Time start{std::chrono::seconds{500}};
constexpr int cycles = 12'000; ///< two minutes

/// What a bus of three axes tells: a sample in each cycle, a slow temperature, and facts in a random order.
class Story {
public:
    /// `pause`: of the line, after `pausesAfter` cycles.
    explicit Story(unsigned seed, Duration pause = {})
        : random_(seed)
        , pause_(pause) {
        bus::LinkSettings link;
        link.alias = "bench";
        link.pollRate = 100.0;
        tell(start, bus::BusConnected{theBus, link, true});
        for (std::uint16_t id = 1; id <= 3; ++id) {
            tell(start, motion::AxisConfigured{sampleAxis(id, 1, static_cast<std::uint8_t>(id))});
            tell(start, motion::AxisObserved{AxisId{id}, false, registers::OperatingMode::position});
        }
        for (int cycle = 0; cycle < cycles; ++cycle) {
            feed(cycle);
            if (random_() % 3 == 0) somethingHappens(timeOf(cycle) + Duration{1000});
        }
    }
    [[nodiscard]] const std::vector<api::Event>& events() const { return events_; }
    static constexpr int pausesAfter = 1000;

private:
    void tell(Time at, api::EventBody body, CommandId cause = {}) {
        events_.push_back({Sequence{events_.size() + 1}, at, cause, std::move(body)});
    }
    void feed(int number) {
        auto cycle = std::make_shared<telemetry::FeedbackCycle>();
        cycle->bus = theBus;
        cycle->cycle = static_cast<std::uint64_t>(number);
        cycle->time = timeOf(number);
        for (std::uint16_t id = 1; id <= 3; ++id) {
            if (random_() % 50 == 0) continue; // it did not answer
            telemetry::AxisSample sample;
            sample.axis = AxisId{id};
            sample.set(Channel::position, number * id);
            sample.set(Channel::moving, number / 700 % 2);
            if (number % 100 == id) sample.set(Channel::temperature, 30 + number / 1000);
            cycle->samples.push_back(sample);
        }
        const Time at = cycle->time;
        tell(at, api::FeedbackPointer(std::move(cycle)));
    }
    void somethingHappens(Time at) {
        const AxisId axis{static_cast<std::uint16_t>(1 + random_() % 3)};
        switch (random_() % 9) {
        case 0:
            return tell(at, motion::TorqueEnabled{axis});
        case 1:
            return tell(at, motion::TorqueDisabled{axis});
        case 2:
            return tell(at, motion::MoveStarted{axis, Position{static_cast<double>(random_() % 90)}, {}});
        case 3:
            return tell(at, motion::MoveArrived{axis, Position{1.0}, {}});
        case 4:
            return tell(at, motion::HardwareErrorRaised{axis, 4});
        case 5:
            return tell(at, motion::HardwareErrorCleared{axis});
        case 6:
            return tell(at, registers::RegisterWritten{axis, "position_p_gain", 800,
                                                       static_cast<std::int64_t>(random_() % 2000)});
        case 7:
            return tell(at, bus::AxisFellSilent{theBus, axis, at});
        default: {
            const CommandId id{++command_};
            tell(at, api::CommandAccepted{id, api::Asker::window, {"SetTorque", axis, theBus, "on"}}, id);
            tell(at, bus::AxisReturned{theBus, axis});
            return tell(at, api::CommandConfirmed{id, true, Duration{100}, 0}, id);
        }
        }
    }

    [[nodiscard]] Time timeOf(int cycle) const {
        return start + period * cycle + (cycle > pausesAfter ? pause_ : Duration{});
    }

    std::minstd_rand random_;
    Duration pause_;
    std::vector<api::Event> events_;
    std::uint64_t command_ = 0;
};

std::string text(const motion::AxisBoard& board) {
    std::string all = board.stop.latched ? "stopped " : "";
    for (const motion::AxisView& view : board.axes) {
        all += "| " + std::to_string(view.axis->id.value) + ' ' +
               std::to_string(static_cast<int>(view.state)) + (view.silent ? " silent" : "") +
               (view.torque.value_or(false) ? " torque" : "") + " activity " +
               std::to_string(static_cast<int>(view.activity)) + " target " +
               std::to_string(view.target ? view.target->value : -1.0) + " error " +
               std::to_string(view.hardwareError) + " answer " +
               std::to_string(nanosecondsSinceEpoch(view.lastAnswer)) + " pending " +
               std::to_string(view.pending.value);
        for (const motion::LatestValue& value : view.latest)
            all += ' ' + std::to_string(value.value) + '@' + std::to_string(nanosecondsSinceEpoch(value.at));
    }
    return all;
}

std::string text(const journal::CommandLog& log) {
    std::string all = std::to_string(log.total);
    for (const journal::CommandEntry& entry : log.entries)
        all += ' ' + std::to_string(entry.id.value) + std::string(toString(entry.state));
    return all;
}

std::string text(const registers::RegisterBoard& board) {
    std::string all;
    for (const auto& [axis, values] : board.axes)
        for (const auto& [name, value] : values)
            all += name + std::to_string(value.raw) + '@' + std::to_string(nanosecondsSinceEpoch(value.at)) +
                   ' ';
    return all;
}

std::string text(const api::ReadModels& models) {
    const auto history = models.settings->read();
    std::string settings;
    for (const auto& [axis, record] : history->axes)
        settings += std::to_string(axis.value) + ':' + std::to_string(record->versions.size()) + ' ';
    return text(*models.axes.read()) + '\n' + text(*models.commands.read()) + '\n' +
           text(*models.registers.read()) + '\n' + settings;
}

/// A player that is stepped by hand.
struct Played {
    explicit Played(const Story& story)
        : store(story.events())
        , player(clock, store, "memory") {
        static_cast<void>(player.step(clock.now()));
    }
    void show(Time at) {
        player.seek(at);
        static_cast<void>(player.step(clock.now()));
    }
    Time playFor(Duration span) {
        clock.advance(span);
        return player.step(clock.now());
    }
    [[nodiscard]] Time at() const { return player.state()->timeAt(clock.now()); }

    TestClock clock;
    MemoryStore store;
    Player player;
};

/// Goes on between two looks at it, as time does outside of tests.
class GoingClock final : public Clock {
public:
    [[nodiscard]] Time now() const override { return Time{Duration{ticks_ += 1000}}; }
    [[nodiscard]] UtcTime utcNow() const override { return {}; }
    bool waitUntil(Time until, const Waker&) override {
        ticks_ = std::max(ticks_, nanosecondsSinceEpoch(until));
        return false;
    }

private:
    mutable std::int64_t ticks_ = 0;
};

} // namespace

class PlayerTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void itOpensAtTheStartAndWaits() {
        const Story story(1);
        Played played(story);
        const auto state = played.player.state();
        QVERIFY(state->isReady());
        QCOMPARE(state->at, start);
        QVERIFY(!state->playing);
        QCOMPARE(played.player.models().axes.read()->axes.size(), std::size_t{3});
        QVERIFY(played.player.step(played.clock.now()) == Time::max()); // idle costs nothing
    }

    void whatCannotBeOpenedSaysWhy() {
        TestClock clock;
        MemoryStore store({});
        Player player(clock, store, "");
        static_cast<void>(player.step(clock.now()));
        QVERIFY(player.state()->phase == api::ReplayState::Phase::failed);
        QVERIFY(player.state()->error.code == ErrorCode::notFound);
    }

    /// One of them had kept the whole recording from being opened.
    void damagedFactsAreLeftOutAndTold() {
        const Story story(1);
        TestClock clock;
        MemoryStore store(story.events());
        store.damagedEach = 1000;
        Player player(clock, store, "memory");
        static_cast<void>(player.step(clock.now()));
        QVERIFY(player.state()->isReady());
        QCOMPARE(player.state()->damagedFacts.size(),
                 static_cast<std::size_t>(player.state()->summary->counters.facts / 1000));
        QCOMPARE(player.state()->damagedFacts.front(), std::string{"memory: fact 1000"});
        QVERIFY(player.models().events.read()->marks.size() > 100);
    }

    /// seek(t) shows what playing from the start to t shows.
    void seekingShowsWhatPlayingShows() {
        for (unsigned seed = 1; seed <= 3; ++seed) {
            const Story story(seed);
            Played seeking(story);
            Played playing(story);
            std::minstd_rand random(seed);
            std::vector<Time> times;
            for (int i = 0; i < 12; ++i)
                times.push_back(start + Duration{static_cast<std::int64_t>(random() % 120'000) * 1'000'000});
            std::vector<std::string> shown;
            for (const Time at : times) { // in any order: forward, back, far and near
                seeking.show(at);
                shown.push_back(text(seeking.player.models()));
            }
            std::vector<std::size_t> order(times.size());
            for (std::size_t i = 0; i < order.size(); ++i)
                order[i] = i;
            std::sort(order.begin(), order.end(), [&](auto a, auto b) { return times[a] < times[b]; });
            playing.player.setPlaying(true);
            for (const std::size_t place : order) {
                while (playing.at() < times[place])
                    static_cast<void>(playing.playFor(
                        std::min<Duration>(std::chrono::milliseconds{400}, times[place] - playing.at())));
                QCOMPARE(text(playing.player.models()), shown[place]);
            }
        }
    }

    /// … and that is what the projections of the live program showed then.
    void itShowsWhatWasShownLive() {
        const Story story(7);
        Played played(story);
        runtime::ReplayModels live;
        std::minstd_rand random(5);
        std::size_t told = 0;
        for (int i = 1; i <= 10; ++i) {
            const Time at = start + std::chrono::seconds{11} * i +
                            Duration{static_cast<std::int64_t>(random() % 1'000'000)};
            for (; told < story.events().size() && story.events()[told].time <= at; ++told)
                live.apply(story.events()[told]);
            live.publish(at);
            played.show(at);
            const auto models = played.player.models();
            QCOMPARE(text(*models.axes.read()), text(*live.axes.board().read()));
            QCOMPARE(text(*models.commands.read()), text(*live.commands.log().read()));
            QCOMPARE(text(*models.registers.read()), text(*live.registers.board().read()));
        }
    }

    /// One each 1,024 facts, of up to 2 MB: a day of 20 facts a second took 1.7 GB.
    void keyframesStayFewHoweverLongARecordingIs() {
        runtime::Keyframes frames;
        const runtime::ReplayModels models;
        constexpr std::size_t day = 20 * 86'400;
        for (std::size_t facts = 0; facts < day; ++facts)
            if (frames.isDue(facts)) frames.add(facts, models);
        QVERIFY(frames.count() <= runtime::Keyframes::most);
        QVERIFY(frames.interval() <= day / (runtime::Keyframes::most / 2));
        for (std::size_t facts = 0; facts < day; facts += 777) {
            const auto* frame = frames.upTo(facts);
            QVERIFY(frame && frame->facts <= facts && facts - frame->facts < frames.interval());
        }
    }

    void betweenKeyframesThatAreFarApartItShowsTheSame() {
        std::vector<api::Event> events{{Sequence{1}, start, {}, motion::AxisConfigured{sampleAxis(1)}}};
        while (events.size() < 80'000) {
            const auto number = events.size();
            const Time at = start + std::chrono::milliseconds{number};
            const CommandId id{number};
            if (number % 8 == 0)
                events.push_back(
                    {Sequence{number + 1}, at, id,
                     api::CommandAccepted{id, api::Asker::window, {"SetTorque", AxisId{1}, theBus, "on"}}});
            else
                events.push_back({Sequence{number + 1},
                                  at,
                                  {},
                                  registers::RegisterWritten{AxisId{1}, "position_p_gain", 800,
                                                             static_cast<std::int64_t>(number)}});
        }
        TestClock clock;
        MemoryStore store(events);
        Player player(clock, store, "memory");
        static_cast<void>(player.step(clock.now()));
        for (const int ms : {70'000, 69'500, 1500, 79'999, 66'600, 40'000}) {
            const Time at = start + std::chrono::milliseconds{ms};
            player.seek(at);
            static_cast<void>(player.step(clock.now()));
            runtime::ReplayModels live;
            for (const api::Event& event : events)
                if (event.time <= at) live.apply(event);
            live.publish(at);
            QCOMPARE(text(*player.models().commands.read()), text(*live.commands.log().read()));
            QCOMPARE(text(*player.models().registers.read()), text(*live.registers.board().read()));
        }
    }

    void itPlaysAtItsSpeedAndStopsAtTheEnd() {
        const Story story(1);
        Played played(story);
        played.player.setSpeed(10.0);
        played.player.setPlaying(true);
        static_cast<void>(played.playFor(std::chrono::seconds{2}));
        QCOMPARE(played.at(), start + std::chrono::seconds{20});
        played.player.setSpeed(0.5);
        static_cast<void>(played.playFor(std::chrono::seconds{2}));
        QCOMPARE(played.at(), start + std::chrono::seconds{21});
        played.player.setPlaying(false);
        static_cast<void>(played.playFor(std::chrono::seconds{60}));
        QCOMPARE(played.at(), start + std::chrono::seconds{21});
        played.player.setSpeed(1000.0); // no faster than 100
        played.player.setPlaying(true);
        QVERIFY(played.playFor(std::chrono::milliseconds{1}) < Time::max());
        QVERIFY(played.playFor(std::chrono::seconds{1000}) == Time::max());
        QVERIFY(!played.player.state()->playing);
        QCOMPARE(played.at(), played.player.state()->summary->end);
        played.player.setPlaying(true); // at its end it begins again
        QCOMPARE(played.at(), start);
    }

    /// Bug: the end was judged by a time from before the state was changed, and was never reached.
    void itStopsAtTheEndThoughTimeGoesOn() {
        const Story story(1);
        MemoryStore store(story.events());
        GoingClock clock;
        Player player(clock, store, "memory");
        static_cast<void>(player.step(clock.now()));
        player.seek(player.state()->summary->end - std::chrono::microseconds{50});
        player.setPlaying(true);
        for (int i = 0; i < 200 && player.state()->playing; ++i)
            static_cast<void>(player.step(clock.now()));
        QVERIFY(!player.state()->playing);
        QVERIFY(player.step(clock.now()) == Time::max());
    }

    void aLoopGoesRoundAndRound() {
        const Story story(1);
        Played played(story);
        const Time from = start + std::chrono::seconds{10};
        played.player.setLoop(std::pair{from, from + std::chrono::seconds{4}});
        QCOMPARE(played.at(), from);
        played.player.setPlaying(true);
        static_cast<void>(played.playFor(std::chrono::seconds{9}));
        QCOMPARE(played.at(), from + std::chrono::seconds{1});
        QVERIFY(played.player.state()->playing);
        // A seek beyond it led somewhere inside.
        played.player.seek(from + std::chrono::seconds{6});
        static_cast<void>(played.playFor(std::chrono::seconds{1}));
        QCOMPARE(played.at(), from + std::chrono::seconds{7});
        played.player.seek(from + std::chrono::seconds{1});
        static_cast<void>(played.playFor(std::chrono::seconds{0}));
        played.player.setLoop(std::nullopt);
        static_cast<void>(played.playFor(std::chrono::seconds{5}));
        QCOMPARE(played.at(), from + std::chrono::seconds{6});
    }

    void itStepsFromEventToEvent() {
        const Story story(2);
        Played played(story);
        const auto lane = played.player.models().events.read();
        QVERIFY(lane->marks.size() > 100);
        played.show(lane->marks[40].at);
        played.player.stepEvent(1);
        const auto next = std::find_if(lane->marks.begin(), lane->marks.end(),
                                       [&](const auto& mark) { return mark.at > lane->marks[40].at; });
        QCOMPARE(played.at(), next->at);
        played.player.stepEvent(-1);
        QCOMPARE(played.at(), lane->marks[40].at);
    }

    /// Bug: the rate was that of all cycles of a stored run, with the pause in it: 170 of 200 Hz.
    void aPauseOfTheLineDoesNotSlowItsRateDown() {
        const Story story(5, std::chrono::seconds{3});
        Played played(story);
        played.show(start + period * (Story::pausesAfter + 15) + std::chrono::seconds{3});
        for (const motion::AxisView& view : played.player.models().axes.read()->axes)
            QCOMPARE(view.period, period);
    }

    void samplesAreReadWhenSomebodyLooks() {
        const Story story(3);
        Played played(story);
        const auto set = played.player.models().traces.read();
        const auto* view = set->find(AxisId{1}, Channel::position);
        QVERIFY(view);
        QVERIFY(!view->trace->valueAt(start + std::chrono::seconds{60}));
        while (played.player.step(played.clock.now()) != Time::max()) {
        }
        const auto value = view->trace->firstFrom(start + std::chrono::seconds{60});
        QVERIFY(value);
        QVERIFY(value->time - start - std::chrono::seconds{60} < std::chrono::milliseconds{200});
    }

    void aThreadOfItsOwnDoesTheSame() {
        const Story story(4);
        SystemClock clock;
        MemoryStore store(story.events());
        Player player(clock, store, "memory");
        player.seek(start + std::chrono::seconds{30});
        player.start();
        QTRY_VERIFY_WITH_TIMEOUT(player.state()->isReady(), 60'000);
        QTRY_COMPARE_WITH_TIMEOUT(player.models().axes.read()->at, start + std::chrono::seconds{30}, 60'000);
        player.setPlaying(true); // and it ends while it plays
    }
};

SERVOLANE_TEST(PlayerTest)
#include "player_test.moc"
