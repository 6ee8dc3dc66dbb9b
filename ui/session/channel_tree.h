// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/scope/scope_view.h"

#include <QtWidgets/QTreeWidget>
#include <functional>
#include <optional>

namespace servolane::ui {

/// Channels to choose from. Rows can be dragged into the panes of a scope, or moved among them with keys. GUI
/// thread.
class ChannelTree : public QTreeWidget {
    Q_OBJECT
public:
    /// What a row stands for; nothing if it is a heading.
    using Choice = std::function<std::optional<scope::TraceChoice>(const QTreeWidgetItem&)>;
    ChannelTree(Choice choice, QWidget* parent);

Q_SIGNALS:
    /// Keys in that row: its line is to move.
    void moveAsked(QTreeWidgetItem* item, int step, servolane::ui::scope::PaneStep into);

protected:
    void startDrag(Qt::DropActions actions) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    Choice choice_;
};

} // namespace servolane::ui
