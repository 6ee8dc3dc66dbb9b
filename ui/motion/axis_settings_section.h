// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/motion/axis_section.h"

#include <array>

class QCheckBox;
class QLineEdit;
class QPushButton;

namespace servolane::ui {

class LimitsSection;
class NumberField;

/// What the host keeps of the axis: name, gear, direction, offset, unit; and where its zero is.
class AxisScaleSection : public AxisSection {
    Q_OBJECT
public:
    AxisScaleSection(const PanelContext& context, QWidget* parent);

protected:
    void update(const Frame& frame, const motion::AxisView& axis) override;
    void clear() override;
    void settled(bool good) override;

private:
    void buildRows();
    void applyScale();
    void rename();
    void showScale(const motion::AxisScale& scale);

    QLineEdit* name_;
    QPushButton* rename_;
    NumberField* gear_;
    QCheckBox* reversed_;
    NumberField* offset_;
    NumberField* perTurn_;
    QLineEdit* unit_;
    QPushButton* apply_;
    QPushButton* zero_;
    QPushButton* confirm_;
    QPushButton* adopt_;
    bool turned_ = false; ///< the box was clicked; fields and lines know by themselves
};

/// The person's own limits besides travel.
class OwnLimitsSection : public AxisSection {
    Q_OBJECT
public:
    /// One command sets all own limits, those of travel too: `travel` knows what is on its way.
    OwnLimitsSection(const PanelContext& context, const LimitsSection& travel, QWidget* parent);

protected:
    void update(const Frame& frame, const motion::AxisView& axis) override;
    void clear() override;
    void settled(bool good) override;

private:
    void apply();

    struct Row {
        NumberField* field;
        const char* perSecond; ///< appended to the axis' unit; null: a unit of its own
    };
    std::array<Row, 6> rows_{}; ///< velocity, acceleration, current, temperature, following error, step
    const LimitsSection& travel_;
    motion::OwnLimits shown_;
    QPushButton* apply_;
};

} // namespace servolane::ui
