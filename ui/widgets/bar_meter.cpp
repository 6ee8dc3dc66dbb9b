// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/bar_meter.h"

#include "ui/theme/tokens.h"
#include "ui/widgets/state_mark.h"

#include <QtGui/QPainter>
#include <algorithm>

namespace servolane::ui {

void drawBar(QPainter& painter, const QRectF& box, const Fill& fill, bool stale, const Tokens& tokens) {
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(tokens.raised);
    const double radius = box.height() / 2;
    painter.drawRoundedRect(box, radius, radius);
    const double share = std::clamp(fill.share, 0.0, 1.0);
    QRectF filled = box;
    filled.setWidth(std::max(box.width() * share, share > 0 ? box.height() : 0.0));
    // A healthy bar is quiet: green on every tile would drown the one that is not.
    const QColor calm = blend(tokens.muted, tokens.surface, 0.75);
    const bool isCalm = stale || fill.tone() == Tone::ok;
    painter.setBrush(isCalm ? (stale ? tokens.border : calm) : colorOf(fill.tone(), tokens));
    painter.drawRoundedRect(filled, radius, radius);
    painter.setBrush(tokens.surface);
    if (fill.warnAt < 1.0)
        painter.drawRect(QRectF(box.left() + box.width() * fill.warnAt, box.top(), 2, box.height()));
    painter.restore();
}

} // namespace servolane::ui
