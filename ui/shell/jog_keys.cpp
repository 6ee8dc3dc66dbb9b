// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/jog_keys.h"

#include "ui/motion/jog_control.h"
#include "ui/shell/text_entry.h"

#include <QtGui/QKeyEvent>
#include <QtWidgets/QApplication>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QWidget>

namespace servolane::ui {

JogKeys::JogKeys(QWidget* window, JogControl& jog, std::function<bool()> mayJog, Begin begin)
    : QObject(window)
    , window_(window)
    , jog_(jog)
    , mayJog_(std::move(mayJog))
    , begin_(std::move(begin)) {
    qApp->installEventFilter(this);
}

bool JogKeys::eventFilter(QObject* watched, QEvent* event) {
    switch (event->type()) {
    case QEvent::KeyPress:
        if (press(*static_cast<QKeyEvent*>(event))) return true;
        break;
    case QEvent::KeyRelease:
        if (release(*static_cast<QKeyEvent*>(event))) return true;
        break;
    case QEvent::ApplicationDeactivate:
        letGo();
        break;
    case QEvent::WindowDeactivate:
    case QEvent::Hide:
        if (watched == window_) letGo();
        break;
    case QEvent::FocusIn:
        if (auto* to = qobject_cast<QWidget*>(watched))
            followFocus(to, static_cast<QFocusEvent*>(event)->reason());
        break;
    case QEvent::ShortcutOverride: {
        const auto& key = *static_cast<QKeyEvent*>(event);
        const bool isLetter = key.text().size() == 1 && key.text().front().isPrint();
        if (!isLetter || (key.modifiers() & ~Qt::ShiftModifier) || !isChoosing()) break;
        event->accept();
        return true;
    }
    default:
        break;
    }
    return QObject::eventFilter(watched, event);
}

void JogKeys::followFocus(QWidget* to, Qt::FocusReason reason) {
    // A list that closes, and a window that becomes active, give it back to who had it.
    if (reason != Qt::PopupFocusReason && reason != Qt::ActiveWindowFocusReason)
        cameByKey_ = reason != Qt::MouseFocusReason;
    if (isTextEntry(to) || (cameByKey_ && qobject_cast<QComboBox*>(to))) letGo();
}

bool JogKeys::isChoosing() const {
    return cameByKey_ && qobject_cast<QComboBox*>(QApplication::focusWidget());
}

bool JogKeys::press(const QKeyEvent& key) {
    const bool isJog = key.key() == Qt::Key_J || key.key() == Qt::Key_L;
    if (!isJog || (key.modifiers() & ~Qt::ShiftModifier)) return false;
    if (held_ == key.key()) {
        ticksSinceRelease_.reset(); // the keyboard was repeating
        return true;
    }
    if (key.isAutoRepeat()) return false;
    if (QApplication::activePopupWidget() || isTextEntry(QApplication::focusWidget()) || isChoosing() ||
        !mayJog_())
        return false;
    const int pressed = key.key();
    held_ = pressed;
    ticksSinceRelease_.reset();
    begin_(pressed == Qt::Key_J ? -1 : 1, key.modifiers() & Qt::ShiftModifier,
           [this, pressed] { return isStillHeld(pressed); });
    return true;
}

bool JogKeys::release(const QKeyEvent& key) {
    if (held_ == 0 || key.key() != held_) return false;
    if (!key.isAutoRepeat()) ticksSinceRelease_ = 0;
    return true;
}

bool JogKeys::isStillHeld(int key) {
    if (held_ != key) return false;
    if (!ticksSinceRelease_ || ++*ticksSinceRelease_ < 2) return true;
    held_ = 0;
    return false;
}

void JogKeys::letGo() {
    // Whatever holds the jog, a button or a key: without the focus nobody can be sure it is still meant.
    held_ = 0;
    ticksSinceRelease_.reset();
    jog_.end();
}

} // namespace servolane::ui
