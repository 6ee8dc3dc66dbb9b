// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/registers/restore_plan.h"
#include "ui/registers/backup_desk.h"

#include <map>

class QAction;
class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QStackedLayout;

namespace servolane::ui {

class CommandNote;
class RegisterEditor;
class RegisterTable;

/// The control table of the selected axis: every register with its last known value, and beside it what is
/// pending and what a backup holds. Edits are staged, and applied together as one command that reads each of
/// them back.
class RegisterPanel : public Panel {
    Q_OBJECT
public:
    RegisterPanel(const PanelContext& context, BackupWays ways, QWidget* parent);
    void tick(const Frame& frame) override;
    [[nodiscard]] BackupDesk& desk() { return *desk_; }

private:
    using Pending = std::map<std::string, std::int64_t>;

    QWidget* makeFilterRow();
    QWidget* makeSide();
    QWidget* makeEditor();
    QWidget* makeStaging();
    void choose();
    void filter();
    void offerWatchInTable();
    void showWatching(const Frame& frame);
    void watch();
    void stage();
    void stageFile();
    void apply();
    void discard();
    void switchTorqueOff();
    void showValues(const Frame& frame);
    void showStaging(const Frame& frame);
    void planFile(const Frame& frame);
    void dropWritten(const Frame& frame);
    [[nodiscard]] Pending& pending();
    [[nodiscard]] bool needsTorqueOff() const;
    [[nodiscard]] QString fileText() const;

    const PanelContext& context_;
    BackupDesk* desk_;
    QStackedLayout* stack_;
    RegisterTable* table_;
    QLineEdit* search_ = nullptr;
    QComboBox* groups_ = nullptr;
    QLabel* file_ = nullptr;
    QPushButton* stageFile_ = nullptr;
    QPushButton* forgetFile_ = nullptr;
    QLabel* name_ = nullptr;
    QLabel* meaning_ = nullptr;
    RegisterEditor* editor_ = nullptr;
    QPushButton* stage_ = nullptr;
    QPushButton* watch_ = nullptr;
    QAction* watchAction_ = nullptr;
    QLabel* staged_ = nullptr;
    QPushButton* torque_ = nullptr;
    QPushButton* apply_ = nullptr;
    QPushButton* discard_ = nullptr;
    CommandNote* note_ = nullptr;
    std::shared_ptr<const motion::Axis> axis_;
    std::optional<bool> torqueOn_;
    std::map<AxisId, Pending> pending_;
    std::optional<registers::RestorePlan> plan_; ///< from the loaded file to the axis as it is
};

} // namespace servolane::ui
