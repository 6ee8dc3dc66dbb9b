// SPDX-License-Identifier: GPL-3.0-or-later
// What the Line workspace shows for a snapshot, and what it sends when pressed.
// Qt's first (through the registry): moc of Qt 6.4 cannot read GCC's <compare> as the very first header.
#include "tests/support/test_registry.h"

#include "tests/ui/stage.h"
#include "ui/journal/alarm_strip.h"
#include "ui/journal/trouble.h"
#include "ui/motion/axis_table.h"
#include "ui/motion/tile_grid.h"
#include "ui/shell/main_window.h"
#include "ui/widgets/row_delegate.h"
#include "ui/widgets/state_mark.h"

#include <QtCore/QRegularExpression>
#include <QtGui/QPaintEvent>
#include <QtTest/QTest>
#include <QtWidgets/QApplication>
#include <QtWidgets/QDockWidget>
#include <QtWidgets/QLabel>
#include <QtWidgets/QListWidget>
#include <QtWidgets/QMenu>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QTableWidget>

namespace servolane::tests {

/// What of a widget was painted.
class PaintedArea : public QObject {
public:
    QRegion region;
    bool eventFilter(QObject*, QEvent* event) override {
        if (event->type() == QEvent::Paint) region += static_cast<QPaintEvent*>(event)->region();
        return false;
    }
};

class LineTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { stage_ = std::make_unique<Stage>(); }

