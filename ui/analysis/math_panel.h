// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/analysis/math_book.h"
#include "ui/binding/panel.h"

#include <functional>

class QCheckBox;
class QLabel;
class QLineEdit;
class QMenu;
class QPushButton;
class QStackedLayout;
class QTreeWidget;

namespace servolane::ui {

class FormulaField;
class MathLane;

/// The math channels: a list with what shows in the scope, and beside it the one that is being written. What
/// is wrong with a formula stands beneath it while it is typed, and such a formula cannot be applied.
class MathPanel : public Panel {
    Q_OBJECT
public:
    /// `lane`: what calculates them now.
    MathPanel(const PanelContext& context, MathBook& book, std::function<const MathLane&()> lane,
              QWidget* parent);

    void tick(const Frame& frame) override;
    /// Begins a new one with these contents; nothing is added before Apply.
    void draft(const MathChannel& channel);

private:
    QWidget* makeList();
    QWidget* makeForm();
    void fillPresets(QMenu* menu);
    void listChannels();
    void listFigures();
    void edit(std::uint16_t id);
    void check();
    void apply();
    void removeEdited();
    [[nodiscard]] MathChannel written() const;

    const PanelContext& context_;
    MathBook& book_;
    std::function<const MathLane&()> lane_;
    telemetry::ChannelNames names_;
    std::shared_ptr<const motion::AxisBoard> axes_; ///< of the newest frame
    std::uint16_t edited_ = 0;                      ///< 0: a new one

    QTreeWidget* list_;
    QStackedLayout* stack_;
    QLabel* title_;
    QLineEdit* name_;
    FormulaField* expression_;
    QLineEdit* unit_;
    QCheckBox* apart_;
    QLabel* verdict_;
    QPushButton* apply_;
    QPushButton* remove_;
};

} // namespace servolane::ui
