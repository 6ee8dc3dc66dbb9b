// SPDX-License-Identifier: GPL-3.0-or-later
// Traces made by hand, published as a TraceStore would.
#pragma once

#include "core/telemetry/read/trace_set.h"
#include "core/telemetry/read/trace_writer.h"

#include <map>
#include <memory>

namespace servolane::tests {

class TracedAxis {
public:
    using Key = std::pair<AxisId, telemetry::Channel>;

    void append(AxisId axis, telemetry::Channel channel, Time time, double value) {
        writers_[{axis, channel}].append(time, static_cast<float>(value));
    }
    void gap(AxisId axis, telemetry::Channel channel) { writers_[{axis, channel}].markGap(); }

    [[nodiscard]] std::shared_ptr<const telemetry::TraceSet> publish() {
        auto set = std::make_shared<telemetry::TraceSet>();
        for (auto& [key, writer] : writers_)
            set->traces.push_back({key.first, key.second, writer.snapshot()});
        return set;
    }

private:
    std::map<Key, telemetry::TraceWriter> writers_;
};

} // namespace servolane::tests
