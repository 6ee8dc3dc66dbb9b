// SPDX-License-Identifier: GPL-3.0-or-later
// Finding servos in the window: which ports are offered and ticked, what is asked, what is shown as it comes,
// and what is connected. Qt's first (through the registry): moc of Qt 6.4 cannot read GCC's <compare> as the
// very first header.
#include "tests/support/test_registry.h"

#include "core/kernel/snapshot_cell.h"
#include "tests/ui/stage.h"
#include "ui/bus/find_text.h"
#include "ui/shell/main_window.h"

#include <QtGui/QAction>
#include <QtTest/QTest>
#include <QtWidgets/QApplication>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QDockWidget>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QMenu>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QTableWidget>
#include <mutex>

namespace servolane::tests {

/// Keeps what was asked; the test says what comes of it.
class ScriptedDiscovery final : public api::Discovery {
public:
    bool start(std::vector<bus::PortSearchOrder> asked) override {
        orders = std::move(asked);
        ++board_.search;
        board_.ports.clear();
        board_.running = true;
        for (const auto& order : orders)
            board_.ports.emplace_back().path = order.line.path;
        publish();
        return true;
    }
    void cancel() override {
        cancelled = true;
        end();
    }
    std::shared_ptr<const bus::DiscoveryBoard> board() const override { return cell_.read(); }

    void find(const std::string& path, const std::string& family, std::uint32_t baud, int id) {
        for (auto& port : board_.ports)
            if (port.path == path) {
                port.state = bus::SearchState::searching;
                port.done = 0.34;
                port.left = std::chrono::seconds{12};
                port.found.push_back({family, baud, {{static_cast<std::uint8_t>(id)}, 1020, 48}, true});
            }
        publish();
    }
    void end() {
        board_.running = false;
        board_.took = std::chrono::milliseconds{1200};
        for (auto& port : board_.ports)
            port.state = bus::SearchState::done;
        publish();
    }
    bus::DiscoveryBoard& working() { return board_; }
    void publish() { cell_.publish(std::make_shared<const bus::DiscoveryBoard>(board_)); }

    std::vector<bus::PortSearchOrder> orders;
    bool cancelled = false;

private:
    bus::DiscoveryBoard board_;
    SnapshotCell<bus::DiscoveryBoard> cell_;
};

class FindPanelTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() {
        stage_ = std::make_unique<Stage>();
        discovery_ = std::make_unique<ScriptedDiscovery>();
        kept_ = std::make_shared<Kept>();
        ports_ = std::make_shared<std::vector<ui::PortChoice>>();
        *ports_ = {portOf("/dev/ttyUSB0", "U2D2", true), portOf("/dev/ttyS0", "Built-in serial port", false)};
    }
    void cleanup() { window_.reset(); }

