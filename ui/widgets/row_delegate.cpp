// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/row_delegate.h"

#include "ui/theme/fonts.h"
#include "ui/theme/theme.h"
#include "ui/widgets/state_mark.h"

#include <QtGui/QPainter>

namespace servolane::ui {

namespace {

constexpr int headingHeight = 48;
constexpr int plainHeight = 32;
constexpr int lineHeight = 18;
constexpr int indent = 18; ///< of text, behind a shape

void drawElided(QPainter& painter, const QRect& box, const QString& text, Qt::TextElideMode mode) {
    painter.drawText(box, Qt::AlignVCenter | Qt::AlignLeft,
                     painter.fontMetrics().elidedText(text, mode, box.width()));
}

} // namespace

RowDelegate::RowDelegate(const Theme& theme, QObject* parent)
    : QStyledItemDelegate(parent)
    , theme_(theme) {}

QSize RowDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex& index) const {
    if (!index.data(headingRole).toBool()) return {120, plainHeight};
    return {120, index.data(moreRole).toString().isEmpty() ? headingHeight : headingHeight + lineHeight};
}

void RowDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                        const QModelIndex& index) const {
    painter->save();
    const Tokens& t = theme_.tokens();
    const bool selected = option.state & QStyle::State_Selected;
    if (selected) {
        painter->fillRect(option.rect, blend(t.accent, t.surface, t.dark ? 0.22 : 0.12));
        painter->fillRect(QRect(option.rect.left(), option.rect.top(), 3, option.rect.height()), t.accent);
    } else if (option.state & QStyle::State_MouseOver)
        painter->fillRect(option.rect, t.raised);
    const QRect box = option.rect.adjusted(space::medium, 0, -space::medium, 0);
    if (index.data(headingRole).toBool())
        paintHeading(*painter, box, index);
    else
        paintPlain(*painter, box, index, selected);
    painter->restore();
}

int RowDelegate::paintBadge(QPainter& painter, const QRect& line) const {
    const QString text = QStringLiteral("SIMULATED");
    painter.setFont(strongFontOf(TextSize::small));
    const int width = painter.fontMetrics().horizontalAdvance(text) + 12;
    const QRect frame(line.right() - width, line.top(), width, lineHeight);
    painter.setPen(theme_.tokens().warn);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.drawRoundedRect(QRectF(frame).adjusted(0.5, 0.5, -0.5, -0.5), inputRadius, inputRadius);
    painter.drawText(frame, Qt::AlignCenter, text);
    return width + space::small;
}

void RowDelegate::paintHeading(QPainter& painter, const QRect& box, const QModelIndex& index) const {
    const Tokens& t = theme_.tokens();
    QRect line(box.left(), box.top() + 6, box.width(), lineHeight);
    const int badge = index.data(badgeRole).toBool() ? paintBadge(painter, line) : 0;
    const QVariant toneData = index.data(toneRole);
    const auto tone = static_cast<Tone>(toneData.toInt());
    const int left = toneData.isValid() ? indent : 0;
    if (toneData.isValid())
        drawShape(painter, QRectF(line.left(), line.center().y() - 4.5, 10, 10), tone, colorOf(tone, t));
    painter.setFont(strongFontOf(TextSize::body));
    painter.setPen(t.text);
    drawElided(painter, line.adjusted(left, 0, -badge, 0), index.data(titleRole).toString(), Qt::ElideMiddle);
    painter.setFont(fontOf(TextSize::small));
    painter.setPen(toneData.isValid() && tone == Tone::fault ? t.fault : t.muted);
    for (const int role : {detailRole, moreRole}) {
        line.translate(0, lineHeight);
        drawElided(painter, line.adjusted(left, 0, 0, 0), index.data(role).toString(), Qt::ElideRight);
    }
}

void RowDelegate::paintPlain(QPainter& painter, const QRect& box, const QModelIndex& index,
                             bool selected) const {
    const Tokens& t = theme_.tokens();
    const auto tone = static_cast<Tone>(index.data(toneRole).toInt());
    const QRect inner = box.adjusted(indent, 0, 0, 0);
    drawShape(painter, QRectF(inner.left(), inner.center().y() - 4.5, 10, 10), tone, colorOf(tone, t));
    painter.setFont(fontOf(TextSize::small));
    // On the tint of the selection the colours of state fall short of 4.5 : 1; shape and word remain.
    painter.setPen(selected ? t.text : colorOf(tone, t));
    const QString state = index.data(wordRole).toString();
    painter.drawText(inner, Qt::AlignVCenter | Qt::AlignRight, state);
    const int taken = painter.fontMetrics().horizontalAdvance(state) + space::small;
    painter.setFont(fontOf(TextSize::body));
    painter.setPen(t.text);
    drawElided(painter, inner.adjusted(indent, 0, -taken, 0), index.data(titleRole).toString(),
               Qt::ElideRight);
}

} // namespace servolane::ui
