// SPDX-License-Identifier: GPL-3.0-or-later
// The register table with its diff, and the matrix: what they show, and what is sent.
// Qt's first (through the registry): moc of Qt 6.4 cannot read GCC's <compare> as the very first header.
#include "tests/support/test_registry.h"

#include "tests/ui/stage.h"
#include "ui/registers/register_panel.h"
#include "ui/scope/scope_view.h"
#include "ui/shell/main_window.h"

#include <QtTest/QTest>
#include <QtWidgets/QApplication>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QDockWidget>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QTableWidget>

namespace servolane::tests {

namespace {
enum Column { star, address, title, value, pending, file, raw, hex, range, usual, kept, age, watched };
}

class RegisterPanelTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() {
        stage_ = std::make_unique<Stage>();
        stage_->addSimulatedBus(3);
        for (std::size_t i = 0; i < 3; ++i)
            stage_->axis(i).torque = false;
        stage_->publish();
        auto context = stage_->context();
        context.readBackup = [this](const std::string&) -> Result<registers::Backup> {
            if (backup_) return *backup_;
            return failure(ErrorCode::invalid, "arm.json /servos/0/id: expected a number");
        };
        context.writeBackup = [this](const std::string&, const registers::Backup& kept) -> Result<void> {
            backup_ = kept;
            return {};
        };
        backup_.reset();
        window_ = std::make_unique<ui::MainWindow>(std::move(context));
        window_->resize(1280, 800);
        window_->show();
        QApplication::setActiveWindow(window_.get());
        raise("dockRegisters");
    }
    void cleanup() { window_.reset(); }

