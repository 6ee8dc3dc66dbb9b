// SPDX-License-Identifier: GPL-3.0-or-later
// Qt's first: moc of Qt 6.4 cannot read GCC's <compare> as the very first header.
#include <QtTest/QTest>

#include "core/telemetry/analysis/formula.h"

#include "tests/core/telemetry/named_axes.h"
#include "tests/support/test_registry.h"

#include <QtTest/QTest>
#include <cmath>
#include <numbers>

using namespace servolane;
using namespace servolane::telemetry;
using namespace servolane::tests;

namespace {

using Outcome = Formula::Outcome;

Formula compiled(std::string_view text) {
    auto formula = Formula::compile(text, threeAxes());
    if (!formula) throw std::runtime_error("does not compile: " + std::string(text));
    return std::move(*formula);
}

FormulaError errorOf(std::string_view text) {
    const auto formula = Formula::compile(text, threeAxes());
    return formula ? FormulaError{} : formula.error();
}

Time at(double time) {
    return Time{fromSeconds(100.0 + time)};
}

/// The last of the values that a formula of one channel gives, at equal steps.
Formula::Step fed(Formula& formula, std::vector<double> xs, double step, double from = 0.0) {
    Formula::Step last;
    for (std::size_t i = 0; i < xs.size(); ++i)
        last = formula.next(at(from + step * static_cast<double>(i)), std::span(&xs[i], 1));
    return last;
}

class FormulaTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void namesFollowServosAndTellBusesApart() {
        QCOMPARE(threeAxes().wordOf(AxisId{3}), std::string("a3"));
        const ChannelNames twins({namedAxis(1, 1, 1), namedAxis(2, 2, 1)});
        QCOMPARE(twins.wordOf(AxisId{2}), std::string("b2a1"));
        QCOMPARE(twins.find("b2a1.current")->axis, AxisId{2});
        QVERIFY(!twins.find("a1.current"));
        QCOMPARE(threeAxes().find("b1a1.position")->axis, AxisId{1});
        QVERIFY(!threeAxes().find("a1.torque"));
        QVERIFY(!threeAxes().find("a1"));
    }

    void calculatesWithChannelsInTheOrderOfTheirNames() {
        Formula formula = compiled("a1.setpoint - a1.position*2 + min(a2.current, 1)");
        QCOMPARE(formula.inputs().size(), std::size_t{3});
        QVERIFY(formula.inputs()[1].channel == Channel::position);
        const double values[] = {10.0, 3.0, 5.0};
        const auto step = formula.next(at(0), values);
        QCOMPARE(step.outcome, Outcome::value);
        QCOMPARE(step.value, 5.0F);
        Formula twice = compiled("a1.position + a1.position + 1e3 + 2*pi");
        QCOMPARE(twice.inputs().size(), std::size_t{1});
        QCOMPARE(twice.next(at(0), std::span(values, 1)).value,
                 static_cast<float>(1020 + 2 * std::numbers::pi));
    }

    void derivativeUsesTrueTimesAndNeedsTwoSamples() {
        Formula formula = compiled("ddt(a1.position)");
        const double xs[] = {1.0, 3.0, 3.5};
        QCOMPARE(formula.next(at(0.0), std::span(xs, 1)).outcome, Outcome::warmingUp);
        QCOMPARE(formula.next(at(0.5), std::span(xs + 1, 1)).value, 4.0F);
        QCOMPARE(formula.next(at(0.6), std::span(xs + 2, 1)).value, 5.0F);
        formula.restart();
        QCOMPARE(formula.next(at(0.7), std::span(xs, 1)).outcome, Outcome::warmingUp);
    }

    void integralAddsTrapezoids() {
        Formula formula = compiled("integral(a1.velocity)");
        QCOMPARE(fed(formula, {0.0, 1.0, 2.0, 3.0}, 0.5).value, 2.25F);
        formula.restart();
        QCOMPARE(fed(formula, {7.0}, 1.0, 10.0).value, 0.0F);
    }

