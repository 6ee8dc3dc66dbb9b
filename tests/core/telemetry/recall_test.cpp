// SPDX-License-Identifier: GPL-3.0-or-later
// Samples that lie in a recording: outlines first, the samples themselves when somebody looks.
#include <QtTest/QTest> // before core: moc 6.4 stumbles over <compare> where it comes first

#include "core/motion/axis.h"
#include "core/telemetry/read/session_outline.h"
#include "core/telemetry/read/session_traces.h"
#include "core/telemetry/read/trace_rows.h"
#include "core/telemetry/read/trace_spectrum.h"
#include "core/telemetry/read/trace_store.h"
#include "core/telemetry/read/xy_points.h"
#include "tests/support/memory_recording.h"
#include "tests/support/test_registry.h"

#include <algorithm>
#include <cmath>
#include <random>

using namespace servolane;
using namespace servolane::telemetry;
using servolane::tests::MemoryRecording;

namespace {

constexpr AxisId pan{1};
constexpr BusId theBus{1};
constexpr Duration period = std::chrono::milliseconds{5};
const Time start{std::chrono::seconds{100}};

Time timeOf(std::uint64_t cycle) {
    return start + period * static_cast<std::int64_t>(cycle);
}

/// Position in every cycle, temperature in every tenth, cycles lost and gaps marked here and there.
std::vector<api::Event> someEvents(std::uint64_t cycles, unsigned seed) {
    std::minstd_rand random(seed);
    std::vector<api::Event> events;
    auto axis = std::make_shared<motion::Axis>();
    axis->id = pan;
    axis->bus = theBus;
    axis->channels[indexOf(Channel::position)] = {0.5, 10.0};
    axis->channels[indexOf(Channel::temperature)] = {1.0, 0.0};
    events.push_back({Sequence{1}, start, {}, motion::AxisConfigured{std::move(axis)}});
    for (std::uint64_t number = 0; number < cycles; ++number) {
        const auto chance = random() % 1000;
        if (chance < 3) number += 1 + random() % 40;
        auto cycle = std::make_shared<FeedbackCycle>();
        cycle->bus = theBus;
        cycle->cycle = number;
        cycle->time = timeOf(number);
        cycle->gapBefore = chance == 3;
        AxisSample sample;
        sample.axis = pan;
        sample.set(Channel::position,
                   static_cast<std::int32_t>(500.0 * std::sin(static_cast<double>(number) / 90.0)) +
                       static_cast<std::int32_t>(random() % 9));
        if (number % 10 == 0) sample.set(Channel::temperature, 40 + static_cast<std::int32_t>(number / 900));
        cycle->samples.push_back(sample);
        const Time time = cycle->time;
        events.push_back({Sequence{number + 2}, time, {}, api::FeedbackPointer(std::move(cycle))});
    }
    return events;
}

/// An outline of a recording and the same traces read whole.
struct Both {
    explicit Both(std::uint64_t cycles, unsigned seed, std::size_t bytes = Recall::Limits{}.bytes,
                  bool knowsSums = false)
        : recording(someEvents(cycles, seed))
        , recall(std::make_shared<Recall>(waker, Recall::Limits{bytes})) {
        recording.knowsSums = knowsSums;
        session::JobProgress progress;
        whole = tracesFromSession(recording, progress).value();
        runs = runsOf(recording, progress).value();
        outline = outlineOf(recording, runs, recall);
        recording.blocksRead = 0;
    }
    const Trace& of(const TraceSet& set, Channel channel) const { return *set.find(pan, channel)->trace; }
    /// As the scope does: looks, lets read, looks again.
    Columns settled(Channel channel, Time from, Time to, std::size_t columns) {
        for (;;) {
            const Columns seen = of(outline, channel).columns(from, to, columns);
            if (!readAll()) return seen;
        }
    }
    bool readAll() { return readBack(*recall, only(recording), 16); }
    static ReaderFor only(session::SessionReader& one) {
        return [&one](Time, Time, std::size_t nth) -> std::optional<Result<session::SessionReader*>> {
            if (nth > 0) return std::nullopt;
            return &one;
        };
    }

