// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/binding/panel.h"

#include <array>

class QComboBox;
class QLabel;
class QPushButton;
class QTableWidget;

namespace servolane::ui {

class CommandNote;
class NumberField;

/// Which channels the chosen bus reads, from which registers, and how often. What was chosen here waits for
/// Apply; until then the choices of a person stand, whatever the bus says.
class PollPlanSection : public Panel {
    Q_OBJECT
public:
    PollPlanSection(const PanelContext& context, QWidget* parent);
    void tick(const Frame& frame) override;
    /// The bus it speaks of; another one drops what was not applied.
    void setBus(BusId bus);

private:
    [[nodiscard]] bus::PollPlan chosen() const;
    void show(const bus::PollPlan& plan);
    void showRegisters(const Frame& frame);
    void apply();
    void restoreUsual();

    const PanelContext& context_;
    BusId bus_{};
    bool edited_ = false;
    QTableWidget* table_;
    std::array<QComboBox*, telemetry::usualChannelCount> paces_{};
    NumberField* interval_;
    QPushButton* apply_;
    QPushButton* usual_;
    CommandNote* note_;
};

} // namespace servolane::ui
