// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/binding/number_entry.h"

#include <cmath>

namespace servolane::ui {

namespace {

/// Sign, digits, at most one mark; at least one digit.
bool isPlainNumber(const QString& text) {
    int marks = 0;
    int digits = 0;
    for (qsizetype at = 0; at < text.size(); ++at) {
        const QChar c = text[at];
        if (c >= QLatin1Char('0') && c <= QLatin1Char('9'))
            ++digits;
        else if (c == QLatin1Char('.'))
            ++marks;
        else if (at != 0 || (c != QLatin1Char('-') && c != QLatin1Char('+')))
            return false;
    }
    return digits > 0 && marks <= 1;
}

} // namespace

std::optional<double> numberFrom(const QString& typed) {
    QString text = typed.trimmed();
    text.replace(QLatin1Char(','), QLatin1Char('.'));
    text.replace(QChar(0x2212), QLatin1Char('-'));
    if (!isPlainNumber(text)) return std::nullopt;
    bool understood = false;
    const double value = text.toDouble(&understood); // QString::toDouble is always in the C locale
    if (!understood || !std::isfinite(value)) return std::nullopt;
    return value;
}

} // namespace servolane::ui
