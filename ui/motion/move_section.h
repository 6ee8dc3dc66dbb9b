// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/motion/axis_section.h"

class QLabel;
class QPushButton;

namespace servolane::ui {

class JogControl;
class NumberField;

/// Go to a position (or turn at a speed, in velocity mode), and jog while a button is held.
class MoveSection : public AxisSection {
    Q_OBJECT
public:
    MoveSection(const PanelContext& context, JogControl& jog, std::function<Time()> now, QWidget* parent);

    void focusGoTo();
    /// Signed speed of a jog of this axis: slow is a tenth of its limit, fast a half.
    [[nodiscard]] static double jogVelocity(const motion::Axis& axis, int direction, bool fast);
    /// From the keyboard; `isHeld` as in JogControl.
    void beginJog(int direction, bool fast, std::function<bool()> isHeld);

protected:
    void update(const Frame& frame, const motion::AxisView& axis) override;
    void clear() override;
    void settled(bool good) override;

private:
    void go();
    QPushButton* addJogButton(QWidget* row, const QString& icon, const QString& name, int direction,
                              bool fast);

    JogControl& jog_;
    std::function<Time()> now_;
    std::shared_ptr<const motion::Axis> shown_;
    bool velocityMode_ = false;
    bool tellsOfJog_ = false; ///< the note does
    QLabel* what_;            ///< "Go to" or "Turn at"
    NumberField* target_;
    QPushButton* go_;
    std::vector<QPushButton*> jogButtons_;
};

} // namespace servolane::ui
