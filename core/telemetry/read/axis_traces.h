// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kernel/ids.h"
#include "core/telemetry/channel.h"
#include "core/telemetry/feedback.h"
#include "core/telemetry/read/trace_set.h"
#include "core/telemetry/read/trace_writer.h"

#include <array>
#include <memory>
#include <type_traits>

namespace servolane::telemetry {

/// The traces of one axis. One thread. A channel that comes with every answer shares the bus's time column;
/// one that is interleaved keeps times of its own, so that rows without it are no gaps.
class AxisTraces {
public:
    explicit AxisTraces(AxisId axis)
        : axis_(axis) {}

    [[nodiscard]] AxisId axis() const { return axis_; }
    /// Another scale ends the lines drawn so far: what follows is not in the same unit. A channel that has
    /// none for a while takes no samples meanwhile.
    void setScales(const ChannelScales& scales);
    /// A place that another register takes begins a new trace.
    void setWatched(const WatchNames& names);
    /// The answer in the row that the bus has just begun.
    void append(Time time, const AxisSample& sample);
    /// The axis did not answer in that row, or it is a gap row.
    void appendMissing();
    /// A new chunk of the bus's time column begins: channels that came with every answer share it.
    void beginRows(const std::shared_ptr<const TimeChunk>& times);
    /// The axis leaves its bus.
    void endRows();
    void forgetPeriods();

    void publish(TraceSet& into, Duration rowPeriod);
    /// Every trace that has a writer.
    template <class Visit>
    void forEach(const Visit& visit) {
        for (const Channel channel : allChannels) {
            const auto& state = channels_[indexOf(channel)];
            if (!state) continue;
            if constexpr (std::is_invocable_v<Visit, TraceWriter&, Channel>)
                visit(state->writer, channel);
            else
                visit(state->writer);
        }
    }

private:
    struct ChannelState {
        TraceWriter writer;
        std::uint32_t seen = 0;   ///< since the time column's chunk began: answers with this channel
        std::uint32_t missed = 0; ///< … and without it
    };
    void appendPresent(ChannelState& state, Time time, float value, bool inLastAnswer);
    void appendAbsent(ChannelState& state);
    static void endLine(ChannelState& state);

    AxisId axis_;
    ChannelScales scales_{};
    WatchNames watched_;
    std::array<std::unique_ptr<ChannelState>, channelCount> channels_;
    std::uint16_t lastValid_ = 0; ///< of the newest answer
    bool brokenOff_ = false;      ///< an answer is missing since then
};

} // namespace servolane::telemetry
