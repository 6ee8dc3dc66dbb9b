// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/channel_tree.h"

#include "ui/scope/trace_drag.h"

#include <QtGui/QKeyEvent>

namespace servolane::ui {

ChannelTree::ChannelTree(Choice choice, QWidget* parent)
    : QTreeWidget(parent)
    , choice_(std::move(choice)) {
    setDragDropMode(QAbstractItemView::DragOnly);
    setToolTip(QStringLiteral("Drag a channel into a pane, or between two for one of its own.\n"
                              "Ctrl+Up, Ctrl+Down: into the next pane; with Shift: one of its own"));
}

void ChannelTree::startDrag(Qt::DropActions) {
    if (!currentItem()) return;
    if (const auto choice = choice_(*currentItem())) scope::dragTrace(*this, *choice);
}

void ChannelTree::keyPressEvent(QKeyEvent* event) {
    const bool isStep = event->key() == Qt::Key_Up || event->key() == Qt::Key_Down;
    if (!isStep || !(event->modifiers() & Qt::ControlModifier) || !currentItem())
        return QTreeWidget::keyPressEvent(event);
    const bool isOwn = event->modifiers() & Qt::ShiftModifier;
    Q_EMIT moveAsked(currentItem(), event->key() == Qt::Key_Up ? -1 : 1,
                     isOwn ? scope::PaneStep::own : scope::PaneStep::beside);
}

} // namespace servolane::ui