    /// A first-order low-pass lets through 1/√2 of a sine at its cut-off, and of a step 63 % after 1/(2πf).
    void lowPassHasItsCutOff() {
        Formula step = compiled("lowpass(a1.current, 2)");
        const double tau = 1.0 / (2.0 * std::numbers::pi * 2.0);
        const double values[] = {0.0, 1.0};
        QCOMPARE(step.next(at(0.0), std::span(values, 1)).value, 0.0F);
        QVERIFY(std::abs(step.next(at(tau), std::span(values + 1, 1)).value - 0.6321206) < 1e-5);
        Formula sine = compiled("lowpass(a1.current, 2)");
        double largest = 0.0;
        for (int i = 0; i < 8000; ++i) {
            const double x = std::sin(2.0 * std::numbers::pi * 2.0 * i / 2000.0);
            const double y = sine.next(at(i / 2000.0), std::span(&x, 1)).value;
            if (i > 4000) largest = std::max(largest, y);
        }
        QVERIFY2(std::abs(largest - std::numbers::sqrt2 / 2.0) < 0.005, qPrintable(QString::number(largest)));
    }

    void meanAndRmsLookBackByTime() {
        Formula mean = compiled("mean(a1.current, 0.25)");
        QCOMPARE(fed(mean, {100.0, 1.0, 2.0, 3.0}, 0.1).value, 2.0F); // 0.05 … 0.3 s
        Formula rms = compiled("rms(a1.current, 10)");
        QCOMPARE(fed(rms, {3.0, -3.0, 3.0}, 0.1).value, 3.0F);
        Formula many = compiled("mean(a1.current, 0.0995)");
        std::vector<double> xs(100'000);
        for (std::size_t i = 0; i < xs.size(); ++i)
            xs[i] = i % 2 == 0 ? 1e6 : -1e6 + 1.0;
        QVERIFY(std::abs(fed(many, xs, 0.001).value - 0.5F) < 1e-3F);
    }

    void callsNestAndEachKeepsItsOwnPast() {
        Formula formula = compiled(
            "ddt(lowpass(a1.position, 1000)) - ddt(a1.position) + (0 > 1 ? integral(a1.position) : 0)");
        QCOMPARE(fed(formula, {0.0, 1.0}, 1.0).value, 0.0F);
        // The branch that is not taken has been fed all the same.
        Formula branch = compiled("a1.position > 2 ? integral(a1.position) : 0");
        QCOMPARE(fed(branch, {1.0, 1.0, 3.0}, 1.0).value, 3.0F);
    }

    void whatHasNoValueSaysSo() {
        Formula quotient = compiled("1 / a1.velocity");
        QCOMPARE(fed(quotient, {0.0}, 1.0).outcome, Outcome::undefined);
        QCOMPARE(fed(quotient, {4.0}, 1.0, 1.0).value, 0.25F);
        Formula inside = compiled("mean(sqrt(a1.velocity), 10)");
        QCOMPARE(fed(inside, {9.0, -1.0}, 1.0).outcome, Outcome::undefined);
        QCOMPARE(fed(inside, {4.0}, 1.0, 2.0).value, 2.0F); // what was before is forgotten
        Formula large = compiled("exp(a1.velocity)");
        QCOMPARE(fed(large, {500.0}, 1.0).outcome, Outcome::undefined);
    }

    void wrongFormulasSayWhereAndWhat_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("fault");
        QTest::addColumn<int>("position");
        QTest::addColumn<int>("length");
        const auto row = [](const char* text, FormulaFault fault, int position, int length) {
            QTest::newRow(text) << text << static_cast<int>(fault) << position << length;
        };
        row("  ", FormulaFault::empty, 0, 0);
        row("a1.position - a9.position", FormulaFault::unknownName, 14, 11);
        row("a1.position - a1.torque", FormulaFault::unknownName, 14, 9);
        row("lowpass(a9.position, 5)", FormulaFault::unknownName, 8, 11);
        row("2 * low(a1.position)", FormulaFault::unknownFunction, 4, 3);
        row("a1.position -", FormulaFault::operandExpected, 13, 0);
        row("a1.position - * 2", FormulaFault::operandExpected, 14, 1);
        row("a1.position a1.velocity", FormulaFault::operatorExpected, 12, 11);
        row("ddt(a1.position) 2", FormulaFault::operatorExpected, 17, 1);
        row("abs(a1.position", FormulaFault::bracketMissing, 3, 1);
        row("a1.position) + 1", FormulaFault::bracketUnexpected, 11, 1);
        row("1 + lowpass(a1.current)", FormulaFault::tooFewArguments, 4, 7);
        row("ddt(a1.position, 3)", FormulaFault::tooManyArguments, 15, 3);
        row("lowpass(a1.current, a1.voltage)", FormulaFault::constantExpected, 20, 10);
        row("lowpass(a1.current, -5)", FormulaFault::constantExpected, 20, 2);
        row("lowpass(a1.current, )", FormulaFault::constantExpected, 20, 0);
        row("1 + mean(a1.current, 61)", FormulaFault::windowTooLong, 21, 2);
        row("a1.position = 3", FormulaFault::assignment, 12, 1);
        row("a1.position $ 3", FormulaFault::unexpectedSign, 12, 1);
        row("a1.position, 3", FormulaFault::unexpectedSign, 11, 1);
        row("2 * pi", FormulaFault::noChannel, 0, 6);
        row("abs()+a1.position", FormulaFault::tooFewArguments, 0, 3);
        row("#0 + a1.position", FormulaFault::unexpectedSign, 0, 1);
        row("\"text\"", FormulaFault::unexpectedSign, 0, 1);
    }
    void wrongFormulasSayWhereAndWhat() {
        QFETCH(QString, text);
        QFETCH(int, fault);
        QFETCH(int, position);
        QFETCH(int, length);
        const FormulaError error = errorOf(text.toStdString());
        const QString got = QStringLiteral("fault %1 at %2, %3 long: %4")
                                .arg(static_cast<int>(error.fault))
                                .arg(error.position)
                                .arg(error.length)
                                .arg(QString::fromStdString(error.word));
        QVERIFY2(static_cast<int>(error.fault) == fault &&
                     error.position == static_cast<std::size_t>(position) &&
                     error.length == static_cast<std::size_t>(length),
                 qPrintable(got));
    }

