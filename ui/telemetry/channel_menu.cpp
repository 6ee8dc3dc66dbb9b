// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/telemetry/channel_menu.h"

#include "core/motion/axis.h"
#include "ui/binding/state_text.h"
#include "ui/theme/tokens.h"

#include <QtCore/QSignalBlocker>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QMenu>
#include <QtWidgets/QVBoxLayout>
#include <QtWidgets/QWidgetAction>
#include <algorithm>

namespace servolane::ui {

using telemetry::Channel;

ChannelMenu::ChannelMenu(QWidget* parent)
    : QToolButton(parent) {
    setObjectName(QStringLiteral("channelMenu"));
    setText(QStringLiteral("Channels"));
    setToolTip(QStringLiteral("Choose what the scope shows of the axis"));
    setPopupMode(QToolButton::InstantPopup);
    setMinimumHeight(benchControlHeight);
    auto* menu = new QMenu(this);
    auto* list = new QWidget(menu);
    auto* column = new QVBoxLayout(list);
    column->setContentsMargins(space::small, space::tiny, space::large, space::tiny);
    column->setSpacing(space::tiny);
    for (const Channel channel : telemetry::allChannels) {
        auto* box = new QCheckBox(textOf(channel), list);
        box->setObjectName(QStringLiteral("channel_") +
                           QString::fromStdString(std::string(telemetry::toString(channel))));
        column->addWidget(box);
        boxes_[channel] = box;
        connect(box, &QCheckBox::toggled, this, &ChannelMenu::changed);
    }
    auto* action = new QWidgetAction(menu);
    action->setDefaultWidget(list);
    menu->addAction(action);
    setMenu(menu);
}

void ChannelMenu::offer(const motion::Axis& axis) {
    for (const auto& [channel, box] : boxes_)
        box->setVisible(axis.channels[telemetry::indexOf(channel)].exists());
}

std::vector<Channel> ChannelMenu::chosen() const {
    std::vector<Channel> channels;
    for (const auto& [channel, box] : boxes_)
        if (box->isChecked()) channels.push_back(channel);
    return channels;
}

void ChannelMenu::choose(const std::vector<Channel>& channels) {
    for (const auto& [channel, box] : boxes_) {
        const QSignalBlocker quiet(box);
        box->setChecked(std::find(channels.begin(), channels.end(), channel) != channels.end());
    }
    Q_EMIT changed();
}

} // namespace servolane::ui
