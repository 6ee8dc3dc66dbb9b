// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/runtime/record/recorded_spans.h"
#include "core/session/session_store.h"
#include "core/telemetry/read/recall.h"

namespace servolane::runtime {

/// Reads samples that memory has given up back from the recordings of this run, when somebody looks at them.
/// A thread of its own, with connections of its own; none stays open while nobody asks, so that a finished
/// file is a plain one.
class RecallLoop {
public:
    /// All outlive it. `store` may be null: nothing can be read back.
    RecallLoop(telemetry::Recall& recall, const RecordedSpans& spans, session::SessionStore* store)
        : recall_(recall)
        , spans_(spans)
        , store_(store) {}

    [[nodiscard]] Time step(Time now);

private:
    telemetry::Recall& recall_;
    const RecordedSpans& spans_;
    session::SessionStore* store_;
};

} // namespace servolane::runtime
