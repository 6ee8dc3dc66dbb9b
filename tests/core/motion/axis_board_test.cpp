// SPDX-License-Identifier: GPL-3.0-or-later
// The board of axes: a stop whose axes come in late, and what guards an axis.
// Qt's first (through the registry): moc of Qt 6.4 cannot read GCC's <compare> as the very first header.
#include "tests/support/test_registry.h"

#include "core/motion/read/axis_board_projection.h"
#include "tests/support/sample_model.h"

#include <QtTest/QTest>

using namespace servolane;
using namespace servolane::tests;
using namespace std::chrono_literals;
using motion::StopDoubt;
using motion::Watchdog;

namespace {

struct Board {
    Board() {
        happen(motion::AxisConfigured{sampleAxis(1)});
        happen(motion::AxisConfigured{sampleAxis(2, 1, 2)});
        happen(motion::AxisObserved{{1}, true, {}});
        happen(motion::AxisObserved{{2}, true, {}});
    }
    void happen(api::EventBody body, CommandId cause = {}) {
        projection.apply({{++sequence}, Time{1s}, cause, std::move(body)});
        projection.publish(Time{1s});
    }
    motion::StopView stop() const { return projection.board().read()->stop; }
    motion::AxisView axis(std::uint16_t id) const { return *projection.board().read()->find({id}); }

    motion::AxisBoardProjection projection;
    std::uint64_t sequence = 0;
};

class AxisBoardTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void anAxisStoppedAfterTheReportIsAddedToIt() {
        Board board;
        board.happen(motion::StopLatched{{1}}, {7});
        board.happen(motion::StopFinished{{1}, {{{1}, true, 2ms}, {{2}, false, {}, StopDoubt::silent}}, 2ms});
        QVERIFY(board.stop().command == CommandId{7});
        QVERIFY(board.axis(2).torque == true);
        board.happen(motion::AxisStopped{{1}, {{2}, true, 900ms}});
        QCOMPARE(board.stop().finished->axes.size(), std::size_t{2});
        QVERIFY(board.stop().finished->axes[1].confirmed);
        QVERIFY(board.stop().finished->took == 900ms); // as long as the last of them took
        QVERIFY(board.axis(2).torque == false);
        board.happen(motion::AxisStopped{{1}, {{3}, true, 950ms}}); // found since
        QCOMPARE(board.stop().finished->axes.size(), std::size_t{3});
    }

    void anAxisStoppedBeforeTheReportOfAllBusesIsNotForgotten() {
        Board board;
        board.happen(motion::StopLatched{{1}});
        board.happen(motion::AxisStopped{{1}, {{2}, true, 5ms}});
        board.happen(motion::StopFinished{{1}, {{{1}, true, 2ms}}, 2ms});
        QCOMPARE(board.stop().finished->axes.size(), std::size_t{2});
    }

    void whatBelongsToAnEarlierStopIsLeftOut() {
        Board board;
        board.happen(motion::StopLatched{{1}});
        board.happen(motion::StopLatched{{2}});
        board.happen(motion::AxisStopped{{1}, {{2}, true, 5ms}});
        board.happen(motion::StopFinished{{2}, {{{1}, true, 2ms}}, 2ms});
        QCOMPARE(board.stop().finished->axes.size(), std::size_t{1});
    }

    void theWatchdogOfAnAxisIsShownAsItIs() {
        Board board;
        QVERIFY(board.axis(1).watchdog == Watchdog::off);
        board.happen(bus::WatchdogArmed{{1}, {1}, 200ms});
        QVERIFY(board.axis(1).watchdog == Watchdog::armed && board.axis(1).watchdogAfter == 200ms);
        board.happen(bus::WatchdogTripped{{1}, {1}});
        QVERIFY(board.axis(1).watchdog == Watchdog::tripped);
        board.happen(bus::WatchdogCleared{{1}, {1}});
        QVERIFY(board.axis(1).watchdog == Watchdog::off);
        board.happen(registers::RegisterRead{{2}, "bus_watchdog", -1}); // left so by an earlier run
        QVERIFY(board.axis(2).watchdog == Watchdog::tripped);
    }
};

SERVOLANE_TEST(AxisBoardTest)

} // namespace

#include "axis_board_test.moc"
