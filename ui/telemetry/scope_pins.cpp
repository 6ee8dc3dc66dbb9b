// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/telemetry/scope_pins.h"

#include "core/motion/axis.h"
#include "ui/binding/state_text.h"
#include "ui/telemetry/scope_panel.h"

#include <algorithm>
#include <utility>

namespace servolane::ui {

using telemetry::Channel;

const motion::Axis* ScopePins::find(AxisId axis) const {
    const auto found =
        std::find_if(axes_.begin(), axes_.end(), [axis](const auto& each) { return each->id == axis; });
    return found == axes_.end() ? nullptr : found->get();
}

const motion::Axis* ScopePins::find(const NamedServo& named) const {
    const auto found = std::find_if(axes_.begin(), axes_.end(), [&](const auto& each) {
        return isOf({named.servo, named.axis, {}}, *each);
    });
    return found == axes_.end() ? nullptr : found->get();
}

QString ScopePins::nameOf(const motion::Axis& axis) const {
    const QString distinct = nameIn(names_, axis.id);
    return distinct.isEmpty() ? QString::fromStdString(axis.name) : distinct;
}

void ScopePins::setAxes(Axes axes, AxisNames names) {
    names_ = std::move(names);
    const Axes before = std::exchange(axes_, std::move(axes));
    for (const auto& old : before) {
        const motion::Axis* now = find(old->id);
        if (!now) continue;
        for (std::size_t place = 0; place < telemetry::watchCount; ++place)
            if (const std::string& name = old->watches[place].name;
                !name.empty() && name != now->watches[place].name)
                std::erase_if(pinned_, [&](const PinnedTrace& pin) {
                    return pin.channel == telemetry::watchChannel(place) && isOf(pin, *now);
                });
    }
}

bool ScopePins::isOf(const PinnedTrace& pin, const motion::Axis& axis) {
    return pin.servo == axis.servo.value && pin.axis == QString::fromStdString(axis.name);
}

bool ScopePins::isPinned(AxisId axis, Channel channel) const {
    const motion::Axis* of = find(axis);
    return of && std::any_of(pinned_.begin(), pinned_.end(), [&](const PinnedTrace& pin) {
               return pin.channel == channel && isOf(pin, *of);
           });
}

void ScopePins::set(AxisId axis, Channel channel, bool pinned) {
    const motion::Axis* of = find(axis);
    if (!of || isPinned(axis, channel) == pinned) return;
    if (pinned)
        pinned_.push_back({of->servo.value, QString::fromStdString(of->name), channel});
    else
        std::erase_if(pinned_,
                      [&](const PinnedTrace& pin) { return pin.channel == channel && isOf(pin, *of); });
}

std::vector<scope::TraceChoice> ScopePins::choices() const {
    std::vector<scope::TraceChoice> choices;
    for (const PinnedTrace& pin : pinned_)
        for (const auto& axis : axes_) {
            if (!isOf(pin, *axis) || !isOffered(pin.channel, *axis)) continue;
            choices.push_back(traceChoice(*axis, pin.channel, nameOf(*axis)));
        }
    return choices;
}

} // namespace servolane::ui