    void theWorstStandsFirst() {
        stage_->addSimulatedBus(4);
        stage_->axis(2).state = motion::AxisState::fault;
        stage_->axis(2).hardwareError = 0x20;
        stage_->axis(1).state = motion::AxisState::moving;
        stage_->publish();
        ui::MainWindow window(stage_->context());
        show(window);
        const auto& tiles = grid(window).tiles();
        QCOMPARE(tiles.at(0).axis.value, std::uint16_t{3});
        QVERIFY(tiles[0].detail.contains(QStringLiteral("Overload")));
        QCOMPARE(tiles.at(1).axis.value, std::uint16_t{2});
    }
    void nothingJumpsWhileATileHasTheFocus() {
        stage_->addSimulatedBus(3);
        ui::MainWindow window(stage_->context());
        show(window);
        grid(window).setFocus();
        QVERIFY(grid(window).hasFocus());
        QTest::keyClick(&grid(window), Qt::Key_Right);
        stage_->axis(2).state = motion::AxisState::fault;
        stage_->publish();
        refresh(window);
        QCOMPARE(grid(window).tiles().at(0).axis.value, std::uint16_t{1});
        QCOMPARE(grid(window).tiles().at(2).badness, static_cast<int>(motion::AxisState::fault));
        QVERIFY(find<QWidget>(window, "lineHeld")->isVisible());
        grid(window).clearFocus();
        refresh(window);
        QCOMPARE(grid(window).tiles().at(0).axis.value, std::uint16_t{3});
        QVERIFY(!find<QWidget>(window, "lineHeld")->isVisible());
    }
    /// Choosing the workspace gives the tiles the focus: they were never sorted again while it was shown.
    void theFocusAloneHoldsNoOrder() {
        stage_->addSimulatedBus(3);
        ui::MainWindow window(stage_->context());
        show(window);
        QVERIFY(grid(window).hasFocus());
        stage_->axis(2).state = motion::AxisState::fault;
        stage_->publish();
        refresh(window);
        QCOMPARE(grid(window).tiles().at(0).axis.value, std::uint16_t{3});
        QTest::keyClick(&grid(window), Qt::Key_Right);
        stage_->axis(1).state = motion::AxisState::fault;
        stage_->axis(2).state = motion::AxisState::ready;
        stage_->publish();
        refresh(window);
        QCOMPARE(grid(window).tiles().at(0).axis.value, std::uint16_t{3});
        stage_->clock.advance(std::chrono::seconds{6}); // the hand has gone
        refresh(window);
        QCOMPARE(grid(window).tiles().at(0).axis.value, std::uint16_t{2});
    }
    /// An axis that came or went while the order was held sorted all of them anew.
    void whoComesWhileTheOrderIsHeldStandsAtTheEnd() {
        stage_->addSimulatedBus(3);
        ui::MainWindow window(stage_->context());
        show(window);
        QTest::keyClick(&grid(window), Qt::Key_Right);
        stage_->addSimulatedBus(1);
        stage_->axis(1).state = motion::AxisState::fault;
        stage_->axis(3).state = motion::AxisState::fault;
        stage_->publish();
        refresh(window);
        QCOMPARE(grid(window).tiles().size(), std::size_t{4});
        for (std::uint16_t at = 0; at < 4; ++at)
            QCOMPARE(grid(window).tiles().at(at).axis.value, static_cast<std::uint16_t>(at + 1));
    }
    void onlyTilesThatLookDifferentArePaintedAnew() {
        Stage stage;
        stage.addSimulatedBus(250);
        ui::MainWindow window(stage.context());
        window.resize(1280, 800);
        show(window);
        QTest::qWait(0);
        PaintedArea painted;
        grid(window).installEventFilter(&painted);
        for (int turn = 0; turn < 3; ++turn) {
            for (auto& axis : stage.axes.axes)
                axis.latest[indexOf(telemetry::Channel::position)].value += 1.0; // not told in a small tile
            stage.publish();
            refresh(window);
            QTest::qWait(0);
        }
        QVERIFY2(painted.region.isEmpty(), "nothing looks different");
        stage.axis(0).state = motion::AxisState::moving;
        stage.publish();
        refresh(window);
        QTest::qWait(0);
        QVERIFY(!painted.region.isEmpty());
        QVERIFY(painted.region.boundingRect().height() < grid(window).height());
    }
    void aMinimisedWindowLooksSeldom() {
        stage_->addSimulatedBus(1);
        ui::MainWindow window(stage_->context());
        show(window);
        window.showMinimized();
        QCoreApplication::processEvents();
        QVERIFY(window.isMinimized());
        QVERIFY(window.frameInterval() >= std::chrono::milliseconds{250});
        window.showNormal();
        QCoreApplication::processEvents();
        QVERIFY(window.frameInterval() < std::chrono::milliseconds{20});
    }
    void from12To250AxesFitTheWindow() {
        for (const int count : {12, 60, 250}) {
            Stage stage;
            stage.addSimulatedBus(count);
            ui::MainWindow window(stage.context());
            window.resize(1920, 1080);
            show(window);
            const ui::TileGrid& tiles = grid(window);
            const QRect last = tiles.rectOf(static_cast<std::size_t>(count) - 1);
            QVERIFY2(last.bottom() <= tiles.parentWidget()->height(), qPrintable(QString::number(count)));
            QVERIFY(last.right() <= tiles.parentWidget()->width());
            if (count == 250) QCOMPARE(tiles.tileSize(), ui::TileSize::small);
        }
    }
    /// Among 250 it was the palest tile of all, and "torque off" was cut off.
    void aStopThatIsNotConfirmedIsSeenBeforeEverythingElse() {
        stage_->addSimulatedBus(250);
        motion::StopFinished finished{StopGeneration{1}, {}, std::chrono::milliseconds{3}};
        for (auto& axis : stage_->axes.axes) {
            axis.state = motion::AxisState::stopped;
            axis.torque = false;
            finished.axes.push_back({axis.axis->id, axis.axis->id.value != 3, {}, motion::StopDoubt::none});
        }
        stage_->axes.stop = {true, StopGeneration{1}, stage_->clock.now(), CommandId{}, finished};
        stage_->axis(7).state = motion::AxisState::fault;
        stage_->publish();
        ui::MainWindow window(stage_->context());
        window.chooseTheme(ui::ThemeChoice::light);
        window.resize(1920, 1080);
        show(window);
        auto& tiles = grid(window);
        QCOMPARE(tiles.tileSize(), ui::TileSize::small);
        QVERIFY(tiles.tiles()[0].grave && !tiles.tiles()[1].grave);
        const QImage image = tiles.grab().toImage();
        const auto saturationOf = [&](std::size_t at) {
            return image.pixelColor(tiles.rectOf(at).right() - 8, tiles.rectOf(at).bottom() - 6)
                .saturationF();
        };
        QVERIFY2(saturationOf(0) > 0.6F, qPrintable(QString::number(saturationOf(0))));
        for (std::size_t at = 1; at < 9; ++at)
            QVERIFY(saturationOf(at) < saturationOf(0) / 2.0F);
    }
    void theTableFillsTheRowOfAStopThatIsNotConfirmed() {
        stage_->addSimulatedBus(3);
        motion::StopFinished finished{StopGeneration{1}, {}, std::chrono::milliseconds{3}};
        for (auto& axis : stage_->axes.axes) {
            axis.state = motion::AxisState::stopped;
            finished.axes.push_back({axis.axis->id, axis.axis->id.value != 2, {}, motion::StopDoubt::none});
        }
        stage_->axes.stop = {true, StopGeneration{1}, stage_->clock.now(), CommandId{}, finished};
        stage_->publish();
        ui::MainWindow window(stage_->context());
        window.chooseTheme(ui::ThemeChoice::light);
        show(window);
        QTest::mouseClick(find<QPushButton>(window, "lineTable"), Qt::LeftButton);
        refresh(window);
        auto* table = find<ui::AxisTable>(window, "axisTable");
        QCOMPARE(table->rows().axisAt(0).value, std::uint16_t{2});
        const QImage image = table->viewport()->grab().toImage();
        const auto saturationOf = [&](int row) {
            const QRect box = table->visualRect(table->model()->index(row, ui::AxisRows::voltage));
            return image.pixelColor(box.left() + 3, box.top() + 3).saturationF();
        };
        QVERIFY(saturationOf(0) > 0.6F);
        QVERIFY(saturationOf(1) < 0.3F);
    }
    /// Bug: a faulty row said "Fault" and not what, no row said when it had answered, and the row that was
    /// selected lost its red.
    void aRowOfTheTableTellsCauseAndAgeInItsTone() {
        stage_->addSimulatedBus(2);
        stage_->axis(0).state = motion::AxisState::fault;
        stage_->axis(0).hardwareError = 0x20;
        for (auto& axis : stage_->axes.axes)
            axis.lastAnswer = stage_->clock.now();
        stage_->clock.advance(std::chrono::milliseconds{5});
        stage_->publish();
        ui::MainWindow window(stage_->context());
        window.chooseTheme(ui::ThemeChoice::dark);
        show(window);
        QTest::mouseClick(find<QPushButton>(window, "lineTable"), Qt::LeftButton);
        refresh(window);
        auto* table = find<ui::AxisTable>(window, "axisTable");
        const auto cell = [&](int column) { return table->model()->index(0, column).data().toString(); };
        QVERIFY2(cell(ui::AxisRows::state).endsWith(QStringLiteral("Fault · Overload")),
                 qPrintable(cell(ui::AxisRows::state)));
        QCOMPARE(cell(ui::AxisRows::age), QStringLiteral("5 ms"));
        table->selectRow(0);
        const QImage image = table->viewport()->grab().toImage();
        const QRect box = table->visualRect(table->model()->index(0, ui::AxisRows::state));
        const QColor tone = ui::toneOnSelection(ui::darkTokens().fault, ui::darkTokens());
        int red = 0;
        for (int x = box.left(); x < box.right(); ++x)
            for (int y = box.top(); y < box.bottom(); ++y)
                red += image.pixel(x, y) == tone.rgb();
        QVERIFY2(red > 20, qPrintable(QString::number(red)));
    }
    void theTableIsSortedByAnyColumn() {
        stage_->addSimulatedBus(250);
        stage_->axis(4).state = motion::AxisState::fault;
        stage_->axis(9).latest[indexOf(telemetry::Channel::temperature)].value = 71.0;
        stage_->axis(8).latest[indexOf(telemetry::Channel::temperature)] = {};
        stage_->publish();
        ui::MainWindow window(stage_->context());
        show(window);
        QTest::mouseClick(find<QPushButton>(window, "lineTable"), Qt::LeftButton);
        refresh(window);
        auto* table = find<ui::AxisTable>(window, "axisTable");
        QVERIFY(table->isVisible());
        QCOMPARE(table->rows().rowCount(), 250);
        QCOMPARE(table->rows().axisAt(0).value, std::uint16_t{5}); // the worst
        table->sortByColumn(ui::AxisRows::temperature, Qt::DescendingOrder);
        QCOMPARE(table->rows().axisAt(0).value, std::uint16_t{10});
        QCOMPARE(table->rows().axisAt(249).value, std::uint16_t{9}); // not known
        table->sortByColumn(ui::AxisRows::temperature, Qt::AscendingOrder);
        QCOMPARE(table->rows().axisAt(249).value, std::uint16_t{9});
        table->sortByColumn(ui::AxisRows::axis, Qt::AscendingOrder);
        QCOMPARE(table->rows().axisAt(1).value, std::uint16_t{2});
        table->selectRow(3);
        QCOMPARE(window.selectedAxis().value, std::uint16_t{4});
        window.selectAxis(AxisId{1});
        refresh(window);
        QCOMPARE(table->currentIndex().row(), 0);
    }
    void noRowOfTheTableMovesWhileKeysArePressedInIt() {
        stage_->addSimulatedBus(6);
        ui::MainWindow window(stage_->context());
        show(window);
        QTest::mouseClick(find<QPushButton>(window, "lineTable"), Qt::LeftButton);
        refresh(window);
        auto* table = find<ui::AxisTable>(window, "axisTable");
        table->setFocus();
        QTest::keyClick(table, Qt::Key_Down);
        stage_->axis(5).state = motion::AxisState::fault;
        stage_->publish();
        refresh(window);
        QCOMPARE(table->rows().axisAt(5).value, std::uint16_t{6});
        QVERIFY(find<QLabel>(window, "lineHeld")->isVisible());
        const AxisId chosen = window.selectedAxis();
        stage_->clock.advance(std::chrono::seconds{6});
        stage_->publish();
        refresh(window);
        QCOMPARE(table->rows().axisAt(0).value, std::uint16_t{6});
        QVERIFY(table->rows().axisAt(table->currentIndex().row()) == chosen); // it went with its axis
    }
    /// Bug: the head of a line of 250 axes said "250 torque off" while its bus ran at 43 of 200 Hz.
    void theHeadSaysThatABusIsReadTooSeldom() {
        stage_->addSimulatedBus(2);
        bus::BusView& bus = stage_->buses.buses[0];
        bus.link.pollRate = 200.0;
        bus.measured.cyclesPerSecond = 43.0;
        stage_->publish();
        ui::MainWindow window(stage_->context());
        show(window);
        auto* slow = find<ui::StateMark>(window, "lineSlow");
        const auto isToldAt = [&](double rate) {
            bus.measured.cyclesPerSecond = rate;
            stage_->publish();
            refresh(window);
            return slow->isVisible();
        };
        QVERIFY2(!isToldAt(43.0), "a hiccup is none");
        stage_->clock.advance(std::chrono::seconds{2});
        QVERIFY(isToldAt(43.0));
        QCOMPARE(slow->look().tone, ui::Tone::warn);
        QVERIFY2(slow->look().word.endsWith(QStringLiteral(" 43 of 200 Hz")), qPrintable(slow->look().word));
        QVERIFY2(isToldAt(193.0), "it would come and go");
        QVERIFY(!isToldAt(198.0));
        QVERIFY(!isToldAt(193.0));
    }
    /// In a large window six axes were one row of small tiles, and the rest was empty.
    void fewTilesGrowWithTheWindow() {
        stage_->addSimulatedBus(6);
        ui::MainWindow window(stage_->context());
        window.resize(1920, 1080);
        show(window);
        const ui::TileGrid& tiles = grid(window);
        QVERIFY2(tiles.rectOf(0).height() > 300, qPrintable(QString::number(tiles.rectOf(0).height())));
        QVERIFY(tiles.rectOf(5).bottom() <= tiles.parentWidget()->height());
        QVERIFY(tiles.fitsAll());
    }
    /// In tiles of medium size neither was told: of twenty-four axes at 1280×800.
    void mediumTilesTellTemperatureAndLoad() {
        stage_->addSimulatedBus(24);
        ui::MainWindow window(stage_->context());
        window.chooseTheme(ui::ThemeChoice::light);
        window.resize(1280, 800);
        show(window);
        auto& tiles = grid(window);
        QCOMPARE(tiles.tileSize(), ui::TileSize::medium);
        // What is too high is amber: the temperature at the left, the load at the right.
        const auto amberIn = [&](bool right) {
            refresh(window);
            const QImage image = tiles.grab().toImage();
            const QRect tile = tiles.rectOf(0);
            int count = 0;
            for (int x = 0; x < tile.width() / 2; ++x)
                for (int y = tile.center().y(); y < tile.bottom(); ++y)
                    count += image.pixelColor(tile.left() + x + (right ? tile.width() / 2 : 0), y) ==
                             ui::lightTokens().warn;
            return count;
        };
        QCOMPARE(amberIn(false), 0);
        const motion::Axis& axis = *stage_->axis(0).axis;
        const double limit = axis.limits.temperature.value;
        stage_->axis(0).latest[indexOf(telemetry::Channel::temperature)].value = limit * 0.9;
        stage_->publish();
        QVERIFY(amberIn(false) > 50);
        QCOMPARE(amberIn(true), 0);
        stage_->axis(0).latest[indexOf(telemetry::Channel::current)].value =
            axis.model->nominal.stallCurrent * 0.7;
        stage_->publish();
        QVERIFY(amberIn(true) > 50);
        // With the banner of an alarm above them they were the small ones, only larger.
        stage_->axis(1).hardwareError = 0x20;
        stage_->publish();
        refresh(window);
        QApplication::processEvents();
        refresh(window);
        QVERIFY(find<QWidget>(window, "lineBanner")->isVisible());
        QCOMPARE(tiles.tileSize(), ui::TileSize::medium);
    }
    /// 320 pixels said "No alarms" beside tiles of which not half were to be seen.
    void anEmptyListOfAlarmsLeavesItsRoomToTiles() {
        stage_->addSimulatedBus(250);
        ui::MainWindow window(stage_->context());
        window.resize(1280, 800);
        show(window);
        auto* alarms = find<QWidget>(window, "alarmList");
        auto* strip = find<ui::AlarmStrip>(window, "alarmStrip");
        QVERIFY(!alarms->isVisible() && strip->isVisible());
        QVERIFY2(grid(window).fitsAll(), "of 250 a third was out of sight");
        QTest::keyClick(&grid(window), Qt::Key_Right); // a hand is at it
        const QRect before = grid(window).rectOf(20);
        stage_->axis(1).hardwareError = 0x20;
        stage_->publish();
        refresh(window);
        QVERIFY(!alarms->isVisible());
        QCOMPARE(strip->count(), 1);
        QCOMPARE(grid(window).rectOf(20).left(), before.left());
        stage_->clock.advance(std::chrono::seconds{6});
        refresh(window);
        QVERIFY(alarms->isVisible() && !strip->isVisible());
    }
    /// Bug: of sixty axes none told where it was, with a third of each tile empty.
    void sixtyTilesTellTheirPositions() {
        stage_->addSimulatedBus(60);
        ui::MainWindow window(stage_->context());
        window.resize(1280, 800);
        show(window);
        QCOMPARE(grid(window).tileSize(), ui::TileSize::compact);
        QVERIFY(grid(window).fitsAll());
        QVERIFY(!grid(window).tiles().at(0).number.isEmpty());
    }
    /// Bug: a current in ampere was called a load.
    void aCurrentIsCalledCurrentAndALoadLoad() {
        stage_->addSimulatedBus(2);
        auto estimates = std::make_shared<motion::Axis>(*stage_->axis(1).axis);
        auto& channels = estimates->channels;
        channels[indexOf(telemetry::Channel::load)] = channels[indexOf(telemetry::Channel::current)];
        channels[indexOf(telemetry::Channel::current)] = {};
        ui::MainWindow window(stage_->context());
        show(window);
        auto* model = find<ui::AxisTable>(window, "axisTable")->model();
        const auto title = [&] {
            stage_->publish();
            refresh(window);
            return model->headerData(ui::AxisRows::effort, Qt::Horizontal).toString();
        };
        stage_->axis(1).latest[indexOf(telemetry::Channel::load)] = {30.0, stage_->clock.now()};
        stage_->axis(1).axis = estimates;
        refresh(window);
        stage_->publish();
        refresh(window);
        QCOMPARE(grid(window).tiles().at(0).effortName, QStringLiteral("Current"));
        QVERIFY(grid(window).tiles().at(0).effortText.endsWith(QLatin1Char('A')));
        QCOMPARE(grid(window).tiles().at(1).effortName, QStringLiteral("Load"));
        QVERIFY(grid(window).tiles().at(1).effortText.endsWith(QLatin1Char('%')));
        QTest::mouseClick(find<QPushButton>(window, "lineTable"), Qt::LeftButton);
        QCOMPARE(title(), QStringLiteral("Curr / load"));
        stage_->axis(0).axis = estimates;
        QCOMPARE(title(), QStringLiteral("Load"));
    }
    void theBannerCarriesTheNewestUntilAcknowledged() {
        stage_->addSimulatedBus(2);
        ui::MainWindow window(stage_->context());
        show(window);
        auto* banner = find<QWidget>(window, "lineBanner");
        QVERIFY(!banner->isVisible());
        stage_->axis(1).silent = true;
        stage_->axis(1).state = motion::AxisState::silent;
        stage_->publish();
        refresh(window);
        QVERIFY(banner->isVisible());
        QTest::mouseClick(find<QPushButton>(window, "lineAcknowledge"), Qt::LeftButton);
        refresh(window);
        QVERIFY(!banner->isVisible());
    }
    void anAlarmThatClearedStaysUntilSeen() {
        stage_->addSimulatedBus(1);
        ui::TroubleBook book;
        stage_->axis(0).hardwareError = 0x04;
        stage_->publish();
        book.fold(stage_->frame());
        QCOMPARE(book.count(), 1);
        stage_->axis(0).hardwareError = 0;
        stage_->clock.advance(std::chrono::seconds{30});
        stage_->publish();
        book.fold(stage_->frame());
        QCOMPARE(book.count(), 1); // it waits for somebody; the tab of the alarms counted it no more
        QVERIFY(book.newestUnseen() != nullptr);
        QVERIFY(book.newestUnseen()->cleared - book.newestUnseen()->since == std::chrono::seconds{30});
        QVERIFY(!book.newestUnseen()->active);
        book.acknowledgeAll();
        book.fold(stage_->frame());
        QVERIFY(book.all().empty());
    }
    /// Bug: with nothing chosen the button acted on the first one, whichever had come up meanwhile.
    void acknowledgeNeedsAChosenAlarm() {
        stage_->addSimulatedBus(2);
        stage_->axis(1).hardwareError = 0x20;
        stage_->publish();
        ui::MainWindow window(stage_->context());
        show(window);
        auto* list = find<QListWidget>(window, "lineAlarms");
        auto* one = find<QPushButton>(window, "lineAcknowledgeOne");
        QVERIFY(!one->isEnabled() && !find<QPushButton>(window, "lineShelve")->isEnabled());
        QVERIFY(find<QPushButton>(window, "lineAcknowledgeAll")->isEnabled());
        list->setFocus(); // makes the first one current, and chooses none
        refresh(window);
        QVERIFY(!one->isEnabled());
        list->item(0)->setSelected(true);
        QVERIFY(one->isEnabled());
        stage_->clock.advance(std::chrono::seconds{1});
        stage_->axis(0).hardwareError = 0x04; // comes up above it
        stage_->publish();
        refresh(window);
        one->click();
        refresh(window);
        const QString first = list->item(0)->data(ui::RowDelegate::titleRole).toString();
        QVERIFY2(first.contains(QStringLiteral("Overheating")), qPrintable(first));
        QVERIFY(list->item(0)->data(ui::RowDelegate::detailRole).toString().contains("unacknowledged"));
        QVERIFY(!list->item(1)->data(ui::RowDelegate::detailRole).toString().contains("unacknowledged"));
        QVERIFY(!one->isEnabled()); // it has been
    }
    void aShelvedAlarmKeepsQuietAndComesBackByItself() {
        stage_->addSimulatedBus(1);
        ui::TroubleBook book;
        const auto fold = [&](std::uint8_t error, int minutes) {
            stage_->axis(0).hardwareError = error;
            stage_->clock.advance(std::chrono::minutes{minutes});
            stage_->publish();
            book.fold(stage_->frame());
        };
        fold(0x04, 0);
        const QString key = book.all().at(0).key;
        book.shelve(key, std::chrono::minutes{15});
        QVERIFY(!book.newestUnseen() && book.count() == 0 && book.shelved() == 1);
        fold(0, 5); // chatters
        fold(0x04, 5);
        QVERIFY(!book.newestUnseen() && book.shelved() == 1);
        book.acknowledgeAll();
        QCOMPARE(book.shelved(), 1);
        fold(0x04, 5);
        QVERIFY2(book.newestUnseen() && book.shelved() == 0, "its time is over, and it is still there");
        book.shelve(key, std::chrono::hours{100});
        fold(0x04, 8 * 60);
        QVERIFY2(book.newestUnseen(), "nothing is quiet for longer than a shift");
        book.shelve(key, std::chrono::hours{1});
        book.bringBack(key);
        QVERIFY(book.newestUnseen());
        book.shelve(key, std::chrono::minutes{5});
        fold(0, 6);
        QVERIFY2(book.all().empty(), "over meanwhile");
    }
    void aShelvedFaultIsListedAndStaysOnItsTile() {
        stage_->addSimulatedBus(2);
        stage_->axis(1).hardwareError = 0x20;
        stage_->axis(1).state = motion::AxisState::fault;
        stage_->publish();
        ui::MainWindow window(stage_->context());
        show(window);
        auto* list = find<QListWidget>(window, "lineAlarms");
        list->item(0)->setSelected(true);
        auto* shelve = find<QPushButton>(window, "lineShelve");
        shelve->click();
        auto* terms = shelve->findChild<QMenu*>();
        QVERIFY(terms->isVisible());
        terms->actions().at(1)->trigger();
        terms->hide();
        refresh(window);
        QVERIFY(!find<QWidget>(window, "lineBanner")->isVisible());
        QVERIFY(list->isVisible());
        const QString told = list->item(0)->data(ui::RowDelegate::detailRole).toString();
        QVERIFY2(told.startsWith(QStringLiteral("shelved, back in 15 min")), qPrintable(told));
        QCOMPARE(grid(window).tiles().at(0).look.word, QStringLiteral("Fault"));
        QVERIFY(grid(window).tiles().at(0).alarming);
        QCOMPARE(find<QDockWidget>(window, "dockAlarms")->windowTitle(),
                 QStringLiteral("Alarms · 1 shelved"));
        QVERIFY(!shelve->isEnabled());
        find<QPushButton>(window, "lineBringBack")->click();
        refresh(window);
        QVERIFY(find<QWidget>(window, "lineBanner")->isVisible());
    }
    void anAlarmTellsWhenItBegan() {
        stage_->addSimulatedBus(1);
        stage_->axis(0).hardwareError = 0x20;
        stage_->publish();
        ui::MainWindow window(stage_->context());
        show(window);
        window.chooseWorkspace(ui::Workspace::bench);
        auto* dock = find<QDockWidget>(window, "dockAlarms");
        dock->raise();
        QTest::qWait(0);
        stage_->clock.advance(std::chrono::seconds{4});
        stage_->publish();
        refresh(window);
        const QString began = find<QTableWidget>(window, "alarmTable")->item(0, 3)->text();
        QVERIFY2(
            QRegularExpression(QStringLiteral("^\\d\\d:\\d\\d:\\d\\d · 4.0 s ago$")).match(began).hasMatch(),
            qPrintable(began));
        QVERIFY(!find<QPushButton>(window, "acknowledge")->isEnabled());
    }
    /// A plug that was pulled gave seven alarms, and the banner told the last of them: "Does not answer".
    void aLostBusIsOneAlarmAndNotOneForEachAxis() {
        stage_->addSimulatedBus(6);
        ui::TroubleBook book;
        const auto silence = [&](bool silent) {
            for (auto& axis : stage_->axes.axes)
                axis.silent = silent;
        };
        stage_->axis(0).silent = true; // the first sign
        stage_->publish();
        book.fold(stage_->frame());
        silence(true);
        stage_->buses.buses.at(0).state = bus::LinkState::lost;
        stage_->publish();
        book.fold(stage_->frame());
        book.fold(stage_->frame());
        QCOMPARE(book.all().size(), std::size_t{1});
        QCOMPARE(book.newestUnseen()->text, QStringLiteral("Bus lost, with its 6 axes"));
        // It is back; they answer a moment later.
        stage_->buses.buses.at(0).state = bus::LinkState::open;
        stage_->publish();
        book.fold(stage_->frame());
        QVERIFY(!book.newestUnseen()->active);
        silence(false);
        stage_->axis(3).silent = true; // but one
        stage_->clock.advance(std::chrono::seconds{4});
        stage_->publish();
        book.fold(stage_->frame());
        QCOMPARE(book.count(), 2); // the lost bus waits for somebody to see it
        QCOMPARE(book.newestUnseen()->text, QStringLiteral("No answer"));
    }
    void controlsAreTallEnoughForAGlove() {
        stage_->addSimulatedBus(2);
        stage_->axis(1).hardwareError = 0x20;
        stage_->publish();
        ui::MainWindow window(stage_->context());
        show(window);
        for (const char* name :
             {"stopAll", "record", "lineFullScreen", "lineAcknowledgeOne", "lineAcknowledgeAll"})
            QVERIFY2(find<QPushButton>(window, name)->height() >= 42, name);
    }
    void theAlarmsStandBesideTheTiles() {
        stage_->addSimulatedBus(3);
        stage_->axis(2).hardwareError = 0x20;
        stage_->publish();
        ui::MainWindow window(stage_->context());
        show(window);
        auto* list = find<QListWidget>(window, "lineAlarms");
        QCOMPARE(list->count(), 1);
        QVERIFY(list->isVisible());
        QVERIFY(list->item(0)->data(ui::RowDelegate::titleRole).toString().contains(QLatin1String("Grip")));
        QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, list->visualItemRect(list->item(0)).center());
        QCOMPARE(window.selectedAxis(), stage_->axis(2).axis->id);
        find<QPushButton>(window, "lineAcknowledgeOne")->click();
        refresh(window);
        QVERIFY(!list->item(0)
                     ->data(ui::RowDelegate::detailRole)
                     .toString()
                     .contains(QLatin1String("unacknowledged")));
        stage_->axis(2).hardwareError = 0;
        stage_->publish();
        refresh(window);
        QCOMPARE(list->count(), 0); // seen and over
    }
    void aDoubleClickOpensTheAxisAtTheBench() {
        stage_->addSimulatedBus(3);
        ui::MainWindow window(stage_->context());
        show(window);
        QTest::mouseDClick(&grid(window), Qt::LeftButton, {}, grid(window).rectOf(1).center());
        QCOMPARE(window.workspace(), ui::Workspace::bench);
        QCOMPARE(window.selectedAxis().value, std::uint16_t{2});
    }

private:
    static void refresh(ui::MainWindow& window) {
        for (int frame = 0; frame < 6; ++frame)
            window.tick();
    }
    static void show(ui::MainWindow& window) {
        window.show();
        QApplication::setActiveWindow(&window);
        window.chooseWorkspace(ui::Workspace::line);
        QTest::qWait(0);
        refresh(window);
    }
    static ui::TileGrid& grid(const ui::MainWindow& window) {
        return *find<ui::TileGrid>(window, "tileGrid");
    }

    std::unique_ptr<Stage> stage_;
};

} // namespace servolane::tests

using namespace servolane::tests;
SERVOLANE_TEST(LineTest)
#include "line_test.moc"
