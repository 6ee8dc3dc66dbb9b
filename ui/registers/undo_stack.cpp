// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/registers/undo_stack.h"

#include "ui/binding/setting_text.h"
#include "ui/binding/state_text.h"
#include "ui/registers/staged_writes.h"

#include <algorithm>
#include <utility>

namespace servolane::ui {

using registers::SettingChange;
using registers::SettingsRecord;
using registers::SettingsVersion;

namespace {

constexpr std::size_t mostSteps = 200;

std::optional<double> targetOf(const SettingChange& change, UndoStack::Way way) {
    return way == UndoStack::Way::undo ? change.before : std::optional(change.after);
}

std::optional<double> expectedOf(const SettingChange& change, UndoStack::Way way) {
    return way == UndoStack::Way::undo ? std::optional(change.after) : change.before;
}

std::optional<double> presentOf(const SettingsRecord& record, const std::string& name) {
    const auto known = record.now.find(name);
    return known == record.now.end() ? std::nullopt : std::optional(known->second);
}

/// Who gave the setting its present value.
const SettingsVersion* lastToChange(const SettingsRecord& record, const std::string& name) {
    for (auto version = record.versions.rbegin(); version != record.versions.rend(); ++version)
        for (const SettingChange& change : version->changes)
            if (change.name == name) return &*version;
    return nullptr;
}

} // namespace

UndoStack::UndoStack(const PanelContext& context, QObject* parent)
    : QObject(parent)
    , context_(context) {}

void UndoStack::group(const std::vector<CommandId>& commands) {
    groups_.emplace_back(commands.begin(), commands.end());
    if (groups_.size() > mostSteps) groups_.erase(groups_.begin());
}

void UndoStack::tick(const Frame& frame) {
    frame_ = frame;
    if (frame.settings->complete) collect(frame);
    followMove(frame);
}

void UndoStack::collect(const Frame& frame) {
    for (const auto& [axis, record] : frame.settings->axes) {
        const std::uint32_t newest = record->versions.empty() ? 0 : record->versions.back().number;
        const auto [place, isNew] = seen_.try_emplace(axis, record->owner, newest);
        if (isNew || place->second.first != record->owner) {
            place->second = {record->owner, newest};
            continue;
        }
        for (const SettingsVersion& version : record->versions) {
            if (version.number <= place->second.second) continue;
            const auto* entry = findCommand(*frame.commands, version.command);
            // Its facts may still be on their way.
            const bool whole = frame.settings->upTo >= frame.commands->upTo;
            if (entry && (!isEnd(entry->state) || !whole)) break;
            place->second.second = version.number;
            if (entry && version.asker == api::Asker::window) addStep(axis, version);
        }
    }
}

void UndoStack::addStep(AxisId axis, const SettingsVersion& version) {
    if (own_.contains(version.command)) return;
    const auto group = std::find_if(groups_.begin(), groups_.end(),
                                    [&](const auto& ids) { return ids.contains(version.command); });
    const bool goesOn = group != groups_.end() && !undo_.empty() && undo_.back().axis == axis &&
                        group->contains(undo_.back().first);
    redo_.clear();
    if (goesOn) {
        auto& changes = undo_.back().changes;
        changes.insert(changes.end(), version.changes.begin(), version.changes.end());
        return;
    }
    undo_.push_back({axis, version.command, version.changes});
    if (undo_.size() > mostSteps) undo_.erase(undo_.begin());
}

void UndoStack::take(Way way) {
    dismissQuestion();
    const char* word = way == Way::undo ? "undo" : "redo";
    if (moving_) return Q_EMIT said(QStringLiteral("The last undo or redo is not confirmed yet"));
    if (stack(way).empty()) return Q_EMIT said(QStringLiteral("Nothing to %1").arg(QLatin1String(word)));
    const QString trouble = interference(stack(way).back(), way);
    if (trouble.isEmpty()) return send(way);
    question_ = trouble;
    asked_ = way;
}

void UndoStack::takeNevertheless() {
    if (question_.isEmpty()) return;
    dismissQuestion();
    send(asked_);
}

void UndoStack::dismissQuestion() {
    question_.clear();
}

void UndoStack::send(Way way) {
    if (stack(way).empty() || moving_) return;
    const SettingsStep& step = stack(way).back();
    const motion::AxisView* axis = frame_.axes->find(step.axis);
    const SettingsRecord* record = frame_.settings->find(step.axis);
    if (!axis || !record) return Q_EMIT said(QStringLiteral("The axis of that change is not connected"));
    std::vector<registers::SettingDifference> differences;
    for (const SettingChange& change : step.changes)
        differences.push_back({change.name, presentOf(*record, change.name), targetOf(change, way)});
    const StagedWrites staged = stageWrites(differences, *record, *axis);
    QString left;
    for (const auto& [difference, obstacle] : staged.left)
        left += (left.isEmpty() ? QString() : QStringLiteral("; ")) +
                settingTitle(difference.name, *axis->axis) + QLatin1Char(' ') + textOf(obstacle);
    if (staged.commands.empty()) return Q_EMIT said(QStringLiteral("Not possible: %1").arg(left));
    moving_ = Moving{way, step, {}, left};
    moving_->batch.start(context_, staged.commands);
    own_.insert(moving_->batch.ids().begin(), moving_->batch.ids().end());
}

void UndoStack::followMove(const Frame& frame) {
    if (!moving_) return;
    const auto outcome = moving_->batch.tick(frame);
    if (!outcome) return;
    const Moving moved = *std::exchange(moving_, std::nullopt);
    const QString word = moved.way == Way::undo ? QStringLiteral("Undone") : QStringLiteral("Redone");
    if (outcome->done < outcome->asked)
        return Q_EMIT said(QStringLiteral("Not %1: %2").arg(word.toLower(), outcome->firstProblem));
    const Way back = moved.way == Way::undo ? Way::redo : Way::undo;
    // Another step may have come on top of it meanwhile.
    std::erase_if(stack(moved.way), [&](const SettingsStep& step) { return step.first == moved.step.first; });
    stack(back).push_back(moved.step);
    QString text = word + QStringLiteral(": ") + describe(moved.step, moved.way);
    if (!moved.left.isEmpty()) text += QStringLiteral(" (left as it is: %1)").arg(moved.left);
    Q_EMIT said(text);
}

QString UndoStack::interference(const SettingsStep& step, Way way) const {
    const motion::AxisView* axis = frame_.axes->find(step.axis);
    const SettingsRecord* record = frame_.settings->find(step.axis);
    if (!axis || !record) return {};
    for (const SettingChange& change : step.changes) {
        const std::optional<double> present = presentOf(*record, change.name);
        if (present == expectedOf(change, way)) continue;
        const SettingsVersion* version = lastToChange(*record, change.name);
        const QString who = !version || version->command == CommandId{}
                                ? QStringLiteral("found in the servo when it was read")
                                : QStringLiteral("changed from the %1").arg(askerText(version->asker));
        return QStringLiteral(
                   "%1 of %2 is %3 now, not %4 as this window left it (%5). Set it to %6 nevertheless?")
            .arg(settingTitle(change.name, *axis->axis), axisTitle(*axis->axis),
                 settingValueText(change.name, present, *axis->axis, record->units),
                 settingValueText(change.name, expectedOf(change, way), *axis->axis, record->units), who,
                 settingValueText(change.name, targetOf(change, way), *axis->axis, record->units));
    }
    return {};
}

QString UndoStack::description(Way way) const {
    const auto& steps = way == Way::undo ? undo_ : redo_;
    return steps.empty() ? QString() : describe(steps.back(), way);
}

QString UndoStack::describe(const SettingsStep& step, Way way) const {
    const motion::AxisView* axis = frame_.axes ? frame_.axes->find(step.axis) : nullptr;
    if (!axis) return {};
    const SettingChange& first = step.changes.front();
    QString text = QStringLiteral("%1 %2 → %3")
                       .arg(settingTitle(first.name, *axis->axis),
                            settingValueText(first.name, expectedOf(first, way), *axis->axis),
                            settingValueText(first.name, targetOf(first, way), *axis->axis));
    if (step.changes.size() > 1) text += QStringLiteral(" and %1 more").arg(step.changes.size() - 1);
    return text + QStringLiteral(" of %1").arg(axisTitle(*axis->axis));
}

} // namespace servolane::ui
