// SPDX-License-Identifier: GPL-3.0-or-later
// One register after the other: chosen, staged, written.
// Qt's first (through the registry): moc of Qt 6.4 cannot read GCC's <compare> as the very first header.
#include "tests/support/test_registry.h"

#include "tests/support/sample_model.h"
#include "tests/ui/bench_stage.h"

#include <QtTest/QTest>
#include <QtWidgets/QDockWidget>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QTableWidget>

namespace servolane::tests {

class RegisterEditTest : public BenchStage {
    Q_OBJECT
private Q_SLOTS:
    void init() { openBench(); }
    void cleanup() { closeBench(); }

    void aRegisterIsStagedThenWrittenInRawUnits() {
        find<QDockWidget>(*window_, "dockRegisters")->raise();
        QTest::qWait(0);
        refresh();
        auto* table = find<QTableWidget>(*window_, "registerTable");
        QCOMPARE(table->rowCount(), static_cast<int>(sampleModel()->registers.size()));
        for (int row = 0; row < table->rowCount(); ++row)
            if (table->item(row, 2)->text() == QStringLiteral("max_voltage_limit"))
                table->setCurrentCell(row, 0);
        refresh();
        QCOMPARE(find<QLineEdit>(*window_, "registerValue")->text(), QStringLiteral("16.0"));
        type("registerValue", "14,5");
        QTest::mouseClick(find<QPushButton>(*window_, "stageRegister"), Qt::LeftButton);
        refresh();
        QVERIFY(stage_->commands.all<registers::WriteRegisters>().empty());
        // EEPROM, and torque is on: offered, not done.
        QVERIFY(!find<QPushButton>(*window_, "applyRegisters")->isEnabled());
        QVERIFY(find<QPushButton>(*window_, "registerTorqueOff")->isVisible());
        QTest::mouseClick(find<QPushButton>(*window_, "registerTorqueOff"), Qt::LeftButton);
        QCOMPARE(stage_->commands.all<motion::SetTorque>().at(0).on, false);
        stage_->axis(0).torque = false;
        stage_->publish();
        refresh();
        QTest::mouseClick(find<QPushButton>(*window_, "applyRegisters"), Qt::LeftButton);
        const auto writes = stage_->commands.all<registers::WriteRegisters>().at(0).writes;
        QCOMPARE(writes.size(), std::size_t{1});
        QCOMPARE(writes.at(0).raw, std::int64_t{145});
    }
    /// The strip beneath went on with "Model Number", which the filter had taken out of the table.
    void whatIsEditedIsSeenInTheFilteredTable() {
        find<QDockWidget>(*window_, "dockRegisters")->raise();
        QTest::qWait(0);
        refresh();
        auto* table = find<QTableWidget>(*window_, "registerTable");
        table->setCurrentCell(0, 2);
        find<QLineEdit>(*window_, "registerSearch")->setText(QStringLiteral("max_voltage"));
        QVERIFY(table->currentRow() > 0);
        QVERIFY(!table->isRowHidden(table->currentRow()));
        find<QLineEdit>(*window_, "registerSearch")->setText(QStringLiteral("no such register"));
        QCOMPARE(table->currentRow(), -1);
    }
    /// Inject, Stage and the button for connecting looked as if they could be used.
    void whatTheRoleMayNotSendIsOutOfUse() {
        find<QDockWidget>(*window_, "dockRegisters")->raise();
        QTest::qWait(0);
        auto* table = find<QTableWidget>(*window_, "registerTable");
        refresh();
        for (int row = 0; row < table->rowCount(); ++row)
            if (table->item(row, 2)->text() == QStringLiteral("max_voltage_limit"))
                table->setCurrentCell(row, 0);
        refresh();
        auto* stage = find<QPushButton>(*window_, "stageRegister");
        auto* connect = find<QWidget>(*window_, "titleConnect");
        QVERIFY(stage->isEnabled() && connect->isEnabled());
        stage_->access.roles[api::Asker::window] = access::Role::lineOperator;
        refresh();
        QVERIFY(!stage->isEnabled() && !connect->isEnabled());
        QVERIFY(stage->toolTip().contains(QStringLiteral("operator")));
        QVERIFY(find<QPushButton>(*window_, "readAllRegisters")->isEnabled());
        stage_->access.roles[api::Asker::window] = access::Role::engineer;
        refresh();
        QVERIFY(stage->isEnabled() && connect->isEnabled());
    }
    void aRegisterThatCanOnlyBeReadCannotBeEdited() {
        find<QDockWidget>(*window_, "dockRegisters")->raise();
        QTest::qWait(0);
        refresh();
        find<QTableWidget>(*window_, "registerTable")->setCurrentCell(0, 0);
        QVERIFY(!find<QPushButton>(*window_, "stageRegister")->isEnabled());
    }
};

} // namespace servolane::tests

using namespace servolane::tests;
SERVOLANE_TEST(RegisterEditTest)
#include "register_edit_test.moc"
