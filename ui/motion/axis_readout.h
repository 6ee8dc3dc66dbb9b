// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/binding/panel.h"
#include "ui/motion/axis_section.h"

#include <array>

class QHBoxLayout;

namespace servolane::ui {

class StateMark;
class ValueLabel;

/// Who the axis is, how it is, and where: name, state, model and firmware, position in large figures, then
/// velocity, current or load, temperature and voltage.
class AxisReadout : public AxisSection {
    Q_OBJECT
public:
    AxisReadout(const PanelContext& context, QWidget* parent);

protected:
    void update(const Frame& frame, const motion::AxisView& axis) override;

private:
    struct Figure {
        telemetry::Channel channel;
        QLabel* name;
        ValueLabel* value;
    };
    void showIdentity(const Frame& frame, const motion::AxisView& axis, bool isDue);
    void placeCause();
    static void showFigure(const Figure& figure, const motion::AxisView& axis, const bus::LinkSettings& link,
                           const Frame& frame);

    QLabel* title_;
    QLabel* identity_;
    QLabel* cause_;
    QString silentFor_; ///< as it was last told
    bool isCauseLong_ = false;
    QHBoxLayout* beside_ = nullptr; ///< the cause and the position
    StateMark* state_;
    AxisId shown_{};
    Figure position_{};
    std::array<Figure, 4> figures_{};
};

} // namespace servolane::ui
