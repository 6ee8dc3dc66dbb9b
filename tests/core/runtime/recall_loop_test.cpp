// SPDX-License-Identifier: GPL-3.0-or-later
// What memory has given up is read back from the files of this run.
#include <QtTest/QTest> // before core: moc 6.4 stumbles over <compare> where it comes first

#include "core/runtime/recall_loop.h"
#include "core/session/state_facts.h"
#include "core/telemetry/read/trace_store.h"
#include "tests/support/memory_recording.h"
#include "tests/support/sample_model.h"
#include "tests/support/test_registry.h"

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
    void readAll() {
        while (loop.step(Time{}) != Time::max()) {
        }
    }

    std::vector<api::Event> events = someMinutes();
    Waker waker;
    std::shared_ptr<telemetry::Recall> recall = std::make_shared<telemetry::Recall>(waker);
    runtime::RecordedSpans spans;
    MemoryStore store;
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
        QCOMPARE(spans.fileWith(flightStart + 10s, flightStart + 20s).value(), std::string("first"));
        QCOMPARE(spans.fileWith(flightStart + 55s, flightStart + 65s).value(), std::string("named"));
        spans.end("named", flightStart + 90s);
        QCOMPARE(spans.fileWith(flightStart + 95s, flightStart + 99s).value(), std::string("second"));
        QVERIFY(!spans.fileWith(flightStart - 9s, flightStart - 2s));
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
