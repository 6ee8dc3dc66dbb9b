// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/motion/read/axis_board.h"
#include "core/session/session_store.h"
#include "core/telemetry/read/session_outline.h"

#include <deque>
#include <map>

namespace servolane::runtime {

/// The newest value of each channel at any moment of a recording, as the live board had it then. Reads one or
/// two runs of an axis and keeps them while the time stays near. One thread; the reader's.
class LatestSamples {
public:
    LatestSamples(session::SessionReader& reader, const telemetry::RunsByAxis& runs)
        : reader_(reader)
        , runs_(runs) {}

    /// Fills in latest values, the newest answer and the period. Samples before `since` belong to an earlier
    /// connection.
    void fill(motion::AxisView& view, Time at, Time since);

private:
    /// A slow channel may be missing in a whole run; further back it is called not known.
    static constexpr std::size_t runsLookedAt = 3;
    struct Kept {
        std::size_t run = 0;
        session::AxisBlock block;
    };
    const session::AxisBlock& blockOf(const std::vector<session::StoredRun>& runs, std::size_t run);

    session::SessionReader& reader_;
    const telemetry::RunsByAxis& runs_;
    std::map<AxisId, std::deque<Kept>> kept_;
};

} // namespace servolane::runtime
