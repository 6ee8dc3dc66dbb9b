// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/binding/panel.h"

#include <array>

class QHBoxLayout;
class QLabel;
class QMenuBar;
class QPushButton;

namespace servolane::ui {

enum class Workspace { bench, line, sessions };

/// Name, menus, workspaces, recording, and the stop button: always there, always in the same place.
class HeaderBar : public Panel {
    Q_OBJECT
public:
    HeaderBar(const PanelContext& context, QWidget* parent);

    [[nodiscard]] QMenuBar* menuBar() const { return menus_; }
    void showWorkspace(Workspace workspace);
    void tick(const Frame& frame) override;
    /// A stop was asked and the board does not say so yet.
    void showStopping();

protected:
    void resizeEvent(QResizeEvent* event) override;
    void showEvent(QShowEvent* event) override;

Q_SIGNALS:
    void workspaceChosen(servolane::ui::Workspace workspace);
    void stopPressed();
    void recordToggled();

private:
    void addWorkspaces(QHBoxLayout* row);
    /// Whatever comes and goes at the right has its room from the start: menus do not vanish with a
    /// recording.
    void fit();
    void showRecording(const Frame& frame);
    void dressRecord();
    void showStop(const Frame& frame);

    const PanelContext& context_;
    QLabel* brand_;
    QLabel* mark_; ///< of the name, where it has no room
    QMenuBar* menus_;
    std::array<QPushButton*, 3> workspaces_{};
    QLabel* simulated_;
    QLabel* recording_;
    QPushButton* record_;
    QPushButton* stop_;
    Time stoppingSince_{};
    bool stopping_ = false;
    bool wasRecording_ = false;
    bool isNarrow_ = false; ///< the menus have no room as it is
    bool isShort_ = false;  ///< no room for how large the recording is
};

} // namespace servolane::ui
