// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/analysis/formula_text.h"

#include "core/telemetry/analysis/sample_function.h"
#include "ui/binding/state_text.h"
#include "ui/binding/value_text.h"

#include <algorithm>
#include <utility>

namespace servolane::ui {

using telemetry::FormulaError;
using telemetry::FormulaFault;

namespace {

constexpr std::pair<const char*, const char*> functionMeanings[] = {
    {"ddt(x)", "derivative, per second"},
    {"integral(x)", "integral over time, from 0 after each gap"},
    {"lowpass(x, hz)", "first-order low-pass with this cut-off"},
    {"highpass(x, hz)", "x without what lowpass lets through"},
    {"mean(x, s)", "mean of the last s seconds"},
    {"rms(x, s)", "root mean square of the last s seconds"},
    {"abs(x)", "without its sign"},
    {"min(x, y)", "the smallest"},
    {"max(x, y)", "the largest"},
    {"sqrt(x)", "square root"},
    {"sign(x)", "−1, 0 or 1"},
    {"rint(x)", "rounded to a whole number"},
    {"exp(x)", "e to the power of x"},
    {"ln(x)", "natural logarithm"},
    {"log10(x)", "logarithm to base 10"},
    {"sin(x)", "of radians"},
    {"cos(x)", "of radians"},
    {"tan(x)", "of radians"},
    {"asin(x)", "in radians"},
    {"acos(x)", "in radians"},
    {"atan(x)", "in radians"},
    {"atan2(y, x)", "in radians"},
    {"sum(x, y)", "of all arguments"},
    {"avg(x, y)", "mean of all arguments, at one time"},
};

/// "lowpass(x, hz)"
QString callText(const QString& name) {
    for (const auto& [call, meaning] : functionMeanings)
        if (QString::fromLatin1(call).startsWith(name + QLatin1Char('('))) return QString::fromLatin1(call);
    return name + QStringLiteral("(x)");
}

/// The known name that differs least, if it is near enough to be meant.
QString nearest(const QString& word, const QStringList& known) {
    int best = std::max(2, static_cast<int>(word.size()) / 3) + 1;
    QString found;
    for (const QString& one : known) {
        std::vector<int> row(static_cast<std::size_t>(one.size()) + 1);
        for (std::size_t j = 0; j < row.size(); ++j)
            row[j] = static_cast<int>(j);
        for (qsizetype i = 0; i < word.size(); ++i) {
            int diagonal = std::exchange(row[0], static_cast<int>(i) + 1);
            for (qsizetype j = 0; j < one.size(); ++j) {
                const auto at = static_cast<std::size_t>(j) + 1;
                const int changed = diagonal + (word[i].toLower() == one[j] ? 0 : 1);
                diagonal = row[at];
                row[at] = std::min({changed, row[at] + 1, row[at - 1] + 1});
            }
        }
        if (row.back() < best) {
            best = row.back();
            found = one;
        }
    }
    return found;
}

QString unknownName(const QString& word, const telemetry::ChannelNames& names) {
    QStringList known;
    for (const auto& channel : names.channels())
        known << QString::fromStdString(channel.word);
    if (known.isEmpty()) return QStringLiteral("no axis is known yet: connect a bus first");
    // The nearest word would be the position itself.
    const QString owner = word.section(QLatin1Char('.'), 0, 0);
    if (word.endsWith(QLatin1String(".setpoint")) && known.contains(owner + QLatin1String(".position")))
        return QStringLiteral("%1 measures no setpoint; watch its goal position in the Registers panel, and "
                              "use that register")
            .arg(owner);
    const QString meant = nearest(word, known);
    if (!meant.isEmpty()) return QStringLiteral("there is no channel %1; did you mean %2?").arg(word, meant);
    return QStringLiteral("there is no channel %1; channels are written like %2").arg(word, known.front());
}

QString unknownFunction(const QString& word) {
    QStringList known;
    for (const auto& [call, meaning] : functionMeanings)
        known << QString::fromLatin1(call).section(QLatin1Char('('), 0, 0);
    const QString meant = nearest(word, known);
    if (!meant.isEmpty())
        return QStringLiteral("there is no function %1(); did you mean %2()?").arg(word, meant);
    return QStringLiteral("there is no function %1(); there are %2 …")
        .arg(word, known.mid(0, 6).join(QStringLiteral(", ")));
}

QString sentence(const FormulaError& error, const QString& word, const telemetry::ChannelNames& names) {
    switch (error.fault) {
    case FormulaFault::empty:
        return QStringLiteral("Write an expression, like a1.setpoint - a1.position");
    case FormulaFault::tooLong:
        return QStringLiteral("longer than %1 characters").arg(telemetry::longestFormula);
    case FormulaFault::unknownName:
        return unknownName(word, names);
    case FormulaFault::unknownFunction:
        return unknownFunction(word);
    case FormulaFault::unexpectedSign:
        return word.isEmpty() ? QStringLiteral("this cannot stand here")
                              : QStringLiteral("“%1” cannot stand here").arg(word);
    case FormulaFault::operandExpected:
        return word.isEmpty()
                   ? QStringLiteral("a channel, a number or “(” is expected")
                   : QStringLiteral("a channel, a number or “(” is expected before “%1”").arg(word);
    case FormulaFault::operatorExpected:
        return QStringLiteral("an operator like + − * / is expected before “%1”").arg(word);
    case FormulaFault::bracketMissing:
        return QStringLiteral("this “(” is never closed: “)” is expected");
    case FormulaFault::bracketUnexpected:
        return QStringLiteral("this “)” closes nothing");
    case FormulaFault::tooFewArguments:
        return QStringLiteral("%1 needs more arguments")
            .arg(callText(word)); // no colon that a low panel ends at
    case FormulaFault::tooManyArguments:
        return QStringLiteral("%1 takes fewer arguments").arg(callText(word));
    case FormulaFault::constantExpected:
        return QStringLiteral("the second argument of %1 must be a number above 0").arg(callText(word));
    case FormulaFault::windowTooLong:
        return QStringLiteral("%1() looks back %2 s at most").arg(word).arg(telemetry::longestWindowSeconds);
    case FormulaFault::assignment:
        return QStringLiteral("“=” would change what was measured; to compare, write “==”");
    case FormulaFault::noChannel:
        return QStringLiteral("No channel is named: a number alone is no trace");
    case FormulaFault::tooManyChannels:
        return QStringLiteral("more than %1 channels").arg(telemetry::mostInputs);
    }
    return {};
}

} // namespace

QString textOf(const FormulaError& error, const QString& text, const telemetry::ChannelNames& names) {
    const QString said = sentence(error, QString::fromStdString(error.word), names);
    if (error.fault == FormulaFault::empty || error.fault == FormulaFault::noChannel) return said;
    const QString before = QString::fromUtf8(text.toUtf8().left(static_cast<qsizetype>(error.position)));
    if (before.size() >= text.size()) return QStringLiteral("At the end: %1").arg(said);
    return QStringLiteral("At character %1: %2").arg(before.size() + 1).arg(said);
}

std::vector<FormulaWord> formulaWords(const telemetry::ChannelNames& names) {
    std::vector<FormulaWord> words;
    for (const auto& channel : names.channels()) {
        const auto axis = std::find_if(names.axes().begin(), names.axes().end(),
                                       [&](const auto& one) { return one.id == channel.axis; });
        QString meaning = QString::fromStdString(axis->name) + QStringLiteral(" · ") +
                          textOfName(channel.channel, axis->names[indexOf(channel.channel)]).toLower();
        const QString unit = unitText(channel.unit);
        if (!unit.isEmpty()) meaning += QStringLiteral(", ") + unit;
        words.push_back({QString::fromStdString(channel.word), meaning, -1});
    }
    for (const auto& [name, meaning] : functionMeanings)
        words.push_back({QString::fromLatin1(name), QString::fromUtf8(meaning),
                         static_cast<int>(QString::fromLatin1(name).indexOf(QLatin1Char('(')) + 1)});
    return words;
}

} // namespace servolane::ui
