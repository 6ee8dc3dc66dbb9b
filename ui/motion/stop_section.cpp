// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/motion/stop_section.h"

#include "ui/binding/state_text.h"
#include "ui/widgets/text.h"

#include <QtWidgets/QAbstractItemView>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLabel>

namespace servolane::ui {

StopSection::StopSection(const PanelContext& context, QWidget* parent)
    : AxisSection(context, QStringLiteral("stopSection"), parent)
    , reaction_(new QComboBox(this))
    , consequence_(makeLabel({}, "small", this))
    , protection_(makeLabel({}, "small", this)) {
    needs({"SetStopReaction"});
    reaction_->setObjectName(QStringLiteral("stopReaction"));
    for (const auto reaction :
         {motion::StopReaction::torqueOff, motion::StopReaction::hold, motion::StopReaction::holdThenOff})
        reaction_->addItem(textOf(reaction), static_cast<int>(reaction));
    addRow(QStringLiteral("On stop"), reaction_);
    consequence_->setObjectName(QStringLiteral("stopConsequence"));
    protection_->setObjectName(QStringLiteral("axisProtection"));
    protection_->setToolTip(
        QStringLiteral("What ends a motion when the cable is pulled or this program dies. The goals of a jog "
                       "reach at most 100 ms ahead, so a jog ends in any case.\n") +
        wiredStopText());
    for (QLabel* label : {consequence_, protection_}) {
        label->setWordWrap(true);
        layout()->addWidget(label);
    }
    connect(reaction_, &QComboBox::activated, this, [this](int index) {
        asked_ = true;
        send(motion::SetStopReaction{axis_,
                                     static_cast<motion::StopReaction>(reaction_->itemData(index).toInt())});
    });
}

void StopSection::update(const Frame&, const motion::AxisView& axis) {
    showText(protection_, protectionText(axis));
    reaction_->setEnabled(!asked_);
    if (asked_ || reaction_->view()->isVisible()) return;
    reaction_->setCurrentIndex(reaction_->findData(static_cast<int>(axis.axis->stopReaction)));
    showText(consequence_, consequenceOf(axis.axis->stopReaction));
}

void StopSection::clear() {
    asked_ = false;
}

void StopSection::settled(bool) {
    clear();
}

} // namespace servolane::ui
