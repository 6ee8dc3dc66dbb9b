// SPDX-License-Identifier: GPL-3.0-or-later
// How the policies of motion fill in a rejection.
#pragma once

#include "core/motion/write/policies.h"

#include <string>

namespace servolane::motion {

/// With what every rejection of this axis says.
[[nodiscard]] inline api::Rejection rejection(api::RejectionCode code, const Attempt& attempt) {
    api::Rejection made;
    made.code = code;
    made.axis = attempt.axis;
    if (const AxisRecord* record = attempt.record()) made.bus = record->axis->bus;
    return made;
}

[[nodiscard]] inline api::Rejection rejection(api::RejectionCode code, const Attempt& attempt,
                                              std::string_view subject) {
    api::Rejection made = rejection(code, attempt);
    made.subject = subject;
    return made;
}

/// The requested number against what is allowed.
[[nodiscard]] inline api::Rejection outside(api::RejectionCode code, const Attempt& attempt, double requested,
                                            double low, double high, const std::string& unit,
                                            std::string_view subject = {}) {
    api::Rejection made = rejection(code, attempt, subject);
    made.requested = requested;
    made.low = low;
    made.high = high;
    made.unit = unit;
    return made;
}

[[nodiscard]] inline const Axis& axisOf(const Attempt& attempt) {
    return *attempt.record()->axis;
}

} // namespace servolane::motion
