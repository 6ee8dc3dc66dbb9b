// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/core_loop.h"
#include "tests/support/sample_model.h"
#include "tests/support/test_registry.h"

#include <QtTest/QTest>

using namespace servolane;
using namespace std::chrono_literals;

namespace {

/// The core loop alone; what it would send to buses is kept.
struct Desk {
    Desk() { events.subscribe(queue); }
    void step() {
        static_cast<void>(core.step(clock.now()));
        for (auto& event : queue.drain())
            seen.push_back(std::move(event));
    }
    template <class Body>
    std::vector<Body> facts() const {
        std::vector<Body> all;
        for (const auto& event : seen)
            if (const auto* body = std::get_if<Body>(&event.body)) all.push_back(*body);
        return all;
    }

    TestClock clock;
    Waker waker;
    Waker consumer;
    runtime::CoreInbox inbox{waker};
    runtime::EventBus events;
    runtime::EventQueue queue{100, consumer};
    runtime::StopLatch stops;
    runtime::LatestCells cells;
    runtime::WriteModel model{tests::sampleCatalog()};
    std::vector<bus::Request> requests;
    std::vector<api::Event> seen;
    runtime::CoreLoop core{clock,
                           inbox,
                           events,
                           stops,
                           cells,
                           model,
                           {[this](bus::Request request) { requests.push_back(std::move(request)); },
                            [](CommandId, const api::CommandBody&) {}}};
};

class CoreLoopTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aRefusedCommandEndsAsRejectedAndCostsNothing() {
        Desk desk;
        desk.inbox.post(
            api::Command{{1}, api::Asker::window, desk.clock.now(), motion::MoveAxis{{7}, {90.0}}});
        desk.step();
        QCOMPARE(desk.facts<api::CommandRejected>().size(), std::size_t{1});
        QVERIFY(desk.requests.empty());
    }

    void aStopWithoutBusesIsDoneAtOnce() {
        Desk desk;
        desk.inbox.post(runtime::StopNote{{{1}, api::Asker::window, desk.clock.now(), motion::Stop{}}, {1}});
        desk.step();
        QCOMPARE(desk.facts<motion::StopFinished>().size(), std::size_t{1});
        QCOMPARE(desk.facts<api::CommandConfirmed>().size(), std::size_t{1});
    }

    void aStopThatABusHasServedBeforeItsNoteArrivesIsConfirmedAllTheSame() {
        Desk desk;
        desk.inbox.post(runtime::FactNote{bus::BusConnected{{1}, {}, true}, desk.clock.now()});
        desk.step();
        desk.inbox.post(runtime::StopServed{{1}, {1}, {{{1}, true, 3ms}}});
        desk.inbox.post(runtime::StopNote{{{5}, api::Asker::window, desk.clock.now(), motion::Stop{}}, {1}});
        desk.step();
        const auto finished = desk.facts<motion::StopFinished>();
        QCOMPARE(finished.size(), std::size_t{1});
        QCOMPARE(finished[0].axes.size(), std::size_t{1});
        QVERIFY(finished[0].took == 3ms);
    }

    void anEarlierServiceDoesNotAnswerALaterStop() {
        Desk desk;
        desk.inbox.post(runtime::FactNote{bus::BusConnected{{1}, {}, true}, desk.clock.now()});
        desk.inbox.post(runtime::StopServed{{1}, {1}, {}});
        desk.inbox.post(runtime::StopNote{{{5}, api::Asker::window, desk.clock.now(), motion::Stop{}}, {2}});
        desk.step();
        QVERIFY(desk.facts<motion::StopFinished>().empty());
        desk.inbox.post(runtime::StopServed{{1}, {2}, {}});
        desk.step();
        QCOMPARE(desk.facts<motion::StopFinished>().size(), std::size_t{1});
    }
};

SERVOLANE_TEST(CoreLoopTest)

} // namespace

#include "core_loop_test.moc"
