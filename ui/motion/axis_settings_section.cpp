// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/motion/axis_settings_section.h"

#include "ui/motion/settings_section.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/number_field.h"
#include "ui/widgets/text.h"

#include <QtWidgets/QCheckBox>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>

namespace servolane::ui {

namespace {

QWidget* stretchedRow(std::initializer_list<QWidget*> widgets, QWidget* parent) {
    auto* row = new QWidget(parent);
    auto* line = new QHBoxLayout(row);
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(space::small);
    for (QWidget* widget : widgets)
        line->addWidget(widget, qobject_cast<QPushButton*>(widget) ? 0 : 1);
    return row;
}

NumberField* numberField(const char* unit, const char* name, const QString& spoken, QWidget* parent) {
    auto* field = new NumberField(unit, QString::fromLatin1(name), parent);
    field->setIsSetting();
    field->setAccessibleName(spoken);
    return field;
}

/// What a person has typed stays until it is sent or given up.
void follow(QLineEdit* line, const std::string& text) {
    const QString wanted = QString::fromStdString(text);
    if (!line->isModified() && line->text() != wanted) line->setText(wanted);
}

} // namespace

AxisScaleSection::AxisScaleSection(const PanelContext& context, QWidget* parent)
    : AxisSection(context, QStringLiteral("axisScaleSection"), parent)
    , name_(new QLineEdit(this))
    , rename_(makeButton(QStringLiteral("Rename"), QStringLiteral("renameAxis"), this))
    , gear_(numberField("", "axisGear", QStringLiteral("Gear"), this))
    , reversed_(new QCheckBox(QStringLiteral("Reversed"), this))
    , offset_(numberField("deg", "axisOffset", QStringLiteral("Offset"), this))
    , perTurn_(numberField("deg", "axisPerTurn", QStringLiteral("Per turn"), this))
    , unit_(new QLineEdit(this))
    , apply_(makeButton(QStringLiteral("Apply"), QStringLiteral("applyScale"), this))
    , zero_(makeButton(QStringLiteral("Set zero here"), QStringLiteral("setZeroHere"), this))
    , confirm_(makeButton(QStringLiteral("Confirm position"), QStringLiteral("confirmPosition"), this))
    , adopt_(makeButton(QStringLiteral("Adopt this model"), QStringLiteral("adoptModel"), this)) {
    needs({"SetAxisScale", "RenameAxis", "SetZeroHere", "ReferenceAxis", "AdoptModel"});
    buildRows();
    for (NumberField* field : {gear_, offset_, perTurn_}) {
        field->setDecimals(3);
        connect(field, &NumberField::submitted, this, &AxisScaleSection::applyScale);
    }
    connect(apply_, &QPushButton::clicked, this, &AxisScaleSection::applyScale);
    connect(reversed_, &QCheckBox::clicked, this, [this] { turned_ = true; });
    connect(name_, &QLineEdit::returnPressed, this, &AxisScaleSection::rename);
    connect(rename_, &QPushButton::clicked, this, &AxisScaleSection::rename);
    connect(zero_, &QPushButton::clicked, this, [this] { send(motion::SetZeroHere{axis_}); });
    connect(confirm_, &QPushButton::clicked, this, [this] { send(motion::ReferenceAxis{axis_}); });
    connect(adopt_, &QPushButton::clicked, this, [this] { send(motion::AdoptModel{axis_}); });
}

void AxisScaleSection::buildRows() {
    name_->setObjectName(QStringLiteral("axisName"));
    unit_->setObjectName(QStringLiteral("axisUnit"));
    unit_->setMaximumWidth(72);
    reversed_->setObjectName(QStringLiteral("axisReversed"));
    gear_->setToolTip(QStringLiteral("Turns of the servo per turn of the axis"));
    perTurn_->setToolTip(QStringLiteral("360 for degrees; the pitch of a linear axis"));
    zero_->setToolTip(QStringLiteral("Sets the offset kept here; nothing is written to the servo"));
    confirm_->setToolTip(QStringLiteral("The position shown is right: no turns were lost without power"));
    addRow(QStringLiteral("Name"), stretchedRow({name_, rename_}, this));
    addRow(QStringLiteral("Gear"), gear_);
    addRow({}, reversed_);
    addRow(QStringLiteral("Offset"), offset_);
    addRow(QStringLiteral("Per turn"), perTurn_);
    addRow(QStringLiteral("Unit"), unit_);
    addRow({}, stretchedRow({zero_, apply_}, this));
    addRow({}, confirm_);
    addRow({}, adopt_);
}

void AxisScaleSection::applyScale() {
    const bool whole = gear_->value() && offset_->value() && perTurn_->value();
    if (!whole) return note_->say(Tone::warn, QStringLiteral("Gear, offset and per turn are numbers"));
    send(motion::SetAxisScale{axis_,
                              {*gear_->value(), *offset_->value(), reversed_->isChecked(), *perTurn_->value(),
                               unit_->text().trimmed().toStdString()}});
}

void AxisScaleSection::rename() {
    send(motion::RenameAxis{axis_, name_->text().trimmed().toStdString()});
}

void AxisScaleSection::showScale(const motion::AxisScale& scale) {
    offset_->setUnit(scale.unit);
    perTurn_->setUnit(scale.unit);
    gear_->showCurrent(scale.gear);
    offset_->showCurrent(scale.offset);
    perTurn_->showCurrent(scale.unitsPerTurn);
    follow(unit_, scale.unit);
    if (!turned_) reversed_->setChecked(scale.reversed);
}

void AxisScaleSection::update(const Frame&, const motion::AxisView& axis) {
    const motion::Axis& shown = *axis.axis;
    follow(name_, shown.name);
    showScale(shown.scale);
    const bool resting = axis.activity == motion::Activity::none;
    apply_->setEnabled(resting && (turned_ || unit_->isModified() || gear_->isEdited() ||
                                   offset_->isEdited() || perTurn_->isEdited()));
    rename_->setEnabled(name_->text() != QString::fromStdString(shown.name));
    zero_->setEnabled(resting && !axis.silent);
    confirm_->setVisible(!axis.referenced);
    adopt_->setVisible(!axis.keptModel.empty());
}

void AxisScaleSection::clear() {
    turned_ = false;
    for (NumberField* field : {gear_, offset_, perTurn_})
        field->settle();
    for (QLineEdit* line : {name_, unit_})
        line->setModified(false);
}

void AxisScaleSection::settled(bool good) {
    if (good) clear();
}

OwnLimitsSection::OwnLimitsSection(const PanelContext& context, const LimitsSection& travel, QWidget* parent)
    : AxisSection(context, QStringLiteral("ownLimitsSection"), parent)
    , travel_(travel)
    , apply_(makeButton(QStringLiteral("Apply"), QStringLiteral("applyOwnLimits"), this)) {
    needs({"SetAxisLimits"});
    rows_ = {{{numberField("deg/s", "ownVelocity", QStringLiteral("Velocity limit"), this), "/s"},
              {numberField("deg/s^2", "ownAcceleration", QStringLiteral("Acceleration limit"), this), "/s^2"},
              {numberField("A", "ownCurrent", QStringLiteral("Current limit"), this), nullptr},
              {numberField("degC", "ownTemperature", QStringLiteral("Temperature limit"), this), nullptr},
              {numberField("deg", "ownFollowing", QStringLiteral("Following error"), this), ""},
              {numberField("deg", "ownStep", QStringLiteral("Step limit"), this), ""}}};
    const char* names[] = {"Max speed", "Max accel.", "Max current", "Max temp.", "Max lag", "Max step"};
    const char* meanings[] = {"Faster moves are refused, and a go to that names no speed goes no faster",
                              "Harder accelerations are refused",
                              "More of it ends a motion, and commands for more are refused",
                              "A servo that is warmer ends its motion and refuses the next",
                              "Following error: a jog that falls farther behind its setpoint is ended",
                              "A go to farther than this is refused where no profile bounds its speed"};
    for (std::size_t at = 0; at < rows_.size(); ++at) {
        rows_[at].field->setToolTip(QString::fromLatin1(meanings[at]) +
                                    QStringLiteral(".\nStricter than the servo's own; 0 for none"));
        rows_[at].field->setZeroWord(QStringLiteral("no limit"));
        rows_[at].field->setDecimals(2);
        connect(rows_[at].field, &NumberField::submitted, this, &OwnLimitsSection::apply);
        const bool last = at + 1 == rows_.size();
        addRow(QString::fromLatin1(names[at]),
               last ? stretchedRow({rows_[at].field, apply_}, this) : static_cast<QWidget*>(rows_[at].field));
    }
    connect(apply_, &QPushButton::clicked, this, &OwnLimitsSection::apply);
}

void OwnLimitsSection::apply() {
    motion::OwnLimits wanted = shown_;
    const auto take = [](const NumberField* field, auto& limit) {
        using Limit = typename std::decay_t<decltype(limit)>::value_type;
        if (!field->isEdited() || !field->value()) return;
        limit = *field->value() == 0.0 ? std::nullopt : std::optional(Limit{*field->value()});
    };
    // Else a travel set a moment ago would be set back by the limits that stood beside it.
    if (travel_.asked()) wanted.travel = travel_.asked();
    take(rows_[0].field, wanted.velocity);
    take(rows_[1].field, wanted.acceleration);
    take(rows_[2].field, wanted.current);
    take(rows_[3].field, wanted.temperature);
    take(rows_[4].field, wanted.followingError);
    take(rows_[5].field, wanted.step);
    send(motion::SetAxisLimits{axis_, wanted});
}

void OwnLimitsSection::update(const Frame&, const motion::AxisView& axis) {
    const motion::AxisLimits& limits = axis.axis->limits;
    shown_ = axis.axis->own;
    const double values[] = {limits.velocity.value,    limits.acceleration.value,   limits.current.value,
                             limits.temperature.value, limits.followingError.value, limits.step.value};
    bool edited = false;
    for (std::size_t at = 0; at < rows_.size(); ++at) {
        if (rows_[at].perSecond) rows_[at].field->setUnit(axis.axis->scale.unit + rows_[at].perSecond);
        rows_[at].field->showCurrent(values[at]);
        edited = edited || rows_[at].field->isEdited();
    }
    apply_->setEnabled(edited && axis.activity == motion::Activity::none);
}

void OwnLimitsSection::clear() {
    for (const Row& row : rows_)
        row.field->settle();
}

void OwnLimitsSection::settled(bool good) {
    if (good) clear();
}

} // namespace servolane::ui
