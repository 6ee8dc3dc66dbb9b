// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/event.h"

namespace servolane::api {

/// Folds events into a read model. One thread: the projector's, or a player's. Live and replayed events look
/// the same.
class Projection {
public:
    virtual ~Projection() = default;
    virtual void apply(const Event& event) = 0;
    /// Publishes a snapshot if something changed since the last one; called at most every 8 ms.
    virtual void publish(Time now) = 0;
};

} // namespace servolane::api
