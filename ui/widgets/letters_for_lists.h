// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QObject>

class QWidget;

namespace servolane::ui {

/// A combo box or a part of its open list; or what stands in a menu: a tree, boxes to tick.
[[nodiscard]] bool isChosenFrom(const QWidget* widget);

/// Lines of text keep their letters to themselves; lists that are chosen from do not, in Qt. With this, while
/// such a list has the focus or is open, letters and digits find its entries and run no action. Installed on
/// the application, so that no box can be forgotten. GUI thread.
class LettersForLists : public QObject {
    Q_OBJECT
public:
    explicit LettersForLists(QObject* parent);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
};

} // namespace servolane::ui
