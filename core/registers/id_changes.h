// SPDX-License-Identifier: GPL-3.0-or-later
// In which order several servos of one bus get other ids, so that no two ever share one. Pure functions; any
// thread.
#pragma once

#include "core/kernel/ids.h"
#include "core/kernel/result.h"

#include <vector>

namespace servolane::registers {

struct IdChange {
    ServoId from;
    ServoId to;
    friend bool operator==(const IdChange&, const IdChange&) = default;
};

/// `present`: the ids that answer on the bus. Changes that wait for each other in a ring go through an id
/// that nobody has, the highest up to `last`. Errors: invalid (an id twice, on either side; one that nobody
/// has; a target that stays taken), with the ids in its detail.
[[nodiscard]] Result<std::vector<IdChange>> orderIdChanges(const std::vector<IdChange>& wanted,
                                                           const std::vector<ServoId>& present,
                                                           ServoId last = {252});

} // namespace servolane::registers