    /// Any text at all is answered, never thrown at.
    void noTextBreaksTheCompiler() {
        const std::vector<std::string> pieces{"a1.position", "ddt(", ")",  "(", ",",  "+",   "-",
                                              "*",           "?",    ":",  "2", "5e", ".",   "lowpass(",
                                              "==",          "!",    "&&", "<", " ",  "min("};
        std::uint32_t seed = 1;
        int whole = 0;
        for (int i = 0; i < 3000; ++i) {
            std::string text;
            for (int n = 0; n < 8; ++n) {
                seed = seed * 1664525U + 1013904223U;
                text += pieces[(seed >> 16U) % pieces.size()];
            }
            const auto formula = Formula::compile(text, threeAxes());
            whole += formula ? 1 : 0;
            if (!formula) QVERIFY2(formula.error().position <= text.size(), text.c_str());
        }
        QVERIFY(whole < 3000);
    }

    void unitsAreDerivedWhereTheyAreObvious() {
        const auto unit = [](std::string_view text) {
            return QString::fromStdString(derivedUnit(text, threeAxes()));
        };
        QCOMPARE(unit("a1.setpoint - a1.position"), QStringLiteral("deg"));
        QCOMPARE(unit("ddt(a1.position)"), QStringLiteral("deg/s"));
        QCOMPARE(unit("ddt(ddt(a1.position))"), QStringLiteral("deg/s/s"));
        QCOMPARE(unit("integral(a1.velocity)"), QStringLiteral("deg"));
        QCOMPARE(unit("2 * lowpass(-a1.current, 5) + 1"), QStringLiteral("A"));
        QCOMPARE(unit("a1.voltage * a1.current"), QStringLiteral("W"));
        QCOMPARE(unit("max(abs(a1.current), a2.current)"), QStringLiteral("A"));
        QCOMPARE(unit("a1.current / a2.current"), QString());
        QCOMPARE(unit("a1.current + a1.voltage"), QString());
        QCOMPARE(unit("a1.current > 1 ? 1 : 0"), QString());
    }
};

SERVOLANE_TEST(FormulaTest)

} // namespace

#include "formula_test.moc"
