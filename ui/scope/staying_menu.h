// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QKeyEvent>
#include <QMenu>
#include <QMouseEvent>

namespace servolane::ui::scope {

/// A menu of boxes: it stays open while they are ticked, by mouse or by keyboard, and closes for entries that
/// are none.
class StayingMenu final : public QMenu {
public:
    using QMenu::QMenu;

protected:
    bool event(QEvent* event) override {
        // Space holds the scope behind the menu otherwise.
        if (event->type() == QEvent::ShortcutOverride && ticks(*static_cast<QKeyEvent*>(event))) {
            event->accept();
            return true;
        }
        return QMenu::event(event);
    }
    void mouseReleaseEvent(QMouseEvent* event) override {
        if (!tick(actionAt(event->position().toPoint()))) QMenu::mouseReleaseEvent(event);
    }
    void keyPressEvent(QKeyEvent* event) override {
        if (!ticks(*event) || !tick(activeAction())) QMenu::keyPressEvent(event);
    }

private:
    static bool ticks(const QKeyEvent& key) {
        return key.key() == Qt::Key_Space || key.key() == Qt::Key_Return || key.key() == Qt::Key_Enter;
    }
    static bool tick(QAction* action) {
        if (!action || !action->isCheckable() || !action->isEnabled()) return false;
        action->trigger();
        return true;
    }
};

} // namespace servolane::ui::scope
