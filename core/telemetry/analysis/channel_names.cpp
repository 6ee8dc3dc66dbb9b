// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/telemetry/analysis/channel_names.h"

#include <algorithm>
#include <utility>

namespace servolane::telemetry {

namespace {

std::string nameOf(const NamedAxis& axis, Channel channel) {
    const std::string& name = axis.names[indexOf(channel)];
    return name.empty() ? std::string(toString(channel)) : name;
}

std::string longWord(const NamedAxis& axis) {
    return "b" + std::to_string(axis.bus.value) + "a" + std::to_string(axis.servo.value);
}

} // namespace

ChannelNames::ChannelNames(std::vector<NamedAxis> axes)
    : axes_(std::move(axes)) {
    for (const NamedAxis& axis : axes_) {
        const std::string word = wordOf(axis.id);
        for (const Channel channel : allChannels)
            if (axis.has[indexOf(channel)])
                channels_.push_back({word + "." + nameOf(axis, channel), axis.id, axis.bus, channel,
                                     axis.units[indexOf(channel)]});
    }
}

std::string ChannelNames::wordOf(AxisId axis) const {
    const auto found =
        std::find_if(axes_.begin(), axes_.end(), [&](const NamedAxis& one) { return one.id == axis; });
    if (found == axes_.end()) return {};
    const auto same = std::count_if(axes_.begin(), axes_.end(),
                                    [&](const NamedAxis& one) { return one.servo == found->servo; });
    return same > 1 ? longWord(*found) : "a" + std::to_string(found->servo.value);
}

std::optional<NamedChannel> ChannelNames::find(std::string_view word) const {
    const auto shortest = std::find_if(channels_.begin(), channels_.end(),
                                       [&](const NamedChannel& channel) { return channel.word == word; });
    if (shortest != channels_.end()) return *shortest;
    const std::size_t dot = word.find('.');
    if (dot == std::string_view::npos) return std::nullopt;
    for (const NamedAxis& axis : axes_) {
        if (longWord(axis) != word.substr(0, dot)) continue;
        for (const Channel channel : allChannels)
            if (axis.has[indexOf(channel)] && nameOf(axis, channel) == word.substr(dot + 1))
                return NamedChannel{std::string(word), axis.id, axis.bus, channel,
                                    axis.units[indexOf(channel)]};
    }
    return std::nullopt;
}

} // namespace servolane::telemetry
