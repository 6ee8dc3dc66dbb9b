// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/telemetry/scope_pins.h"

#include "core/motion/axis.h"
#include "ui/binding/state_text.h"
#include "ui/telemetry/scope_panel.h"

#include <algorithm>
#include <utility>

namespace servolane::ui {

using telemetry::Channel;

std::optional<std::size_t> placeOf(const NamedServo& named, const std::vector<NamedServo>& among) {
    std::optional<std::size_t> first;
    bool isOnly = true;
    for (std::size_t at = 0; at < among.size(); ++at) {
        if (among[at] == named) return at;
        if (among[at].servo != named.servo || among[at].axis != named.axis) continue;
        isOnly = isOnly && !first;
        if (!first) first = at;
    }
    return isOnly || named.bus.isEmpty() ? first : std::nullopt;
}

const motion::Axis* ScopePins::find(AxisId axis) const {
    const auto found =
        std::find_if(axes_.begin(), axes_.end(), [axis](const auto& each) { return each->id == axis; });
    return found == axes_.end() ? nullptr : found->get();
}

const motion::Axis* ScopePins::find(const NamedServo& named) const {
    const auto place = placeOf(named, servos_);
    if (!place || (servos_[*place] != named && namesakes_.count(named) > 0)) return nullptr;
    return axes_[*place].get();
}

NamedServo ScopePins::servoOf(const motion::Axis& axis) const {
    for (std::size_t at = 0; at < axes_.size(); ++at)
        if (axes_[at]->id == axis.id) return servos_[at];
    return {axis.servo.value, QString::fromStdString(axis.name)};
}

QString ScopePins::nameOf(const motion::Axis& axis) const {
    const QString distinct = nameIn(names_, axis.id);
    return distinct.isEmpty() ? QString::fromStdString(axis.name) : distinct;
}

void ScopePins::setAxes(Axes axes, const std::vector<AxisIdentity>& identities) {
    names_ = distinctNames(identities);
    const Axes before = std::exchange(axes_, std::move(axes));
    const auto servosBefore = std::exchange(servos_, {});
    const auto places = busPlaces_.distinct(identities);
    for (const auto& axis : axes_) {
        NamedServo servo{axis->servo.value, QString::fromStdString(axis->name)};
        for (const AxisIdentity& identity : places)
            if (identity.id == axis->id) servo.bus = QString::fromStdString(identity.bus);
        servos_.push_back(std::move(servo));
    }
    rememberNamesakes();
    for (std::size_t at = 0; at < before.size(); ++at)
        followPort(servosBefore[at], before[at]->id);
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

void ScopePins::rememberNamesakes() {
    for (const NamedServo& servo : servos_)
        if (std::count_if(servos_.begin(), servos_.end(), [&](const NamedServo& other) {
                return other.servo == servo.servo && other.axis == servo.axis;
            }) > 1)
            namesakes_.insert(servo);
}

/// The same axis on a port of another name: its adapter came back there.
void ScopePins::followPort(const NamedServo& was, AxisId axis) {
    const motion::Axis* now = find(axis);
    if (!now) return;
    const NamedServo is = servoOf(*now);
    if (is.bus == was.bus || is.servo != was.servo || is.axis != was.axis) return;
    namesakes_.erase(was);
    for (PinnedTrace& pin : pinned_)
        if (pin.of() == was) pin.bus = is.bus;
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
    const NamedServo servo = servoOf(*of);
    if (pinned)
        pinned_.push_back({servo.servo, servo.axis, channel, servo.bus});
    else
        std::erase_if(pinned_,
                      [&](const PinnedTrace& pin) { return pin.channel == channel && isOf(pin, *of); });
}

std::vector<scope::TraceChoice> ScopePins::choices() const {
    std::vector<scope::TraceChoice> choices;
    for (const PinnedTrace& pin : pinned_)
        if (const motion::Axis* axis = find(pin.of()); axis && isOffered(pin.channel, *axis))
            choices.push_back(traceChoice(*axis, pin.channel, nameOf(*axis)));
    return choices;
}

} // namespace servolane::ui
