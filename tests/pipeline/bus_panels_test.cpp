// SPDX-License-Identifier: GPL-3.0-or-later
// Wire and doctor in the window, on the simulated bus.
// Qt's first (through the registry): moc of Qt 6.4 cannot read GCC's <compare> as the very first header.
#include "tests/support/test_registry.h"

#include "app/workstation/finding_text.h"
#include "core/bus/read/wire_log.h"
#include "tests/pipeline/workbench.h"
#include "ui/binding/selection.h"
#include "ui/bus/doctor_panel.h"
#include "ui/bus/wire_panel.h"
#include "ui/theme/theme.h"

#include <QtCore/QFile>
#include <QtTest/QTest>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QTableView>
#include <QtWidgets/QTableWidget>

using namespace std::chrono_literals;

namespace servolane::tests {

namespace {

ui::DoctorVoice voice() {
    return {[](const bus::Finding& finding) { return std::string(app::titleOf(finding.check)); },
            app::sentenceOf, app::remedyText,
            [](const std::string& path, int milliseconds) {
                return path + " now " + std::to_string(milliseconds);
            }};
}

} // namespace

class BusPanelsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        bench_ = std::make_unique<Workbench>();
        bench_->connect("dynamixel2:3@1000000");
        theme_ = std::make_unique<ui::Theme>([] { return false; });
        context_ =
            std::make_unique<ui::PanelContext>(ui::PanelContext{*bench_->workstation, *theme_, selection_});
    }
    void cleanup() {
        wire_.reset();
        doctor_.reset();
        context_.reset();
        bench_.reset();
    }

    void theWireIsListenedToOnlyWhileWatched() {
        openWire();
        QCOMPARE(view()->model()->rowCount(), 0);
        press("wireWatch");
        run(500ms);
        QVERIFY(view()->model()->rowCount() > 100);
        QVERIFY(text("wireCounts").contains("packets"));
        press("wireWatch");
        run(200ms);
        const int kept = view()->model()->rowCount();
        run(500ms);
        QCOMPARE(view()->model()->rowCount(), kept);
    }

    void holdingTheListLosesNothing() {
        openWire();
        press("wireWatch");
        run(300ms);
        press("wireHold");
        const int held = view()->model()->rowCount();
        run(1s);
        QCOMPARE(view()->model()->rowCount(), held);
        QVERIFY2(text("wireCounts").contains("new behind the hold"), qPrintable(text("wireCounts")));
        press("wireHold");
        run(200ms);
        QCOMPARE(static_cast<std::uint64_t>(view()->model()->rowCount()),
                 bench_->workstation->wireMonitor().log()->size());
        QVERIFY(view()->model()->rowCount() > held + 100);
    }

    void filtersChooseRowsAndTheChosenRowShowsItsBytes() {
        openWire();
        press("wireWatch");
        run(1s);
        auto* instruction = wire_->findChild<QComboBox*>("wireInstruction");
        const int read = instruction->findText("read");
        QVERIFY(read > 0);
        instruction->setCurrentIndex(read);
        run(100ms);
        QVERIFY(view()->model()->rowCount() > 0);
        for (int row = 0; row < view()->model()->rowCount(); ++row)
            QCOMPARE(cell(row, 4), QString("read"));
        wire_->findChild<QLineEdit*>("wireFind")->setText("address 144");
        run(100ms);
        QVERIFY(view()->model()->rowCount() > 0);
        view()->selectRow(0);
        const QString details = wire_->findChild<QPlainTextEdit*>("wireDetails")->toPlainText();
        QVERIFY2(details.contains("0000  FF FF FD 00"), qPrintable(details));
        QVERIFY(details.contains("address 144"));
        wire_->findChild<QCheckBox*>("wireTroubles")->setChecked(true);
        QCOMPARE(view()->model()->rowCount(), 0);
    }

    void whatPassesTheFilterIsExported() {
        openWire();
        press("wireWatch");
        run(500ms);
        wire_->findChild<QLineEdit*>("wireFind")->setText("FF FF FD");
        press("wireHold");
        run(100ms);
        const int rows = view()->model()->rowCount();
        for (const QString& ending : {QStringLiteral("csv"), QStringLiteral("jsonl")}) {
            const QString path = bench_->folder.filePath("packets." + ending);
            wire_->exportTo(path);
            QTRY_VERIFY_WITH_TIMEOUT((run(10ms), text("wireTold").contains("written to")), 60'000);
            QFile file(path);
            QVERIFY(file.open(QIODevice::ReadOnly));
            QCOMPARE(file.readAll().count('\n'), rows + (ending == "csv" ? 1 : 0));
        }
        wire_->exportTo(bench_->folder.filePath("nowhere/packets.csv"));
        QTRY_VERIFY_WITH_TIMEOUT((run(10ms), text("wireTold").contains("Nothing was written")), 60'000);
    }

    void theDoctorOffersARemedyDoesItAndLooksAgain() {
        openDoctor();
        run(1s);
        QVERIFY2(sentence("Return delay").contains("Servos 1, 2 and 3 wait up to 500 µs"),
                 qPrintable(sentence("Return delay")));
        auto* button = doctor_->findChild<QPushButton*>("doctorMend_return-delay");
        QVERIFY(button);
        QCOMPARE(button->text(), QString("Set to 0 µs"));
        button->click();
        run(1s);
        QVERIFY2(doctorText().startsWith("3 of 3 written"), qPrintable(doctorText()));
        QCOMPARE(sentence("Return delay"), QString("No servo waits before it answers."));
        // A table deletes the widget of a cell in the next turn of the event loop, which a test has not.
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        QVERIFY(!doctor_->findChild<QPushButton*>("doctorMend_return-delay"));
    }

    void aRemedyThatIsRefusedSaysWhy() {
        QVERIFY(bench_->perform(motion::SetTorque{{2}, true}).state == journal::CommandState::confirmed);
        openDoctor();
        run(1s);
        doctor_->findChild<QPushButton*>("doctorMend_return-delay")->click();
        run(1s);
        QVERIFY2(doctorText().startsWith("2 of 3 written. "), qPrintable(doctorText()));
        QVERIFY(doctorText().contains("torque", Qt::CaseInsensitive));
        QVERIFY(sentence("Return delay").startsWith("Servo 2 waits"));
    }

    void lookingAgainForgetsOldErrors() {
        QVERIFY(bench_->perform(bus::InjectFault{{1}, "drop=0.2"}).state == journal::CommandState::confirmed);
        openDoctor();
        run(2s);
        QVERIFY2(sentence("Errors").contains("did not come whole"), qPrintable(sentence("Errors")));
        QVERIFY(bench_->perform(bus::ClearFaults{{1}}).state == journal::CommandState::confirmed);
        run(1s);
        doctor_->findChild<QPushButton*>("doctorAgain")->click();
        run(2s);
        QCOMPARE(sentence("Errors"), QString("Every answer came, and came whole."));
    }

private:
    void openWire() {
        wire_ = std::make_unique<ui::WirePanel>(
            *context_, &bench_->workstation->wireMonitor(), [this] { return bench_->clock.utcNow(); },
            nullptr);
        wire_->resize(1200, 300);
        wire_->show();
        run(100ms);
    }
    void openDoctor() {
        doctor_ = std::make_unique<ui::DoctorPanel>(
            *context_, voice(), [] { return std::vector<ui::PortChoice>{}; }, nullptr);
        doctor_->resize(1200, 300);
        doctor_->show();
        run(100ms);
    }
    /// Frames are 16 ms apart, as in the window.
    void run(Duration span) {
        for (const Time end = bench_->clock.now() + span; bench_->clock.now() < end;) {
            bench_->run(16ms);
            const ui::Frame frame =
                ui::readFrame(bench_->workstation->readModels(), bench_->clock.now(), true);
            if (wire_) wire_->tick(frame);
            if (doctor_) doctor_->tick(frame);
        }
        QCoreApplication::processEvents();
    }
    void press(const char* name) { wire_->findChild<QPushButton*>(QLatin1String(name))->click(); }
    QTableView* view() { return wire_->findChild<QTableView*>("wireTable"); }
    QString cell(int row, int column) {
        return view()->model()->data(view()->model()->index(row, column)).toString();
    }
    QString text(const char* name) { return wire_->findChild<QLabel*>(QLatin1String(name))->text(); }
    QString doctorText() { return doctor_->findChild<QLabel*>("doctorTold")->text(); }
    QString sentence(const QString& check) {
        auto* checks = doctor_->findChild<QTableWidget*>("doctorChecks");
        for (int row = 0; row < checks->rowCount(); ++row)
            if (checks->item(row, 1)->text() == check) return checks->item(row, 2)->text();
        return {};
    }

    std::unique_ptr<Workbench> bench_;
    std::unique_ptr<ui::Theme> theme_;
    ui::Selection selection_;
    std::unique_ptr<ui::PanelContext> context_;
    std::unique_ptr<ui::WirePanel> wire_;
    std::unique_ptr<ui::DoctorPanel> doctor_;
};

SERVOLANE_TEST(BusPanelsTest)

} // namespace servolane::tests

#include "bus_panels_test.moc"
