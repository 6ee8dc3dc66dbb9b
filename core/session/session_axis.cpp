// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/session_store.h"

#include <algorithm>

namespace servolane::session {

using telemetry::Channel;
using telemetry::ChannelScales;

std::string SessionAxis::nameAt(Channel channel, Time time) const {
    std::string called = nameOf(channel);
    for (auto change = earlier.rbegin(); change != earlier.rend() && time < change->until; ++change)
        if (change->channel == channel && !change->name.empty()) called = change->name;
    return called;
}

std::vector<std::string> SessionAxis::namesOf(Channel channel) const {
    std::vector<std::string> all{nameOf(channel)};
    for (auto change = earlier.rbegin(); change != earlier.rend(); ++change)
        if (change->channel == channel && !change->name.empty() &&
            std::find(all.begin(), all.end(), change->name) == all.end())
            all.push_back(change->name);
    return all;
}

ChannelScales SessionAxis::channelsAt(Time time) const {
    ChannelScales scales = channels;
    for (auto change = earlier.rbegin(); change != earlier.rend() && time < change->until; ++change)
        scales[indexOf(change->channel)] = change->scale;
    return scales;
}

ChannelScales SessionAxis::namedChannelsAt(Time time) const {
    ChannelScales scales = channelsAt(time);
    for (std::size_t place = 0; place < telemetry::watchCount; ++place)
        if (const Channel channel = telemetry::watchChannel(place); nameAt(channel, time) != nameOf(channel))
            scales[indexOf(channel)] = {};
    return scales;
}

} // namespace servolane::session
