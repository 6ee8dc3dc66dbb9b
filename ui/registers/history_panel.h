// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/binding/panel.h"
#include "ui/registers/staged_writes.h"
#include "ui/registers/write_batch.h"

class QComboBox;
class QLabel;
class QPushButton;
class QStackedLayout;
class QTableWidget;

namespace servolane::ui {

class CommandNote;
class UndoStack;

/// The settings of the selected axis over time: what, when, by whom; two states beside each other, and the
/// second one applied as commands. What cannot be applied stands there with its reason.
class HistoryPanel : public Panel {
    Q_OBJECT
public:
    HistoryPanel(const PanelContext& context, UndoStack& undo, std::function<UtcTime()> utcNow,
                 QWidget* parent);
    void tick(const Frame& frame) override;

    /// The first call shows what returning to the baseline would change; a second one, with that on the
    /// screen, does it.
    void returnToBaseline();
    void setBaseline();

private:
    /// A state that can be compared: a version's number, or one of these.
    enum : int { nowState = -1, baselineState = -2 };

    QWidget* makeVersions();
    QWidget* makeComparison();
    void showAxis(const Frame& frame, const motion::AxisView& view, const registers::SettingsRecord* record);
    void showVersions(const registers::SettingsRecord& record);
    void showStates(const registers::SettingsRecord& record);
    void showComparison();
    void showRow(int row, const registers::SettingDifference& difference, const StagedWrites& staged);
    void apply();
    void chooseState(QComboBox* box, int state);
    [[nodiscard]] registers::SettingValues valuesOf(int state) const;
    [[nodiscard]] std::vector<registers::SettingDifference> differences() const;
    [[nodiscard]] QString versionText(const registers::SettingsVersion& version) const;
    [[nodiscard]] QString shortMoment(UtcTime at) const;
    [[nodiscard]] QString stateName(int state) const;

    const PanelContext& context_;
    UndoStack& undo_;
    std::function<UtcTime()> utcNow_;
    QStackedLayout* stack_;
    QTableWidget* versions_ = nullptr;
    QComboBox* a_ = nullptr;
    QComboBox* b_ = nullptr;
    QTableWidget* table_ = nullptr;
    QLabel* summary_ = nullptr;
    QPushButton* apply_ = nullptr;
    CommandNote* note_ = nullptr;
    WriteBatch batch_;
    motion::AxisView axis_; ///< without `axis`: none is shown
    std::shared_ptr<const registers::SettingsHistory> history_;
    const registers::SettingsRecord* record_ = nullptr; ///< of history_
    std::optional<bool> torque_;
    bool comparedBaseline_ = false; ///< the picture is the answer to returnToBaseline()
};

} // namespace servolane::ui
