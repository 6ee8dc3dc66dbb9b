// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/motion/torque_section.h"

#include "core/registers/return_level.h"
#include "ui/binding/state_text.h"
#include "ui/theme/theme.h"
#include "ui/widgets/text.h"

#include <QtWidgets/QAbstractItemView>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>

namespace servolane::ui {

TorqueSection::TorqueSection(const PanelContext& context, QWidget* parent)
    : AxisSection(context, QStringLiteral("torqueSection"), parent)
    , off_(makeButton(QStringLiteral("Off"), QStringLiteral("torqueOff"), this))
    , on_(makeButton(QStringLiteral("On"), QStringLiteral("torqueOn"), this))
    , halt_(makeButton(QStringLiteral("Halt"), QStringLiteral("haltAxis"), this))
    , reboot_(makeButton(QStringLiteral("Reboot"), QStringLiteral("rebootAxis"), this))
    , answer_(makeButton(QStringLiteral("Let it answer"), QStringLiteral("letAnswer"), this))
    , confirm_(makeButton(QStringLiteral("Confirm this servo"), QStringLiteral("confirmServo"), this))
    , exit_(makeLabel({}, "warn", this))
    , mode_(new QComboBox(this)) {
    needs({"SetTorque", "Halt", "SetOperatingMode", "RebootAxis", "ConfirmServo"}, 2);
    answer_->setToolTip(QStringLiteral("It answers pings only, so nothing it is told can be confirmed. This "
                                       "sets its status return level to 2: it answers everything"));
    reboot_->setToolTip(QStringLiteral("Restarts the servo: the way out of a hardware error"));
    auto* row = new QWidget(this);
    auto* buttons = new QHBoxLayout(row);
    buttons->setContentsMargins(0, 0, 0, 0);
    buttons->setSpacing(space::tiny);
    for (QPushButton* button : {off_, on_})
        button->setCheckable(true);
    for (QPushButton* button : {off_, on_, halt_})
        buttons->addWidget(button, 1);
    addRow(QStringLiteral("Torque"), row);
    mode_->setObjectName(QStringLiteral("modeChoice"));
    addRow(QStringLiteral("Mode"), mode_);
    addRow({}, reboot_);
    addRow({}, answer_);
    confirm_->setToolTip(QStringLiteral("The servo that answers here now is this axis from now on"));
    addRow({}, confirm_);
    exit_->setWordWrap(true);
    exit_->setObjectName(QStringLiteral("faultExit"));
    addRow({}, exit_);
    connect(off_, &QPushButton::clicked, this, [this] { askTorque(false); });
    connect(on_, &QPushButton::clicked, this, [this] { askTorque(true); });
    connect(halt_, &QPushButton::clicked, this, [this] { send(motion::Halt{axis_}); });
    connect(reboot_, &QPushButton::clicked, this, [this] { send(motion::RebootAxis{axis_}); });
    connect(answer_, &QPushButton::clicked, this, &TorqueSection::letAnswer);
    connect(confirm_, &QPushButton::clicked, this, &TorqueSection::confirmServo);
    connect(mode_, &QComboBox::activated, this, [this](int index) {
        askedMode_ = true;
        const auto mode = static_cast<registers::OperatingMode>(mode_->itemData(index).toInt());
        send(motion::SetOperatingMode{axis_, mode});
    });
}

void TorqueSection::askTorque(bool on) {
    askedTorque_ = on;
    // The click has toggled the button; what is shown as checked is the servo's state alone.
    for (QPushButton* button : {off_, on_})
        button->setEnabled(false);
    send(motion::SetTorque{axis_, on});
}

void TorqueSection::showAnswers(const motion::AxisView& axis) {
    const bool mute = axis.silent && axis.answers == bus::Answers::pingsOnly;
    const auto* level = axis.axis->model->find(registers::Role::statusReturnLevel);
    level_ = mute && level ? level->name : std::string();
    everything_ = level ? registers::rawFromReturnLevel(*level, registers::answersAll) : 0;
    answer_->setVisible(!level_.empty());
    answer_->setEnabled(allows("WriteRegister"));
}

void TorqueSection::confirmServo() {
    send(motion::ConfirmServo{axis_, other_.modelNumber, other_.firmware});
}

void TorqueSection::letAnswer() {
    send(registers::WriteRegister{axis_, level_, everything_});
}

void TorqueSection::update(const Frame& frame, const motion::AxisView& axis) {
    mode_->setPlaceholderText(frame.isReplay ? QStringLiteral("Not told in the recording")
                                             : QStringLiteral("Not known yet"));
    showTorque(axis);
    offerModes(axis);
    const QString wayOut = QString::fromStdString(axis.axis->model->faultExit);
    reboot_->setVisible(axis.hardwareError != 0 && wayOut.isEmpty());
    exit_->setVisible(axis.hardwareError != 0 && !wayOut.isEmpty());
    showText(exit_, wayOut);
    reboot_->setEnabled(allows("RebootAxis"));
    showAnswers(axis);
    other_ = axis.other ? axis.other->found : bus::ServoIdentity{};
    confirm_->setVisible(axis.other && axis.other->isKnown());
    confirm_->setEnabled(allows("ConfirmServo"));
    offerMotion(halt_, axis.activity != motion::Activity::none && allows("Halt"),
                QStringLiteral("Decelerate this axis and hold it"));
}

void TorqueSection::showTorque(const motion::AxisView& axis) {
    off_->setChecked(axis.torque == false);
    on_->setChecked(axis.torque == true);
    off_->setEnabled(!askedTorque_ && (!axis.silent || axis.other) && allows("SetTorque"));
    offerMotion(on_, !askedTorque_ && !axis.silent && allows("SetTorque"),
                axis.axis->positionIsCommanded()
                    ? QStringLiteral("It goes to where it is commanded at once, from wherever it stands")
                    : QString());
    showText(off_, askedTorque_ == false ? QStringLiteral("Off …") : QStringLiteral("Off"));
    showText(on_, askedTorque_ == true ? QStringLiteral("On …") : QStringLiteral("On"));
}

void TorqueSection::offerModes(const motion::AxisView& axis) {
    if (modesOf_ != axis.axis->id) {
        modesOf_ = axis.axis->id;
        mode_->clear();
        for (const registers::ModeCode& code : axis.axis->model->modes)
            mode_->addItem(textOf(code.mode), static_cast<int>(code.mode));
        if (mode_->count() == 0) // it knows no other
            mode_->addItem(textOf(registers::OperatingMode::position),
                           static_cast<int>(registers::OperatingMode::position));
    }
    offerMotion(mode_, !axis.axis->model->modes.empty() && !axis.silent && !askedMode_ &&
                           allows("SetOperatingMode"));
    if (askedMode_ || mode_->view()->isVisible()) return;
    if (axis.axis->model->modes.empty()) return mode_->setCurrentIndex(0);
    mode_->setCurrentIndex(axis.mode ? mode_->findData(static_cast<int>(*axis.mode)) : -1);
}

void TorqueSection::clear() {
    askedTorque_.reset();
    askedMode_ = false;
}

void TorqueSection::settled(bool) {
    clear();
}

} // namespace servolane::ui
