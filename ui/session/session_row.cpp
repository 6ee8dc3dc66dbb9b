// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/session_row.h"

#include "ui/scope/pane.h"
#include "ui/session/session_list_model.h"
#include "ui/theme/fonts.h"
#include "ui/theme/theme.h"
#include "ui/widgets/row_delegate.h"

#include <QtGui/QPainter>
#include <algorithm>

namespace servolane::ui {

namespace {

constexpr int rowHeight = 84;
constexpr int lineHeight = 18;
constexpr int pictureWidth = 96;
constexpr int pictureHeight = 56;

QString badgeText() {
    return QStringLiteral("SIM");
}

int badgeWidth() {
    return QFontMetrics(strongFontOf(TextSize::small)).horizontalAdvance(badgeText()) + 10;
}

/// "#belt #axis 2 · 3 notes"
QString wordsOf(const session::SessionSummary& summary) {
    QStringList parts;
    for (const std::string& tag : summary.tags)
        parts << QLatin1Char('#') + QString::fromStdString(tag);
    const QString tags = parts.join(QLatin1Char(' '));
    if (summary.notes.empty()) return tags;
    const QString notes = summary.notes.size() == 1
                              ? QStringLiteral("“%1”").arg(QString::fromStdString(summary.notes.front().text))
                              : QStringLiteral("%1 notes").arg(summary.notes.size());
    return tags.isEmpty() ? notes : tags + QStringLiteral(" · ") + notes;
}

void drawElided(QPainter& painter, const QRect& line, const QString& text) {
    painter.drawText(line, Qt::AlignVCenter | Qt::AlignLeft,
                     painter.fontMetrics().elidedText(text, Qt::ElideRight, line.width()));
}

} // namespace

SessionRow::SessionRow(const Theme& theme, QObject* parent)
    : QStyledItemDelegate(parent)
    , theme_(theme) {}

QSize SessionRow::sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const {
    return {200, rowHeight};
}

void SessionRow::paint(QPainter* painter, const QStyleOptionViewItem& option,
                       const QModelIndex& index) const {
    const auto* model = qobject_cast<const SessionListModel*>(index.model());
    if (!model) return;
    const session::ListedSession& listed = model->at(index.row());
    painter->save();
    const Tokens& t = theme_.tokens();
    const bool selected = option.state & QStyle::State_Selected;
    if (selected) {
        painter->fillRect(option.rect, blend(t.accent, t.surface, t.dark ? 0.22 : 0.12));
        painter->fillRect(QRect(option.rect.left(), option.rect.top(), 3, option.rect.height()), t.accent);
    } else if (option.state & QStyle::State_MouseOver)
        painter->fillRect(option.rect, t.raised);
    const QRect box = option.rect.adjusted(space::medium, 6, -space::medium, -6);
    const int top = box.top() + (box.height() - pictureHeight) / 2;
    paintPicture(*painter, QRect(box.left(), top, pictureWidth, pictureHeight), listed);
    paintText(*painter, box.adjusted(pictureWidth + space::medium, 0, 0, 0), index, listed, selected);
    painter->setPen(blend(t.border, t.surface, 0.5));
    painter->drawLine(option.rect.bottomLeft(), option.rect.bottomRight());
    painter->restore();
}

void SessionRow::paintPicture(QPainter& painter, const QRect& box,
                              const session::ListedSession& listed) const {
    const Tokens& t = theme_.tokens();
    painter.fillRect(box, t.window);
    const auto& columns = listed.thumbnail.columns;
    float low = 0.0F;
    float high = 0.0F;
    bool any = false;
    for (const auto& column : columns) {
        if (column.low > column.high) continue;
        low = any ? std::min(low, column.low) : column.low;
        high = any ? std::max(high, column.high) : column.high;
        any = true;
    }
    if (!any) {
        painter.setFont(fontOf(TextSize::small));
        painter.setPen(t.muted);
        const bool isBroken = listed.problem.code != ErrorCode::none;
        painter.drawText(box, Qt::AlignCenter,
                         isBroken ? QStringLiteral("unreadable") : QStringLiteral("no samples"));
        return;
    }
    // What never moves lies in the middle, with its noise as small as it is.
    const QRectF inner = QRectF(box).adjusted(0, 5, 0, -5);
    const double range =
        std::max(static_cast<double>(high - low), scope::smallestRangeOf(listed.thumbnail.channel));
    const double scale = (inner.height() - 1.0) / range;
    const double middle = (static_cast<double>(low) + high) / 2.0;
    const auto yOf = [&](float value) { return inner.center().y() - (value - middle) * scale; };
    painter.setPen(t.traces[0]);
    for (std::size_t at = 0; at < columns.size(); ++at) {
        if (columns[at].low > columns[at].high) continue;
        const double x = box.left() + static_cast<double>(at) * (box.width() - 1) /
                                          static_cast<double>(std::max<std::size_t>(1, columns.size() - 1));
        painter.drawLine(QPointF(x, yOf(columns[at].low)), QPointF(x, yOf(columns[at].high) - 1.0));
    }
}

void SessionRow::paintText(QPainter& painter, const QRect& box, const QModelIndex& index,
                           const session::ListedSession& listed, bool selected) const {
    const Tokens& t = theme_.tokens();
    const bool isBroken = listed.problem.code != ErrorCode::none;
    QRect line(box.left(), box.top(), box.width(), lineHeight);
    painter.setFont(strongFontOf(TextSize::body));
    painter.setPen(t.text);
    drawElided(painter, line, index.data(RowDelegate::titleRole).toString());
    painter.setFont(fontOf(TextSize::small));
    painter.setPen(selected ? t.text : isBroken ? t.fault : t.muted);
    line.translate(0, lineHeight);
    drawElided(painter, line, index.data(RowDelegate::detailRole).toString());
    const bool lost = listed.summary.counters.lost > 0 || !listed.summary.walDamage.empty();
    line.translate(0, lineHeight);
    painter.setPen(selected ? t.text : lost ? t.warn : t.muted);
    const QString figures = index.data(RowDelegate::moreRole).toString();
    const int badge = listed.summary.simulated ? badgeWidth() + space::small : 0;
    // The title needs its line; the figures mostly leave room on theirs.
    const bool isBeside = painter.fontMetrics().horizontalAdvance(figures) <= line.width() - badge;
    drawElided(painter, line, figures);
    if (badge > 0 && isBeside) paintBadge(painter, line);
    painter.setFont(fontOf(TextSize::small));
    line.translate(0, lineHeight);
    painter.setPen(selected ? t.text : t.accent);
    drawElided(painter, line.adjusted(0, 0, isBeside ? 0 : -badge, 0), wordsOf(listed.summary));
    if (badge > 0 && !isBeside) paintBadge(painter, line);
}

/// At the right end of a line.
void SessionRow::paintBadge(QPainter& painter, const QRect& line) const {
    const int width = badgeWidth();
    const QRect frame(line.right() - width, line.top(), width, lineHeight);
    painter.setFont(strongFontOf(TextSize::small));
    painter.setPen(theme_.tokens().warn);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.drawRoundedRect(QRectF(frame).adjusted(0.5, 1.5, -0.5, -1.5), inputRadius, inputRadius);
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.drawText(frame, Qt::AlignCenter, badgeText());
}

} // namespace servolane::ui
