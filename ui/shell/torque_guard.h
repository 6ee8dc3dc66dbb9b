// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/binding/panel.h"

#include <vector>

namespace servolane::ui {

class Banner;

/// Leaving axes with torque on asks, in place: torque off, leave on, or cancel.
class TorqueGuard : public Panel {
    Q_OBJECT
public:
    /// `deed` is what it guards, as a verb: "quit" gives "Torque off and quit", and names like quitTorqueOff.
    TorqueGuard(const PanelContext& context, const QString& deed, QWidget* parent);

    /// True if no axis of the bus holds torque, or may hold it; else the question appears, and decided()
    /// comes with the answer, which lets this bus go once. Bus 0: all of them.
    [[nodiscard]] bool mayGo(const Frame& frame, BusId bus = {});
    void tick(const Frame& frame) override;
    void cancel();

Q_SIGNALS:
    void decided(servolane::BusId bus);

protected:
    /// Escape cancels.
    void keyPressEvent(QKeyEvent* event) override;

private:
    void ask(const Frame& frame);
    void torqueOff();
    void decide();

    const PanelContext& context_;
    QString deed_;
    Banner* banner_;
    BusId bus_{};
    std::vector<AxisId> holding_;
    bool switchingOff_ = false;
    bool decided_ = false;
    Time since_{};
};

} // namespace servolane::ui
