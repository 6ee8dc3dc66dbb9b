// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/outcome.h"
#include "app/workstation/command_client.h"

#include <optional>
#include <vector>

namespace servolane::cli {

/// Follows the figures that a link publishes every quarter of a second, and sums up those between start() and
/// the last look(), the time left out in which the link was lost. One thread.
class LinkWatch {
public:
    LinkWatch(const app::CommandClient& client, BusId bus)
        : client_(client)
        , bus_(bus) {}

    /// Call it more often than four times a second.
    void look();
    /// Drops what was seen so far; the newest figures are the new beginning.
    void start();
    /// The beginning and something after it were seen.
    [[nodiscard]] bool isMeasured() const { return span_ > Duration{}; }

    [[nodiscard]] std::uint64_t cycles() const;
    [[nodiscard]] double cyclesPerSecond() const;
    /// Cycles in which every servo answered, at least: each missing answer is taken for a cycle of its own,
    /// and while one is silent, and asked seldom, none is complete. A
    /// cycle that fails is shorter than a whole one, so cyclesPerSecond() of a bad link may exceed the
    /// wire's.
    [[nodiscard]] double completeCyclesPerSecond() const;
    /// Of the wire for this group; 0: unpaced or unknown. Complete cycles above it prove that the line is
    /// unpaced.
    [[nodiscard]] double wireLimit() const;
    /// Of complete cycles; null on an unpaced line.
    [[nodiscard]] Json shareOfWireLimit() const;
    [[nodiscard]] std::uint64_t errors() const;
    [[nodiscard]] std::uint64_t lost() const;
    /// The median of the quarter seconds' p99.
    [[nodiscard]] double jitterP99Microseconds() const;
    [[nodiscard]] const std::optional<bus::BusView>& newest() const { return last_; }

private:
    [[nodiscard]] bool anySilent() const;

    const app::CommandClient& client_;
    BusId bus_;
    std::optional<bus::BusView> last_;
    bool broken_ = false; ///< the link was lost behind `last_`
    Duration span_{};
    std::uint64_t cycles_ = 0;
    std::uint64_t complete_ = 0;
    std::uint64_t errors_ = 0;
    std::uint64_t lost_ = 0;
    std::vector<double> jitters_;
};

} // namespace servolane::cli
