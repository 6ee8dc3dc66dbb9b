// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/motion/settings_section.h"

#include "ui/theme/tokens.h"
#include "ui/widgets/number_field.h"
#include "ui/widgets/text.h"

#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>
#include <cmath>
#include <utility>

namespace servolane::ui {

namespace {

QWidget* rowOf(std::initializer_list<QWidget*> widgets, QWidget* parent) {
    auto* row = new QWidget(parent);
    auto* line = new QHBoxLayout(row);
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(space::small);
    for (QWidget* widget : widgets) {
        const bool stretches = qobject_cast<NumberField*>(widget) != nullptr;
        line->addWidget(widget, stretches ? 1 : 0);
    }
    return row;
}

std::optional<double> registerValue(const Frame& frame, const motion::Axis& axis, registers::Role role) {
    const registers::Register* of = axis.model->find(role);
    const auto* known = of ? frame.registers->find(axis.id, of->name) : nullptr;
    return known ? std::optional(of->valueFrom(known->raw)) : std::nullopt;
}

void showRegister(NumberField* field, std::optional<double> value) {
    if (value)
        field->showCurrent(*value);
    else
        field->clearCurrent();
}

} // namespace

ProfileSection::ProfileSection(const PanelContext& context, QWidget* parent)
    : AxisSection(context, QStringLiteral("profileSection"), parent)
    , velocity_(new NumberField("deg/s", QStringLiteral("profileVelocity"), this))
    , acceleration_(new NumberField("deg/s^2", QStringLiteral("profileAcceleration"), this))
    , apply_(makeButton(QStringLiteral("Apply"), QStringLiteral("applyProfile"), this)) {
    needs({"SetProfile"});
    addRow(QStringLiteral("Profile v"), velocity_);
    addRow(QStringLiteral("a"), rowOf({acceleration_, apply_}, this));
    for (NumberField* field : {velocity_, acceleration_})
        connect(field, &NumberField::submitted, this, &ProfileSection::apply);
    connect(apply_, &QPushButton::clicked, this, &ProfileSection::apply);
}

void ProfileSection::apply() {
    if (!velocity_->value() || !acceleration_->value())
        return note_->say(Tone::warn, QStringLiteral("Both velocity and acceleration are needed"));
    send(motion::SetProfile{axis_, Velocity{*velocity_->value()}, Acceleration{*acceleration_->value()}});
}

void ProfileSection::update(const Frame& frame, const motion::AxisView& axis) {
    const motion::AxisScale& scale = axis.axis->scale;
    velocity_->setUnit(scale.unit + "/s");
    acceleration_->setUnit(scale.unit + "/s^2");
    const double factor = scale.unitsPerTurn / 360.0 / scale.gear;
    const auto scaled = [factor](std::optional<double> value) {
        return value ? std::optional(*value * factor) : value;
    };
    showRegister(velocity_, scaled(registerValue(frame, *axis.axis, registers::Role::profileVelocity)));
    showRegister(acceleration_,
                 scaled(registerValue(frame, *axis.axis, registers::Role::profileAcceleration)));
    apply_->setEnabled(velocity_->isEdited() || acceleration_->isEdited());
}

void ProfileSection::clear() {
    for (NumberField* field : {velocity_, acceleration_}) {
        field->settle();
        field->clearCurrent();
    }
}

void ProfileSection::settled(bool good) {
    if (!good) return;
    velocity_->settle();
    acceleration_->settle();
}

GainsSection::GainsSection(const PanelContext& context, QWidget* parent)
    : AxisSection(context, QStringLiteral("gainsSection"), parent)
    , apply_(makeButton(QStringLiteral("Apply"), QStringLiteral("applyGains"), this)) {
    needs({"WriteRegister"});
    const char* names[] = {"gainP", "gainI", "gainD"};
    const char* letters[] = {"P", "I", "D"};
    for (std::size_t at = 0; at < gains_.size(); ++at) {
        auto* field = new NumberField("", QString::fromLatin1(names[at]), this);
        field->setDecimals(0);
        field->setUnderstoodWidth(0);
        field->setAccessibleName(QStringLiteral("Gain %1").arg(QLatin1String(letters[at])));
        gains_[at].field = field;
        connect(field, &NumberField::submitted, this, &GainsSection::apply);
    }
    const auto letter = [this](const char* text) {
        return makeLabel(QString::fromLatin1(text), "muted", this);
    };
    addRow(QStringLiteral("Gains P"), rowOf({gains_[0].field, letter("I"), gains_[1].field}, this));
    addRow(QStringLiteral("D"), rowOf({gains_[2].field, apply_}, this));
    connect(apply_, &QPushButton::clicked, this, &GainsSection::apply);
}

void GainsSection::apply() {
    for (Gain& gain : gains_) {
        const std::optional<double> value = gain.field->value();
        if (!gain.field->isEdited() || gain.registerName.empty()) continue;
        if (!value || *value != std::floor(*value))
            return note_->say(Tone::warn, QStringLiteral("Gains are the servo's own whole numbers"));
        // One after the other: the note beneath can speak of one command, and a refused one ends the row.
        sending_ = &gain;
        return send(registers::WriteRegister{axis_, gain.registerName, static_cast<std::int64_t>(*value)});
    }
}

void GainsSection::update(const Frame& frame, const motion::AxisView& axis) {
    using registers::Role;
    const Role roles[] = {Role::positionPGain, Role::positionIGain, Role::positionDGain};
    bool edited = false;
    for (std::size_t at = 0; at < gains_.size(); ++at) {
        const registers::Register* of = axis.axis->model->find(roles[at]);
        const auto* known = of ? frame.registers->find(axis.axis->id, of->name) : nullptr;
        gains_[at].registerName = of ? of->name : std::string();
        gains_[at].field->setEnabled(of != nullptr);
        showRegister(gains_[at].field, known ? std::optional(static_cast<double>(known->raw)) : std::nullopt);
        edited = edited || gains_[at].field->isEdited();
    }
    apply_->setEnabled(edited);
}

void GainsSection::clear() {
    sending_ = nullptr;
    for (Gain& gain : gains_) {
        gain.field->settle();
        gain.field->clearCurrent();
    }
}

void GainsSection::settled(bool good) {
    Gain* sent = std::exchange(sending_, nullptr);
    if (!good || !sent) return;
    sent->field->settle();
    apply();
}

LimitsSection::LimitsSection(const PanelContext& context, QWidget* parent)
    : AxisSection(context, QStringLiteral("limitsSection"), parent)
    , low_(new NumberField("deg", QStringLiteral("limitLow"), this))
    , high_(new NumberField("deg", QStringLiteral("limitHigh"), this))
    , apply_(makeButton(QStringLiteral("Apply"), QStringLiteral("applyLimits"), this)) {
    needs({"SetTravelLimits"});
    addRow(QStringLiteral("Limit low"), low_);
    addRow(QStringLiteral("high"), rowOf({high_, apply_}, this));
    for (NumberField* field : {low_, high_})
        connect(field, &NumberField::submitted, this, &LimitsSection::apply);
    connect(apply_, &QPushButton::clicked, this, &LimitsSection::apply);
}

void LimitsSection::apply() {
    if (!low_->value() || !high_->value())
        return note_->say(Tone::warn, QStringLiteral("Both ends of the travel are needed"));
    if (*low_->value() >= *high_->value())
        return note_->say(Tone::warn, QStringLiteral("The low end must be below the high end"));
    send(motion::SetTravelLimits{axis_, {Position{*low_->value()}, Position{*high_->value()}}});
}

void LimitsSection::update(const Frame&, const motion::AxisView& axis) {
    for (NumberField* field : {low_, high_})
        field->setUnit(axis.axis->scale.unit);
    low_->showCurrent(axis.axis->limits.travel.low.value);
    high_->showCurrent(axis.axis->limits.travel.high.value);
    apply_->setEnabled(low_->isEdited() || high_->isEdited());
}

void LimitsSection::clear() {
    low_->settle();
    high_->settle();
}

void LimitsSection::settled(bool good) {
    if (good) clear();
}

} // namespace servolane::ui
