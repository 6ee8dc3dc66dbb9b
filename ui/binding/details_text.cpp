// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/binding/details_text.h"

#include "ui/binding/value_text.h"

#include <QtCore/QStringList>

namespace servolane::ui {

namespace {

QString wordText(const QString& word, const std::string& unit) {
    const qsizetype mark = word.indexOf(QLatin1Char('='));
    bool isNumber = false;
    const double value = word.mid(mark + 1).toDouble(&isNumber);
    if (mark < 1 || !isNumber) return word;
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
    return word;
}

} // namespace

QString detailsText(const std::string& details, const std::string& unit) {
    QStringList words;
    for (const QString& word : QString::fromStdString(details).split(QLatin1Char(' ')))
        if (const QString text = wordText(word, unit); !text.isEmpty()) words << text;
    return words.join(QLatin1Char(' '));
}

} // namespace servolane::ui
