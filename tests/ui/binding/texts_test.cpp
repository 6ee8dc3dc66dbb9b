// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/test_registry.h"
#include "tests/ui/stage.h"
#include "ui/binding/axis_names.h"
#include "ui/binding/number_entry.h"
#include "ui/binding/refusal_text.h"
#include "ui/binding/state_text.h"
#include "ui/binding/timing_text.h"
#include "ui/binding/value_text.h"
#include "ui/journal/trouble.h"

#include <QtCore/QLocale>
#include <QtTest/QTest>
#include <limits>
#include <set>

namespace servolane::tests {

class NumberEntryTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void bothMarksMeanTheSameInEveryLocale_data() {
        QTest::addColumn<QString>("typed");
        QTest::addColumn<double>("meant");
        QTest::newRow("point") << "1.5" << 1.5;
        QTest::newRow("comma") << "1,5" << 1.5;
        QTest::newRow("one, not a thousand") << "1.000" << 1.0;
        QTest::newRow("one with a comma") << "1,000" << 1.0;
        QTest::newRow("real minus") << QStringLiteral("−90") << -90.0;
        QTest::newRow("leading mark") << ".25" << 0.25;
        QTest::newRow("blanks around") << "  12 " << 12.0;
        QTest::newRow("plus") << "+3" << 3.0;
    }
    void bothMarksMeanTheSameInEveryLocale() {
        QFETCH(QString, typed);
        QFETCH(double, meant);
        const QLocale before;
        for (const auto language : {QLocale::German, QLocale::English, QLocale::French}) {
            QLocale::setDefault(QLocale(language));
            const auto value = ui::numberFrom(typed);
            QVERIFY(value.has_value());
            QCOMPARE(*value, meant);
        }
        QLocale::setDefault(before);
    }
    void whatCouldMeanTwoThingsIsRefused() {
        for (const char* typed :
             {"1.000,5", "1,000.5", "1 000", "1e3", "12 deg", "", "-", ".", "0x10", "1-2", "nan", "inf"})
            QVERIFY2(!ui::numberFrom(QString::fromLatin1(typed)).has_value(), typed);
    }
};

class ValueTextTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theDegreeStandsAtTheNumberAndMinusIsAMinus() {
        QCOMPARE(ui::valueText(-90.0, "deg"), QStringLiteral("−90.0°"));
        QCOMPARE(ui::valueText(12.14, "V"), QStringLiteral("12.1\u202FV"));
        QCOMPARE(ui::valueText(41.0, "degC"), QStringLiteral("41\u202F°C"));
    }
    // Bug: a refusal of 1e308 was 309 digits long.
    void aNumberBeyondAllMeasureStaysShort() {
        QCOMPARE(ui::valueText(1e308, "deg"), QStringLiteral("1e+308°"));
        QCOMPARE(ui::valueText(-1.25e15, "deg"), QStringLiteral("−1.25e+15°"));
        QCOMPARE(ui::numberText(999999999999999.0, 1), QStringLiteral("999999999999999.0"));
    }
    /// "about 512.3 kB", "about 37 s left": a guess that looked as if it had been measured.
    void aGuessLooksLikeOne() {
        QCOMPARE(ui::roughBytesText(512'345), QStringLiteral("510 kB"));
        QCOMPARE(ui::roughBytesText(12'345'678), QStringLiteral("12 MB"));
        QCOMPARE(ui::roughBytesText(1'249'000'000), QStringLiteral("1.2 GB"));
        QCOMPARE(ui::roughBytesText(87), QStringLiteral("87 B"));
        QCOMPARE(ui::roughBytesText(999'999), QStringLiteral("1.0 MB"));
        QCOMPARE(ui::roughCountText(4'812), QStringLiteral("4\u202F800"));
        QCOMPARE(ui::leftText(std::chrono::milliseconds{36'200}), QStringLiteral("about 40 s left"));
        QCOMPARE(ui::leftText(std::chrono::milliseconds{3'200}), QStringLiteral("about 4.0 s left"));
        QCOMPARE(ui::unitSpelling(QStringLiteral("°/s")), std::string("deg/s"));
        QCOMPARE(ui::unitSpelling(QStringLiteral("V·A")), std::string("V·A"));
    }
    void zeroHasNoSign() {
        QCOMPARE(ui::numberText(-0.04, 1), QStringLiteral("0.0"));
        QCOMPARE(ui::numberText(-0.06, 1), QStringLiteral("−0.1"));
    }
    void whatIsNoNumberSaysSo() {
        QCOMPARE(ui::numberText(std::numeric_limits<double>::quiet_NaN(), 1), QStringLiteral("—"));
    }
    void agesAndLatenciesChooseTheirUnit() {
        QCOMPARE(ui::ageText(std::chrono::milliseconds{400}), QStringLiteral("0.4 s"));
        QCOMPARE(ui::ageText(std::chrono::minutes{3}), QStringLiteral("3 min"));
        QCOMPARE(ui::latencyText(std::chrono::microseconds{3100}), QStringLiteral("3.1 ms"));
        QCOMPARE(ui::latencyText(std::chrono::microseconds{820}), QStringLiteral("820 µs"));
        QCOMPARE(ui::latencyText(std::chrono::nanoseconds{999'800}), QStringLiteral("1.0 ms"));
        QCOMPARE(ui::latencyText(std::chrono::microseconds{999'960}), QStringLiteral("1.00 s"));
        QCOMPARE(ui::clockText(std::chrono::seconds{751}), QStringLiteral("00:12:31"));
        QCOMPARE(ui::bytesText(2'100'000), QStringLiteral("2.1 MB"));
        QCOMPARE(ui::baudText(1'000'000), QStringLiteral("1 Mbit/s"));
        QCOMPARE(ui::baudText(57'600), QStringLiteral("57.6 kbit/s"));
    }
};

class RefusalTextTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aMoveBeyondTheLimitsIsToldWithItsNumbers() {
        Stage stage;
        stage.addSimulatedBus(2);
        api::Rejection rejection;
        rejection.code = api::RejectionCode::outsideTravelLimits;
        rejection.axis = AxisId{1};
        rejection.requested = 120.0;
        rejection.low = -90.0;
        rejection.high = 90.0;
        rejection.unit = "deg";
        QCOMPARE(ui::textOf(rejection, stage.axes, stage.buses),
                 QStringLiteral("120.0° is outside the limit −90.0° … 90.0° of axis 1 Pan"));
    }
    /// Bug: "359.9° is outside the limit 0.0° … 359.9°".
    void aNumberIsToldApartFromTheLimitThatItMisses() {
        Stage stage;
        stage.addSimulatedBus(1);
        api::Rejection rejection;
        rejection.code = api::RejectionCode::outsideTravelLimits;
        rejection.axis = AxisId{1};
        rejection.requested = -0.04;
        rejection.high = 359.91;
        rejection.unit = "deg";
        QCOMPARE(ui::textOf(rejection, stage.axes, stage.buses),
                 QStringLiteral("−0.04° is outside the limit 0.00° … 359.91° of axis 1 Pan"));
        rejection.requested = 359.93;
        QCOMPARE(ui::textOf(rejection, stage.axes, stage.buses),
                 QStringLiteral("359.93° is outside the limit 0.00° … 359.91° of axis 1 Pan"));
    }
    void everyReasonHasASentenceOfItsOwn() {
        Stage stage;
        stage.addSimulatedBus(1);
        std::set<QString> seen;
        for (int code = 0; code <= static_cast<int>(api::RejectionCode::otherModel); ++code) {
            api::Rejection rejection;
            rejection.code = static_cast<api::RejectionCode>(code);
            rejection.axis = AxisId{1};
            rejection.bus = BusId{1};
            rejection.subject = "thing";
            const QString text = ui::textOf(rejection, stage.axes, stage.buses);
            QVERIFY2(text.size() > 10, qPrintable(text));
            QVERIFY2(!text.contains(QLatin1Char('%')), qPrintable(text));
            QVERIFY2(text[0].isUpper() || text[0].isDigit(), qPrintable(text));
            QVERIFY2(seen.insert(text).second, qPrintable(text));
        }
    }
    void theStopSaysHowManyConfirmedAndHowFast() {
        Stage stage;
        stage.addSimulatedBus(4);
        stage.axes.stop.latched = true;
        motion::StopFinished finished;
        for (std::uint16_t id = 1; id <= 4; ++id)
            finished.axes.push_back({AxisId{id}, true, {}});
        finished.took = std::chrono::microseconds{3100};
        stage.axes.stop.finished = finished;
        QCOMPARE(ui::stopText(stage.axes, stage.axes.stop),
                 QStringLiteral("4 of 4 axes confirmed torque off, 3.1 ms"));
        stage.axes.stop.finished->axes[2].confirmed = false;
        QVERIFY(ui::stopText(stage.axes, stage.axes.stop).startsWith(QStringLiteral("3 of 4")));
        // Bug: "0 of 6 axes confirmed torque off, 0 µs".
        for (auto& axis : stage.axes.stop.finished->axes)
            axis.confirmed = false;
        QCOMPARE(ui::stopText(stage.axes, stage.axes.stop),
                 QStringLiteral("0 of 4 axes confirmed torque off"));
    }
    void statesDifferInWordAndFaultsInShape() {
        Stage stage;
        stage.addSimulatedBus(1);
        std::set<QString> words;
        for (int state = 0; state <= static_cast<int>(motion::AxisState::fault); ++state) {
            stage.axis(0).state = static_cast<motion::AxisState>(state);
            words.insert(ui::lookOf(stage.axis(0), stage.axes.stop).word);
        }
        QCOMPARE(words.size(), std::size_t{6});
        QVERIFY(ui::shapeOf(ui::Tone::ok) != ui::shapeOf(ui::Tone::fault));
        QVERIFY(ui::shapeOf(ui::Tone::warn) != ui::shapeOf(ui::Tone::fault));
    }
    /// "firmware 778" is 3.10, a byte each.
    void aFirmwareOfTwoBytesIsReadAsItsMakerWritesIt() {
        registers::Register of;
        of.role = registers::Role::firmwareVersion;
        of.size = 1;
        QCOMPARE(ui::firmwareText(of, 48), QStringLiteral("48"));
        of.size = 2;
        of.bigEndian = true;
        QCOMPARE(ui::firmwareText(of, 778), QStringLiteral("3.10"));
    }
    /// With two buses servo id 1 was called "1 · Axis 3".
    void anAxisNobodyNamedSaysWhichIsItsId() {
        Stage stage;
        stage.addSimulatedBus(2);
        stage.addSimulatedBus(1);
        motion::Axis axis = *stage.axis(2).axis;
        axis.name = "Axis 3";
        QCOMPARE(ui::axisTitle(axis), QStringLiteral("Axis 3 (id 1)"));
        axis.name = "Lift";
        QCOMPARE(ui::axisTitle(axis), QStringLiteral("1 · Lift"));
    }
    /// An axis without an answer was grey and round in the tree, amber on its tile, a triangle in the alarms.
    void noAnswerLooksTheSameEverywhere() {
        Stage stage;
        stage.addSimulatedBus(1);
        stage.axis(0).silent = true;
        stage.axis(0).state = motion::AxisState::silent;
        stage.publish();
        ui::TroubleBook book;
        book.fold(stage.frame());
        QCOMPARE(book.all().at(0).tone, ui::lookOf(stage.axis(0), {}).tone);
        QCOMPARE(book.all().at(0).text, ui::lookOf(stage.axis(0), {}).word);
    }
    /// Bug: the alarm was over as soon as the recording had ended for it.
    void aFullDiskIsAnAlarmUntilThereIsRoom() {
        Stage stage;
        ui::TroubleBook book;
        stage.recording.named = session::RecordingView{"/r.servolane", "r", {}, 0, 0, 0};
        stage.recording.named->disk = {900'000'000, {}, true};
        stage.publish();
        book.fold(stage.frame());
        QVERIFY(book.all().at(0).text.startsWith(QStringLiteral("Disk fills up")));
        stage.recording.named.reset();
        stage.recording.error = {ErrorCode::diskFull, "/r.servolane"};
        stage.recording.full = session::FullDisk{"/r.servolane", 20'000'000};
        stage.publish();
        book.fold(stage.frame());
        QCOMPARE(book.all().size(), std::size_t{1});
        QVERIFY(book.all().at(0).active && book.all().at(0).text.startsWith(QStringLiteral("Disk full")));
        stage.recording.full.reset();
        stage.recording.error = {};
        stage.publish();
        book.fold(stage.frame());
        QVERIFY(!book.all().at(0).active);
    }
    void axesOfOneNameSayWhatTellsThemApart() {
        const auto names = ui::distinctNames({{AxisId{1}, "Pan", "ttyUSB0", 1},
                                              {AxisId{2}, "Pan", "ttyUSB1", 1},
                                              {AxisId{3}, "Lift", "ttyUSB0", 3},
                                              {AxisId{4}, "Lift", "ttyUSB0", 4},
                                              {AxisId{5}, "Grip", "ttyUSB0", 5}});
        QCOMPARE(names.at(AxisId{1}), QStringLiteral("Pan (ttyUSB0)"));
        QCOMPARE(names.at(AxisId{2}), QStringLiteral("Pan (ttyUSB1)"));
        QCOMPARE(names.at(AxisId{4}), QStringLiteral("Lift (id 4)"));
        QCOMPARE(names.at(AxisId{5}), QStringLiteral("Grip"));
        const auto three = ui::distinctNames({{AxisId{1}, "Pan", "ttyUSB0", 1},
                                              {AxisId{2}, "Pan", "ttyUSB0", 2},
                                              {AxisId{3}, "Pan", "ttyUSB1", 1}});
        QCOMPARE(three.at(AxisId{3}), QStringLiteral("Pan (ttyUSB1, id 1)"));
    }
    /// With 250 axes a slow channel comes every 20 s: it was grey while it was as fresh as it can be.
    void aSlowChannelAgesByThePeriodThatWasMeasured() {
        Stage stage;
        stage.addSimulatedBus(1);
        motion::AxisView& axis = stage.axis(0);
        const Time read = axis[telemetry::Channel::temperature].at;
        using std::chrono::seconds;
        const auto isStale = [&](telemetry::Channel channel, Duration age) {
            return ui::isStale(axis, channel, bus::LinkSettings{}, read + age, seconds{20});
        };
        QVERIFY(!isStale(telemetry::Channel::temperature, seconds{19}));
        QVERIFY(isStale(telemetry::Channel::temperature, seconds{61}));
        QVERIFY(isStale(telemetry::Channel::position, seconds{19})); // has the rhythm of its axis
    }
    /// "0.0 Hz"
    void aRareSampleHasItsPeriodForARate() {
        telemetry::Timing timing;
        timing.intervals = 8;
        const std::pair<double, const char*> rates[] = {{200.0, "200 Hz"},    {5.0, "5.0 Hz"},
                                                        {0.5, "0.5 Hz"},      {0.4, "every 2.5 s"},
                                                        {0.05, "every 20 s"}, {0.001, "every 1000 s"}};
        for (const auto& [rate, text] : rates) {
            timing.rate = rate;
            QCOMPARE(ui::rateText(timing), QString::fromLatin1(text));
        }
    }
    void valuesAgeAfterThreePeriods() {
        Stage stage;
        stage.addSimulatedBus(1);
        motion::AxisView& axis = stage.axis(0);
        axis.period = std::chrono::milliseconds{200};
        const Time read = axis[telemetry::Channel::position].at;
        bus::LinkSettings slow;
        slow.slowInterval = 1.0;
        QVERIFY(
            !ui::isStale(axis, telemetry::Channel::position, slow, read + std::chrono::milliseconds{599}));
        QVERIFY(ui::isStale(axis, telemetry::Channel::position, slow, read + std::chrono::milliseconds{601}));
        QVERIFY(!ui::isStale(axis, telemetry::Channel::temperature, slow,
                             read + std::chrono::milliseconds{2900}));
        QVERIFY(
            ui::isStale(axis, telemetry::Channel::temperature, slow, read + std::chrono::milliseconds{3100}));
        slow.plan[telemetry::Channel::temperature] = bus::Pace::everyCycle;
        QVERIFY(
            ui::isStale(axis, telemetry::Channel::temperature, slow, read + std::chrono::milliseconds{700}));
    }
};

} // namespace servolane::tests

using namespace servolane::tests;

SERVOLANE_TEST(NumberEntryTest)
SERVOLANE_TEST(ValueTextTest)
SERVOLANE_TEST(RefusalTextTest)
#include "texts_test.moc"
