// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/binding/axis_names.h"
#include "ui/scope/trace_choice.h"

#include <memory>
#include <optional>
#include <set>
#include <tuple>
#include <vector>

namespace servolane::motion {
struct Axis;
}

namespace servolane::ui {

/// An axis, known by what is the same in the next run.
struct NamedServo {
    int servo = 0;    ///< id on its bus
    QString axis;     ///< name
    QString bus = {}; ///< its alias, or the port's own name; empty: layouts of older programs say none
    friend bool operator==(const NamedServo&, const NamedServo&) = default;
    friend bool operator<(const NamedServo& a, const NamedServo& b) {
        return std::tie(a.servo, a.axis, a.bus) < std::tie(b.servo, b.axis, b.bus);
    }
};

/// Which of them it is: the one on that bus, else the only one of that name and id, since an adapter may come
/// back under another name. Where no bus is named, the first.
[[nodiscard]] std::optional<std::size_t> placeOf(const NamedServo& named,
                                                 const std::vector<NamedServo>& among);

/// A channel of one certain axis, known by what is the same in the next run.
struct PinnedTrace {
    int servo = 0; ///< id on its bus
    QString axis;  ///< name
    telemetry::Channel channel = telemetry::Channel::position;
    QString bus = {}; ///< as of NamedServo
    [[nodiscard]] NamedServo of() const { return {servo, axis, bus}; }
    friend bool operator==(const PinnedTrace&, const PinnedTrace&) = default;
};

/// Traces that stay in the scope whichever axis is chosen. Those of axes that are not there wait for them.
/// GUI thread.
class ScopePins {
public:
    using Axes = std::vector<std::shared_ptr<const motion::Axis>>;

    /// A place for watched registers that another one has taken is pinned no longer.
    void setAxes(Axes axes, const std::vector<AxisIdentity>& identities);
    /// Another source: what was there means nothing in it.
    void forgetNamesakes() { namesakes_.clear(); }
    /// Tells it from others of its name.
    [[nodiscard]] QString nameOf(const motion::Axis& axis) const;
    [[nodiscard]] const AxisNames& names() const { return names_; }
    [[nodiscard]] const Axes& axes() const { return axes_; }
    /// Null if it is not there.
    [[nodiscard]] const motion::Axis* find(AxisId axis) const;
    [[nodiscard]] const motion::Axis* find(const NamedServo& named) const;
    /// As it is to be found again.
    [[nodiscard]] NamedServo servoOf(const motion::Axis& axis) const;

    [[nodiscard]] bool isPinned(AxisId axis, telemetry::Channel channel) const;
    /// Nothing happens if the axis is not there.
    void set(AxisId axis, telemetry::Channel channel, bool pinned);
    [[nodiscard]] const std::vector<PinnedTrace>& all() const { return pinned_; }
    void restore(std::vector<PinnedTrace> pinned) { pinned_ = std::move(pinned); }

    /// Of axes that are there and have the channel, in the order in which they were pinned; named by axis and
    /// channel.
    [[nodiscard]] std::vector<scope::TraceChoice> choices() const;

private:
    void rememberNamesakes();
    void followPort(const NamedServo& was, AxisId axis);
    [[nodiscard]] bool isOf(const PinnedTrace& pin, const motion::Axis& axis) const {
        return find(pin.of()) == &axis;
    }
    Axes axes_;
    std::vector<NamedServo> servos_; ///< of axes_
    /// Those that were there together with another one of their name and id: one of them that is gone is
    /// waited for, whoever of its name is left. One that was the only one is found on a port of another name,
    /// too.
    std::set<NamedServo> namesakes_;
    BusPlaces busPlaces_;
    AxisNames names_;
    std::vector<PinnedTrace> pinned_;
};

} // namespace servolane::ui
