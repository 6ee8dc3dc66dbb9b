// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/telemetry/scope_trigger.h"

#include "ui/scope/scope_view.h"
#include "ui/theme/theme.h"
#include "ui/theme/tokens.h"

#include <QtGui/QAction>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QToolButton>

namespace servolane::ui {

ScopeTrigger::ScopeTrigger(scope::ScopeView& view, Theme& theme, TriggerRow::Proposal proposal)
    : QObject(&view)
    , view_(view)
    , theme_(theme)
    , proposal_(std::move(proposal))
    , place_(new QWidget(&view))
    , on_(new QAction(QStringLiteral("Trigger"), this))
    , arm_(new QAction(QStringLiteral("Arm trigger anew"), this)) {
    on_->setObjectName(QStringLiteral("scopeTrigger"));
    on_->setCheckable(true);
    on_->setShortcut(Qt::Key_T);
    on_->setToolTip(QStringLiteral("Let the picture stand where something happens (T)"));
    arm_->setShortcut(Qt::SHIFT | Qt::Key_T);
    arm_->setEnabled(false);
    for (QAction* action : {on_, arm_}) {
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        view_.addAction(action);
        actions_.push_back(action);
    }
    theme.keepIcon(on_, QStringLiteral("trigger"));
    auto* button = new QToolButton(&view);
    button->setDefaultAction(on_);
    button->setToolButtonStyle(Qt::ToolButtonIconOnly);
    button->setAccessibleName(on_->toolTip());
    button->setMinimumSize(benchControlHeight, benchControlHeight);
    button->setFocusPolicy(Qt::TabFocus);
    view_.addToolAtEnd(button);
    view_.addBelowTools(place_);
    place_->hide();
    connect(on_, &QAction::toggled, this, [this](bool on) {
        if (on) row().propose();
        place_->setVisible(on);
        arm_->setEnabled(on);
        apply();
    });
    connect(arm_, &QAction::triggered, this, [this] { view_.armTrigger(); });
    connect(&view_, &scope::ScopeView::triggerMoved, this, [this] {
        if (view_.trigger()) row().show(*view_.trigger());
    });
}

TriggerRow& ScopeTrigger::row() {
    if (row_) return *row_;
    row_ = new TriggerRow(theme_, std::move(proposal_), place_);
    auto* layout = new QVBoxLayout(place_);
    layout->setContentsMargins({});
    layout->addWidget(row_);
    row_->setSources(sources_);
    row_->setOwners(owners_);
    connect(row_, &TriggerRow::changed, this, &ScopeTrigger::apply);
    connect(row_, &TriggerRow::armAgain, this, [this] { view_.armTrigger(); });
    return *row_;
}

void ScopeTrigger::setSources(std::vector<TriggerRow::Source> sources) {
    if (row_) row_->setSources(sources);
    sources_ = std::move(sources);
}

void ScopeTrigger::setOwners(std::vector<TriggerRow::Owner> owners) {
    if (row_) row_->setOwners(owners);
    owners_ = std::move(owners);
}

void ScopeTrigger::show(const std::optional<scope::TriggerSetup>& setup) {
    given_ = setup;
    if (setup) row().show(*setup);
    on_->setChecked(setup.has_value());
    apply();
}

bool ScopeTrigger::isOn() const {
    return on_->isChecked();
}

std::optional<scope::TriggerSetup> ScopeTrigger::setup() const {
    if (!isOn()) return std::nullopt;
    return view_.trigger() ? view_.trigger() : given_;
}

void ScopeTrigger::apply() {
    view_.setTrigger(isOn() ? row().setup() : std::nullopt);
}

void ScopeTrigger::tick() {
    if (isOn()) row().showState(view_.triggerState());
}

} // namespace servolane::ui
