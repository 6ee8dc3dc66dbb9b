// SPDX-License-Identifier: GPL-3.0-or-later
// Samples as recordings keep them, one axis apart from the other, into traces.
#pragma once

#include "core/session/session_store.h"
#include "core/telemetry/read/bus_traces.h"

namespace servolane::telemetry {

/// The traces of one axis of a recording. Raw values become those of the scale that was in force at their
/// time. One thread; `axis` outlives it.
class SessionSamples {
public:
    /// What a place for watched registers tells that held several.
    enum class Places : std::uint8_t {
        asNamed, ///< the register after which the recording names it, and nothing while it held another one
        inForce  ///< each at its time, of which the newest that was read is left
    };
    explicit SessionSamples(const session::SessionAxis& axis, Places places = Places::asNamed);

    /// Blocks that follow come from another recording, which tells scales of its own; it outlives this.
    void readFrom(const session::SessionAxis& axis, Time at);

    /// The rows of the block with from ≤ time ≤ to; blocks come in order.
    void append(const session::AxisBlock& block, Time from = Time::min(), Time to = Time::max());
    [[nodiscard]] AxisTraces& traces() { return traces_; }
    [[nodiscard]] BusTraces& bus() { return bus_; }

private:
    void reach(Time time);
    void scaleAt(Time time);

    const session::SessionAxis* axis_;
    Places places_;
    AxisTraces traces_;
    BusTraces bus_; ///< a time column of this axis' own: recordings keep axes apart
    std::size_t next_ = 0;
};

} // namespace servolane::telemetry
