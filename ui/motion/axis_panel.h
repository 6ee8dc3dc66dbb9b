// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/binding/panel.h"

#include <functional>
#include <initializer_list>
#include <set>
#include <vector>

class QLabel;
class QStackedLayout;

namespace servolane::ui {

class AxisSection;
class EmptyState;
class JogControl;
class MoveSection;
class TorqueSection;

/// Everything about the selected axis: how it is, torque, mode, go to, jog, profile, gains, limits.
class AxisPanel : public Panel {
    Q_OBJECT
public:
    AxisPanel(const PanelContext& context, JogControl& jog, std::function<Time()> now, QWidget* parent);

    void tick(const Frame& frame) override;
    [[nodiscard]] MoveSection& moves();
    /// As its buttons would; false, and nothing asked, if another axis is shown.
    bool askTorque(AxisId axis, bool on);

private:
    /// Nobody needs them before there is an axis; they are a third of what a window takes to build.
    void buildSections();
    static QWidget* makeGroup(std::initializer_list<AxisSection*> sections, QWidget* parent);
    /// Gains, profile and the like can be shown only once the control table was read.
    void readRegistersOnce(const Frame& frame, const motion::Axis& axis);

    const PanelContext& context_;
    JogControl& jog_;
    std::function<Time()> now_;
    QStackedLayout* stack_;
    EmptyState* empty_;
    MoveSection* moves_ = nullptr;
    TorqueSection* torque_ = nullptr;
    QLabel* replayed_ = nullptr; ///< why nothing can be commanded
    std::vector<AxisSection*> sections_;
    std::set<AxisId> asked_;
};

} // namespace servolane::ui
