// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "drivers/simulator/simulated_bus.h"
#include "drivers/transport/pipe_transport.h"
#include "tests/pipeline/workbench.h"

#include <algorithm>
#include <map>
#include <memory>
#include <vector>

namespace servolane::tests {

/// What the host asks for on its way to the servos: group reads by what they read, and when.
class CountingLine final : public drivers::LinePeer {
public:
    explicit CountingLine(std::shared_ptr<drivers::LinePeer> servos)
        : servos_(std::move(servos)) {}

    void hostBaud(std::uint32_t bitsPerSecond) override { servos_->hostBaud(bitsPerSecond); }
    void receive(ByteView bytes, Time at) override {
        // Protocol 2.0: FF FF FD 00, broadcast, length, sync or fast sync read, address, length of each.
        constexpr std::size_t head = 12;
        const bool isGroupRead =
            bytes.size() > head && bytes[4] == 0xFE && (bytes[7] == 0x82 || bytes[7] == 0x8A);
        if (isGroupRead) reads_[Bytes(bytes.begin() + 8, bytes.begin() + head)].push_back(at);
        servos_->receive(bytes, at);
    }
    [[nodiscard]] std::optional<Time> nextOutput() override { return servos_->nextOutput(); }
    std::size_t take(MutableByteView into, Time now) override { return servos_->take(into, now); }
    [[nodiscard]] bool isPlugged(Time now) override { return servos_->isPlugged(now); }
    [[nodiscard]] Duration byteTime() const override { return servos_->byteTime(); }

    /// Cycles begun in [from, to): the group read that comes most often.
    [[nodiscard]] std::size_t cycles(Time from, Time to) const {
        std::size_t most = 0;
        for (const auto& [what, times] : reads_)
            most = std::max(most,
                            static_cast<std::size_t>(std::count_if(
                                times.begin(), times.end(), [&](Time at) { return at >= from && at < to; })));
        return most;
    }

private:
    std::shared_ptr<drivers::LinePeer> servos_;
    std::map<Bytes, std::vector<Time>> reads_;
};

/// A bus of six simulated servos behind a line that counts, which is put into `line`.
inline runtime::BusFactory countedBus(std::shared_ptr<CountingLine>& line) {
    return [&line](const bus::LinkSettings& link, Clock& clock, const Waker& stop) {
        drivers::simulator::BusSpec spec;
        spec.count = 6;
        line = std::make_shared<CountingLine>(
            *makeSimulatedBus(drivers::simulatedFamilies(), spec, *Workbench::models(), {}, clock.now()));
        runtime::BusParts parts = simulatedParts(std::make_unique<drivers::PipeTransport>(line, clock, stop),
                                                 link, clock, *Workbench::models());
        return Result<runtime::BusParts>(std::move(parts));
    };
}

} // namespace servolane::tests
