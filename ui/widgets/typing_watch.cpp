// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/typing_watch.h"

#include <QtGui/QFocusEvent>
#include <QtGui/QKeyEvent>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLineEdit>

namespace servolane::ui {

TypingWatch::TypingWatch(QLineEdit* field)
    : QObject(field) {
    field->installEventFilter(this);
}

/// Keys and focus are the box's, clicks are its line's.
TypingWatch::TypingWatch(QComboBox* field)
    : QObject(field) {
    field->installEventFilter(this);
    field->lineEdit()->installEventFilter(this);
}

bool TypingWatch::eventFilter(QObject*, QEvent* event) {
    switch (event->type()) {
    case QEvent::FocusIn: {
        const auto reason = static_cast<QFocusEvent*>(event)->reason();
        // A window that comes to the front again brings its focus along: nobody entered the field.
        typing_ = typing_ || (reason != Qt::ActiveWindowFocusReason && reason != Qt::OtherFocusReason);
        return false;
    }
    case QEvent::FocusOut:
        if (static_cast<QFocusEvent*>(event)->reason() == Qt::PopupFocusReason) return false;
        givenUp_ = std::exchange(typing_, false) || givenUp_;
        return false;
    case QEvent::MouseButtonPress:
        typing_ = true;
        return false;
    case QEvent::KeyPress: {
        const int key = static_cast<QKeyEvent*>(event)->key();
        givenUp_ = key == Qt::Key_Escape || givenUp_;
        typing_ = key != Qt::Key_Return && key != Qt::Key_Enter && key != Qt::Key_Escape;
        return false;
    }
    default:
        return false;
    }
}

} // namespace servolane::ui
