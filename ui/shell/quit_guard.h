// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/binding/panel.h"

#include <vector>

namespace servolane::ui {

class Banner;

/// Leaving with torque on asks, in place: torque off, leave on, or cancel.
class QuitGuard : public Panel {
    Q_OBJECT
public:
    QuitGuard(const PanelContext& context, QWidget* parent);

    /// True if nothing holds torque and the window may close; else the question appears.
    [[nodiscard]] bool mayQuit(const Frame& frame);
    void tick(const Frame& frame) override;
    void cancel();

Q_SIGNALS:
    void quitDecided();

protected:
    /// Escape cancels.
    void keyPressEvent(QKeyEvent* event) override;

private:
    void ask(const Frame& frame);
    void torqueOff();

    const PanelContext& context_;
    Banner* banner_;
    std::vector<AxisId> holding_;
    bool switchingOff_ = false;
    bool decided_ = false;
    Time since_{};
};

} // namespace servolane::ui
