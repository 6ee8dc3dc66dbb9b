// SPDX-License-Identifier: GPL-3.0-or-later
// The inside of ScopeView; only scope_view.cpp and scope_parts.cpp include it.
#pragma once

#include "core/journal/read/command_log.h"
#include "ui/scope/chart_frame.h"
#include "ui/scope/cursor_readout.h"
#include "ui/scope/pointer_tool.h"
#include "ui/scope/scope_picture.h"
#include "ui/scope/scope_view.h"
#include "ui/scope/tool_row.h"

#include <QAction>

class QHelpEvent;

namespace servolane::ui::scope {

class ScopeView::Parts final : public QObject {
public:
    explicit Parts(ScopeView& view);

    void tick();
    void hold(bool held);
    void follow();
    void setSpan(Duration span);
    void zoom(double turns);
    void placeCursor(std::optional<Time>& cursor, double share);
    void setCursors(const CursorPair& cursors);
    /// The view was moved by hand, or its look changed: draw at the next tick, standing still or not.
    void touch(bool refit);
    void show();

    ScopeView& view;
    TraceSource traces;
    EventSource events;
    Now now;
    ScopePicture picture;
    PointerTool pointer;
    ChartFrame chart;
    std::vector<QAction*> actions;
    QAction* holdAction = nullptr;
    QAction* followAction = nullptr;
    ToolRow* tools = nullptr;
    CursorReadout* readout = nullptr;

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    QAction* addAction(const QString& text, const QKeySequence& key, const QString& explanation);
    void makeActions();
    void redraw();
    void showReading();
    void showState();
    bool helpAt(const QHelpEvent& event);
    void clicked(QPoint at);
    void paint(QPainter& painter);

    bool touched_ = true;
    std::uint64_t readBack_ = 0; ///< of the traces that are shown
    Time drawnAt_{};
    std::int64_t drawnBin_ = 0;
    Time readAt_{};
};

} // namespace servolane::ui::scope
