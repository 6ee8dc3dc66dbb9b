// SPDX-License-Identifier: GPL-3.0-or-later
// Traces as rows of text, CSV after RFC 4180, lines end with CR LF. The columns are those of exported
// recordings (drivers/export/csv_writer.h):
//   time_s   seconds since `from`, nine digits, exact
//   utc      ISO 8601 with microseconds
//   NAME[UNIT] …   one column a trace: the shortest number that reads back as the same single-precision value
//            that the trace holds; empty where it has none at that time
//   gap      1 on the first row after a gap of one of the row's axes, else 0
//   simulated  1 where the servos were simulated, else 0
// A row stands for every time at which one of the traces has a sample, and for nothing else.
#pragma once

#include "core/kernel/ids.h"
#include "core/kernel/result.h"
#include "core/telemetry/read/trace.h"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace servolane::telemetry {

struct TableColumn {
    std::string name; ///< "Pan position"
    std::string unit; ///< "deg"; may be empty
    std::shared_ptr<const Trace> trace;
    AxisId axis{}; ///< a gap that its traces have in common is told once
};

struct TableRequest {
    Time from{};
    Time to{};                          ///< from ≤ time < to
    std::function<UtcTime(Time)> utcAt; ///< called on the thread that writes
    std::vector<TableColumn> columns;
    bool simulated = false;
    /// Called when samples of that trace are still being read from a recording, which have been asked for:
    /// waits a moment. False, or none: the table fails.
    std::function<bool(const Trace&)> awaitSamples;
};

/// Told the share that is done, 0 … 1; false: give up.
using TableProgress = std::function<bool(double)>;
/// Takes the next part of the text. Errors are handed on.
using TableSink = std::function<Result<void>(std::string_view)>;

/// Memory: some thousand rows, whatever the length. Runs on the calling thread; traces are immutable. Returns
/// the rows written. Errors: interrupted (given up), busy (samples of the stretch are still being read from a
/// recording, and nobody waits for them), those of the sink.
[[nodiscard]] Result<std::uint64_t> writeTable(const TableRequest& request, const TableSink& sink,
                                               const TableProgress& progress);

} // namespace servolane::telemetry
