// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/motion/axis_section.h"

#include <array>
#include <optional>
#include <utility>

class QLabel;

namespace servolane::ui {

class NumberField;
class StagedRow;

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
    std::pair<double, double> held_; ///< velocity and acceleration as the servo holds them, not rounded
    NumberField* velocity_;
    QLabel* accelerationLetter_ = nullptr;
    NumberField* acceleration_;
    StagedRow* staged_;
};

/// The gains of the loop that is closed in the present mode, of position or of velocity, scaled as the model
/// says: the numbers of the command line and of the table of registers.
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
    void nameLoop();
    struct Gain {
        QLabel* letter;
        NumberField* field;
        std::optional<registers::Register> of; ///< absent: the loop has none
        std::optional<std::int64_t> raw;       ///< as last read
    };
    void explain(std::size_t at);
    std::array<Gain, 3> gains_; ///< P, I, D
    Gain* sending_ = nullptr;
    QLabel* loop_; ///< which one
    bool velocityLoop_ = false;
    StagedRow* staged_;
};

/// Travel limits of the axis; stricter than the servo's own.
class LimitsSection : public AxisSection {
    Q_OBJECT
public:
    LimitsSection(const PanelContext& context, QWidget* parent);
    /// On its way: what the newest frame shows is the travel from before it.
    [[nodiscard]] const std::optional<Range<Position>>& asked() const { return asked_; }

protected:
    void update(const Frame& frame, const motion::AxisView& axis) override;
    void clear() override;
    void settled(bool good) override;

private:
    void apply();
    Range<Position> travel_; ///< as held, not as rounded
    std::optional<Range<Position>> asked_;
    NumberField* low_;
    NumberField* high_;
    StagedRow* staged_;
};

} // namespace servolane::ui