    Waker waker;
    MemoryRecording recording;
    std::shared_ptr<Recall> recall;
    RunsByAxis runs;
    TraceSet whole;
    TraceSet outline;
};

bool isSame(const Columns& a, const Columns& b) {
    if (a.columns.size() != b.columns.size()) return false;
    bool gap = false; // where a gap is told, before or after the border of two columns, is the same picture
    bool otherGap = false;
    for (std::size_t at = 0; at < a.columns.size(); ++at) {
        const Extent& one = a.columns[at];
        const Extent& other = b.columns[at];
        if (one.count != other.count || one.gapInside != other.gapInside) return false;
        if (one.count > 0) {
            if (one.min != other.min || one.max != other.max || one.first != other.first ||
                one.last != other.last)
                return false;
            if ((gap || one.gapBefore) != (otherGap || other.gapBefore)) return false;
            gap = one.gapAfter;
            otherGap = other.gapAfter;
        } else {
            gap = gap || one.gapAfter;
            otherGap = otherGap || other.gapAfter;
        }
    }
    return true;
}

} // namespace

class RecallTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// Bug: where an axis got another unit just between two stored runs, one line joined both.
    void aScaleThatChangesBetweenTwoRunsBreaksTheLine() {
        std::vector<api::Event> events;
        const auto configure = [&](std::uint64_t cycle, double scale) {
            auto axis = std::make_shared<motion::Axis>();
            axis->id = pan;
            axis->bus = theBus;
            axis->channels[indexOf(Channel::position)] = {scale, 0.0};
            events.push_back({Sequence{events.size() + 1}, timeOf(cycle), {}, motion::AxisConfigured{axis}});
        };
        configure(0, 1.0);
        for (std::uint64_t number = 0; number < 512; ++number) {
            if (number == 256) configure(number, 25.4);
            auto cycle = std::make_shared<FeedbackCycle>();
            cycle->bus = theBus;
            cycle->cycle = number;
            cycle->time = timeOf(number);
            AxisSample sample;
            sample.axis = pan;
            sample.set(Channel::position, 100);
            cycle->samples.push_back(sample);
            events.push_back(
                {Sequence{events.size() + 1}, timeOf(number), {}, api::FeedbackPointer(std::move(cycle))});
        }
        MemoryRecording recording(events);
        Waker waker;
        const auto recall = std::make_shared<Recall>(waker, Recall::Limits{});
        session::JobProgress progress;
        const auto outline = outlineOf(recording, runsOf(recording, progress).value(), recall);
        const Trace& trace = *outline.find(pan, Channel::position)->trace;
        const auto isBroken = [&](std::size_t columns) {
            const Columns seen = trace.columns(timeOf(250), timeOf(262), columns);
            return std::any_of(seen.columns.begin() + 1, seen.columns.end(), [](const Extent& each) {
                return each.gapBefore || each.gapInside || each.gapAfter;
            });
        };
        QVERIFY(isBroken(12)); // as it stands when it is opened, and when its samples were read
        while (readBack(*recall, Both::only(recording), 16))
            static_cast<void>(isBroken(12));
        QVERIFY(isBroken(12));
    }

    void openingReadsNoSamples() {
        Both both(20'000, 1);
        const Columns far = both.of(both.outline, Channel::position).columns(start, timeOf(20'000), 20);
        QCOMPARE(both.recording.blocksRead, 0);
        const Columns right = both.of(both.whole, Channel::position).columns(start, timeOf(20'000), 20);
        for (std::size_t at = 0; at < right.columns.size(); ++at) {
            QVERIFY(far.columns[at].min <= right.columns[at].min);
            QVERIFY(far.columns[at].max >= right.columns[at].max);
        }
        QVERIFY(!both.recall->isWaiting());
    }

    void lookingReadsOnlyWhatIsLookedAt() {
        Both both(20'000, 2);
        static_cast<void>(both.settled(Channel::position, timeOf(9000), timeOf(9600), 300));
        QVERIFY2(both.recording.blocksRead <= 6, qPrintable(QString::number(both.recording.blocksRead)));
        QVERIFY(both.recording.blocksRead >= 2);
    }

    /// Rows of samples that were not read yet were taken from a piece that has none: it crashed.
    void rowsEndWhereSamplesAreStillBeingRead() {
        Both both(20'000, 4);
        const auto valuesOf = [&](const TraceSet& set) {
            std::vector<float> values;
            visitRows(both.of(set, Channel::position), Time::min(), Time::max(), [&](const RowRun& run) {
                for (const float value : run.values)
                    if (value == value) values.push_back(value);
                return true;
            });
            return values;
        };
        const std::vector<float> right = valuesOf(both.whole);
        std::vector<float> seen = valuesOf(both.outline);
        QVERIFY(seen.empty());
        while (both.readAll()) {
            const std::vector<float> more = valuesOf(both.outline);
            QVERIFY(more.size() >= seen.size());
            QVERIFY(std::equal(more.begin(), more.end(), right.begin()));
            seen = more;
        }
        QCOMPARE(seen.size(), right.size());
    }

    void whatIsReadBackIsWhatWasRecorded() {
        Both both(20'000, 3);
        std::minstd_rand random(7);
        for (int round = 0; round < 60; ++round) {
            const auto from = random() % 19'000;
            const auto length = 20 + random() % 900;
            const Channel channel = round % 3 == 0 ? Channel::temperature : Channel::position;
            const auto columns = 50 + random() % 400;
            const Columns seen = both.settled(channel, timeOf(from), timeOf(from + length), columns);
            const Columns right =
                both.of(both.whole, channel).columns(timeOf(from), timeOf(from + length), columns);
            QVERIFY2(isSame(seen, right),
                     qPrintable(QString("round %1: %2 + %3").arg(round).arg(from).arg(length)));
        }
    }

    void statisticsWaitAndAreThenExact() {
        Both both(20'000, 4);
        const Trace& outline = both.of(both.outline, Channel::position);
        QVERIFY(outline.statistics(timeOf(100), timeOf(15'000)).isWaiting);
        while (both.readAll() || outline.statistics(timeOf(100), timeOf(15'000)).isWaiting) {
        }
        const auto seen = outline.statistics(timeOf(100), timeOf(15'000));
        const auto right = both.of(both.whole, Channel::position).statistics(timeOf(100), timeOf(15'000));
        QCOMPARE(seen.count, right.count);
        QCOMPARE(seen.min, right.min);
        QVERIFY(std::abs(seen.mean - right.mean) < 1e-6);
        QVERIFY(std::abs(seen.deviation - right.deviation) < 1e-6);
        QVERIFY(std::abs(seen.slope - right.slope) < 1e-6);
        QVERIFY(!seen.isIncomplete);
    }

    /// Statistics of a day read every sample of it.
    void statisticsOfALongSpanReadItsEndsOnly() {
        Both both(20'000, 4, Recall::Limits{}.bytes, true);
        for (const Channel channel : {Channel::position, Channel::temperature}) {
            const Trace& outline = both.of(both.outline, channel);
            both.recording.blocksRead = 0;
            while (outline.statistics(timeOf(100), timeOf(15'000)).isWaiting && both.readAll()) {
            }
            QVERIFY2(both.recording.blocksRead <= 2, qPrintable(QString::number(both.recording.blocksRead)));
            const auto seen = outline.statistics(timeOf(100), timeOf(15'000));
            const auto right = both.of(both.whole, channel).statistics(timeOf(100), timeOf(15'000));
            QCOMPARE(seen.count, right.count);
            QCOMPARE(seen.min, right.min);
            QCOMPARE(seen.max, right.max);
            QCOMPARE(seen.hasGap, right.hasGap);
            QVERIFY(std::abs(seen.mean - right.mean) < 1e-6);
            QVERIFY(std::abs(seen.rms - right.rms) < 1e-6);
            QVERIFY(std::abs(seen.deviation - right.deviation) < 1e-6);
            QVERIFY(std::abs(seen.slope - right.slope) < 1e-6);
            QVERIFY(!seen.isIncomplete);
        }
    }

    void aValueIsUnknownUntilItIsRead() {
        Both both(5000, 5);
        const Trace& outline = both.of(both.outline, Channel::position);
        QVERIFY(!outline.lastBefore(timeOf(3000)));
        QVERIFY(both.recall->isWaiting());
        const auto before = outline.readBack();
        while (both.readAll()) {
        }
        QVERIFY(outline.readBack() > before);
        QVERIFY(outline.lastBefore(timeOf(3000)) ==
                both.of(both.whole, Channel::position).lastBefore(timeOf(3000)));
    }

    void whatNobodyLooksAtIsGivenUp() {
        constexpr std::size_t budget = 2'000'000;
        Both both(60'000, 6, budget);
        for (std::uint64_t at = 0; at < 59'000; at += 1000)
            static_cast<void>(both.settled(Channel::position, timeOf(at), timeOf(at + 900), 400));
        QVERIFY(both.recall->bytes() < budget + 500'000);
        const Columns seen = both.settled(Channel::position, timeOf(0), timeOf(900), 400);
        QVERIFY(isSame(seen, both.of(both.whole, Channel::position).columns(timeOf(0), timeOf(900), 400)));
    }

    void whatNoRecordingHoldsIsAGap() {
        Both both(5000, 8);
        static_cast<void>(both.of(both.outline, Channel::position).columns(timeOf(1000), timeOf(1200), 200));
        const auto none = [](Time, Time, std::size_t) { return std::nullopt; };
        QVERIFY(readBack(*both.recall, none, 16));
        const auto columns =
            both.of(both.outline, Channel::position).columns(timeOf(1050), timeOf(1060), 10).columns;
        QVERIFY(std::all_of(columns.begin(), columns.end(), [](const Extent& one) { return one.isEmpty(); }));
        QVERIFY(!both.recall->isWaiting());
    }

    /// A gap was drawn, as if nothing had been recorded there.
    void whereARecordingCannotBeReadTheOutlineStays() {
        Both both(5000, 8);
        const Trace& outline = both.of(both.outline, Channel::position);
        const auto known = outline.columns(timeOf(1000), timeOf(1200), 200).columns;
        const auto broken = [](Time, Time,
                               std::size_t nth) -> std::optional<Result<session::SessionReader*>> {
            if (nth > 1) return std::nullopt;
            return tl::make_unexpected(Error{ErrorCode::notFound, "it is in the trash"});
        };
        QVERIFY(readBack(*both.recall, broken, 16));
        const auto columns = outline.columns(timeOf(1000), timeOf(1200), 200).columns;
        for (std::size_t at = 0; at < columns.size(); ++at)
            QVERIFY(columns[at].min == known[at].min && columns[at].max == known[at].max);
        QVERIFY(!both.recall->isWaiting());
        const auto statistics = outline.statistics(timeOf(1050), timeOf(1060));
        QVERIFY(statistics.isIncomplete && !statistics.isWaiting);
        QVERIFY(visitRows(outline, timeOf(1050), timeOf(1060), [](const RowRun&) { return true; }));
    }

    void memoryFallsBackToTheRecordingWithoutABorder() {
        const auto events = someEvents(60'000, 9);
        MemoryRecording recording(events);
        Waker waker;
        auto recall = std::make_shared<Recall>(waker);
        SnapshotCell<TraceSet> allCell;
        SnapshotCell<TraceSet> fewCell;
        TraceStore all(allCell);
        TraceStore few(fewCell, {400'000, recall});
        for (std::size_t at = 0; at < events.size(); ++at) {
            all.apply(events[at]);
            few.apply(events[at]);
            if (at % 1000 == 999) few.publish(Time{});
        }
        all.publish(Time{});
        few.publish(Time{});
        QVERIFY2(fewCell.read()->bytes < 480'000, qPrintable(QString::number(fewCell.read()->bytes)));
        const Trace& whole = *allCell.read()->find(pan, Channel::position)->trace;
        const auto set = fewCell.read();
        const Trace& trace = *set->find(pan, Channel::position)->trace;
        QCOMPARE(trace.count(), whole.count());
        // Far out, where a chunk takes less than two columns, it is not read; it may show in both that it
        // touches.
        const auto far = trace.columns(start, timeOf(60'000), 20).columns;
        const auto right = whole.columns(start, timeOf(60'000), 20).columns;
        for (std::size_t at = 0; at < right.size(); ++at)
            QVERIFY(far[at].min <= right[at].min && far[at].max >= right[at].max);
        QVERIFY(!recall->isWaiting());
        std::minstd_rand random(11);
        const auto only = Both::only(recording);
        for (int round = 0; round < 40; ++round) {
            const Time from = timeOf(random() % 59'000);
            const Time to = from + period * static_cast<std::int64_t>(40 + random() % 900);
            static_cast<void>(trace.columns(from, to, 300));
            while (readBack(*recall, only, 16))
                static_cast<void>(trace.columns(from, to, 300));
            QVERIFY2(isSame(trace.columns(from, to, 300), whole.columns(from, to, 300)),
                     qPrintable(QString::number(round)));
        }
    }

    /// One piece after the other took a turn of the reader for each.
    void rowsAskForWhatTheyWillNeedNext() {
        Both both(60'000, 12);
        int rounds = 0;
        const auto readsOn = [&] {
            return !visitRows(both.of(both.outline, Channel::position), Time::min(), Time::max(),
                              [](const RowRun&) { return true; });
        };
        while (readsOn()) {
            QVERIFY(both.readAll());
            ++rounds;
        }
        const auto runs = both.runs.at(pan).size();
        QVERIFY(runs > 16);
        QVERIFY2(rounds <= static_cast<int>(runs / 8), qPrintable(QString::number(rounds)));
    }

    /// They walked from the oldest sample, looked at all that was read again and again, and so nothing was
    /// ever given up: past the limit they waited for ever, with the oldest part on the screen.
    void aLongSpanIsReadFromItsNewestSamplesAndComesToAnEnd() {
        Both both(120'000, 14, 2'000'000); // 470 runs of 54 kB
        const std::atomic<bool> never = false;
        const ReadLimits limits{6000, 20};
        const Time end = timeOf(120'000);
        const Trace& outline = both.of(both.outline, Channel::position);
        const auto part = newestPartOf(outline, Time::min(), Time::max(), limits);
        QVERIFY(part.isShortened && part.samples <= 20 * 256 && part.samples > 19 * 255);
        QVERIFY(!both.recall->isWaiting()); // nothing is read to find that out

        TraceSpectrum seen;
        int rounds = 0;
        do {
            QVERIFY(++rounds < 50);
            seen = spectrumOfTrace(outline, start, end, {}, never, limits);
        } while (both.readAll());
        QVERIFY(!seen.isWaiting && seen.isShortened && seen.spectrum);
        const auto right = spectrumOfTrace(both.of(both.whole, Channel::position), part.from, end, {}, never);
        QVERIFY(!right.isShortened);
        QCOMPARE(seen.samples, right.samples);
        QCOMPARE(seen.to, right.to);

        XyPoints points;
        do {
            QVERIFY(++rounds < 100);
            points =
                xyOf(both.outline.find(pan, Channel::position)->trace,
                     both.outline.find(pan, Channel::temperature)->trace, start, end, 20'000, never, limits);
        } while (both.readAll());
        QVERIFY(!points.isWaiting && points.isShortened);
        const auto rightPoints =
            xyOf(both.whole.find(pan, Channel::position)->trace,
                 both.whole.find(pan, Channel::temperature)->trace, points.from, end, 20'000, never);
        QVERIFY2(points.samples > 1000, qPrintable(QString::number(points.samples)));
        QVERIFY(points.points == rightPoints.points);
        QVERIFY(points.from > timeOf(110'000));
        QVERIFY(end - points.points.back().time < std::chrono::seconds{1});
    }

    void aShortSpanIsTakenWhole() {
        Both both(20'000, 15);
        const Trace& whole = both.of(both.whole, Channel::position);
        const auto part = newestPartOf(whole, timeOf(1000), timeOf(15'000), {});
        QVERIFY(!part.isShortened);
        QCOMPARE(part.from, timeOf(1000));
        const auto count = whole.statistics(timeOf(1000), timeOf(15'000)).count;
        QVERIFY(part.samples >= count && part.samples < count + 100); // rows of gaps count in chunks cut
        const auto told =
            newestPartOf(both.of(both.outline, Channel::position), timeOf(1000), timeOf(15'000), {});
        QVERIFY(told.samples > count * 97 / 100 && told.samples < count * 103 / 100);
    }

    void pointsOfAnXyViewSayThatMoreIsBeingRead() {
        Both both(20'000, 13);
        const auto traceOf = [&](const TraceSet& set, Channel channel) {
            return set.find(pan, channel)->trace;
        };
        const std::atomic<bool> never = false;
        const auto points = [&](const TraceSet& set) {
            return xyOf(traceOf(set, Channel::position), traceOf(set, Channel::temperature), timeOf(3000),
                        timeOf(9000), 20'000, never);
        };
        const XyPoints right = points(both.whole);
        QVERIFY(points(both.outline).isWaiting);
        XyPoints seen;
        do {
            seen = points(both.outline);
        } while (both.readAll());
        QVERIFY(!seen.isWaiting && !right.isWaiting);
        QCOMPARE(seen.samples, right.samples);
        QVERIFY(seen.points == right.points);
    }
};

SERVOLANE_TEST(RecallTest)
#include "recall_test.moc"
