// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/motion/read/machine_board_projection.h"

#include <algorithm>

namespace servolane::motion {

namespace {

/// As every axis is when it is found for the first time.
bool isUntouched(const Axis& axis) {
    return settingsOf(axis) == AxisSettings{"Axis " + std::to_string(axis.id.value), {}, {}, {}, {}};
}

} // namespace

void MachineBoardProjection::apply(const api::Event& event) {
    working_.upTo = event.sequence;
    std::visit(
        [this](const auto& body) {
            if constexpr (requires { on(body); }) on(body);
        },
        event.body);
}

void MachineBoardProjection::publish(Time) {
    if (!changed_) return;
    changed_ = false;
    cell_.publish(std::make_shared<const MachineBoard>(working_));
}

void MachineBoardProjection::on(const MachineLoaded& fact) {
    working_.machine = *fact.machine;
    ++working_.revision;
    changed_ = true;
    // Axes that the file does not know keep what they have.
    for (const auto& [id, known] : known_)
        if (known.axis && !known.foreign) keepIfMissing(*known.axis);
}

void MachineBoardProjection::on(const AxisConfigured& fact) {
    Known& known = known_[fact.axis->id];
    const bool same = known.axis && settingsOf(*known.axis) == settingsOf(*fact.axis);
    known.axis = fact.axis;
    if (!known.foreign && !same) keep(*fact.axis);
}

/// What is kept moves with the servo; what was kept for its new place is of a servo that cannot be there.
void MachineBoardProjection::on(const registers::ServoIdChanged& fact) {
    const Known& known = known_[fact.axis];
    MachineAxis* kept = known.axis && links_.contains(known.axis->bus) ? keptFor(*known.axis) : nullptr;
    if (!kept) return;
    AxisIdentity place = kept->identity;
    place.servo = fact.after;
    kept->identity = place;
    std::erase_if(working_.machine.axes,
                  [&](const MachineAxis& one) { return &one != kept && one.identity.isAt(place); });
    ++working_.revision;
    changed_ = true;
}

void MachineBoardProjection::on(const ModelAdopted& fact) {
    Known& known = known_[fact.axis];
    known.foreign = false;
    if (known.axis) keep(*known.axis);
}

AxisIdentity MachineBoardProjection::placeOf(const Axis& axis, const std::string& bus) const {
    return {bus, links_.at(axis.bus).family, axis.servo, axis.model->name};
}

MachineAxis* MachineBoardProjection::keptFor(const Axis& axis) {
    auto& axes = working_.machine.axes;
    const auto& link = links_.at(axis.bus);
    const auto kept = std::find_if(axes.begin(), axes.end(), [&](const MachineAxis& one) {
        return one.identity.isAt(placeOf(axis, link.alias)) ||
               one.identity.isAt(placeOf(axis, link.line.path));
    });
    return kept == axes.end() ? nullptr : &*kept;
}

void MachineBoardProjection::keepIfMissing(const Axis& axis) {
    if (links_.contains(axis.bus) && !keptFor(axis)) keep(axis);
}

void MachineBoardProjection::keep(const Axis& axis) {
    const auto link = links_.find(axis.bus);
    if (link == links_.end()) return;
    const bool named = !link->second.alias.empty();
    const MachineAxis fresh{placeOf(axis, named ? link->second.alias : link->second.line.path),
                            settingsOf(axis)};
    MachineAxis* kept = keptFor(axis);
    const bool isNew = kept == nullptr;
    if (isNew ? isUntouched(axis) : *kept == fresh) return;
    // A new axis that another model's settings are kept for is told apart by the fact that follows.
    if (!isNew && kept->identity.model != fresh.identity.model && isUntouched(axis)) return;
    if (isNew)
        working_.machine.axes.push_back(fresh);
    else
        *kept = fresh;
    ++working_.revision;
    changed_ = true;
}

} // namespace servolane::motion
