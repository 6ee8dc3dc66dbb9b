// SPDX-License-Identifier: GPL-3.0-or-later
// The history of settings: what is shown of it, and what returning to a state sends.
// Qt's first (through the registry): moc of Qt 6.4 cannot read GCC's <compare> as the very first header.
#include "tests/support/test_registry.h"

#include "tests/ui/stage.h"
#include "ui/shell/main_window.h"

#include <QtTest/QTest>
#include <QtWidgets/QApplication>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QTableWidget>

namespace servolane::tests {

class HistoryPanelTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() {
        stage_ = std::make_unique<Stage>();
        stage_->addSimulatedBus(2);
        stage_->record(0).now["position_p_gain"] = 800;
        stage_->record(0).baseline.values["position_p_gain"] = 800;
        window_ = std::make_unique<ui::MainWindow>(stage_->context());
        window_->show();
        QApplication::setActiveWindow(window_.get());
        window_->setFocus();
        refresh();
    }
    void cleanup() { window_.reset(); }

    void f9ShowsWhatWouldChangeAndASecondF9DoesIt() {
        change("position_p_gain", 900);
        change("position_i_gain", 40);
        pressF9();
        auto* table = find<QTableWidget>("compareTable");
        QVERIFY(table->isVisible());
        QCOMPARE(table->rowCount(), 2);
        QCOMPARE(table->item(1, 1)->text(), QStringLiteral("900"));
        QCOMPARE(table->item(1, 2)->text(), QStringLiteral("800"));
        QVERIFY(find<QLabel>("compareSummary")->text().contains(QStringLiteral("2 settings by 2 commands")));
        QVERIFY(writes().empty());
        pressF9();
        QCOMPARE(writes().size(), std::size_t{2});
        QCOMPARE(writes()[1].name, std::string("position_p_gain"));
        QCOMPARE(writes()[1].raw, std::int64_t{800});
    }
    void theReturnIsOneStepToUndo() {
        change("position_p_gain", 900);
        change("position_i_gain", 40);
        pressF9();
        pressF9();
        for (const auto& sent : std::vector(stage_->commands.sent))
            if (const auto* write = std::get_if<registers::WriteRegister>(&sent.body))
                stage_->changeSetting(0, sent.id, write->name, static_cast<double>(write->raw));
        refresh();
        QTest::keyClick(window_.get(), Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(writes().size(), std::size_t{4});
        QCOMPARE(writes()[3].raw, std::int64_t{900});
    }
    void withNothingToReturnF9SaysSo() {
        pressF9();
        pressF9();
        QCOMPARE(find<QLabel>("compareSummary")->text(), QStringLiteral("A and B are the same"));
        QVERIFY(!find<QPushButton>("applyVersion")->isEnabled());
        QVERIFY(stage_->commands.sent.empty());
    }
    void whatCannotBeAppliedIsListedWithItsReason() {
        change("velocity_limit", 150);
        pressF9();
        auto* table = find<QTableWidget>("compareTable");
        QCOMPARE(table->rowCount(), 1);
        QVERIFY(table->item(0, 3)->text().contains(QStringLiteral("switch torque off first")));
        QVERIFY(!find<QPushButton>("applyVersion")->isEnabled());
        stage_->axis(0).torque = false;
        refresh();
        QCOMPARE(table->item(0, 3)->text(), QStringLiteral("is written"));
        QVERIFY(find<QPushButton>("applyVersion")->isEnabled());
    }
    void anyTwoVersionsAreCompared() {
        change("position_p_gain", 900);
        change("position_p_gain", 950);
        pressF9();
        choose("compareA", 2);
        choose("compareB", 3);
        auto* table = find<QTableWidget>("compareTable");
        QCOMPARE(table->rowCount(), 1);
        QCOMPARE(table->item(0, 1)->text(), QStringLiteral("900"));
        QCOMPARE(table->item(0, 2)->text(), QStringLiteral("950"));
        QCOMPARE(table->item(0, 3)->text(), QStringLiteral("is so already"));
    }
    void limitsAreAppliedAsOneCommandInTheUsersUnits() {
        const double high = stage_->record(0).now.at("axis.travel_high");
        change("axis.travel_low", -10);
        pressF9();
        pressF9();
        const auto limits = stage_->commands.all<motion::SetTravelLimits>();
        QCOMPARE(limits.size(), std::size_t{1});
        QCOMPARE(limits[0].travel.low.value, -90.0);
        QCOMPARE(limits[0].travel.high.value, high);
    }
    void aVersionTellsWhatWhenAndByWhom() {
        stage_->changeSetting(0, CommandId{500}, "position_p_gain", 900, api::Asker::commandLine);
        refresh();
        pressF9();
        auto* versions = find<QTableWidget>("versionTable");
        QCOMPARE(versions->rowCount(), 2);
        QCOMPARE(versions->item(0, 2)->text(), QStringLiteral("command line"));
        QVERIFY(versions->item(0, 3)->text().endsWith(QStringLiteral("800 → 900")));
        QCOMPARE(versions->item(1, 2)->text(), QStringLiteral("found in servo"));
    }
    void theOutcomeOfTheWholeIsTold() {
        change("position_p_gain", 900);
        pressF9();
        pressF9();
        auto& entry = stage_->tell(stage_->commands.idOf<registers::WriteRegister>(),
                                   journal::CommandState::rejected, "WriteRegister");
        entry.rejection.code = api::RejectionCode::axisSilent;
        entry.rejection.axis = AxisId{1};
        refresh();
        const QString text = find<QLabel>("historyNoteText")->text();
        QVERIFY2(text.startsWith(QStringLiteral("0 of 1 confirmed: Axis 1 Pan does not answer")),
                 qPrintable(text));
    }
    void setBaselineIsACommand() {
        pressF9();
        QTest::mouseClick(find<QPushButton>("setBaseline"), Qt::LeftButton);
        QCOMPARE(stage_->commands.all<registers::SetBaseline>().at(0).axis.value, std::uint16_t{1});
    }

private:
    template <class Widget>
    Widget* find(const char* name) {
        auto* widget = window_->findChild<Widget*>(QString::fromLatin1(name));
        if (!widget) qFatal("no widget named %s", name);
        return widget;
    }
    void refresh() {
        stage_->publish();
        for (int frame = 0; frame < 6; ++frame)
            window_->tick();
    }
    void change(const std::string& name, double value) {
        stage_->clock.advance(std::chrono::seconds{5});
        stage_->changeSetting(0, CommandId{500 + ++changes_}, name, value);
        refresh();
    }
    void choose(const char* box, int version) {
        auto* states = find<QComboBox>(box);
        states->setCurrentIndex(states->findData(version));
    }
    void pressF9() {
        QTest::keyClick(window_.get(), Qt::Key_F9);
        refresh();
    }
    std::vector<registers::WriteRegister> writes() {
        return stage_->commands.all<registers::WriteRegister>();
    }

    std::unique_ptr<Stage> stage_;
    std::unique_ptr<ui::MainWindow> window_;
    std::uint64_t changes_ = 0;
};

SERVOLANE_TEST(HistoryPanelTest)

} // namespace servolane::tests

#include "history_panel_test.moc"
