// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtWidgets/QStyledItemDelegate>

namespace servolane::ui {

class Theme;

/// Rows of lists and trees that say more than one word. A heading row has a title, a badge and one or two
/// lines of detail; a plain row a shape, a title and the word of its state.
class RowDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    /// toneRole (a Tone) is optional in heading rows, moreRole is their second line of detail.
    enum Role {
        titleRole = Qt::UserRole,
        detailRole,
        moreRole,
        wordRole,
        toneRole,
        badgeRole,
        idRole,
        headingRole
    };

    RowDelegate(const Theme& theme, QObject* parent);
    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

private:
    void paintHeading(QPainter& painter, const QRect& box, const QModelIndex& index) const;
    void paintPlain(QPainter& painter, const QRect& box, const QModelIndex& index, bool selected) const;
    /// Returns how much of the right is taken.
    int paintBadge(QPainter& painter, const QRect& line) const;

    const Theme& theme_;
};

} // namespace servolane::ui
