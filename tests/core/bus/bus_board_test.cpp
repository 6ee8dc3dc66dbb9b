// SPDX-License-Identifier: GPL-3.0-or-later
// What the board of the buses tells of faults that were injected.
#include "core/bus/read/bus_board_projection.h"
#include "tests/support/test_registry.h"

#include <QtTest/QTest>

using namespace servolane;
using namespace servolane::bus;
using namespace std::chrono_literals;

class BusBoardTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() {
        board_ = std::make_unique<BusBoardProjection>();
        tell(BusConnected{bus_, {}, true});
    }

    /// The adapter was back for minutes, and the panel still listed it as unplugged.
    void aFaultThatEndedIsListedNoMore() {
        tell(FaultInjected{bus_, "unplug@0ms-3000ms"});
        tell(FaultInjected{bus_, "undervoltage=500ms-2s"});
        tell(FaultInjected{bus_, "drop=0.1@1s-2.5s"});
        QCOMPARE(listed().size(), std::size_t{3});
        now_ += 2s;
        QCOMPARE(listed(), (std::vector<std::string>{"unplug@0ms-3000ms", "drop=0.1@1s-2.5s"}));
        now_ += 1s;
        QVERIFY(listed().empty());
    }
    void aFaultWithoutAnEndStays() {
        const std::vector<std::string> lasting{"wrong-id=3", "late=0.01:20ms", "duplicate-id=2:3@1s",
                                               "silent=1"};
        for (const std::string& fault : lasting)
            tell(FaultInjected{bus_, fault});
        now_ += 1h;
        QCOMPARE(listed(), lasting);
        tell(FaultsCleared{bus_});
        QVERIFY(listed().empty());
    }
    /// One of two alike ends: the other was given later.
    void eachEndsByItself() {
        tell(FaultInjected{bus_, "unplug@0ms-3000ms"});
        now_ += 2s;
        tell(FaultInjected{bus_, "unplug@0ms-3000ms"});
        now_ += 2s;
        QCOMPARE(listed().size(), std::size_t{1});
        tell(FaultsCleared{bus_});
        tell(FaultInjected{bus_, "unplug@0ms-3000ms"});
        now_ += 2s;
        QCOMPARE(listed().size(), std::size_t{1}); // the end of a cleared one is not its own
    }

private:
    template <class Fact>
    void tell(Fact fact) {
        api::Event event;
        event.time = now_;
        event.body = std::move(fact);
        board_->apply(event);
    }
    [[nodiscard]] std::vector<std::string> listed() {
        board_->publish(now_);
        return board_->board().read()->buses.at(0).faults;
    }

    const BusId bus_{1};
    Time now_{100s};
    std::unique_ptr<BusBoardProjection> board_;
};

SERVOLANE_TEST(BusBoardTest)
#include "bus_board_test.moc"
