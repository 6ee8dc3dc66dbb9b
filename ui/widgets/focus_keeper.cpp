// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/focus_keeper.h"

#include <QtCore/QEvent>
#include <QtWidgets/QApplication>

namespace servolane::ui {

namespace {

bool canBeUsed(const QWidget& widget) {
    return widget.isVisible() && widget.isEnabled();
}

/// The nearest thing around a control that is still there; null: only the window.
QWidget* aroundOf(const QWidget& control) {
    for (QWidget* at = control.parentWidget(); at && !at->isWindow(); at = at->parentWidget())
        if (canBeUsed(*at)) return at;
    return nullptr;
}

} // namespace

FocusKeeper::FocusKeeper(QObject* parent)
    : QObject(parent) {
    connect(qApp, &QApplication::focusChanged, this, &FocusKeeper::follow);
}

void FocusKeeper::follow(QWidget* old, QWidget* now) {
    if (now && now != holder_) stopWaiting();
    if (!old || !now || old->window() != now->window() || canBeUsed(*old) || now->isAncestorOf(old)) return;
    QWidget* around = aroundOf(*old);
    if (!around) return now->clearFocus();
    // Not through a proxy: that may lead to another control.
    if (around->focusProxy()) return now->clearFocus();
    holder_ = around;
    around->setFocus(Qt::OtherFocusReason);
    waitFor(old);
}

void FocusKeeper::waitFor(QWidget* control) {
    control_ = control;
    control->installEventFilter(this);
}

void FocusKeeper::stopWaiting() {
    if (control_) control_->removeEventFilter(this);
    control_.clear();
    holder_.clear();
}

bool FocusKeeper::eventFilter(QObject* watched, QEvent* event) {
    const auto type = event->type();
    if (watched != control_ || (type != QEvent::EnabledChange && type != QEvent::Show))
        return QObject::eventFilter(watched, event);
    QWidget* control = control_;
    if (control->isEnabled() && holder_ && holder_->hasFocus()) {
        stopWaiting();
        control->setFocus(Qt::OtherFocusReason);
    }
    return QObject::eventFilter(watched, event);
}

} // namespace servolane::ui
