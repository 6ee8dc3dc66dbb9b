// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/registers/control_table.h"
#include "ui/binding/panel.h"
#include "ui/registers/write_batch.h"

#include <map>

class QComboBox;
class QLabel;
class QPushButton;
class QStackedLayout;
class QTableWidget;

namespace servolane::ui {

class CommandNote;
class RegisterEditor;

/// One register of all servos: what each holds, and the same value for those that are selected. Models may
/// scale it otherwise: what is entered is meant in the user's unit.
class RegisterMatrix : public Panel {
    Q_OBJECT
public:
    RegisterMatrix(const PanelContext& context, QWidget* parent);
    void tick(const Frame& frame) override;

private:
    QWidget* makeChoice();
    QWidget* makeStaging();
    void showNames(const Frame& frame);
    void showRows(const Frame& frame);
    void showRow(int row, const motion::AxisView& view, const Frame& frame);
    void showStaging();
    void chooseRegister();
    void readAll();
    void stage();
    void watch();
    [[nodiscard]] std::vector<const motion::AxisView*> watchable() const;
    [[nodiscard]] bool allWatched(const std::vector<const motion::AxisView*>& axes) const;
    void apply();
    void discard();
    void switchTorqueOff();
    /// The chosen register of this axis' model; nullptr if it has none.
    [[nodiscard]] const registers::Register* of(const motion::Axis& axis) const;
    [[nodiscard]] std::vector<AxisId> lockedAxes() const;

    const PanelContext& context_;
    QStackedLayout* stack_;
    QComboBox* names_ = nullptr;
    QTableWidget* table_;
    RegisterEditor* editor_ = nullptr;
    QPushButton* watch_ = nullptr;
    QPushButton* stage_ = nullptr;
    QLabel* staged_ = nullptr;
    QPushButton* torque_ = nullptr;
    QPushButton* apply_ = nullptr;
    QPushButton* discard_ = nullptr;
    CommandNote* note_ = nullptr;
    std::vector<motion::AxisView> axes_;                ///< one a row
    std::shared_ptr<const registers::ServoModel> like_; ///< whose register the editor shows
    std::map<AxisId, std::int64_t> pending_;            ///< raw, of the chosen register
    WriteBatch batch_;
};

} // namespace servolane::ui
