// SPDX-License-Identifier: GPL-3.0-or-later
// Undo and redo of settings: what is sent, and when it asks.
// Qt's first (through the registry): moc of Qt 6.4 cannot read GCC's <compare> as the very first header.
#include "tests/support/test_registry.h"

#include "tests/ui/stage.h"
#include "ui/shell/main_window.h"

#include <QtTest/QTest>
#include <QtWidgets/QApplication>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>

namespace servolane::tests {

class UndoTest : public QObject {
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

    void undoSendsTheValueBefore() {
        write(900);
        undo();
        QCOMPARE(writes().size(), std::size_t{1});
        QCOMPARE(writes()[0].name, std::string("position_p_gain"));
        QCOMPARE(writes()[0].raw, std::int64_t{800});
    }
    void undoingTheUndoIsRedo() {
        write(900);
        undo();
        confirmUndo(800);
        redo();
        QCOMPARE(writes().back().raw, std::int64_t{900});
        confirmUndo(900);
        undo();
        QCOMPARE(writes().back().raw, std::int64_t{800});
    }
    void nothingIsUndoneBeforeItIsConfirmed() {
        stage_->tell(CommandId{500}, journal::CommandState::sent, "WriteRegister");
        refresh();
        undo();
        QVERIFY(writes().empty());
    }
    void whatOthersDidIsNotThisWindowsToUndo() {
        stage_->changeSetting(0, CommandId{500}, "position_p_gain", 900, api::Asker::commandLine);
        refresh();
        undo();
        QVERIFY(writes().empty());
    }
    void whatWasThereBeforeTheWindowIsNotUndone() {
        undo();
        QVERIFY(writes().empty());
    }
    void aFailedUndoLeavesTheStepWhereItWas() {
        write(900);
        undo();
        stage_->tell(newest(), journal::CommandState::failed, "WriteRegister").error = {ErrorCode::timeout,
                                                                                        ""};
        refresh();
        redo();
        QCOMPARE(writes().size(), std::size_t{1});
        undo();
        QCOMPARE(writes().size(), std::size_t{2});
        QCOMPARE(writes().back().raw, std::int64_t{800});
    }
    void aNewChangeEndsWhatCouldBeRedone() {
        write(900);
        undo();
        confirmUndo(800);
        write(850);
        redo();
        QCOMPARE(writes().size(), std::size_t{1});
    }
    void aValueSomeoneElseChangedIsAskedAbout() {
        write(900);
        stage_->changeSetting(0, CommandId{700}, "position_p_gain", 950, api::Asker::commandLine);
        refresh();
        undo();
        refresh();
        QVERIFY(writes().empty());
        auto* banner = window_->findChild<QWidget*>(QStringLiteral("undoBanner"));
        QVERIFY(banner->isVisible());
        QStringList texts;
        for (const QLabel* label : banner->findChildren<QLabel*>())
            texts << label->text();
        const QString text = texts.join(QLatin1Char(' '));
        QVERIFY2(text.contains(QStringLiteral("is 950 now, not 900")), qPrintable(text));
        QVERIFY2(text.contains(QStringLiteral("command line")), qPrintable(text));
        press("undoLeave");
        QVERIFY(writes().empty());
        QVERIFY(!banner->isVisible());
        undo();
        refresh();
        press("undoNevertheless");
        QCOMPARE(writes().size(), std::size_t{1});
        QCOMPARE(writes()[0].raw, std::int64_t{800});
    }
    void insideTextEntryTheKeysBelongToTheText() {
        write(900);
        auto* line = window_->findChild<QLineEdit*>(QStringLiteral("goTo"));
        line->setFocus();
        QTest::keyClicks(line, QStringLiteral("12"));
        QTest::keyClick(line, Qt::Key_Z, Qt::ControlModifier);
        refresh();
        QVERIFY(writes().empty());
    }

private:
    void refresh() {
        stage_->publish();
        for (int frame = 0; frame < 6; ++frame)
            window_->tick();
    }
    void write(double value) {
        stage_->changeSetting(0, CommandId{500 + ++written_}, "position_p_gain", value);
        refresh();
    }
    /// The servo has confirmed the newest undo or redo.
    void confirmUndo(double value) {
        stage_->changeSetting(0, newest(), "position_p_gain", value);
        refresh();
    }
    CommandId newest() { return stage_->commands.idOf<registers::WriteRegister>(); }
    std::vector<registers::WriteRegister> writes() {
        return stage_->commands.all<registers::WriteRegister>();
    }
    void undo() { QTest::keyClick(window_.get(), Qt::Key_Z, Qt::ControlModifier); }
    void redo() { QTest::keyClick(window_.get(), Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier); }
    void press(const char* name) {
        QTest::mouseClick(window_->findChild<QPushButton*>(QString::fromLatin1(name)), Qt::LeftButton);
        refresh();
    }

    std::unique_ptr<Stage> stage_;
    std::unique_ptr<ui::MainWindow> window_;
    std::uint64_t written_ = 0;
};

SERVOLANE_TEST(UndoTest)

} // namespace servolane::tests

#include "undo_test.moc"
