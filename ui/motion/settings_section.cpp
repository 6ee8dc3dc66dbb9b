// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/motion/settings_section.h"

#include "ui/binding/value_text.h"
#include "ui/motion/staged_row.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/number_field.h"
#include "ui/widgets/text.h"

#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <cmath>
#include <limits>
#include <utility>

namespace servolane::ui {

namespace {

/// A letter stands close to what it names.
QWidget* rowOf(std::initializer_list<QWidget*> widgets, QWidget* parent) {
    auto* row = new QWidget(parent);
    auto* line = new QHBoxLayout(row);
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(space::tiny);
    for (QWidget* widget : widgets) {
        const bool stretches = qobject_cast<NumberField*>(widget) != nullptr;
        if (!stretches && line->count() > 0) line->addSpacing(space::tiny);
        line->addWidget(widget, stretches ? 1 : 0);
    }
    return row;
}

QLabel* letterOf(const char* text, QWidget* parent) {
    return makeLabel(QString::fromLatin1(text), "muted", parent);
}

std::optional<double> registerValue(const Frame& frame, const motion::Axis& axis, registers::Role role) {
    const registers::Register* of = axis.model->find(role);
    const auto* known = of ? frame.registers->find(axis.id, of->name) : nullptr;
    return known ? std::optional(of->valueFrom(known->raw)) : std::nullopt;
}

NumberField* makeField(const char* unit, const char* name, const char* explanation, QWidget* parent) {
    auto* field = new NumberField(unit, QString::fromLatin1(name), parent);
    field->setUnitInside();
    field->setIsSetting();
    field->line()->setToolTip(QString::fromLatin1(explanation));
    field->line()->setAccessibleName(field->line()->toolTip());
    return field;
}

/// From here on a limit is none, in the axis' units: where turns are counted, or speed is commanded, the
/// limits are what a register of 32 bits can hold. A quarter of that is some hundred thousand turns.
double travelWithoutLimit(const motion::Axis& axis) {
    const auto& channel = axis.channels[indexOf(telemetry::Channel::position)];
    if (!channel.exists()) return std::numeric_limits<double>::infinity();
    return std::fabs(channel.valueOf(1 << 29) - channel.valueOf(0));
}

/// Zeros at the end would take the room of the digits before them.
int decimalsIn(double value, int most) {
    const QString text = QString::number(value, 'f', most);
    int needed = most;
    while (needed > 0 && text.at(text.size() - 1 - (most - needed)) == QLatin1Char('0'))
        --needed;
    return needed;
}

/// "999 is outside 0 … 127.992 (raw 0 … 16383)"; empty: it is within.
QString rangeMissed(const registers::Register& of, std::int64_t raw) {
    if (!of.minimum || !of.maximum || (raw >= *of.minimum && raw <= *of.maximum)) return {};
    const int decimals = decimalsOfStep(of.scale);
    const auto shown = [&](std::int64_t value) { return valueText(of.valueFrom(value), of.unit, decimals); };
    const QString range =
        QStringLiteral("%1 is outside %2 … %3").arg(shown(raw), shown(*of.minimum), shown(*of.maximum));
    return of.scale == 1.0 ? range
                           : range + QStringLiteral(" (raw %1 … %2)").arg(*of.minimum).arg(*of.maximum);
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
    , velocity_(
          makeField("deg/s", "profileVelocity", "Velocity of a move; 0: as fast as the servo can", this))
    , acceleration_(makeField("deg/s^2", "profileAcceleration",
                              "Acceleration of a move; 0: as hard as the servo can", this))
    , staged_(new StagedRow({velocity_, acceleration_}, QStringLiteral("applyProfile"), *note_, this)) {
    for (NumberField* field : {velocity_, acceleration_})
        field->setZeroWord(QStringLiteral("no limit"));
    accelerationLetter_ = letterOf("a", this);
    needs({"SetProfile"}, 0);
    foot_ = staged_;
    needsAnswers();
    staged_->setTitle(QStringLiteral("Profile"));
    addRow(QStringLiteral("Profile"),
           rowOf({letterOf("v", this), velocity_, accelerationLetter_, acceleration_}, this));
    connect(staged_, &StagedRow::applied, this, &ProfileSection::apply);
}

void ProfileSection::apply() {
    const bool ramps = !acceleration_->isHidden();
    if (!velocity_->value() || (ramps && !acceleration_->value()))
        return note_->say(Tone::warn, ramps ? QStringLiteral("Both velocity and acceleration are needed")
                                            : QStringLiteral("A velocity is needed"));
    // What nobody has typed goes as it is held, not as it is rounded for the eye: a small acceleration is
    // shown as 0, which would take the limit away.
    const double velocity = velocity_->isEdited() ? *velocity_->value() : held_.first;
    const double typed = acceleration_->isEdited() ? *acceleration_->value() : held_.second;
    send(motion::SetProfile{axis_, Velocity{velocity}, Acceleration{ramps ? typed : 0.0}});
}

void ProfileSection::update(const Frame& frame, const motion::AxisView& axis) {
    const motion::AxisScale& scale = axis.axis->scale;
    // What the model lacks is not shown.
    setVisible(axis.axis->model->find(registers::Role::profileVelocity) != nullptr);
    for (QWidget* widget : {static_cast<QWidget*>(accelerationLetter_), static_cast<QWidget*>(acceleration_)})
        widget->setVisible(axis.axis->model->find(registers::Role::profileAcceleration) != nullptr);
    velocity_->setUnit(scale.unit + "/s");
    acceleration_->setUnit(scale.unit + "/s^2");
    const double factor = scale.unitsPerTurn / 360.0 / scale.gear;
    const auto scaled = [factor](std::optional<double> value) {
        return value ? std::optional(*value * factor) : value;
    };
    const auto showHeld = [&](NumberField* field, registers::Role role, double& held, int usual) {
        const auto value = scaled(registerValue(frame, *axis.axis, role));
        const registers::Register* of = axis.axis->model->find(role);
        held = value.value_or(0.0);
        // Of a fine scale so many digits that one step of the servo is not shown as none.
        const int needed = of && held != 0.0 ? decimalsOfStep(std::fabs(of->scale * factor)) : usual;
        field->setDecimals(std::fabs(held) < 10.0 ? std::max(usual, needed) : usual);
        showRegister(field, value);
    };
    showHeld(velocity_, registers::Role::profileVelocity, held_.first, decimalsOf(scale.unit + "/s"));
    showHeld(acceleration_, registers::Role::profileAcceleration, held_.second,
             decimalsOf(scale.unit + "/s^2"));
    staged_->refresh();
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
    , staged_(nullptr) {
    needs({"WriteRegister"}, 0);
    needsAnswers();
    const char* names[] = {"gainP", "gainI", "gainD"};
    const char* letters[] = {"P", "I", "D"};
    for (std::size_t at = 0; at < gains_.size(); ++at) {
        gains_[at].letter = letterOf(letters[at], this);
        gains_[at].field = makeField("", names[at], "", this);
    }
    std::vector<NumberField*> fields;
    for (const Gain& gain : gains_)
        fields.push_back(gain.field);
    foot_ = staged_ = new StagedRow(fields, QStringLiteral("applyGains"), *note_, this);
    loop_ = addRow(
        QStringLiteral("Gains"),
        rowOf({gains_[0].letter, fields[0], gains_[1].letter, fields[1], gains_[2].letter, fields[2]}, this));
    // An integral gain is the smallest: its digits begin far behind the point.
    if (auto* row = qobject_cast<QHBoxLayout*>(fields[1]->parentWidget()->layout()))
        for (const auto& [field, share] : {std::pair{fields[0], 11}, {fields[1], 13}, {fields[2], 9}})
            row->setStretchFactor(field, share);
    nameLoop();
    connect(staged_, &StagedRow::applied, this, &GainsSection::apply);
}

void GainsSection::apply() {
    for (Gain& gain : gains_) {
        const std::optional<double> value = gain.field->value();
        if (!gain.field->isEdited() || !gain.of) continue;
        if (!value) return note_->say(Tone::warn, QStringLiteral("A gain is a number"));
        const std::int64_t raw = gain.of->rawFromValue(*value);
        // The policy would say so in the servo's own numbers, which nobody has typed.
        if (const QString range = rangeMissed(*gain.of, raw); !range.isEmpty())
            return note_->say(Tone::warn, range);
        // One after the other: the note beneath can speak of one command, and a refused one ends the row.
        sending_ = &gain;
        return send(registers::WriteRegister{axis_, gain.of->name, raw});
    }
}

void GainsSection::nameLoop() {
    showText(loop_, velocityLoop_ ? QStringLiteral("Vel. gains") : QStringLiteral("Pos. gains"));
    staged_->setTitle(loop_->text());
    for (std::size_t at = 0; at < gains_.size(); ++at)
        explain(at);
}

void GainsSection::explain(std::size_t at) {
    const char* letters[] = {"P", "I", "D"};
    const QString name = QStringLiteral("Gain %1 of the %2 loop")
                             .arg(QLatin1String(letters[at]),
                                  velocityLoop_ ? QStringLiteral("velocity") : QStringLiteral("position"));
    const std::optional<std::int64_t>& raw = gains_[at].raw;
    QLineEdit* line = gains_[at].field->line();
    line->setToolTip(raw ? QStringLiteral("%1; the servo's own number is %2").arg(name).arg(*raw) : name);
    line->setAccessibleName(name);
}

void GainsSection::update(const Frame& frame, const motion::AxisView& axis) {
    using registers::Role;
    static constexpr std::optional<Role> ofPosition[] = {Role::positionPGain, Role::positionIGain,
                                                         Role::positionDGain};
    static constexpr std::optional<Role> ofVelocity[] = {Role::velocityPGain, Role::velocityIGain,
                                                         std::nullopt};
    const bool inVelocity = axis.mode == registers::OperatingMode::velocity;
    if (inVelocity != std::exchange(velocityLoop_, inVelocity)) {
        clear(); // what was typed was meant for the other loop
        nameLoop();
    }
    bool any = false;
    for (std::size_t at = 0; at < gains_.size(); ++at) {
        const std::optional<Role> role = velocityLoop_ ? ofVelocity[at] : ofPosition[at];
        const registers::Register* of = role ? axis.axis->model->find(*role) : nullptr;
        const auto* known = of ? frame.registers->find(axis.axis->id, of->name) : nullptr;
        Gain& gain = gains_[at];
        gain.of = of ? std::optional(*of) : std::nullopt;
        gain.field->setEnabled(of != nullptr);
        // A speed has no D: its room is that of longer numbers.
        for (QWidget* widget : {static_cast<QWidget*>(gain.letter), static_cast<QWidget*>(gain.field)})
            widget->setVisible(of || !velocityLoop_);
        any = any || of != nullptr;
        if (of) {
            gain.field->setUnit(of->unit);
            const bool isShown = known && !gain.field->isEdited();
            const int most = decimalsOfStep(of->scale);
            gain.field->setDecimals(isShown ? decimalsIn(of->valueFrom(known->raw), most) : most);
        }
        showRegister(gain.field, known ? std::optional(of->valueFrom(known->raw)) : std::nullopt);
        const auto raw = known ? std::optional(known->raw) : std::nullopt;
        if (std::exchange(gain.raw, raw) != raw) explain(at);
    }
    setVisible(any);
    staged_->refresh();
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
    , low_(makeField("deg", "limitLow", "Lowest position that may be asked for", this))
    , high_(makeField("deg", "limitHigh", "Highest position that may be asked for", this))
    , staged_(new StagedRow({low_, high_}, QStringLiteral("applyLimits"), *note_, this)) {
    needs({"SetTravelLimits"}, 0);
    foot_ = staged_;
    needsAnswers();
    staged_->setTitle(QStringLiteral("Limits"));
    addRow(QStringLiteral("Limits"),
           rowOf({low_, makeLabel(QStringLiteral("…"), "muted", this), high_}, this));
    connect(staged_, &StagedRow::applied, this, &LimitsSection::apply);
}

void LimitsSection::apply() {
    // An end that nobody touched stays as it is; what stands there is rounded, or "none".
    const auto wanted = [](const NumberField* field, double held) {
        return field->isEdited() ? field->value() : std::optional(held);
    };
    const auto low = wanted(low_, travel_.low.value);
    const auto high = wanted(high_, travel_.high.value);
    if (!low || !high) return note_->say(Tone::warn, QStringLiteral("Both ends of the travel are needed"));
    if (*low >= *high)
        return note_->say(Tone::warn, QStringLiteral("The low end must be below the high end"));
    asked_ = Range<Position>{{*low}, {*high}};
    send(motion::SetTravelLimits{axis_, *asked_});
}

void LimitsSection::update(const Frame&, const motion::AxisView& axis) {
    travel_ = axis.axis->limits.travel;
    const double none = travelWithoutLimit(*axis.axis);
    const auto show = [&](NumberField* field, double limit) {
        field->setUnit(axis.axis->scale.unit);
        field->line()->setPlaceholderText(QStringLiteral("none"));
        if (std::fabs(limit) < none)
            field->showCurrent(limit);
        else
            field->clearCurrent();
    };
    show(low_, travel_.low.value);
    show(high_, travel_.high.value);
    staged_->refresh();
}

void LimitsSection::clear() {
    asked_.reset();
    low_->settle();
    high_->settle();
}

void LimitsSection::settled(bool good) {
    asked_.reset();
    if (good) clear();
}

} // namespace servolane::ui
