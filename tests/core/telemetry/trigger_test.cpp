// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/telemetry/read/trigger.h"

#include "core/telemetry/read/trace_rows.h"
#include "core/telemetry/read/trace_writer.h"
#include "core/telemetry/read/trigger_search.h"
#include "tests/support/test_registry.h"

#include <QtTest/QTest>
#include <cmath>
#include <random>
#include <vector>

using namespace servolane;
using namespace servolane::telemetry;
using namespace std::chrono_literals;

namespace {

constexpr Time start{1000s};
constexpr Duration period = 1ms;
constexpr Duration span = 100ms;

TriggerSettings settingsOf(TriggerCondition condition, TriggerMode mode = TriggerMode::normal) {
    return {std::move(condition), mode, 0.5, {}};
}

/// A trace that grows, and the trigger that is asked as a window would ask it.
struct Line {
    TraceWriter writer;
    Time now = start;
    void add(double value) {
        now += period;
        writer.append(now, static_cast<float>(value));
    }
    void gap() { writer.markGap(); }
    void look(Trigger& trigger) { trigger.look(*writer.snapshot(), {}, now, span); }
};

/// Every trigger of the values, with nothing between them that holds off.
std::vector<Time> found(const TriggerCondition& condition, const std::vector<double>& values) {
    TriggerDetector detector(condition);
    std::vector<Time> times;
    Time at = start;
    for (const double value : values) {
        at += period;
        if (value != value)
            detector.breakOff();
        else if (const auto met = detector.add(at, value))
            times.push_back(*met);
    }
    return times;
}

const double gap = std::nan("");

/// Where the condition is met between two times, first or last.
std::optional<Time> searched(Line& line, const TriggerCondition& condition, Time from, Time to,
                             TriggerSearch::Wanted wanted) {
    const std::atomic<bool> never = false;
    TriggerSearch search(condition, from, to, wanted);
    return search.advance(*line.writer.snapshot(), never) ? search.found() : std::nullopt;
}

} // namespace

class TriggerTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void anEdgeIsWhereTheLineCrossesTheLevel() {
        QCOMPARE(found(EdgeCondition{Slope::rising, 10.0, 0.0}, {0, 5, 15, 20}),
                 std::vector<Time>{start + 2500us});
        QCOMPARE(found(EdgeCondition{Slope::falling, 10.0, 0.0}, {20, 20, 0}),
                 std::vector<Time>{start + 2500us});
        QCOMPARE(found(EdgeCondition{Slope::rising, 10.0, 0.0}, {20, 15, 5, 0}), std::vector<Time>{});
        QCOMPARE(found(EdgeCondition{Slope::either, 10.0, 0.0}, {0, 20, 0}),
                 (std::vector<Time>{start + 1500us, start + 2500us}));
    }

    void aValueExactlyAtTheLevelHasReachedIt() {
        QCOMPARE(found(EdgeCondition{Slope::rising, 10.0, 0.0}, {9, 10, 11, 10, 9, 10}),
                 (std::vector<Time>{start + 2ms, start + 6ms}));
        QCOMPARE(found(EdgeCondition{Slope::rising, 10.0, 0.0}, {10, 11, 10, 11}), std::vector<Time>{});
    }

    void noiseWithinTheHysteresisSetsOffNothing() {
        const std::vector<double> noisy{0, 10.4, 9.6, 10.4, 9.6, 10.4, 8.9, 10.4};
        QCOMPARE(found(EdgeCondition{Slope::rising, 10.0, 0.0}, noisy).size(), std::size_t{4});
        QCOMPARE(found(EdgeCondition{Slope::rising, 10.0, 1.0}, noisy).size(), std::size_t{2});
    }

    void noEdgeAcrossAGap() {
        QCOMPARE(found(EdgeCondition{Slope::rising, 10.0, 0.0}, {0, gap, 20, 20}), std::vector<Time>{});
        QCOMPARE(found(WindowCondition{Passage::leaves, 0.0, 1.0}, {0, gap, 20, 20}), std::vector<Time>{});
        QCOMPARE(found(EdgeCondition{Slope::rising, 10.0, 0.0}, {0, gap, 20, 0, 20}),
                 std::vector<Time>{start + 4500us});
    }

    void aLevelIsMetHoweverTheValueCameThere() {
        QCOMPARE(found(LevelCondition{Side::above, 10.0}, {20, 5, 15}),
                 (std::vector<Time>{start + 1ms, start + 2500us}));
        QCOMPARE(found(LevelCondition{Side::below, 10.0}, {20, gap, 5}), std::vector<Time>{start + 3ms});
    }

    void aWindowIsEnteredAndLeftOnBothSides() {
        QCOMPARE(found(WindowCondition{Passage::enters, -1.0, 1.0}, {-3, 1, 3, -1}),
                 (std::vector<Time>{start + 1500us, start + 3500us}));
        QCOMPARE(found(WindowCondition{Passage::leaves, -1.0, 1.0}, {0, 2, 0, -4}),
                 (std::vector<Time>{start + 1500us, start + 3250us}));
        QCOMPARE(found(WindowCondition{Passage::enters, -1.0, 1.0}, {-3, 3}), std::vector<Time>{});
    }

    void noEdgeIsMissedBetweenTwoLooks() {
        std::mt19937 random(7);
        for (int round = 0; round < 60; ++round) {
            TriggerSettings settings = settingsOf(EdgeCondition{Slope::either, 0.0, 0.3});
            settings.before = 1.0; // the picture is whole at once: every edge counts
            Line line;
            Trigger trigger(settings, start);
            std::vector<double> values;
            std::uniform_int_distribution<int> step(1, round < 30 ? 40 : 6000);
            int untilLook = step(random);
            for (int i = 0; i < 9000; ++i) {
                const bool breaks = random() % 97 == 0;
                values.push_back(breaks ? gap : std::uniform_real_distribution<>(-1.0, 1.0)(random));
                if (breaks) {
                    line.now += period;
                    line.gap();
                } else {
                    line.add(static_cast<float>(values.back()));
                }
                if (--untilLook > 0) continue;
                line.look(trigger);
                untilLook = step(random);
            }
            line.look(trigger);
            std::vector<double> stored;
            for (const double value : values)
                stored.push_back(static_cast<float>(value));
            QCOMPARE(trigger.count(), found(EdgeCondition{Slope::either, 0.0, 0.3}, stored).size());
        }
    }

    void aGapSeenAloneStillBreaksTheLine() {
        Line line;
        Trigger trigger(settingsOf(EdgeCondition{Slope::rising, 10.0, 0.0}), start);
        line.add(0);
        line.look(trigger);
        line.gap();
        line.look(trigger);
        line.add(20);
        line.look(trigger);
        QCOMPARE(trigger.count(), std::uint64_t{0});
    }

    void whatCameBeforeItWasArmedDoesNotCount() {
        Line line;
        line.add(0);
        line.add(20);
        Trigger trigger(settingsOf(EdgeCondition{Slope::rising, 10.0, 0.0}), line.now + period);
        line.add(20);
        line.look(trigger);
        QCOMPARE(trigger.state(), TriggerState::armed);
        QVERIFY(!trigger.shown());
    }

    /// The trace of a recording holds what is played later.
    void whatLiesAheadDoesNotCountUntilItsTime() {
        Line line;
        line.add(0);
        const Time played = line.now;
        line.add(20);
        Trigger trigger(settingsOf(EdgeCondition{Slope::rising, 10.0, 0.0}), start);
        trigger.look(*line.writer.snapshot(), {}, played, span);
        QCOMPARE(trigger.count(), std::uint64_t{0});
        trigger.look(*line.writer.snapshot(), {}, line.now, span);
        QCOMPARE(trigger.count(), std::uint64_t{1});
    }

    void normalKeepsThePictureUntilTheNext() {
        Line line;
        Trigger trigger(settingsOf(EdgeCondition{Slope::rising, 10.0, 0.0}), start);
        line.add(0);
        line.add(20);
        line.look(trigger);
        QCOMPARE(trigger.shown(), std::optional(start + 1500us));
        QCOMPARE(trigger.state(), TriggerState::triggered);
        for (int i = 0; i < 5000; ++i)
            line.add(20);
        line.look(trigger);
        QCOMPARE(trigger.shown(), std::optional(start + 1500us));
        QCOMPARE(trigger.state(), TriggerState::waiting);
        line.add(0);
        line.add(20);
        const Time second = line.now - 500us;
        line.look(trigger);
        QCOMPARE(trigger.shown(), std::optional(start + 1500us)); // the new picture is not whole yet
        line.now += span;
        line.look(trigger);
        QCOMPARE(trigger.shown(), std::optional(second));
    }

    void automaticRunsFreeWhileNothingSetsItOff() {
        Line line;
        Trigger trigger(settingsOf(EdgeCondition{Slope::rising, 10.0, 0.0}, TriggerMode::automatic), start);
        line.add(0);
        line.look(trigger);
        QCOMPARE(trigger.state(), TriggerState::armed);
        line.now += Trigger::patience;
        line.look(trigger);
        QCOMPARE(trigger.state(), TriggerState::automatic);
        line.add(20);
        line.now += span;
        line.look(trigger);
        QVERIFY(trigger.shown());
        line.now += Trigger::patience + span;
        line.look(trigger);
        QCOMPARE(trigger.state(), TriggerState::automatic);
        QVERIFY(!trigger.shown());
    }

    void singleTakesTheFirstUntilArmedAgain() {
        Line line;
        Trigger trigger(settingsOf(EdgeCondition{Slope::rising, 10.0, 0.0}, TriggerMode::single), start);
        for (int i = 0; i < 10; ++i) {
            line.add(0);
            for (int k = 0; k < 200; ++k)
                line.add(20);
            line.look(trigger);
        }
        QCOMPARE(trigger.count(), std::uint64_t{1});
        QCOMPARE(trigger.shown(), std::optional(start + 1500us));
        QCOMPARE(trigger.state(), TriggerState::triggered);
        trigger.arm(line.now);
        line.look(trigger);
        QCOMPARE(trigger.state(), TriggerState::armed);
        line.add(0);
        line.add(20);
        line.look(trigger);
        QCOMPARE(trigger.shown(), std::optional(line.now - 500us));
    }

    void theRestOfThePictureAndTheHoldOffPassBeforeTheNext() {
        const auto count = [](double before, Duration holdOff) {
            TriggerSettings settings = settingsOf(EdgeCondition{Slope::rising, 10.0, 0.0});
            settings.before = before;
            settings.holdOff = holdOff;
            Line line;
            Trigger trigger(settings, start);
            for (int i = 0; i < 1000; ++i)
                line.add(i % 10 < 5 ? 0 : 20); // an edge every 10 ms for a second
            line.look(trigger);
            return trigger.count();
        };
        QCOMPARE(count(1.0, {}), std::uint64_t{100});
        QCOMPARE(count(0.5, {}), std::uint64_t{20});   // 50 ms after each
        QCOMPARE(count(0.0, {}), std::uint64_t{10});   // 100 ms
        QCOMPARE(count(1.0, 245ms), std::uint64_t{4}); // every 250 ms
    }

    void factsOfTheAxisAndTheKindSetItOff() {
        FactCondition moves{FactKind::command, AxisId{2}, "MoveAxis"};
        Trigger trigger(settingsOf(moves), start);
        const TraceWriter none;
        const Trace trace;
        const std::vector<TriggerFact> others{{start + 1ms, FactKind::command, AxisId{1}, "MoveAxis"},
                                              {start + 2ms, FactKind::command, AxisId{2}, "SetTorque"},
                                              {start + 3ms, FactKind::hardwareError, AxisId{2}, {}}};
        trigger.look(trace, others, start + 4ms, span);
        QVERIFY(!trigger.shown());
        const std::vector<TriggerFact> right{{start + 5ms, FactKind::command, AxisId{2}, "MoveAxis"}};
        trigger.look(trace, right, start + 6ms, span);
        QCOMPARE(trigger.shown(), std::optional(start + 5ms));
        Trigger errors(settingsOf(FactCondition{FactKind::hardwareError, {}, {}}), start);
        errors.look(trace, others, start + 4ms, span);
        QCOMPARE(errors.shown(), std::optional(start + 3ms));
    }

    void rowsComeInOrderOverChunksAndStopWhenAsked() {
        Line line;
        for (int i = 0; i < 70000; ++i)
            line.add(i);
        const auto trace = line.writer.snapshot();
        double next = 9;
        visitRows(*trace, start + 10ms, start + 69001ms, [&](const RowRun& run) {
            for (const float value : run.values) {
                if (value != static_cast<float>(next)) return false;
                next += 1;
            }
            return true;
        });
        QCOMPARE(next, 69000.0);
        int runs = 0;
        visitRows(*trace, start, Time::max(), [&](const RowRun&) { return ++runs < 3; });
        QCOMPARE(runs, 3);
    }

    void aSearchFindsTheFirstOrTheLastPlace() {
        using enum TriggerSearch::Wanted;
        Line line;
        for (int i = 0; i < 20'000; ++i)
            line.add(std::sin(i * 0.001) * 10.0); // rises through 5 at 0.524 s, and every 6.283 s
        const EdgeCondition rising{Slope::rising, 5.0, 1.0};
        const auto at = searched(line, rising, start, line.now, TriggerSearch::Wanted::first);
        QVERIFY(at && std::abs(seconds(*at - start) - 0.5246) < 0.001);
        const auto second = searched(line, rising, *at, line.now, TriggerSearch::Wanted::first);
        QVERIFY(second && std::abs(seconds(*second - *at) - 6.2832) < 0.001);
        const auto before = searched(line, rising, start - 1s, *second, last);
        QVERIFY(before == at);
        QVERIFY(!searched(line, rising, start - 1s, *at, last));
        QVERIFY(!searched(line, EdgeCondition{Slope::rising, 11.0, 0.0}, start, line.now, last));
    }

    void aSearchTakesALevelWhereItIsReached() {
        using enum TriggerSearch::Wanted;
        Line line;
        for (const double value : {20.0, 20.0, 5.0, 15.0, 15.0, 5.0, 30.0, 30.0})
            line.add(value);
        const LevelCondition above{Side::above, 10.0};
        const auto found = searched(line, above, start, line.now + 1ms, first);
        QVERIFY(found == start + 3500us); // not the samples that were beyond it from the beginning
        QVERIFY(searched(line, above, *found, line.now + 1ms, first) == start + 6200us);
        QVERIFY(searched(line, above, start, line.now + 1ms, last) == start + 6200us);
    }

    void aSearchThatIsCancelledIsNotOver() {
        Line line;
        for (int i = 0; i < 9000; ++i)
            line.add(0.0);
        const std::atomic<bool> cancelled = true;
        TriggerSearch search(EdgeCondition{Slope::rising, 5.0, 0.0}, start, line.now,
                             TriggerSearch::Wanted::first);
        QVERIFY(!search.advance(*line.writer.snapshot(), cancelled));
        QVERIFY(search.done() > 0.0 && search.done() < 1.0);
    }
};

SERVOLANE_TEST(TriggerTest)
#include "trigger_test.moc"
