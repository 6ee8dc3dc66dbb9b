// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/motion/axis_section.h"

#include <string>

class QComboBox;
class QLabel;
class QPushButton;

namespace servolane::ui {

/// Torque off or on, the operating mode, and reboot where a hardware error is latched. All as found in the
/// servo: nothing is shown as done before the servo has confirmed it.
class TorqueSection : public AxisSection {
    Q_OBJECT
public:
    TorqueSection(const PanelContext& context, QWidget* parent);
    void askTorque(bool on);

protected:
    void update(const Frame& frame, const motion::AxisView& axis) override;
    void clear() override;
    void settled(bool good) override;

private:
    void offerModes(const motion::AxisView& axis);
    void showTorque(const motion::AxisView& axis);
    void showAnswers(const motion::AxisView& axis);
    void letAnswer();
    void confirmServo();

    QPushButton* off_;
    QPushButton* on_;
    QPushButton* halt_;
    QPushButton* reboot_;
    QPushButton* answer_;
    QPushButton* confirm_;
    QLabel* exit_; ///< how to leave an error where nothing restarts the servo
    QComboBox* mode_;
    std::optional<bool> askedTorque_; ///< waiting for its confirmation
    bool askedMode_ = false;
    AxisId modesOf_{};
    std::string level_;           ///< the register that lets an axis answer again; empty: it answers
    std::int64_t everything_ = 0; ///< what to write there
    bus::ServoIdentity other_;    ///< that answers instead, as shown
};

} // namespace servolane::ui
