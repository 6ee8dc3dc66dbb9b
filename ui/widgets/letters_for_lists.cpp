// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/letters_for_lists.h"

#include <QtGui/QKeyEvent>
#include <QtWidgets/QApplication>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QMenu>

namespace servolane::ui {

bool isChosenFrom(const QWidget* widget) {
    // An open list is a window of its own, whose parent is its box; a tree or boxes may stand in a menu.
    for (; widget; widget = widget->parentWidget())
        if (qobject_cast<const QComboBox*>(widget) || qobject_cast<const QMenu*>(widget->parentWidget()))
            return true;
    return false;
}

LettersForLists::LettersForLists(QObject* parent)
    : QObject(parent) {
    qApp->installEventFilter(this);
}

bool LettersForLists::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() != QEvent::ShortcutOverride || !isChosenFrom(qobject_cast<QWidget*>(watched)))
        return QObject::eventFilter(watched, event);
    const auto* key = static_cast<QKeyEvent*>(event);
    const QString text = key->text();
    const bool isLetter = text.size() == 1 && text[0].isLetterOrNumber();
    if (!isLetter || (key->modifiers() & ~(Qt::ShiftModifier | Qt::KeypadModifier)))
        return QObject::eventFilter(watched, event);
    event->accept();
    return true;
}

} // namespace servolane::ui
