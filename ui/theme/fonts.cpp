// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/fonts.h"

#include <QtGui/QFontDatabase>
#include <QtGui/QFontMetricsF>

namespace servolane::ui {

namespace {

bool hasEqualDigits(const QString& family) {
    const QFontMetricsF metrics(QFont(family, 20));
    const double zero = metrics.horizontalAdvance(QLatin1Char('0'));
    for (char digit = '1'; digit <= '9'; ++digit)
        if (std::abs(metrics.horizontalAdvance(QLatin1Char(digit)) - zero) > 0.01) return false;
    return true;
}

QString findTabularFamily() {
    // Qt 6.4 cannot switch OpenType features on (no QFont::setFeature), so a family whose figures are
    // proportional by default, Inter for one, falls through the measurement.
    const QStringList installed = QFontDatabase::families();
    for (const char* wanted :
         {"Noto Sans", "Source Sans 3", "Open Sans", "Roboto", "Ubuntu", "Liberation Sans", "DejaVu Sans"}) {
        const QString family = QString::fromLatin1(wanted);
        if (installed.contains(family) && hasEqualDigits(family)) return family;
    }
    return QFontDatabase::systemFont(QFontDatabase::GeneralFont).family();
}

double pointsOf(TextSize size) {
    switch (size) {
    case TextSize::small:
        return 9.0;
    case TextSize::heading:
        return 12.0;
    case TextSize::bigValue:
        return 20.0;
    case TextSize::tileValue:
        return 28.0;
    case TextSize::body:
        break;
    }
    return 10.0;
}

} // namespace

QString tabularFamily() {
    static const QString family = findTabularFamily();
    return family;
}

QFont fontOf(TextSize size) {
    QFont font(tabularFamily());
    font.setPointSizeF(pointsOf(size));
    if (size == TextSize::heading) font.setWeight(QFont::DemiBold);
    return font;
}

QFont strongFontOf(TextSize size) {
    QFont font = fontOf(size);
    font.setWeight(QFont::DemiBold);
    return font;
}

} // namespace servolane::ui
