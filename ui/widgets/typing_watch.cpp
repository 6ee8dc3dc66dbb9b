// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/typing_watch.h"

#include <QtGui/QFocusEvent>
#include <QtGui/QKeyEvent>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLineEdit>

namespace servolane::ui {

namespace {

bool isModifier(int key) {
    return key == Qt::Key_Shift || key == Qt::Key_Control || key == Qt::Key_Alt || key == Qt::Key_AltGr ||
           key == Qt::Key_Meta;
}

} // namespace

TypingWatch::TypingWatch(QLineEdit* field)
    : QObject(field) {
    field->installEventFilter(this);
}

/// Keys and focus are the box's, clicks are its line's.
TypingWatch::TypingWatch(QComboBox* field)
    : QObject(field) {
    field->installEventFilter(this);
    field->lineEdit()->installEventFilter(this);
    connect(field, &QComboBox::textActivated, this, [this] { typing_ = false; });
}

bool TypingWatch::eventFilter(QObject*, QEvent* event) {
    switch (event->type()) {
    case QEvent::FocusIn: {
        const auto reason = static_cast<QFocusEvent*>(event)->reason();
        // A window that comes to the front again brings its focus along: nobody entered the field.
        typing_ = typing_ || (reason != Qt::ActiveWindowFocusReason && reason != Qt::OtherFocusReason &&
                              reason != Qt::PopupFocusReason);
        return false;
    }
    case QEvent::FocusOut: {
        const auto reason = static_cast<QFocusEvent*>(event)->reason();
        // It comes back.
        if (reason == Qt::PopupFocusReason || reason == Qt::ActiveWindowFocusReason) return false;
        givenUp_ = std::exchange(typing_, false) || givenUp_;
        return false;
    }
    case QEvent::MouseButtonPress:
        typing_ = true;
        return false;
    case QEvent::KeyPress: {
        const int key = static_cast<QKeyEvent*>(event)->key();
        if (isModifier(key)) return false; // on its way to a shortcut
        givenUp_ = key == Qt::Key_Escape || givenUp_;
        typing_ = key != Qt::Key_Return && key != Qt::Key_Enter && key != Qt::Key_Escape;
        return false;
    }
    default:
        return false;
    }
}

} // namespace servolane::ui
