// SPDX-License-Identifier: GPL-3.0-or-later
// Servos that a search has found get another id or rate before anyone connects them: the whole way, on
// simulated servos that hear their own rate alone.
// Qt's first (through the registry): moc of Qt 6.4 cannot read GCC's <compare> as the very first header.
#include "tests/support/test_registry.h"

#include "tests/pipeline/bodies.h"
#include "ui/binding/selection.h"
#include "ui/bus/servo_change_strip.h"
#include "ui/theme/theme.h"

#include <QtTest/QTest>
#include <QtWidgets/QApplication>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>

namespace servolane::tests {

class ServoChangeTest : public QObject {
    Q_OBJECT

    std::unique_ptr<Workbench> bench_;
    Bodies bodies_{.baud = 57'600, .stay = true};
    std::unique_ptr<ui::Theme> theme_;
    ui::Selection selection_;
    std::unique_ptr<ui::PanelContext> context_;
    std::unique_ptr<ui::ServoChangeStrip> strip_;
    int ended_ = 0;

    void run(Duration span) {
        for (const Time end = bench_->clock.now() + span; bench_->clock.now() < end;) {
            bench_->run(std::chrono::milliseconds{20});
            strip_->tick(ui::readFrame(bench_->workstation->readModels(), bench_->clock.now(), true));
        }
    }
    static bus::FoundServo found(int id) {
        return {"dynamixel2", 57'600, {{static_cast<std::uint8_t>(id)}, 1020, 46}, true, {}};
    }
    void offer(std::vector<bus::FoundServo> servos) {
        strip_->offer({"sim:line", std::move(servos), {}, {}}, {57'600, 115'200, 1'000'000}, {});
    }
    void choose(int id, std::uint32_t rate) {
        if (id >= 0) find<QLineEdit>("findNewId")->setText(QString::number(id));
        auto* rates = find<QComboBox>("findNewRate");
        rates->setCurrentIndex(rates->findData(rate));
    }
    void change() {
        QVERIFY2(find<QPushButton>("findChange")->isEnabled(), qPrintable(text()));
        find<QPushButton>("findChange")->click();
    }
    bool untilEnded() {
        for (int i = 0; i < 1500 && ended_ == 0; ++i)
            run(std::chrono::milliseconds{20});
        return ended_ == 1;
    }
    template <class Widget>
    Widget* find(const char* name) {
        return strip_->findChild<Widget*>(QString::fromLatin1(name));
    }
    QString text() { return find<QLabel>("findChangeText")->text(); }
    std::int64_t value(std::size_t servo, registers::Role role) { return bodies_.value(servo, role); }

private Q_SLOTS:
    void init() {
        bench_ = std::make_unique<Workbench>(WorkbenchParts{.buses = bodies_.factory()});
        theme_ = std::make_unique<ui::Theme>([] { return false; });
        context_.reset(new ui::PanelContext{*bench_->workstation, *theme_, selection_});
        strip_ = std::make_unique<ui::ServoChangeStrip>(*context_, nullptr);
        ended_ = 0;
        connect(strip_.get(), &ui::ServoChangeStrip::finished, this, [this] { ++ended_; });
        strip_->show();
        run(std::chrono::milliseconds{40});
    }
    void cleanup() {
        strip_.reset();
        bench_.reset();
        bodies_.bus.reset();
    }

    void idAndRateAreShownWrittenAndAskedForAtBothRates() {
        offer({found(3)});
        QVERIFY(!find<QPushButton>("findChange")->isEnabled()); // nothing to change yet
        choose(13, 1'000'000);
        QVERIFY2(text().contains(QStringLiteral("id 3 → 13")) && text().contains(QStringLiteral("1 Mbit/s")),
                 qPrintable(text()));
        change();
        QVERIFY(untilEnded());
        QVERIFY2(text().contains(QStringLiteral("answers at id 13, 1 Mbit/s")), qPrintable(text()));
        QCOMPARE(value(2, registers::Role::servoId), std::int64_t{13});
        QVERIFY(strip_->change().isDone());
        // The port is free again.
        QVERIFY(bench_->workstation->readModels().buses.read()->buses.empty());
    }

    void severalServosGetOneRate() {
        offer({found(1), found(2), found(3)});
        QVERIFY(!find<QLineEdit>("findNewId")->isEnabled());
        choose(-1, 115'200);
        QVERIFY2(text().contains(QStringLiteral("to 3 servos")), qPrintable(text()));
        change();
        QVERIFY(untilEnded());
        QVERIFY2(strip_->change().isDone(), qPrintable(text()));
        QCOMPARE(strip_->change().outcomes().size(), std::size_t{3});
        for (const auto& outcome : strip_->change().outcomes())
            QCOMPARE(outcome.after->baud, std::uint32_t{115'200});
    }

    void anIdThatAnotherHasIsRefusedAndNothingIsLost() {
        offer({found(3)});
        choose(2, 57'600);
        change();
        QVERIFY(untilEnded());
        QVERIFY(!strip_->change().isDone());
        QVERIFY2(text().contains(QStringLiteral("Servo 3 answers at id 3")), qPrintable(text()));
    }

    void oneThatWasLostHalfWayIsFoundWithItsNewRate() {
        offer({found(3)});
        choose(-1, 1'000'000);
        change();
        // The port is open and the servo known; then it has the new rate, and nobody has heard of it.
        for (int i = 0; i < 200 && !strip_->change().step().contains(QStringLiteral("Servo 3:")); ++i)
            run(std::chrono::milliseconds{20});
        const auto* rate = Workbench::models()->find("XM430-W350")->find(registers::Role::baudRate);
        bodies_.bus->servos()[2]->preset(registers::Role::baudRate,
                                         *registers::rawFromBaud(*rate, 1'000'000));
        QVERIFY(untilEnded());
        QVERIFY2(text().contains(QStringLiteral("answers at id 3, 1 Mbit/s")), qPrintable(text()));
    }

    void oneThatIsGoneIsSaidToBeGone() {
        offer({found(3)});
        choose(-1, 1'000'000);
        change();
        for (int i = 0; i < 200 && !bodies_.bus; ++i)
            run(std::chrono::milliseconds{20});
        bodies_.bus->inject(*drivers::simulator::parseFaultSpec("silent=3"), bench_->clock.now());
        QVERIFY(untilEnded());
        QVERIFY2(text().contains(QStringLiteral("does not answer any more")) ||
                     text().contains(QStringLiteral("answers neither")),
                 qPrintable(text()));
        QVERIFY(bench_->workstation->readModels().buses.read()->buses.empty());
    }

    void whatCannotBeChangedTogetherIsSaid() {
        auto other = found(2);
        other.baud = 1'000'000;
        offer({found(1), other});
        QVERIFY2(text().contains(QStringLiteral("at one rate")), qPrintable(text()));
        auto unknown = found(1);
        unknown.knownModel = false;
        offer({unknown});
        QVERIFY2(text().contains(QStringLiteral("No model file")), qPrintable(text()));
    }
};

SERVOLANE_TEST(ServoChangeTest)

} // namespace servolane::tests

#include "servo_change_test.moc"
