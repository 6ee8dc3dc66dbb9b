// SPDX-License-Identifier: GPL-3.0-or-later
// Looks at the whole window, filled, in both themes and two sizes: nothing is cut off. With
// SERVOLANE_PICTURES=FOLDER it also writes what it saw.
#include "tests/support/test_registry.h"
#include "tests/ui/stage.h"
#include "ui/analysis/analysis_desk.h"
#include "ui/analysis/xy_view.h"
#include "ui/shell/main_window.h"

#include <QtGui/QPixmap>
#include <QtTest/QTest>
#include <QtWidgets/QApplication>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QDockWidget>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QLabel>
#include <QtWidgets/QListView>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QScrollArea>
#include <QtWidgets/QTableView>
#include <QtWidgets/QTreeWidget>

namespace servolane::tests {

using ui::MainWindow;
using ui::Workspace;

namespace {

void fill(Stage& stage) {
    stage.addSimulatedBus(6);
    stage.axis(1).state = motion::AxisState::moving;
    stage.axis(1).activity = motion::Activity::move;
    stage.axis(1).target = Position{-42.5};
    stage.axis(2).state = motion::AxisState::fault;
    stage.axis(2).hardwareError = 0x20;
    stage.axis(3).state = motion::AxisState::silent;
    stage.axis(3).silent = true;
    stage.axis(3).lastAnswer = stage.clock.now() - std::chrono::seconds{7};
    stage.axis(4).state = motion::AxisState::off;
    stage.axis(4).torque = false;
    stage.axis(4).latest[indexOf(telemetry::Channel::temperature)].value = 71.0;
    stage.axis(0).target = Position{110.0};
    const auto tell = [&](std::uint64_t id, journal::CommandState state, const char* kind,
                          const char* details, int ago) {
        auto& entry = stage.tell(CommandId{id}, state, kind);
        entry.description.axis = AxisId{static_cast<std::uint16_t>(1 + id % 3)};
        entry.description.details = details;
        entry.at = stage.clock.now() - std::chrono::seconds{ago};
        return &entry;
    };
    tell(900, journal::CommandState::confirmed, "SetTorque", "on", 48);
    tell(901, journal::CommandState::confirmed, "WriteRegister", "position_p_gain=900", 31);
    auto* refused = tell(903, journal::CommandState::rejected, "MoveAxis", "target=120", 12);
    refused->rejection = {
        api::RejectionCode::outsideTravelLimits, AxisId{1}, BusId{1}, 120.0, -90.0, 90.0, "deg", ""};
    tell(904, journal::CommandState::confirmed, "MoveAxis", "target=-42.5", 3);
    stage.clock.advance(std::chrono::seconds{60});
    stage.record(0).baseline.at = stage.clock.utcNow();
    stage.clock.advance(std::chrono::seconds{40});
    stage.changeSetting(0, CommandId{905}, "position_p_gain", 900);
    stage.changeSetting(0, CommandId{906}, "position_i_gain", 40, api::Asker::commandLine);
    stage.changeSetting(0, CommandId{907}, "velocity_limit", 150);
    stage.changeSetting(0, CommandId{908}, "axis.travel_high", 120);
    for (const std::uint64_t id : {905, 906, 907, 908}) {
        auto& entry = stage.tell(CommandId{id}, journal::CommandState::confirmed, "WriteRegister");
        entry.description.axis = AxisId{1};
        entry.description.details = "position_p_gain raw=900";
        entry.readBack = 900;
    }
    stage.archive = std::make_shared<MemoryArchive>();
    const UtcTime at = stage.clock.utcNow();
    stage.archive->facts = {
        {at, "CommandAccepted", "kind=WriteRegister details=position_p_gain raw=900"},
        {at + std::chrono::microseconds{410}, "CommandSent", ""},
        {at + std::chrono::microseconds{2100}, "RegisterRead", "name=position_p_gain raw=900"},
        {at + std::chrono::microseconds{2104}, "RegisterWritten",
         "after=900 before=800 name=position_p_gain"},
        {at + std::chrono::microseconds{2110}, "CommandConfirmed", "confirmed=true latency_ns=2110000"}};
    for (motion::AxisView& axis : stage.axes.axes) {
        if (!axis.silent) axis.lastAnswer = stage.clock.now();
        for (auto& value : axis.latest)
            if (value.isKnown()) value.at = stage.clock.now();
    }
    stage.recording.named = session::RecordingView{
        "/x/pick.servolane", "2026-11-23_0913", stage.clock.now() - std::chrono::seconds{751},
        2'100'000,           902'000,           0};
    stage.sessions.sessions = {sampleSession("/tmp/pick.servolane", "Pick and place, 40 cycles", 92.0, 3),
                               sampleSession("/tmp/sweep.servolane", "2026-11-22_1650", 611.0, 6)};
    stage.addTraces();
    stage.publish();
}

void refresh(MainWindow& window) {
    for (int round = 0; round < 3; ++round) {
        for (int frame = 0; frame < 6; ++frame)
            window.tick();
        QTest::qWait(1);
    }
}

/// A label or button that has less room than its text needs, by more than a pixel's rounding.
/// Of the parts of a scroll area, the one that needs most room.
QString widestIn(const QScrollArea& area) {
    const QWidget* widest = area.widget();
    for (const QWidget* part : area.widget()->findChildren<QWidget*>())
        if (part->isVisible() && part->minimumSizeHint().width() > area.viewport()->width()) widest = part;
    return QStringLiteral("%1 needs %2 of %3 px")
        .arg(widest->objectName())
        .arg(widest->minimumSizeHint().width())
        .arg(area.viewport()->width());
}

QString cutOff(const MainWindow& window) {
    for (const QLabel* label : window.findChildren<QLabel*>()) {
        if (!label->isVisible() || label->wordWrap() || label->text().isEmpty()) continue;
        if (label->objectName() == QStringLiteral("statusBuses"))
            continue; // gives way to what stands beside it
        if (label->width() + 1 < label->minimumSizeHint().width())
            return label->objectName() + QStringLiteral(": ") + label->text();
    }
    for (const QPushButton* button : window.findChildren<QPushButton*>())
        if (button->isVisible() && button->width() + 1 < button->minimumSizeHint().width() &&
            !button->text().isEmpty())
            return button->objectName() + QStringLiteral(": ") + button->text();
    for (const QCheckBox* box : window.findChildren<QCheckBox*>())
        if (box->isVisible() && box->width() + 1 < box->sizeHint().width()) return box->text();
    for (const QScrollArea* area : window.findChildren<QScrollArea*>())
        if (area->isVisible() && area->widget()->minimumSizeHint().width() > area->viewport()->width())
            return QStringLiteral("what is in %1: %2").arg(area->parent()->objectName(), widestIn(*area));
    return {};
}

} // namespace

class PictureTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void nothingIsCutOff_data() {
        QTest::addColumn<QSize>("size");
        QTest::addColumn<bool>("dark");
        for (const bool dark : {false, true})
            for (const QSize size : {QSize(1280, 800), QSize(1920, 1080)})
                QTest::addRow("%s %d", dark ? "dark" : "light", size.width()) << size << dark;
    }
    void nothingIsCutOff() {
        QFETCH(QSize, size);
        QFETCH(bool, dark);
        Stage stage;
        fill(stage);
        MainWindow window(stage.context());
        window.chooseTheme(dark ? ui::ThemeChoice::dark : ui::ThemeChoice::light);
        window.resize(size);
        window.show();
        QApplication::setActiveWindow(&window);
        const QString tag = QStringLiteral("%1-%2")
                                .arg(dark ? QStringLiteral("dark") : QStringLiteral("light"))
                                .arg(size.width());
        look(window, QStringLiteral("bench-") + tag);
        auto& book = window.findChild<ui::AnalysisDesk*>()->book();
        book.put({0, "Error a1", "a1.setpoint - a1.position", {}, true, true});
        book.put({0, "Filtered a1", "lowpass(a1.current, 5)", {}, false, false});
        auto* journal = window.findChild<QTableView*>(QStringLiteral("journalTable"));
        journal->selectRow(2);
        QTest::keyClick(journal, Qt::Key_Return);
        look(window, QStringLiteral("journal-") + tag);
        for (const char* dock :
             {"dockAlarms", "dockHistory", "dockRegisters", "dockLink", "dockSimulation", "dockMatrix",
              "dockProvision", "dockPackets", "dockMath", "dockSpectrum", "dockXy"}) {
            window.findChild<QDockWidget*>(QString::fromLatin1(dock))->raise();
            look(window, QString::fromLatin1(dock) + QLatin1Char('-') + tag);
        }
        window.chooseWorkspace(Workspace::line);
        look(window, QStringLiteral("line-") + tag);
        window.chooseWorkspace(Workspace::sessions);
        auto* list = window.findChild<QListView*>(QStringLiteral("sessionList"));
        QTRY_COMPARE_WITH_TIMEOUT((window.tick(), list->model()->rowCount()), 2, workerPatienceMs);
        list->setCurrentIndex(list->model()->index(0, 0));
        auto* title = window.findChild<QLabel*>(QStringLiteral("sessionTitle"));
        QTRY_VERIFY_WITH_TIMEOUT((window.tick(), !title->text().isEmpty()), workerPatienceMs);
        look(window, QStringLiteral("sessions-") + tag);
        for (const char* page : {"deskExport", "deskNotes", "deskStatistics", "deskKeep"}) {
            QTest::mouseClick(window.findChild<QPushButton*>(QString::fromLatin1(page)), Qt::LeftButton);
            look(window, QString::fromLatin1(page) + QLatin1Char('-') + tag);
        }
        window.chooseWorkspace(Workspace::bench);
        stage.axes.stop = {true, StopGeneration{1}, stage.clock.now(), CommandId{},
                           motion::StopFinished{StopGeneration{1},
                                                {{AxisId{1}, true, {}}, {AxisId{2}, true, {}}},
                                                std::chrono::microseconds{3100}}};
        stage.publish();
        look(window, QStringLiteral("stopped-") + tag);
    }
    /// Beneath two strips of controls there were two rows of registers, and a spectrum was 100 pixels high.
    void lowDocksHaveRoomForWhatTheyShow() {
        Stage stage;
        fill(stage);
        MainWindow window(stage.context());
        window.resize(1280, 800);
        window.show();
        const auto raise = [&](const char* dock) {
            window.findChild<QDockWidget*>(QString::fromLatin1(dock))->raise();
            refresh(window);
        };
        raise("dockRegisters");
        const auto* table = window.findChild<QTableView*>(QStringLiteral("registerTable"));
        const int rows = table->viewport()->height() / table->verticalHeader()->defaultSectionSize();
        QVERIFY2(rows >= 5, qPrintable(QString::number(rows)));
        // What is edited is read without scrolling, whatever it is.
        for (int row = 0; row < table->model()->rowCount(); ++row) {
            table->selectionModel()->setCurrentIndex(table->model()->index(row, 2),
                                                     QItemSelectionModel::ClearAndSelect);
            refresh(window);
            QCOMPARE(cutOff(window), QString());
        }
        raise("dockXy");
        const auto* view = window.findChild<ui::XyView*>();
        QTRY_VERIFY_WITH_TIMEOUT((window.tick(), view->isVisible()), workerPatienceMs);
        QVERIFY2(view->frame().area.height() >= 125,
                 qPrintable(QString::number(view->frame().area.height())));
    }
    void anEmptyWindowLooksInvited() {
        Stage stage;
        MainWindow window(stage.context());
        window.show();
        look(window, QStringLiteral("empty-light"));
        window.chooseWorkspace(Workspace::line);
        look(window, QStringLiteral("empty-line"));
        window.chooseWorkspace(Workspace::sessions);
        look(window, QStringLiteral("empty-sessions"));
    }
    void twoHundredAndFiftyAxesAreStillReadable() {
        Stage stage;
        stage.addSimulatedBus(250);
        stage.axis(17).state = motion::AxisState::fault;
        stage.publish();
        MainWindow window(stage.context());
        window.resize(1920, 1080);
        window.chooseTheme(ui::ThemeChoice::dark);
        window.show();
        window.chooseWorkspace(Workspace::line);
        look(window, QStringLiteral("line-250"));
        window.chooseTheme(ui::ThemeChoice::light);
    }

private:
    static void look(MainWindow& window, const QString& name) {
        refresh(window);
        const QString folder = qEnvironmentVariable("SERVOLANE_PICTURES");
        if (!folder.isEmpty())
            QVERIFY(window.grab().save(folder + QLatin1Char('/') + name + QStringLiteral(".png")));
        const QString cut = cutOff(window);
        QVERIFY2(cut.isEmpty(), qPrintable(name + QStringLiteral(", ") + cut));
    }
};

} // namespace servolane::tests

using namespace servolane::tests;
SERVOLANE_TEST(PictureTest)
#include "picture_test.moc"
