// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/event_bus.h"
#include "core/runtime/event_queue.h"
#include "tests/support/test_registry.h"

#include <QtTest/QTest>
#include <thread>

using namespace servolane;

namespace {

api::FeedbackPointer cycleOf(std::uint16_t bus, std::uint64_t number) {
    auto cycle = std::make_shared<telemetry::FeedbackCycle>();
    cycle->bus = {bus};
    cycle->cycle = number;
    cycle->samples.resize(2);
    return cycle;
}

class EventQueueTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void keepsTheOrderOfTheBus() {
        Waker waker;
        runtime::EventQueue queue(8, waker);
        runtime::EventBus bus;
        bus.subscribe(queue);
        bus.publish(Time{}, {}, cycleOf(1, 0));
        bus.publish(Time{}, {}, session::NoteAdded{"between"});
        bus.publish(Time{}, {}, cycleOf(1, 1));
        const auto events = queue.drain();
        QCOMPARE(events.size(), std::size_t{3});
        for (std::size_t i = 0; i < 3; ++i)
            QCOMPARE(events[i].sequence.value, i + 1);
        QVERIFY(queue.drain().empty());
    }

    void factsWakeAtOnceAndFeedbackDoesNot() {
        Waker waker;
        runtime::EventQueue queue(8, waker);
        queue.push({{1}, Time{}, {}, cycleOf(1, 0)});
        QVERIFY(!waker.isWoken());
        queue.push({{2}, Time{}, {}, session::NoteAdded{"a fact"}});
        QVERIFY(waker.isWoken());
    }

    void dropsTheOldestFeedbackCountsItAndMarksTheGap() {
        Waker waker;
        runtime::EventQueue queue(3, waker);
        for (std::uint64_t i = 0; i < 5; ++i)
            queue.push({{i + 1}, Time{}, {}, cycleOf(1, i)});
        const auto events = queue.drain();
        QCOMPARE(events.size(), std::size_t{3});
        const auto first = std::get<api::FeedbackPointer>(events[0].body);
        QCOMPARE(first->cycle, std::uint64_t{2});
        QVERIFY(first->gapBefore);
        QVERIFY(!std::get<api::FeedbackPointer>(events[1].body)->gapBefore);
        QCOMPARE(queue.lostSamples(), std::uint64_t{4}); // two cycles of two axes
        QCOMPARE(queue.lostSamples(BusId{1}), std::uint64_t{4});
        QCOMPARE(queue.lostSamples(BusId{2}), std::uint64_t{0});
    }

    void theGapBelongsToTheBusThatLostTheCycle() {
        Waker waker;
        runtime::EventQueue queue(2, waker);
        queue.push({{1}, Time{}, {}, cycleOf(1, 0)});
        queue.push({{2}, Time{}, {}, cycleOf(2, 0)});
        queue.push({{3}, Time{}, {}, cycleOf(1, 1)});
        const auto events = queue.drain();
        QVERIFY(!std::get<api::FeedbackPointer>(events[0].body)->gapBefore);
    }

    void neverDropsFacts() {
        Waker waker;
        runtime::EventQueue queue(1, waker);
        for (std::uint64_t i = 0; i < 1000; ++i) {
            queue.push({{2 * i + 1}, Time{}, {}, session::NoteAdded{std::to_string(i)}});
            queue.push({{2 * i + 2}, Time{}, {}, cycleOf(1, i)});
        }
        const auto events = queue.drain();
        const auto facts =
            std::count_if(events.begin(), events.end(), [](const auto& e) { return api::isFact(e.body); });
        QCOMPARE(facts, std::ptrdiff_t{1000});
    }

    void aConsumerOfFactsTakesNoFeedback() {
        Waker waker;
        runtime::EventQueue queue(0, waker);
        queue.push({{1}, Time{}, {}, cycleOf(1, 0)});
        QVERIFY(queue.drain().empty());
    }

    void severalProducersLoseNoFact() {
        Waker waker;
        runtime::EventQueue queue(64, waker);
        runtime::EventBus bus;
        bus.subscribe(queue);
        std::vector<std::thread> producers;
        for (std::uint16_t p = 1; p <= 3; ++p)
            producers.emplace_back([&bus, p] {
                for (std::uint64_t i = 0; i < 2000; ++i) {
                    bus.publish(Time{}, {}, cycleOf(p, i));
                    if (i % 10 == 0) bus.publish(Time{}, {}, session::NoteAdded{"n"});
                }
            });
        std::size_t facts = 0;
        std::uint64_t last = 0;
        bool ordered = true;
        const auto take = [&] {
            for (const auto& event : queue.drain()) {
                ordered = ordered && event.sequence.value > last;
                last = event.sequence.value;
                facts += api::isFact(event.body) ? 1 : 0;
            }
        };
        while (facts < 300)
            take();
        for (auto& producer : producers)
            producer.join();
        take();
        QVERIFY(ordered);
        QCOMPARE(facts, std::size_t{600});
    }
};

SERVOLANE_TEST(EventQueueTest)

} // namespace

#include "event_queue_test.moc"