    void aFirstStartLeadsToTheSearch() {
        open();
        auto* button = find<QPushButton>("emptyFind");
        QVERIFY(button->isVisible());
        button->click();
        QVERIFY(find<QWidget>("findPanel")->isVisible());
        // By keyboard: the button that searches has the focus.
        QCOMPARE(QApplication::focusWidget(), find<QPushButton>("findSearch"));
    }
    /// Bug: the Line offered two of the three ways to a servo.
    void anEmptyLineLeadsToTheSearchToo() {
        open();
        window_->chooseWorkspace(ui::Workspace::line);
        QTest::qWait(0);
        auto* button = find<QPushButton>("lineFind");
        QVERIFY(button->isVisible());
        QCOMPARE(button->width(), find<QPushButton>("lineConnect")->width());
        button->click();
        QVERIFY(find<QWidget>("findPanel")->isVisible());
    }
    void adaptersAreTickedBeforehandAndPortsOfTheBoardAreNot() {
        openSearch();
        QCOMPARE(ports()->item(0, 0)->checkState(), Qt::Checked);
        QCOMPARE(ports()->item(1, 0)->checkState(), Qt::Unchecked);
        QCOMPARE(ports()->item(0, 0)->text(), QStringLiteral("U2D2"));
        search();
        QCOMPARE(discovery_->orders.size(), std::size_t{1});
        QCOMPARE(discovery_->orders.front().line.path, std::string("/dev/ttyUSB0"));
        QCOMPARE(discovery_->orders.front().families.size(), std::size_t{2});
    }
    void aTickIsKeptAndSearchedAndNotTakenBackByTheList() {
        openSearch();
        ports()->setFocus();
        ports()->setCurrentCell(1, 0);
        QTest::keyClick(ports(), Qt::Key_Space);
        QTRY_COMPARE_WITH_TIMEOUT(keptOf(kept_->ticked).size(), std::size_t{1}, workerPatienceMs);
        QCOMPARE(kept_->ticked.front(), std::pair(std::string("/dev/ttyS0"), true));
        lookAgain();
        QCOMPARE(ports()->item(1, 0)->checkState(), Qt::Checked);
        search();
        QCOMPARE(discovery_->orders.size(), std::size_t{2});
    }
    void nothingIsSentToWhatIsNoBus() {
        ports_->push_back(portOf("/dev/ttyACM0", "Arduino board", true));
        ports_->back().searchable = false;
        ports_->back().note = "Opening the port of such a board starts its program anew.";
        openSearch();
        QVERIFY(!(ports()->item(2, 0)->flags() & Qt::ItemIsUserCheckable));
        QCOMPARE(ports()->item(2, 3)->text(), QStringLiteral("Nothing is sent to it"));
        ports()->setCurrentCell(2, 0);
        refresh();
        QVERIFY(find<QLabel>("findHint")->text().contains(QStringLiteral("anew")));
        search();
        QCOMPARE(discovery_->orders.size(), std::size_t{1});
    }
    void aPortThatCannotBeOpenedSaysWhatHelps() {
        (*ports_)[0].openable = false;
        (*ports_)[0].advice = "Your user is not in the group dialout";
        openSearch();
        QVERIFY(find<QLabel>("findHint")->text().contains(QStringLiteral("dialout")));
        find<QPushButton>("findSearch")->click();
        QVERIFY(discovery_->orders.empty());
        QVERIFY(find<QLabel>("findNoteText")->text().contains(QStringLiteral("Tick a port")));
    }
    void whatIsFoundIsSeenAtOnceWithProgressAndCancel() {
        openSearch();
        search();
        discovery_->find("/dev/ttyUSB0", "dynamixel2", 1'000'000, 3);
        refresh();
        QCOMPARE(foundTable()->rowCount(), 1);
        QCOMPARE(foundTable()->item(0, 0)->text(), QStringLiteral("3"));
        QCOMPARE(foundTable()->item(0, 1)->text(), QStringLiteral("XM430-W350"));
        QVERIFY(ports()->item(0, 3)->text().startsWith(QStringLiteral("34 % · 1 servo")));
        QVERIFY(!find<QPushButton>("findConnect")->isEnabled());
        auto* cancel = find<QPushButton>("findCancel");
        QVERIFY(cancel->isVisible());
        cancel->click();
        QVERIFY(discovery_->cancelled);
        refresh();
        QVERIFY(find<QPushButton>("findConnect")->isEnabled());
    }
    void whatWasFoundIsConnectedAsItAnsweredAndTheDoctorComes() {
        (*ports_)[0].last.emplace().alias = "Left arm";
        openSearch();
        search();
        discovery_->find("/dev/ttyUSB0", "dynamixel2", 57'600, 1);
        discovery_->end();
        refresh();
        find<QPushButton>("findConnect")->click();
        const auto sent = stage_->commands.all<bus::ConnectBus>();
        QCOMPARE(sent.size(), std::size_t{1});
        QCOMPARE(sent.front().link.line.path, std::string("/dev/ttyUSB0"));
        QCOMPARE(sent.front().link.line.baud, 57'600U);
        QCOMPARE(sent.front().link.family, std::string("dynamixel2"));
        QCOMPARE(sent.front().link.alias, std::string("Left arm"));
        QTRY_COMPARE_WITH_TIMEOUT(kept_->remembered.load(), 1, workerPatienceMs);
    }
    void aPortThatIsOpenHereIsNotSearched() {
        stage_->addSimulatedBus(1);
        (*ports_)[0].path = stage_->buses.buses[0].link.line.path;
        openSearch();
        QCOMPARE(ports()->item(0, 3)->text(), QStringLiteral("Connected"));
        find<QPushButton>("findSearch")->click();
        QVERIFY(discovery_->orders.empty());
    }
    void aProtocolCanBeLeftOut() {
        openSearch();
        find<QMenu>("findFamilies")->actions().at(1)->setChecked(false);
        find<QCheckBox>("findEverything")->setChecked(true);
        search();
        QCOMPARE(discovery_->orders.front().families, std::vector<std::string>{"dynamixel2"});
        QVERIFY(discovery_->orders.front().depth == bus::SearchDepth::everything);
    }
    void aPortThatTheSystemDoesNotListCanBeTyped() {
        openSearch();
        auto* other = find<QLineEdit>("findOther");
        other->setFocus();
        QTest::keyClicks(other, QStringLiteral("/dev/rfcomm0"));
        QTest::keyClick(other, Qt::Key_Return);
        lookAgain();
        QTRY_COMPARE_WITH_TIMEOUT((lookAgain(), ports()->rowCount()), 3, workerPatienceMs);
        QCOMPARE(ports()->item(2, 0)->checkState(), Qt::Checked);
    }
    void aNameOfOnesOwnIsKept() {
        openSearch();
        ports()->item(0, 0)->setText(QStringLiteral("Left arm"));
        QTRY_COMPARE_WITH_TIMEOUT(keptOf(kept_->named).size(), std::size_t{1}, workerPatienceMs);
        QCOMPARE(kept_->named.front(), std::pair(std::string("/dev/ttyUSB0"), std::string("Left arm")));
    }
    void aPortThatIsPluggedInAppearsAndOneThatIsPulledGoes() {
        openSearch();
        change([this] { ports_->erase(ports_->begin()); });
        QTRY_COMPARE_WITH_TIMEOUT((lookAgain(), ports()->rowCount()), 1, workerPatienceMs);
        change([this] { ports_->insert(ports_->begin(), portOf("/dev/ttyUSB1", "U2D2", true)); });
        QTRY_COMPARE_WITH_TIMEOUT((lookAgain(), ports()->rowCount()), 2, workerPatienceMs);
        QCOMPARE(ports()->item(0, 0)->checkState(), Qt::Checked);
    }
    void noPortIsToldWithWhatHelps() {
        ports_->clear();
        openSearch();
        QVERIFY(find<QLabel>("findHint")->text().contains(QStringLiteral("plug in")));
    }
    void mostServosOfAPortDecideHowItIsConnected() {
        bus::DiscoveryBoard board;
        board.search = 1;
        auto& port = board.ports.emplace_back();
        port.path = "a";
        port.found = {{"dynamixel2", 57'600, {{9}, 1020, 1}, true},
                      {"dynamixel2", 1'000'000, {{1}, 1020, 1}, true},
                      {"dynamixel2", 1'000'000, {{2}, 1020, 1}, true}};
        const auto links = ui::foundLinks(board);
        QCOMPARE(links.size(), std::size_t{1});
        QVERIFY(links.front() == (ui::FoundLink{"a", "dynamixel2", 1'000'000, 2, 1}));
        QVERIFY(ui::outcomeText(board).contains(QStringLiteral("at another rate")));
        port.shared = {{"dynamixel2", 57'600, {9}}};
        QVERIFY(ui::outcomeText(board).contains(QStringLiteral("share id 9")));
    }
    /// Only the present rate could be scanned in the window: a servo lost in a change of its rate was not
    /// found.
    void aBusIsScannedAtEveryRateForAServoThatWasLost() {
        stage_->addSimulatedBus(1);
        open();
        find<QAction>("actionScanAll")->trigger();
        const auto sent = stage_->commands.all<bus::ScanBus>();
        QCOMPARE(sent.size(), std::size_t{1});
        QVERIFY(sent.front().bauds.size() > 1);
    }

private:
    /// Written by workers of the window.
    struct Kept {
        std::mutex mutex;
        std::vector<std::pair<std::string, bool>> ticked;
        std::vector<std::pair<std::string, std::string>> named;
        std::atomic<int> remembered = 0;
    };

    template <class Widget>
    Widget* find(const char* name) const {
        return tests::find<Widget>(*window_, name);
    }
    void change(const std::function<void()>& deed) {
        const std::lock_guard lock(kept_->mutex);
        deed();
    }
    template <class List>
    List keptOf(const List& list) {
        const std::lock_guard lock(kept_->mutex);
        return list;
    }
    QTableWidget* ports() const { return find<QTableWidget>("findPorts"); }
    QTableWidget* foundTable() const { return find<QTableWidget>("findFound"); }
    static ui::PortChoice portOf(const char* path, const char* name, bool ticked) {
        ui::PortChoice port;
        port.path = path;
        port.title = port.name = QString::fromLatin1(name);
        port.ticked = ticked;
        return port;
    }
    void open() {
        ui::WindowContext context = stage_->context();
        context.families = {{"dynamixel2", "DYNAMIXEL Protocol 2.0", {57'600, 1'000'000}, {}},
                            {"feetech", "Feetech", {1'000'000}, {}}};
        context.find.discovery = discovery_.get();
        context.find.ports = [ports = ports_, kept = kept_] {
            const std::lock_guard lock(kept->mutex);
            return *ports;
        };
        context.find.describe = [](const std::string& path) { return portOf(path.c_str(), "Other", false); };
        context.find.orders = [](const ui::FindWish& wish) {
            std::vector<bus::PortSearchOrder> orders;
            for (const std::string& path : wish.paths) {
                auto& order = orders.emplace_back();
                order.line.path = path;
                order.families = wish.families;
                order.depth = wish.depth;
            }
            return orders;
        };
        context.find.tick = [kept = kept_](const std::string& path, bool ticked) {
            const std::lock_guard lock(kept->mutex);
            kept->ticked.emplace_back(path, ticked);
        };
        context.find.rename = [kept = kept_](const std::string& path, const std::string& name) {
            const std::lock_guard lock(kept->mutex);
            kept->named.emplace_back(path, name);
        };
        context.find.remember = [kept = kept_](const bus::DiscoveryBoard&) { ++kept->remembered; };
        context.find.modelName = [](const std::string&, std::uint32_t) {
            return QStringLiteral("XM430-W350");
        };
        window_ = std::make_unique<ui::MainWindow>(std::move(context));
        window_->show();
        QApplication::setActiveWindow(window_.get());
        refresh();
    }
    void refresh() {
        stage_->publish();
        for (int frame = 0; frame < 7; ++frame) {
            stage_->clock.advance(std::chrono::milliseconds{16});
            window_->tick();
        }
    }
    void lookAgain() {
        stage_->clock.advance(std::chrono::seconds{2});
        refresh();
    }
    void openSearch() {
        open();
        find<QAction>("actionFind")->trigger();
        const int wanted = static_cast<int>(ports_->size());
        QTRY_COMPARE_WITH_TIMEOUT((refresh(), ports()->rowCount()), wanted, workerPatienceMs);
        refresh();
    }
    void search() {
        find<QPushButton>("findSearch")->click();
        QTRY_VERIFY_WITH_TIMEOUT((refresh(), !discovery_->orders.empty()), workerPatienceMs);
        refresh();
    }

    std::unique_ptr<Stage> stage_;
    std::unique_ptr<ScriptedDiscovery> discovery_;
    std::shared_ptr<Kept> kept_;
    std::shared_ptr<std::vector<ui::PortChoice>> ports_;
    std::unique_ptr<ui::MainWindow> window_;
};

} // namespace servolane::tests

using servolane::tests::FindPanelTest;
SERVOLANE_TEST(FindPanelTest)
#include "find_panel_test.moc"
