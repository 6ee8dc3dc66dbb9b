// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QObject>

#include "ui/registers/write_batch.h"

#include <map>
#include <set>

namespace servolane::ui {

/// One gesture's changes to the settings of one axis.
struct SettingsStep {
    AxisId axis;
    CommandId first; ///< the command, or the first of a group, that it came of
    std::vector<registers::SettingChange> changes;
};

/// What this window did to settings, as the history tells it: a step exists only after its command came to
/// its end, with the values that were really there. Undo and redo send commands like any other and move the
/// step when they are confirmed. Where someone else has changed the value since, it asks first. GUI thread.
class UndoStack : public QObject {
    Q_OBJECT
public:
    enum class Way : std::uint8_t { undo, redo };

    UndoStack(const PanelContext& context, QObject* parent);

    /// These commands are undone as one step.
    void group(const std::vector<CommandId>& commands);
    void tick(const Frame& frame);
    void take(Way way);
    /// Does what question() asks about.
    void takeNevertheless();
    void dismissQuestion();

    [[nodiscard]] bool can(Way way) const { return !(way == Way::undo ? undo_ : redo_).empty() && !moving_; }
    /// What it would do: "Position P Gain 900 → 800 of 1 · Pan"; empty if there is no step.
    [[nodiscard]] QString description(Way way) const;
    /// Empty: nothing is asked.
    [[nodiscard]] const QString& question() const { return question_; }

Q_SIGNALS:
    void said(const QString& text);

private:
    struct Moving {
        Way way = Way::undo;
        SettingsStep step;
        WriteBatch batch;
        QString left; ///< what could not be asked for
    };

    void collect(const Frame& frame);
    void addStep(AxisId axis, const registers::SettingsVersion& version);
    void followMove(const Frame& frame);
    void send(Way way);
    [[nodiscard]] QString interference(const SettingsStep& step, Way way) const;
    [[nodiscard]] QString describe(const SettingsStep& step, Way way) const;
    [[nodiscard]] std::vector<SettingsStep>& stack(Way way) { return way == Way::undo ? undo_ : redo_; }

    const PanelContext& context_;
    Frame frame_;
    std::map<AxisId, std::pair<registers::SettingsOwner, std::uint32_t>> seen_; ///< newest version looked at
    std::vector<std::set<CommandId>> groups_;
    std::set<CommandId> own_; ///< commands of undo and redo, which make no steps
    std::vector<SettingsStep> undo_;
    std::vector<SettingsStep> redo_;
    std::optional<Moving> moving_;
    QString question_;
    Way asked_ = Way::undo;
};

} // namespace servolane::ui
