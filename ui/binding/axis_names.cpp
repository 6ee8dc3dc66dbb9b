// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/binding/axis_names.h"

#include "ui/binding/refusal_text.h"

#include <algorithm>
#include <functional>
#include <set>

namespace servolane::ui {

namespace {

using Namesakes = std::vector<const AxisIdentity*>;
using Told = std::function<QString(const AxisIdentity&)>;

bool tellsApart(const Namesakes& axes, const Told& told) {
    std::set<QString> seen;
    return std::all_of(axes.begin(), axes.end(),
                       [&](const AxisIdentity* axis) { return seen.insert(told(*axis)).second; });
}

} // namespace

AxisNames distinctNames(const std::vector<AxisIdentity>& axes) {
    static const Told ways[] = {
        [](const AxisIdentity& axis) { return QString::fromStdString(axis.bus); },
        [](const AxisIdentity& axis) { return QStringLiteral("id %1").arg(axis.servo); },
        [](const AxisIdentity& axis) {
            return QStringLiteral("%1, id %2").arg(QString::fromStdString(axis.bus)).arg(axis.servo);
        },
        [](const AxisIdentity& axis) { return QStringLiteral("axis %1").arg(axis.id.value); }};
    std::map<std::string, Namesakes> byName;
    for (const AxisIdentity& axis : axes)
        byName[axis.name].push_back(&axis);
    AxisNames names;
    for (const auto& [name, namesakes] : byName) {
        const QString common = QString::fromStdString(name);
        if (namesakes.size() == 1) {
            names[namesakes.front()->id] = common;
            continue;
        }
        const auto* way = std::find_if(std::begin(ways), std::end(ways) - 1,
                                       [&](const Told& told) { return tellsApart(namesakes, told); });
        for (const AxisIdentity* axis : namesakes)
            names[axis->id] = QStringLiteral("%1 (%2)").arg(common, (*way)(*axis));
    }
    return names;
}

std::vector<AxisIdentity> identitiesOf(const motion::AxisBoard& axes, const bus::BusBoard& buses) {
    std::vector<AxisIdentity> known;
    for (const motion::AxisView& view : axes.axes)
        known.push_back({view.axis->id, view.axis->name, busPhrase(view.axis->bus, buses).toStdString(),
                         view.axis->servo.value, view.axis->bus});
    return known;
}

std::vector<AxisIdentity> BusPlaces::distinct(std::vector<AxisIdentity> axes) {
    std::set<Bus> present;
    for (const AxisIdentity& axis : axes)
        present.emplace(axis.bus, axis.link.value);
    std::erase_if(numbers_, [&](const auto& known) { return !present.contains(known.first); });
    for (AxisIdentity& axis : axes)
        if (const int number = numberOf({axis.bus, axis.link.value}); number > 1)
            axis.bus += "~" + std::to_string(number);
    return axes;
}

int BusPlaces::numberOf(const Bus& bus) {
    const auto known = numbers_.find(bus);
    if (known != numbers_.end()) return known->second;
    const auto isTaken = [&](int number) {
        return std::any_of(numbers_.begin(), numbers_.end(), [&](const auto& other) {
            return other.first.first == bus.first && other.second == number;
        });
    };
    int number = 1;
    while (isTaken(number))
        ++number;
    return numbers_[bus] = number;
}

AxisNames distinctNames(const motion::AxisBoard& axes, const bus::BusBoard& buses) {
    return distinctNames(identitiesOf(axes, buses));
}

QString nameIn(const AxisNames& names, AxisId axis) {
    const auto found = names.find(axis);
    return found == names.end() ? QString() : found->second;
}

} // namespace servolane::ui
