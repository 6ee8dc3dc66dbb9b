// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/journal/alarm_strip.h"

#include "ui/journal/trouble.h"
#include "ui/theme/fonts.h"
#include "ui/theme/icons.h"
#include "ui/theme/theme.h"
#include "ui/widgets/state_mark.h"

#include <QtGui/QPainter>
#include <algorithm>

namespace servolane::ui {

namespace {
constexpr int stripWidth = 40;
constexpr int stripIcon = 20;
} // namespace

AlarmStrip::AlarmStrip(const Theme& theme, QWidget* parent)
    : QWidget(parent)
    , theme_(theme) {
    setObjectName(QStringLiteral("alarmStrip"));
    setFixedWidth(stripWidth);
    setToolTip(
        QStringLiteral("No alarms. What goes wrong appears here and stays until someone acknowledges it"));
    setAccessibleName(QStringLiteral("No alarms"));
    connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
}

void AlarmStrip::show(const TroubleBook& book) {
    const int count = book.count();
    const auto& all = book.all();
    const bool isFault = std::any_of(all.begin(), all.end(), [](const Trouble& each) {
        return each.active && !each.isShelved() && each.tone == Tone::fault;
    });
    const Tone tone = isFault ? Tone::fault : Tone::warn;
    if (count == count_ && tone == tone_) return;
    count_ = count;
    tone_ = tone;
    const QString said = count == 0   ? QStringLiteral("No alarms")
                         : count == 1 ? QStringLiteral("1 alarm")
                                      : QStringLiteral("%1 alarms").arg(count);
    setAccessibleName(said);
    setToolTip(count == 0 ? QStringLiteral("No alarms. What goes wrong appears here and stays until someone "
                                           "acknowledges it")
                          : said + QStringLiteral(". The list opens once the pointer leaves the tiles"));
    update();
}

void AlarmStrip::paintEvent(QPaintEvent*) {
    const Tokens& t = theme_.tokens();
    QPainter painter(this);
    painter.fillRect(rect(), t.surface);
    if (count_ == 0) {
        const QPixmap check = tintedPixmap(QStringLiteral("check"), t.muted, stripIcon);
        painter.drawPixmap((width() - stripIcon) / 2, space::medium, check);
        return;
    }
    const QColor tone = colorOf(tone_, t);
    drawShape(painter, QRectF((width() - 14) / 2.0, space::medium, 14, 14), tone_, tone);
    painter.setFont(strongFontOf(TextSize::heading));
    painter.setPen(tone);
    painter.drawText(QRect(0, space::medium + stripIcon, width(), 24), Qt::AlignCenter,
                     QString::number(count_));
}

} // namespace servolane::ui
