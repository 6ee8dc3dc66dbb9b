// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/motion/axis_section.h"

#include <array>

class QPushButton;

namespace servolane::ui {

class NumberField;

/// Profile velocity and acceleration of the servo.
class ProfileSection : public AxisSection {
    Q_OBJECT
public:
    ProfileSection(const PanelContext& context, QWidget* parent);

protected:
    void update(const Frame& frame, const motion::AxisView& axis) override;
    void clear() override;
    void settled(bool good) override;

private:
    void apply();
    NumberField* velocity_;
    NumberField* acceleration_;
    QPushButton* apply_;
};

/// The position loop's gains, as the servo's raw numbers.
class GainsSection : public AxisSection {
    Q_OBJECT
public:
    GainsSection(const PanelContext& context, QWidget* parent);

protected:
    void update(const Frame& frame, const motion::AxisView& axis) override;
    void clear() override;
    void settled(bool good) override;

private:
    void apply();
    struct Gain {
        NumberField* field;
        std::string registerName;
    };
    std::array<Gain, 3> gains_; ///< P, I, D
    Gain* sending_ = nullptr;
    QPushButton* apply_;
};

/// Travel limits of the axis; stricter than the servo's own.
class LimitsSection : public AxisSection {
    Q_OBJECT
public:
    LimitsSection(const PanelContext& context, QWidget* parent);

protected:
    void update(const Frame& frame, const motion::AxisView& axis) override;
    void clear() override;
    void settled(bool good) override;

private:
    void apply();
    NumberField* low_;
    NumberField* high_;
    QPushButton* apply_;
};

} // namespace servolane::ui
