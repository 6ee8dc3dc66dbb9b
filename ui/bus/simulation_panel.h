// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/binding/panel.h"

class QComboBox;
class QLabel;
class QLineEdit;
class QListWidget;
class QPushButton;
class QStackedLayout;

namespace servolane::ui {

class CommandNote;

/// Injects faults into a simulated bus and clears them. The text that is sent is the grammar of
/// servolane-sim --fault, and is shown before it is sent, so that what was tried here can be scripted.
class SimulationPanel : public Panel {
    Q_OBJECT
public:
    SimulationPanel(const PanelContext& context, QWidget* parent);
    void tick(const Frame& frame) override;
    [[nodiscard]] QString faultText() const;

private:
    QWidget* makeControls();
    void offerParameter();
    void listBuses(const Frame& frame);
    void listAxes(const Frame& frame);
    void listActive(const Frame& frame);
    [[nodiscard]] BusId chosenBus() const;

    const PanelContext& context_;
    QStackedLayout* stack_;
    QComboBox* bus_;
    QComboBox* fault_;
    QComboBox* axis_;
    QLineEdit* parameter_;
    QLabel* parameterName_;
    QLabel* text_;
    QLabel* meaning_;
    QPushButton* inject_;
    QListWidget* active_;
    CommandNote* note_;
    std::vector<BusId> buses_;
    std::vector<int> servos_;
};

} // namespace servolane::ui