    void editsOfSeveralRegistersAreAppliedAsOneCommand() {
        stageNumber("position_p_gain", "900");
        stageNumber("temperature_limit", "70");
        QCOMPARE(cell("position_p_gain", pending), QStringLiteral("900"));
        QVERIFY(stage_->commands.sent.empty());
        press("applyRegisters");
        const auto sent = stage_->commands.all<registers::WriteRegisters>();
        QCOMPARE(sent.size(), std::size_t{1});
        QCOMPARE(sent[0].writes.size(), std::size_t{2});
        // Pending until the servo holds it.
        QCOMPARE(cell("position_p_gain", pending), QStringLiteral("900"));
        known("position_p_gain", 900);
        QCOMPARE(cell("position_p_gain", pending), QString());
        QCOMPARE(cell("temperature_limit", pending), QStringLiteral("70\u202F°C"));
    }
    void aPendingEditIsDroppedAndSurvivesAnotherSelection() {
        stageNumber("position_p_gain", "900");
        window_->stepAxis(1);
        refresh();
        QCOMPARE(cell("position_p_gain", pending), QString());
        window_->stepAxis(-1);
        refresh();
        QCOMPARE(cell("position_p_gain", pending), QStringLiteral("900"));
        press("discardRegisters");
        QCOMPARE(cell("position_p_gain", pending), QString());
        QVERIFY(!find<QPushButton>("applyRegisters")->isEnabled());
    }
    void aValueOutsideItsRangeIsNotStaged() {
        stageNumber("temperature_limit", "300");
        QCOMPARE(cell("temperature_limit", pending), QString());
        QVERIFY(!find<QPushButton>("applyRegisters")->isEnabled());
    }
    void bitFieldsAreSwitchedOneByOne() {
        choose("drive_mode");
        auto* bit = window_->findChild<QAbstractButton*>(QStringLiteral("bit_time_based_profile"));
        QVERIFY(bit && bit->isVisible());
        bit->click();
        refresh();
        QCOMPARE(cell("drive_mode", pending), QStringLiteral("time_based_profile"));
        press("applyRegisters");
        QCOMPARE(stage_->commands.all<registers::WriteRegisters>().at(0).writes.at(0).raw, std::int64_t{4});
    }
    void anIdIsACommandOfItsOwn() {
        stageNumber("id", "9");
        press("applyRegisters");
        QVERIFY(stage_->commands.all<registers::WriteRegisters>().empty());
        QCOMPARE(int(stage_->commands.all<registers::SetServoId>().at(0).id.value), 9);
    }
    void goalsCannotBeEditedHere() {
        choose("goal_position");
        QVERIFY(!find<QPushButton>("stageRegister")->isEnabled());
    }
    void rawHexAndSearchAreThere() {
        known("homing_offset", -1);
        QCOMPARE(cell("homing_offset", hex), QStringLiteral("0xFFFFFFFF"));
        QCOMPARE(cell("homing_offset", raw), QStringLiteral("-1"));
        find<QLineEdit>("registerSearch")->setText(QStringLiteral("homing"));
        QCOMPARE(shownRows(), 1);
        find<QLineEdit>("registerSearch")->clear();
        find<QComboBox>("registerGroups")->setCurrentText(QStringLiteral("Gains"));
        QCOMPARE(shownRows(), 7);
    }
    void aRegisterIsWatchedByItsButtonAndByAKey() {
        choose("position_p_gain");
        press("watchRegister");
        auto sent = stage_->commands.all<motion::WatchRegister>();
        QCOMPARE(sent.size(), std::size_t{1});
        QCOMPARE(sent[0].name, std::string("position_p_gain"));
        QVERIFY(sent[0].on);
        watch("position_p_gain");
        QCOMPARE(find<QPushButton>("watchRegister")->text(), QStringLiteral("Unwatch"));
        find<QComboBox>("registerGroups")->setCurrentText(QStringLiteral("Watched"));
        QCOMPARE(shownRows(), 1);
        QCOMPARE(cell("position_p_gain", watched), QStringLiteral("waiting"));
        auto* table = find<QTableWidget>("registerTable");
        table->setFocus();
        QTest::keyClick(table, Qt::Key_W);
        sent = stage_->commands.all<motion::WatchRegister>();
        QCOMPARE(sent.size(), std::size_t{2});
        QVERIFY(!sent[1].on);
    }
    void whatIsAChannelAnywayIsNotOfferedForWatching() {
        choose("present_position");
        QVERIFY(!find<QPushButton>("watchRegister")->isEnabled());
        choose("goal_position");
        QVERIFY(find<QPushButton>("watchRegister")->isEnabled());
    }
    void aWatchedRegisterStandsInTheScopesListByItsTitle() {
        watch("position_p_gain");
        const auto* box = window_->findChild<QCheckBox*>(QStringLiteral("channel_watch_1"));
        QVERIFY(box && !box->isHidden());
        QCOMPARE(box->text(), QStringLiteral("position_p_gain")); // this model prints no titles
        QVERIFY(box->isChecked());                                // who asks for it wants to see it
        QVERIFY(window_->findChild<QCheckBox*>(QStringLiteral("channel_watch_2"))->isHidden());
    }
    /// A place that is free is given to the next register: its trace is another one.
    void thePlaceOfAWatchedRegisterIsShownUnderTheNameOfTheNextOne() {
        const auto shown = [this] {
            QStringList names;
            for (const auto& choice : find<ui::scope::ScopeView>("scope")->traces())
                if (telemetry::isWatch(choice.channel)) names << choice.label;
            return names;
        };
        watch("position_p_gain");
        auto* box = find<QCheckBox>("channel_watch_1");
        QCOMPARE(shown(), QStringList("position_p_gain"));
        watch("position_p_gain", false);
        QVERIFY(shown().isEmpty() && box->isHidden());
        watch("position_i_gain");
        QCOMPARE(shown(), QStringList("position_i_gain"));
        QCOMPARE(box->text(), QStringLiteral("position_i_gain"));
        // Who asks for the next one wants to see it, whatever became of the one before.
        box->click();
        QVERIFY(shown().isEmpty());
        watch("position_d_gain");
        QCOMPARE(shown(), QStringList("position_d_gain"));
    }
    void favouritesAreKeptOverARestart() {
        auto* table = find<QTableWidget>("registerTable");
        choose("position_p_gain");
        Q_EMIT table->cellClicked(table->currentRow(), star);
        find<QComboBox>("registerGroups")->setCurrentText(QStringLiteral("Favourites"));
        QCOMPARE(shownRows(), 1);
        window_ = std::make_unique<ui::MainWindow>(stage_->context());
        window_->show();
        raise("dockRegisters");
        find<QComboBox>("registerGroups")->setCurrentText(QStringLiteral("Favourites"));
        QCOMPARE(shownRows(), 1);
    }
    void aBackupFileIsShownBesideTheServoAndStaged() {
        backup_ = registers::Backup{{registers::backupOf(
            *stage_->axis(0).axis, {{"position_p_gain", 950}, {"goal_position", 5}}, {})}};
        load();
        QCOMPARE(cell("position_p_gain", file), QStringLiteral("950"));
        QCOMPARE(cell("goal_position", file), QStringLiteral("never restored"));
        find<QComboBox>("registerGroups")->setCurrentText(QStringLiteral("Differs from file"));
        QCOMPARE(shownRows(), 1);
        press("stageFile");
        QCOMPARE(cell("position_p_gain", pending), QStringLiteral("950"));
        press("applyRegisters");
        QCOMPARE(stage_->commands.all<registers::WriteRegisters>().at(0).writes.at(0).raw, std::int64_t{950});
    }
    void aBrokenBackupSaysWhere() {
        panel()->desk().load(QStringLiteral("arm.json"));
        QTRY_VERIFY_WITH_TIMEOUT((refresh(), note().contains(QStringLiteral("/servos/0/id"))),
                                 workerPatienceMs);
    }
    void aBackupIsSavedFromATableReadAnew() {
        panel()->desk().save(*stage_->axis(0).axis, QStringLiteral("arm.json"));
        QCOMPARE(stage_->commands.all<registers::ReadAllRegisters>().size(), std::size_t{1});
        refresh();
        QVERIFY(!backup_);
        stage_->tell(stage_->commands.sent.back().id, journal::CommandState::confirmed, "ReadAllRegisters");
        refresh();
        QTRY_VERIFY_WITH_TIMEOUT((refresh(), note().contains(QStringLiteral("Saved to arm.json"))),
                                 workerPatienceMs);
        QVERIFY(backup_->servos.at(0).find("position_p_gain") != nullptr);
    }

