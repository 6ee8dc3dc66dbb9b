// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/binding/panel.h"

class QLabel;
class QLineEdit;
class QPushButton;
class QStackedLayout;
class QTableWidget;

namespace servolane::ui {

class CommandNote;
class NumberField;

/// The control table of the selected axis: every register with its last known value, unit and age. A value is
/// staged in the editor below, shown as it was understood, and applied one at a time.
class RegisterPanel : public Panel {
    Q_OBJECT
public:
    RegisterPanel(const PanelContext& context, QWidget* parent);
    void tick(const Frame& frame) override;

private:
    QWidget* makeEditor();
    void showModel(const motion::Axis& axis);
    void showValues(const Frame& frame);
    void showRow(int row, const registers::Register& of, const registers::KnownValue* known, Time now);
    void choose(int row);
    void apply();
    void filter();
    [[nodiscard]] const registers::Register* chosen() const;

    const PanelContext& context_;
    QStackedLayout* stack_;
    QTableWidget* table_;
    QLineEdit* search_;
    QLabel* name_;
    QLabel* meaning_;
    NumberField* value_;
    QPushButton* apply_;
    CommandNote* note_;
    std::shared_ptr<const motion::Axis> axis_;
};

} // namespace servolane::ui
