// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtWidgets/QStyledItemDelegate>

namespace servolane::session {
struct ListedSession;
}

namespace servolane::ui {

class Theme;

/// A recording in the list: its picture, name, date, length, axes, size, loss, and tags or notes. All rows
/// have one height, so that thousands of them lay out at once.
class SessionRow : public QStyledItemDelegate {
    Q_OBJECT
public:
    SessionRow(const Theme& theme, QObject* parent);
    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

private:
    void paintPicture(QPainter& painter, const QRect& box, const session::ListedSession& listed) const;
    void paintBadge(QPainter& painter, const QRect& line) const;
    void paintText(QPainter& painter, const QRect& box, const QModelIndex& index,
                   const session::ListedSession& listed, bool selected) const;

    const Theme& theme_;
};

} // namespace servolane::ui
