// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/text_entry.h"

#include <QtGui/QKeyEvent>
#include <QtWidgets/QAbstractSpinBox>
#include <QtWidgets/QApplication>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QTextEdit>

namespace servolane::ui {

namespace {

bool isChosenFrom(const QWidget* widget) {
    // An open list is a window of its own, whose parent is its box.
    for (; widget; widget = widget->parentWidget())
        if (qobject_cast<const QComboBox*>(widget)) return true;
    return false;
}

} // namespace

bool isTextEntry(const QWidget* widget) {
    if (const auto* line = qobject_cast<const QLineEdit*>(widget)) return !line->isReadOnly();
    return qobject_cast<const QAbstractSpinBox*>(widget) || qobject_cast<const QPlainTextEdit*>(widget) ||
           qobject_cast<const QTextEdit*>(widget) || isChosenFrom(widget);
}

LettersForLists::LettersForLists(QObject* owner)
    : QObject(owner) {
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
