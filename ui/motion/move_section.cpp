// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/motion/move_section.h"

#include "ui/motion/jog_control.h"
#include "ui/theme/theme.h"
#include "ui/widgets/number_field.h"
#include "ui/widgets/text.h"

#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <utility>

namespace servolane::ui {

namespace {
constexpr double slowShare = 0.1;
constexpr double fastShare = 0.5;
constexpr double unlimitedSlow = 20.0; ///< axis units per second, where no limit is set
} // namespace

MoveSection::MoveSection(const PanelContext& context, JogControl& jog, std::function<Time()> now,
                         QWidget* parent)
    : AxisSection(context, QStringLiteral("moveSection"), parent)
    , jog_(jog)
    , now_(std::move(now))
    , target_(new NumberField("deg", QStringLiteral("goTo"), this))
    , go_(makeButton(QStringLiteral("Go"), QStringLiteral("go"), this)) {
    needs({"MoveAxis", "SetVelocity", "StartJog"}, 2);
    go_->setProperty("role", QStringLiteral("primary"));
    auto* row = new QWidget(this);
    auto* line = new QHBoxLayout(row);
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(space::small);
    line->addWidget(target_, 1);
    line->addWidget(go_);
    target_->setUnderstoodWidth(76);
    what_ = addRow(QStringLiteral("Go to"), row);
    auto* jogs = new QWidget(this);
    auto* buttons = new QHBoxLayout(jogs);
    buttons->setContentsMargins(0, 0, 0, 0);
    buttons->setSpacing(space::tiny);
    addJogButton(jogs, QStringLiteral("chevrons-left"), QStringLiteral("jogFastBack"), -1, true);
    addJogButton(jogs, QStringLiteral("chevron-left"), QStringLiteral("jogBack"), -1, false);
    addJogButton(jogs, QStringLiteral("chevron-right"), QStringLiteral("jogForward"), 1, false);
    addJogButton(jogs, QStringLiteral("chevrons-right"), QStringLiteral("jogFastForward"), 1, true);
    addRow(QStringLiteral("Jog"), jogs);
    connect(target_, &NumberField::submitted, this, &MoveSection::go);
    connect(go_, &QPushButton::clicked, this, &MoveSection::go);
    // A refused target that is given up, or typed anew, is refused no more.
    for (const auto over : {&NumberField::edited, &NumberField::abandoned})
        connect(target_, over, this, [this] {
            if (!tellsOfJog_) note_->dismissOutcome();
        });
    connect(&jog_, &JogControl::began, this, [this](CommandId id) {
        note_->follow(id);
        tellsOfJog_ = true;
    });
    // "Confirmed" beside an axis that stands again would speak of a jog that is over.
    connect(&jog_, &JogControl::ended, this, [this] {
        if (std::exchange(tellsOfJog_, false)) note_->dismissGoodNews();
    });
}

QPushButton* MoveSection::addJogButton(QWidget* row, const QString& icon, const QString& name, int direction,
                                       bool fast) {
    auto* button = makeButton({}, name, row);
    button->setToolTip(QStringLiteral("Hold to jog %1%2 (%3%4)")
                           .arg(direction < 0 ? QStringLiteral("backward") : QStringLiteral("forward"),
                                fast ? QStringLiteral(", fast") : QString(),
                                fast ? QStringLiteral("Shift+") : QString(),
                                direction < 0 ? QStringLiteral("J") : QStringLiteral("L")));
    button->setAccessibleName(button->toolTip());
    button->setFocusPolicy(Qt::NoFocus); // Space on a focused button would be a press without a hold
    context_.theme.keepIcon(button, icon);
    row->layout()->addWidget(button);
    jogButtons_.push_back(button);
    connect(button, &QPushButton::pressed, this, [this, button, direction, fast] {
        beginJog(direction, fast, [button] { return button->isDown() && button->isVisible(); });
    });
    connect(button, &QPushButton::released, &jog_, &JogControl::end);
    return button;
}

double MoveSection::jogVelocity(const motion::Axis& axis, int direction, bool fast) {
    const double limit = axis.limits.velocity.value;
    const double slow = limit > 0.0 ? limit * slowShare : unlimitedSlow;
    return direction * (fast ? slow * fastShare / slowShare : slow);
}

void MoveSection::beginJog(int direction, bool fast, std::function<bool()> isHeld) {
    if (!shown_) return;
    jog_.begin(shown_->id, jogVelocity(*shown_, direction, fast), std::move(isHeld), now_());
}

void MoveSection::focusGoTo() {
    target_->focusEntry();
}

void MoveSection::go() {
    const std::optional<double> value = target_->value();
    if (!value) return note_->say(Tone::warn, QStringLiteral("Type a number first, such as 90 or 12.5"));
    tellsOfJog_ = false;
    if (velocityMode_)
        send(motion::SetVelocity{axis_, Velocity{*value}});
    else
        send(motion::MoveAxis{axis_, Position{*value}, std::nullopt, std::nullopt});
}

void MoveSection::update(const Frame&, const motion::AxisView& axis) {
    shown_ = axis.axis;
    velocityMode_ = axis.mode == registers::OperatingMode::velocity;
    target_->setUnit(velocityMode_ ? axis.axis->scale.unit + "/s" : axis.axis->scale.unit);
    showText(what_, velocityMode_ ? QStringLiteral("Turn at") : QStringLiteral("Go to"));
    target_->line()->setAccessibleName(what_->text());
    showText(go_, velocityMode_ ? QStringLiteral("Turn") : QStringLiteral("Go"));
    if (axis.target && !velocityMode_)
        target_->showCurrent(axis.target->value);
    else
        target_->clearCurrent();
    for (QPushButton* button : jogButtons_)
        offerMotion(button, !axis.silent, button->accessibleName());
    offerMotion(go_, !axis.silent);
    offerMotion(target_, true); // a target may be typed before the axis answers
}

void MoveSection::clear() {
    shown_.reset();
    jog_.end();
    target_->settle();
    target_->clearCurrent();
}

void MoveSection::settled(bool good) {
    if (good) target_->settle();
}

} // namespace servolane::ui
