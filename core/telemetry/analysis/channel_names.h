// SPDX-License-Identifier: GPL-3.0-or-later
// How formulas name what is measured: "a3.position" is the position of the axis whose servo has the id 3.
// Where several buses have that id, "b2a3.position" says which bus; that form is always understood. Servo ids
// outlive a restart and a recording, AxisIds do not. Plain values, any thread.
#pragma once

#include "core/kernel/ids.h"
#include "core/telemetry/channel.h"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace servolane::telemetry {

/// An axis whose channels may be named.
struct NamedAxis {
    AxisId id;
    BusId bus;
    ServoId servo;
    std::string name; ///< as a person calls it
    std::array<std::string, channelCount> units{};
    std::array<bool, channelCount> has{};
    std::array<std::string, channelCount> names{}; ///< of watched registers; empty: toString(channel)
    friend bool operator==(const NamedAxis&, const NamedAxis&) = default;
};

struct NamedChannel {
    std::string word; ///< "a3.position"
    AxisId axis;
    BusId bus;
    Channel channel = Channel::position;
    std::string unit;
    friend bool operator==(const NamedChannel&, const NamedChannel&) = default;
};

class ChannelNames {
public:
    ChannelNames() = default;
    explicit ChannelNames(std::vector<NamedAxis> axes);

    [[nodiscard]] const std::vector<NamedAxis>& axes() const { return axes_; }
    /// In the order of the axes, then of the channels; the shortest word of each.
    [[nodiscard]] const std::vector<NamedChannel>& channels() const { return channels_; }
    [[nodiscard]] std::optional<NamedChannel> find(std::string_view word) const;
    /// "a3"; empty for an axis that is not among them.
    [[nodiscard]] std::string wordOf(AxisId axis) const;
    friend bool operator==(const ChannelNames& a, const ChannelNames& b) { return a.axes_ == b.axes_; }

private:
    std::vector<NamedAxis> axes_;
    std::vector<NamedChannel> channels_;
};

} // namespace servolane::telemetry
