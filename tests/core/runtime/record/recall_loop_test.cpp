// SPDX-License-Identifier: GPL-3.0-or-later
// What memory has given up is read back from the files of this run.
#include <QtTest/QTest> // before core: moc 6.4 stumbles over <compare> where it comes first

#include "core/runtime/record/recall_loop.h"
#include "core/session/state_facts.h"
#include "core/telemetry/read/trace_store.h"
#include "tests/support/memory_recording.h"
#include "tests/support/sample_model.h"
#include "tests/support/test_registry.h"

#include <algorithm>
#include <iterator>
#include <map>

using namespace servolane;
using namespace servolane::tests;
using namespace std::chrono_literals;
using telemetry::Channel;

namespace {

const Time flightStart{100s};

std::vector<api::Event> someMinutes() {
    std::vector<api::Event> events;
    events.push_back({Sequence{1}, flightStart, {}, motion::AxisConfigured{sampleAxis(1)}});
    for (int number = 0; number < 20'000; ++number) {
        auto cycle = std::make_shared<telemetry::FeedbackCycle>();
        cycle->bus = BusId{1};
        cycle->cycle = static_cast<std::uint64_t>(number);
        cycle->time = flightStart + 10ms * number;
        telemetry::AxisSample sample;
        sample.axis = AxisId{1};
        sample.set(Channel::position, number % 4096);
        cycle->samples.push_back(sample);
        const Time at = cycle->time;
        events.push_back({Sequence{events.size() + 1}, at, {}, api::FeedbackPointer(std::move(cycle))});
    }
    return events;
}

/// Files that hold what lies in their time; those of no time cannot be opened.
class Files final : public session::SessionStore {
public:
    explicit Files(const std::vector<api::Event>& events)
        : events_(events) {}
    void hold(const std::string& path, Time from, Time to) { held_[path] = {from, to}; }

    Result<std::unique_ptr<session::SessionWriter>> create(const std::string&,
                                                           const session::SessionStart&) override {
        return failure(ErrorCode::unsupported);
    }
    Result<std::unique_ptr<session::SessionReader>> open(const std::string& path) override {
        const auto span = held_.find(path);
        if (span == held_.end()) return failure(ErrorCode::notFound, path + ": it was moved away");
        std::vector<api::Event> events{events_.front()}; // every file knows its axes
        std::copy_if(events_.begin() + 1, events_.end(), std::back_inserter(events), [&](const auto& event) {
            return event.time >= span->second.first && event.time < span->second.second;
        });
        return std::make_unique<MemoryRecording>(events);
    }
    std::vector<session::SessionSummary> list(const std::string&, std::vector<Error>&) override { return {}; }

private:
    const std::vector<api::Event>& events_;
    std::map<std::string, std::pair<Time, Time>> held_;
};

/// A scope's memory that holds next to nothing.
struct Forgetful {
    Forgetful()
        : store(events)
        , traces(cell, {100'000, recall})
        , loop(*recall, spans, &store) {
        for (const api::Event& event : events) {
            traces.apply(event);
            if (event.sequence.value == 100) traces.publish({});
        }
        traces.publish({});
    }
    [[nodiscard]] std::shared_ptr<const telemetry::Trace> position() const {
        return cell.read()->find(AxisId{1}, Channel::position)->trace;
    }
    /// The first chunk is the one that the trace has given up for sure: 40.96 s.
    void expectNoGap() {
        const auto trace = position();
        static_cast<void>(trace->statistics(flightStart + 1s, flightStart + 40s));
        readAll();
        const auto seen = trace->statistics(flightStart + 1s, flightStart + 40s);
        QCOMPARE(seen.count, 3900U);
        QVERIFY(!seen.hasGap && !seen.isIncomplete);
    }
    void readAll() {
        while (loop.step(Time{}) != Time::max()) {
        }
    }

    std::vector<api::Event> events = someMinutes();
    Waker waker;
    std::shared_ptr<telemetry::Recall> recall = std::make_shared<telemetry::Recall>(waker);
    runtime::RecordedSpans spans;
    Files store;
    SnapshotCell<telemetry::TraceSet> cell;
    telemetry::TraceStore traces;
    runtime::RecallLoop loop;
};

} // namespace

class RecallLoopTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void nobodyLooksNothingIsRead() {
        Forgetful forgetful;
        QVERIFY(!forgetful.waker.isWoken());
        QVERIFY(forgetful.loop.step(Time{}) == Time::max());
    }

    void whatIsLookedAtComesBack() {
        Forgetful forgetful;
        forgetful.store.hold("flight", flightStart, Time::max());
        forgetful.spans.begin("flight", flightStart);
        const auto trace = forgetful.position();
        QVERIFY(!trace->valueAt(flightStart + 30s));
        QVERIFY(forgetful.waker.isWoken());
        forgetful.readAll();
        const auto value = trace->valueAt(flightStart + 30s);
        QVERIFY(value);
        QCOMPARE(value->value,
                 static_cast<float>(sampleAxis(1)->channels[indexOf(Channel::position)].valueOf(3000)));
    }

