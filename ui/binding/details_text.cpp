// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/binding/details_text.h"

#include "ui/binding/value_text.h"

#include <QtCore/QStringList>
#include <utility>

namespace servolane::ui {

namespace {

/// Names of the journal whose numbers say enough beside them.
constexpr std::pair<const char*, const char*> plainNames[] = {{"raw", "raw"},
                                                              {"gear", "gear"},
                                                              {"offset", "offset"},
                                                              {"turn", "turn"},
                                                              {"travel", "travel"},
                                                              {"current", "current"},
                                                              {"id", "id"},
                                                              {"axes", "axes"},
                                                              {"following", "following error"},
                                                              {"step", "step"},
                                                              {"seconds", "seconds"},
                                                              {"temperature", "temperature"},
                                                              {"velocity", "velocity"},
                                                              {"acceleration", "acceleration"},
                                                              {"slow_interval", "slow ones every"}};

constexpr std::pair<const char*, const char*> plainWords[] = {{"hold-then-off", "hold, then torque off"},
                                                              {"torque-off", "torque off"}};

QString plainText(const QString& word) {
    for (const auto& [machine, plain] : plainWords)
        if (word == QLatin1String(machine)) return QString::fromLatin1(plain);
    for (const auto& [name, plain] : plainNames)
        if (word.section(QLatin1Char('='), 0, 0) == QLatin1String(name) && word.contains(QLatin1Char('=')))
            return QString::fromLatin1(plain) + QLatin1Char(' ') + word.section(QLatin1Char('='), 1);
    return word;
}

QString wordText(const QString& word, const std::string& unit) {
    const qsizetype mark = word.indexOf(QLatin1Char('='));
    bool isNumber = false;
    const double value = word.mid(mark + 1).toDouble(&isNumber);
    if (mark < 1 || !isNumber) return plainText(word);
    const QString name = word.left(mark);
    if (name == QLatin1String("target")) return QStringLiteral("to ") + valueText(value, unit);
    if (name == QLatin1String("actual")) return QStringLiteral("at ") + valueText(value, unit);
    if (name == QLatin1String("velocity")) return QStringLiteral("at ") + valueText(value, unit + "/s");
    if (name == QLatin1String("acceleration"))
        return QStringLiteral("with ") + valueText(value, unit + "/s^2");
    if (name == QLatin1String("rate"))
        return value > 0.0 ? valueText(value, "Hz", 0) : QStringLiteral("as fast as the wire allows");
    if (name == QLatin1String("baud"))
        return value > 0.0 ? QStringLiteral("at ") + baudText(static_cast<std::uint32_t>(value))
                           : QStringLiteral("at the rate that answers");
    if (name == QLatin1String("generation")) return {};
    return plainText(word);
}

} // namespace

QString detailsText(const std::string& details, const std::string& unit) {
    QStringList words;
    for (const QString& word : QString::fromStdString(details).split(QLatin1Char(' ')))
        if (const QString text = wordText(word, unit); !text.isEmpty()) words << text;
    return words.join(QLatin1Char(' '));
}

} // namespace servolane::ui