    void theMatrixSetsOneRegisterOfAllServos() {
        raise("dockMatrix");
        auto* names = find<QComboBox>("matrixRegister");
        names->setCurrentIndex(names->findData(QStringLiteral("position_p_gain")));
        refresh();
        auto* table = find<QTableWidget>("matrixTable");
        QCOMPARE(table->rowCount(), 3);
        type("matrixTable", "850");
        QCOMPARE(table->item(2, 4)->text(), QStringLiteral("850"));
        press("matrixApply");
        const auto sent = stage_->commands.all<registers::WriteRegisters>();
        QCOMPARE(sent.size(), std::size_t{3});
        for (const auto& one : sent)
            QVERIFY((one.writes == std::vector<registers::StagedRegister>{{"position_p_gain", 850}}));
    }
    void theMatrixTakesTheSelectedServosAndOffersTorqueOff() {
        stage_->axis(1).torque = true;
        stage_->publish();
        raise("dockMatrix");
        auto* names = find<QComboBox>("matrixRegister");
        names->setCurrentIndex(names->findData(QStringLiteral("temperature_limit")));
        refresh();
        find<QTableWidget>("matrixTable")->selectRow(1);
        type("matrixTable", "65");
        QVERIFY(!find<QPushButton>("matrixApply")->isEnabled());
        press("matrixTorqueOff");
        const auto off = stage_->commands.all<motion::SetTorque>();
        QCOMPARE(off.size(), std::size_t{1});
        QVERIFY(off[0].axis == stage_->axis(1).axis->id && !off[0].on);
    }

private:
    template <class T>
    T* find(const char* name, bool needed = true) {
        T* found = window_->findChild<T*>(QString::fromLatin1(name));
        if (!found && needed) qFatal("no widget %s", name);
        return found;
    }
    ui::RegisterPanel* panel() { return find<ui::RegisterPanel>("registerPanel"); }
    QString note() {
        QString text;
        for (const QLabel* label : find<QWidget>("registerNote")->findChildren<QLabel*>())
            text += label->text();
        return text;
    }
    void refresh() {
        stage_->publish();
        for (int i = 0; i < 6; ++i)
            window_->tick();
    }
    void raise(const char* dock) {
        find<QDockWidget>(dock)->raise();
        QTest::qWait(0);
        refresh();
    }
    void press(const char* button) {
        QTest::mouseClick(find<QPushButton>(button), Qt::LeftButton);
        refresh();
    }
    int rowOf(const QString& name) {
        auto* table = find<QTableWidget>("registerTable");
        for (int row = 0; row < table->rowCount(); ++row)
            if (table->item(row, title)->toolTip() == name) return row;
        return -1;
    }
    QString cell(const char* name, int column) {
        return find<QTableWidget>("registerTable")->item(rowOf(QString::fromLatin1(name)), column)->text();
    }
    int shownRows() {
        auto* table = find<QTableWidget>("registerTable");
        int shown = 0;
        for (int row = 0; row < table->rowCount(); ++row)
            shown += table->isRowHidden(row) ? 0 : 1;
        return shown;
    }
    void choose(const char* name) {
        find<QTableWidget>("registerTable")->setCurrentCell(rowOf(QString::fromLatin1(name)), title);
        refresh();
    }
    /// As the write model answers.
    void watch(const char* name, bool on = true) {
        motion::Axis axis = *stage_->axis(0).axis;
        axis.watches[0] = {name, on};
        axis.channels = motion::channelScalesOf(axis);
        stage_->axis(0).axis = std::make_shared<const motion::Axis>(axis);
        refresh();
    }
    void stageNumber(const char* name, const char* number) {
        choose(name);
        auto* line = find<QWidget>("registerPanel")->findChild<QLineEdit*>(QStringLiteral("registerValue"));
        line->setFocus();
        line->selectAll();
        QTest::keyClicks(line, QString::fromLatin1(number));
        QTest::keyClick(line, Qt::Key_Return);
        refresh();
    }
    /// Into the editor of the matrix.
    void type(const char*, const char* number) {
        auto* line = find<QWidget>("registerMatrix")->findChild<QLineEdit*>(QStringLiteral("registerValue"));
        line->setFocus();
        line->selectAll();
        QTest::keyClicks(line, QString::fromLatin1(number));
        QTest::keyClick(line, Qt::Key_Return);
        refresh();
    }
    void known(const char* name, std::int64_t value_) {
        stage_->registers.axes[stage_->axis(0).axis->id][name] = {value_, stage_->clock.now()};
        refresh();
    }
    void load() {
        panel()->desk().load(QStringLiteral("arm.json"));
        QTRY_VERIFY_WITH_TIMEOUT((refresh(), panel()->desk().loaded() != nullptr), workerPatienceMs);
        refresh();
    }

    std::unique_ptr<Stage> stage_;
    std::unique_ptr<ui::MainWindow> window_;
    std::optional<registers::Backup> backup_;
};

SERVOLANE_TEST(RegisterPanelTest)

} // namespace servolane::tests

#include "register_panel_test.moc"
