// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/motion/axis_panel.h"

#include "ui/binding/selection.h"
#include "ui/motion/axis_readout.h"
#include "ui/motion/axis_settings_section.h"
#include "ui/motion/move_section.h"
#include "ui/motion/settings_section.h"
#include "ui/motion/stop_section.h"
#include "ui/motion/torque_section.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/tab_order.h"
#include "ui/widgets/text.h"

#include <QtWidgets/QFrame>
#include <QtWidgets/QLabel>
#include <QtWidgets/QScrollArea>
#include <QtWidgets/QStackedLayout>
#include <QtWidgets/QVBoxLayout>
#include <algorithm>

namespace servolane::ui {

namespace {
/// Connecting reads some of them for itself, so one that is known says nothing of the others.
constexpr registers::Role shownRoles[] = {
    registers::Role::profileVelocity, registers::Role::profileAcceleration, registers::Role::positionPGain,
    registers::Role::positionIGain,   registers::Role::positionDGain,       registers::Role::velocityPGain,
    registers::Role::velocityIGain};
} // namespace

AxisPanel::AxisPanel(const PanelContext& context, JogControl& jog, std::function<Time()> now, QWidget* parent)
    : Panel(parent)
    , context_(context)
    , jog_(jog)
    , now_(std::move(now))
    , stack_(new QStackedLayout(this)) {
    setObjectName(QStringLiteral("axisPanel"));
    setMinimumWidth(328);
    empty_ =
        new EmptyState(context.theme, QStringLiteral("gauge"), QStringLiteral("No axis selected"), {}, this);
    empty_->setObjectName(QStringLiteral("noAxis"));
    stack_->addWidget(empty_);
}

MoveSection& AxisPanel::moves() {
    buildSections();
    return *moves_;
}

bool AxisPanel::askTorque(AxisId axis, bool on) {
    if (!torque_ || torque_->shownAxis() != axis) return false;
    torque_->askTorque(on);
    return true;
}

void AxisPanel::buildSections() {
    if (moves_) return;
    auto* area = new QScrollArea(this);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->setFocusPolicy(Qt::NoFocus);
    auto* body = new QWidget(area);
    auto* column = new QVBoxLayout(body);
    column->setContentsMargins(0, space::small, 0, space::medium);
    column->setSpacing(space::tiny); // gains and limits are to be seen at 1280×800 as well
    torque_ = new TorqueSection(context_, body);
    moves_ = new MoveSection(context_, jog_, now_, body);
    auto* profile = new ProfileSection(context_, body);
    auto* gains = new GainsSection(context_, body);
    auto* travel = new LimitsSection(context_, body);
    sections_ = {new AxisReadout(context_, body),
                 torque_,
                 moves_,
                 profile,
                 gains,
                 travel,
                 new StopSection(context_, body),
                 new OwnLimitsSection(context_, *travel, body),
                 new AxisScaleSection(context_, body)};
    replayed_ = makeLabel(QStringLiteral("A recording is shown: commands are off"), "warn", body);
    replayed_->setObjectName(QStringLiteral("axisReplayed"));
    replayed_->setContentsMargins(space::medium, 0, space::medium, 0);
    replayed_->hide();
    for (AxisSection* section : sections_) {
        const bool isInGroup = section == gains || section == travel; // of the profile
        if (section != sections_.front() && !isInGroup) column->addWidget(makeRule(body));
        if (column->count() == 2) column->addWidget(replayed_);
        if (section == profile) column->addWidget(makeGroup({profile, gains, travel}, body));
        if (section != profile && !isInGroup) column->addWidget(section);
    }
    column->addStretch(1);
    followLayout(body);
    area->setWidget(body);
    stack_->addWidget(area);
}

/// The rows close together, so that all are seen at a glance, and beneath them the place of what is staged or
/// was refused in one of them: kept free, so that what follows stays where it is.
QWidget* AxisPanel::makeGroup(std::initializer_list<AxisSection*> sections, QWidget* parent) {
    auto* group = new QWidget(parent);
    auto* column = new QVBoxLayout(group);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space::tiny);
    auto* foot = new QWidget(group);
    auto* rows = new QVBoxLayout(foot);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(0);
    for (AxisSection* section : sections) {
        column->addWidget(section);
        rows->addWidget(section->foot());
        foot->setMinimumHeight(section->foot()->minimumHeight());
    }
    rows->addStretch(1);
    column->addWidget(foot);
    return group;
}

void AxisPanel::tick(const Frame& frame) {
    const motion::AxisView* axis = frame.axes->find(context_.selection.axis());
    if (!axis) {
        const bool isBefore = frame.isReplay && frame.axes->axes.empty();
        empty_->setTitle(isBefore ? QStringLiteral("No axis here") : QStringLiteral("No axis selected"));
        empty_->setText(isBefore ? QStringLiteral("No axis was known yet at this moment of the recording: "
                                                  "play it, or go to a later one.")
                                 : QStringLiteral("Select an axis in the list of buses to see and move it."));
        return stack_->setCurrentIndex(0);
    }
    buildSections();
    stack_->setCurrentIndex(1);
    replayed_->setVisible(frame.isReplay);
    if (!frame.isReplay) readRegistersOnce(frame, *axis->axis);
    for (AxisSection* section : sections_) {
        section->showAxis(axis->axis->id);
        section->tick(frame, *axis);
    }
}

void AxisPanel::readRegistersOnce(const Frame& frame, const motion::Axis& axis) {
    if (!asked_.insert(axis.id).second) return;
    const auto isUnknown = [&](registers::Role role) {
        const registers::Register* of = axis.model->find(role);
        return of && !frame.registers->find(axis.id, of->name);
    };
    if (std::any_of(std::begin(shownRoles), std::end(shownRoles), isUnknown))
        context_.send(registers::ReadAllRegisters{axis.id});
}

} // namespace servolane::ui
