// SPDX-License-Identifier: GPL-3.0-or-later
// Hold to move: keys and buttons that jog, and everything that ends it.
#include "tests/support/test_registry.h"
#include "tests/ui/stage.h"
#include "ui/shell/main_window.h"

#include <QtGui/QKeyEvent>
#include <QtTest/QTest>
#include <QtWidgets/QApplication>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>

namespace servolane::tests {

using ui::MainWindow;
using ui::Workspace;

namespace {

void activate(MainWindow& window) {
    window.show();
    QApplication::setActiveWindow(&window);
    QVERIFY(QTest::qWaitForWindowActive(&window));
}

} // namespace

class JogTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() {
        stage_ = std::make_unique<Stage>();
        stage_->addSimulatedBus(2);
        window_ = std::make_unique<MainWindow>(stage_->context());
        activate(*window_);
        window_->tick();
        window_->setFocus();
    }
    void cleanup() { window_.reset(); }

    void aHeldKeyJogsAndItsReleaseEnds() {
        key(QEvent::KeyPress, Qt::Key_L, false);
        QCOMPARE(jogs().size(), std::size_t{1});
        QVERIFY(jogs()[0].velocity.value > 0.0);
        QVERIFY(ends() == 0);
        key(QEvent::KeyRelease, Qt::Key_L, false);
        pass(std::chrono::milliseconds{16});
        pass(std::chrono::milliseconds{16});
        QCOMPARE(ends(), 1);
        key(QEvent::KeyPress, Qt::Key_J, false, Qt::ShiftModifier);
        QVERIFY(jogs()[1].velocity.value < -jogs()[0].velocity.value);
    }
    void repeatedReleasesAreNoReleases() {
        key(QEvent::KeyPress, Qt::Key_J, false);
        for (int repeat = 0; repeat < 5; ++repeat) {
            key(QEvent::KeyRelease, Qt::Key_J, true);
            key(QEvent::KeyPress, Qt::Key_J, true);
        }
        QCOMPARE(jogs().size(), std::size_t{1});
        QCOMPARE(ends(), 0);
    }
    /// On a busy machine the two events of a repeat came apart: the axis stuttered.
    void aReleaseThatAPressFollowsAtOnceIsNoRelease() {
        key(QEvent::KeyPress, Qt::Key_J, false);
        for (int repeat = 0; repeat < 5; ++repeat) {
            key(QEvent::KeyRelease, Qt::Key_J, false);
            pass(std::chrono::milliseconds{16});
            key(QEvent::KeyPress, Qt::Key_J, false);
            pass(std::chrono::milliseconds{16});
        }
        QCOMPARE(jogs().size(), std::size_t{1});
        QCOMPARE(ends(), 0);
        key(QEvent::KeyRelease, Qt::Key_J, false);
        pass(std::chrono::milliseconds{16});
        pass(std::chrono::milliseconds{16});
        QCOMPARE(ends(), 1);
    }
    void theLeaseIsRenewedWhileHeldOnly() {
        key(QEvent::KeyPress, Qt::Key_L, false);
        const int first = stage_->commands.renewals;
        for (int frame = 0; frame < 10; ++frame)
            pass(std::chrono::milliseconds{16});
        QVERIFY(stage_->commands.renewals > first + 1);
        key(QEvent::KeyRelease, Qt::Key_L, false);
        pass(std::chrono::milliseconds{16});
        pass(std::chrono::milliseconds{16});
        const int last = stage_->commands.renewals;
        for (int frame = 0; frame < 10; ++frame)
            pass(std::chrono::milliseconds{16});
        QCOMPARE(stage_->commands.renewals, last);
    }
    void aFrozenWindowEndsTheJogInsteadOfRenewingLate() {
        key(QEvent::KeyPress, Qt::Key_L, false);
        const int before = stage_->commands.renewals;
        pass(std::chrono::milliseconds{400});
        QCOMPARE(stage_->commands.renewals, before);
        QCOMPARE(ends(), 1);
    }
    void lostFocusEndsTheJog() {
        key(QEvent::KeyPress, Qt::Key_L, false);
        QEvent deactivate(QEvent::WindowDeactivate);
        QApplication::sendEvent(window_.get(), &deactivate);
        QCOMPARE(ends(), 1);
    }
    void movingIntoATextEndsTheJog() {
        key(QEvent::KeyPress, Qt::Key_L, false);
        find<QLineEdit>(*window_, "goTo")->setFocus();
        QCOMPARE(ends(), 1);
    }
    /// Typing "Overl" into the list of faults moved the axis and began a recording.
    void lettersInAListAreNeitherJogsNorActions() {
        auto* box = find<QComboBox>(*window_, "stopReaction");
        box->setEnabled(true);
        box->setFocus();
        QTest::keyClick(box, Qt::Key_L);
        QVERIFY(jogs().empty());
        QKeyEvent letter(QEvent::ShortcutOverride, Qt::Key_R, Qt::NoModifier, QStringLiteral("r"));
        letter.ignore();
        QApplication::sendEvent(box, &letter);
        QVERIFY(letter.isAccepted());
        QTest::keyClick(box, Qt::Key_F12);
        QVERIFY(stage_->commands.stops > 0);
    }
    void aStopEndsTheJog() {
        key(QEvent::KeyPress, Qt::Key_L, false);
        QTest::keyClick(window_.get(), Qt::Key_F12);
        QCOMPARE(ends(), 1);
    }
    void anotherWorkspaceEndsTheJogAndKeysDoNothingThere() {
        key(QEvent::KeyPress, Qt::Key_L, false);
        window_->chooseWorkspace(Workspace::line);
        QCOMPARE(ends(), 1);
        key(QEvent::KeyPress, Qt::Key_L, false);
        QCOMPARE(jogs().size(), std::size_t{1});
    }
    void theButtonMovesWhileItIsDown() {
        auto* button = find<QPushButton>(*window_, "jogBack");
        QTest::mousePress(button, Qt::LeftButton);
        QCOMPARE(jogs().size(), std::size_t{1});
        QVERIFY(jogs()[0].velocity.value < 0.0);
        pass(std::chrono::milliseconds{16});
        QCOMPARE(ends(), 0);
        QTest::mouseRelease(button, Qt::LeftButton);
        QCOMPARE(ends(), 1);
    }
    void aReleaseNobodyDeliveredEndsTheJog() {
        auto* button = find<QPushButton>(*window_, "jogForward");
        QTest::mousePress(button, Qt::LeftButton);
        button->setDown(false); // what hiding or disabling does
        pass(std::chrono::milliseconds{16});
        QCOMPARE(ends(), 1);
    }
    void anotherAxisEndsTheJog() {
        key(QEvent::KeyPress, Qt::Key_L, false);
        window_->stepAxis(1);
        QCOMPARE(ends(), 1);
    }

private:
    std::vector<motion::StartJog> jogs() const { return stage_->commands.all<motion::StartJog>(); }
    int ends() const { return static_cast<int>(stage_->commands.all<motion::EndJog>().size()); }
    void pass(Duration span) {
        stage_->clock.advance(span);
        window_->tick();
    }

    std::unique_ptr<Stage> stage_;
    std::unique_ptr<MainWindow> window_;
};

} // namespace servolane::tests

using namespace servolane::tests;
SERVOLANE_TEST(JogTest)
#include "jog_test.moc"
