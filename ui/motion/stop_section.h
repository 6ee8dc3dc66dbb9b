// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/motion/axis_section.h"

class QComboBox;
class QLabel;

namespace servolane::ui {

/// What the axis does on stop, and what protects it when nobody can stop it any more.
class StopSection : public AxisSection {
    Q_OBJECT
public:
    StopSection(const PanelContext& context, QWidget* parent);

protected:
    void update(const Frame& frame, const motion::AxisView& axis) override;
    void clear() override;
    void settled(bool good) override;

private:
    QComboBox* reaction_;
    QLabel* consequence_;
    QLabel* protection_;
    bool asked_ = false; ///< waiting for its confirmation
};

} // namespace servolane::ui
