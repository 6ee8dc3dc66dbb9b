// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/rejection.h"

#include "core/api/rejection_words.h"

#include <array>

namespace servolane::api {

namespace {
constexpr std::array<std::string_view, 52> names{"stop-latched",
                                                 "bus-unknown",
                                                 "bus-down",
                                                 "axis-unknown",
                                                 "axis-silent",
                                                 "hardware-error",
                                                 "torque-off",
                                                 "wrong-mode",
                                                 "outside-travel-limits",
                                                 "above-velocity-limit",
                                                 "above-acceleration-limit",
                                                 "above-temperature-limit",
                                                 "mode-unsupported",
                                                 "torque-on",
                                                 "register-unknown",
                                                 "register-out-of-range",
                                                 "register-read-only",
                                                 "eeprom-while-torque-on",
                                                 "motion-register",
                                                 "lease-held",
                                                 "not-latched",
                                                 "other-stop",
                                                 "bus-already-open",
                                                 "scan-running",
                                                 "no-scan-running",
                                                 "not-simulated",
                                                 "recording-running",
                                                 "no-recording",
                                                 "invalid-argument",
                                                 "value-stale",
                                                 "not-referenced",
                                                 "above-current-limit",
                                                 "above-step-limit",
                                                 "below-velocity-step",
                                                 "role-not-allowed",
                                                 "not-armed",
                                                 "arming-expired",
                                                 "not-one-group",
                                                 "axis-moving",
                                                 "other-model",
                                                 "profile-in-time",
                                                 "channel-needed",
                                                 "id-in-use",
                                                 "answers-pings-only",
                                                 "role-bounded",
                                                 "acceleration-not-bounded",
                                                 "register-unreadable",
                                                 "already-channel",
                                                 "watches-used-up",
                                                 "other-servo",
                                                 "model-unknown",
                                                 "stop-under-way"};
}

std::string_view toString(RejectionCode code) {
    return names[static_cast<std::size_t>(code)];
}

std::span<const std::string_view> rejectionWords() {
    return names;
}

} // namespace servolane::api
