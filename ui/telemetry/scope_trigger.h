// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/telemetry/trigger_row.h"

#include <QtCore/QObject>
#include <optional>
#include <vector>

class QAction;

namespace servolane::ui {

namespace scope {
class ScopeView;
}

/// The trigger of a scope with its action and its rows: what is entered goes to the view, what is dragged in
/// the view comes back. GUI thread.
class ScopeTrigger : public QObject {
    Q_OBJECT
public:
    ScopeTrigger(scope::ScopeView& view, Theme& theme, TriggerRow::Proposal proposal);

    void setSources(std::vector<TriggerRow::Source> sources);
    void setOwners(std::vector<TriggerRow::Owner> owners);
    /// Off where there is none.
    void show(const std::optional<scope::TriggerSetup>& setup);
    [[nodiscard]] bool isOn() const;
    /// As it is set, also while there is no axis yet.
    [[nodiscard]] std::optional<scope::TriggerSetup> setup() const;
    /// Shows the state; called in every frame.
    void tick();
    /// On and off, arm anew: for the menu.
    [[nodiscard]] const std::vector<QAction*>& actions() const { return actions_; }

private:
    void apply();
    /// Made when the trigger is first used: most starts of the program do without it.
    [[nodiscard]] TriggerRow& row();

    scope::ScopeView& view_;
    Theme& theme_;
    TriggerRow::Proposal proposal_;
    std::vector<TriggerRow::Source> sources_;
    std::vector<TriggerRow::Owner> owners_;
    QWidget* place_; ///< where the row goes
    TriggerRow* row_ = nullptr;
    std::optional<scope::TriggerSetup> given_;
    QAction* on_;
    QAction* arm_;
    std::vector<QAction*> actions_;
};

} // namespace servolane::ui
