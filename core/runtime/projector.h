// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/projection.h"
#include "core/runtime/event_queue.h"

#include <vector>

namespace servolane::runtime {

/// Folds the one order of events into the read models and publishes at most every 8 ms. The outcomes of
/// commands are published after all else: who sees one before it reads the other snapshots finds in them what
/// the command did. Projector thread only.
class Projector {
public:
    Projector(EventQueue& queue, std::vector<api::Projection*> projections, api::Projection& outcomes)
        : queue_(queue)
        , projections_(std::move(projections)) {
        projections_.push_back(&outcomes);
    }

    [[nodiscard]] Time step(Time now) {
        for (const api::Event& event : queue_.drain())
            for (api::Projection* projection : projections_)
                projection->apply(event);
        if (now >= publishDue_) {
            publishDue_ = now + publishInterval;
            for (api::Projection* projection : projections_)
                projection->publish(now);
        }
        return publishDue_;
    }

private:
    static constexpr Duration publishInterval = std::chrono::milliseconds{8};
    EventQueue& queue_;
    std::vector<api::Projection*> projections_;
    Time publishDue_{};
};

} // namespace servolane::runtime
