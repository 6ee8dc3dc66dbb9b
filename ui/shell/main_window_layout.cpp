// SPDX-License-Identifier: GPL-3.0-or-later
// How the window is left, and how it comes back.
#include "ui/analysis/analysis_desk.h"
#include "ui/shell/dock.h"
#include "ui/shell/main_window.h"
#include "ui/telemetry/scope_panel.h"

#include <QtGui/QResizeEvent>
#include <QtWidgets/QTabBar>
#include <algorithm>
#include <cstdlib>

namespace servolane::ui {

/// What the command line says holds for this run; what is entered is kept.
void MainWindow::offerMemory() {
    if (!context_.setTraceMegabytes) return;
    traceMegabytes_ = store_.load().traceMegabytes;
    const unsigned now = context_.traceMegabytes ? context_.traceMegabytes : traceMegabytes_;
    context_.setTraceMegabytes(now);
    scope_->offerMemory(now, {leastTraceMegabytes, mostTraceMegabytes}, [this](unsigned megabytes) {
        traceMegabytes_ = megabytes;
        context_.setTraceMegabytes(megabytes);
    });
}

/// Sent before anyone can connect: the socket is opened after the window is built.
void MainWindow::boundClients() {
    if (const access::Role most = store_.clientsMost(); most != access::Role::engineer)
        context_.commands.send(access::BoundClients{most}, api::Asker::window);
}

/// What the write model has agreed to is kept at once: a window that is killed must not open it again.
void MainWindow::keepBound(const Frame& live) {
    if (live.access->clientsMost == clientsMost_) return;
    clientsMost_ = live.access->clientsMost;
    store_.keepClientsMost(clientsMost_);
}

void MainWindow::showDocks(bool visible) {
    if (visible && !benchDocks_.isEmpty())
        restoreDocks(benchDocks_);
    else
        for (Dock* dock : docks_)
            dock->setVisible(visible);
}

void MainWindow::restoreDocks(const QByteArray& state) {
    restoreState(state, layoutVersion);
    // Tab bars made anew draw a line below themselves, whatever the style sheet says.
    for (QTabBar* tabs : findChildren<QTabBar*>(QString(), Qt::FindDirectChildrenOnly))
        tabs->setDrawBase(false);
}

/// The panels at the bottom have their share of a higher window, until somebody gives them another height.
void MainWindow::shareHeight(int before) {
    constexpr int least = 248;     // at 800 the axis panel shows its gains and limits above them
    constexpr double share = 0.36; // of what is more than the window has to have
    const auto wanted = [](int height) {
        return least + static_cast<int>(std::max(0, height - 800) * share);
    };
    if (workspace_ != Workspace::bench || before <= 0 || wanted(before) == wanted(height())) return;
    Dock* bottom = nullptr;
    for (Dock* dock : docks_)
        if (dock->isSeen() && dockWidgetArea(dock) == Qt::BottomDockWidgetArea && !dock->isFloating())
            bottom = dock;
    if (!bottom || std::abs(bottom->height() - wanted(before)) > 8) return;
    resizeDocks({bottom}, {wanted(height())}, Qt::Vertical);
}

void MainWindow::resizeEvent(QResizeEvent* event) {
    QMainWindow::resizeEvent(event);
    if (event->oldSize().isValid()) shareHeight(event->oldSize().height());
}

void MainWindow::resetLayout() {
    benchDocks_ = defaultDocks_;
    if (workspace_ == Workspace::bench) restoreDocks(defaultDocks_);
}

void MainWindow::restoreLayout() {
    defaultDocks_ = saveState(layoutVersion);
    const WindowLayout layout = store_.load();
    if (!layout.geometry.isEmpty()) restoreGeometry(layout.geometry);
    if (!layout.docks.isEmpty()) restoreDocks(layout.docks);
    lineIsTable_ = layout.lineIsTable;
    std::vector<telemetry::Channel> channels;
    for (const QString& word : layout.channels)
        if (const auto channel = telemetry::channelFrom(word.toStdString())) channels.push_back(*channel);
    if (!channels.empty()) scope_->showChannels(channels);
    scope_->openLayouts(QString::fromStdString(context_.configFolder));
    header_->showWorkspace(workspace_);
    chooseWorkspace(layout.workspace);
}

void MainWindow::keepLayout() {
    WindowLayout layout;
    layout.geometry = saveGeometry();
    layout.docks = workspace_ == Workspace::bench ? saveState(layoutVersion) : benchDocks_;
    layout.workspace = workspace_;
    layout.theme = theme_.choice();
    layout.lineIsTable = lineIsTable_;
    layout.traceMegabytes = traceMegabytes_;
    for (const auto channel : scope_->shownChannels())
        layout.channels << QString::fromStdString(std::string(telemetry::toString(channel)));
    store_.save(layout);
    scope_->keepLayout();
    analysis_->keep();
}

} // namespace servolane::ui