    void whatNoFileHoldsIsAGap() {
        Forgetful forgetful;
        forgetful.spans.begin("flight", flightStart + 150s); // the older segment was deleted
        const auto trace = forgetful.position();
        QVERIFY(!trace->valueAt(flightStart + 30s));
        forgetful.readAll();
        QVERIFY(!trace->valueAt(flightStart + 30s));
        QVERIFY(!trace->isWaiting());
        QCOMPARE(trace->statistics(flightStart + 20s, flightStart + 25s).count, 0U);
    }

    void theFileThatHoldsAllOfItIsTaken() {
        runtime::RecordedSpans spans;
        spans.begin("first", flightStart);
        spans.end("first", flightStart + 60s);
        spans.begin("named", flightStart + 30s);
        spans.begin("second", flightStart + 60s);
        using Paths = std::vector<std::string>;
        QCOMPARE(spans.filesWith(flightStart + 10s, flightStart + 20s), Paths{"first"});
        QCOMPARE(spans.filesWith(flightStart + 55s, flightStart + 65s), (Paths{"named", "second", "first"}));
        spans.end("named", flightStart + 90s);
        QCOMPARE(spans.filesWith(flightStart + 95s, flightStart + 99s), Paths{"second"});
        QVERIFY(spans.filesWith(flightStart - 9s, flightStart - 2s).empty());
    }

    /// A stretch across the border was read from the newer file only, and the rest became a gap.
    void aStretchAcrossTheBorderOfTwoSegmentsIsWhole() {
        Forgetful forgetful;
        forgetful.store.hold("first", flightStart, flightStart + 20s);
        forgetful.store.hold("second", flightStart + 20s, Time::max());
        forgetful.spans.begin("first", flightStart);
        forgetful.spans.end("first", flightStart + 20s + 3ms);
        forgetful.spans.begin("second", flightStart + 20s + 3ms); // what is late lies in the new one
        forgetful.expectNoGap();
    }

    /// Both were written at the same time: each sample counts once, and a loss of the one is made up for.
    void aNamedRecordingAndASegmentTellTheSameOnce() {
        Forgetful forgetful;
        forgetful.store.hold("first", flightStart, flightStart + 25s);
        forgetful.store.hold("named", flightStart + 15s, flightStart + 35s);
        forgetful.store.hold("second", flightStart + 25s, Time::max());
        forgetful.spans.begin("first", flightStart);
        // The preroll is shorter than it was asked for: memory held less.
        forgetful.spans.begin("named", flightStart);
        forgetful.spans.end("first", flightStart + 25s);
        forgetful.spans.begin("second", flightStart + 25s);
        forgetful.expectNoGap();
    }

    /// A named recording was asked alone; thrown away, it left a gap although the flight recorder has it all.
    void whatAThrownAwayRecordingHeldComesFromTheFlightRecorder() {
        Forgetful forgetful;
        forgetful.store.hold("flight", flightStart, Time::max());
        forgetful.spans.begin("flight", flightStart);
        forgetful.spans.begin("named", flightStart);
        forgetful.expectNoGap();
    }

    void whereNoFileOpensTheOutlineStays() {
        Forgetful forgetful;
        forgetful.spans.begin("gone", flightStart);
        const auto trace = forgetful.position();
        const auto known = trace->columns(flightStart + 10s, flightStart + 30s, 100).columns;
        forgetful.readAll();
        QVERIFY(!trace->isWaiting());
        const auto columns = trace->columns(flightStart + 10s, flightStart + 30s, 100).columns;
        for (std::size_t at = 0; at < columns.size(); ++at)
            QVERIFY(columns[at].count > 0 && columns[at].max == known[at].max);
    }

    /// Else a replay would not know the torque, the mode or the registers until they change.
    void aLaterRecordingBeginsWithHowThingsStand() {
        session::StateFacts states;
        const AxisId pan{1};
        auto tell = [&, sequence = std::uint64_t{0}](api::EventBody body) mutable {
            states.fold({Sequence{++sequence}, flightStart, {}, std::move(body)});
        };
        tell(motion::AxisConfigured{sampleAxis(1)});
        tell(motion::AxisObserved{pan, false, registers::OperatingMode::position});
        tell(motion::TorqueEnabled{pan});
        tell(motion::TorqueDisabled{pan});
        tell(motion::TorqueEnabled{pan});
        tell(registers::RegisterRead{pan, "position_p_gain", 800});
        tell(registers::RegisterWritten{pan, "position_p_gain", 800, 900});
        tell(session::NoteAdded{"says nothing of a state"});
        const auto all = states.all();
        QCOMPARE(all.size(), std::size_t{3});
        QVERIFY(std::holds_alternative<motion::AxisObserved>(all[0].body));
        QVERIFY(std::holds_alternative<motion::TorqueEnabled>(all[1].body));
        QCOMPARE(std::get<registers::RegisterWritten>(all[2].body).after, 900);
        tell(bus::BusDisconnected{BusId{1}});
        QVERIFY(states.all().empty());
    }
};

SERVOLANE_TEST(RecallLoopTest)
#include "recall_loop_test.moc"
