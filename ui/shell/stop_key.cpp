// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/stop_key.h"

#include <QtGui/QKeyEvent>
#include <QtWidgets/QApplication>

namespace servolane::ui {

StopKey::StopKey(std::function<void()> stop, std::function<bool()> isLatched, QObject* parent)
    : QObject(parent)
    , stop_(std::move(stop))
    , isLatched_(std::move(isLatched)) {
    qApp->installEventFilter(this);
}

bool StopKey::eventFilter(QObject* watched, QEvent* event) {
    const auto type = event->type();
    if (type != QEvent::KeyPress && type != QEvent::KeyRelease && type != QEvent::ShortcutOverride)
        return QObject::eventFilter(watched, event);
    auto* key = static_cast<QKeyEvent*>(event);
    if (key->key() != Qt::Key_F12) return QObject::eventFilter(watched, event);
    const bool onlyControl = (key->modifiers() & ~Qt::KeypadModifier) == Qt::ControlModifier;
    if (onlyControl && isLatched_()) return QObject::eventFilter(watched, event);
    // An accepted override keeps every shortcut from taking the key; the press that follows comes here again.
    key->accept();
    if (type == QEvent::KeyPress && !key->isAutoRepeat()) stop_();
    return true;
}

} // namespace servolane::ui
