// SPDX-License-Identifier: GPL-3.0-or-later
// What the write model answers: events and bus requests, or a Rejection. Plain values.
#pragma once

#include "core/api/event.h"
#include "core/bus/request.h"

#include <tl/expected.hpp>
#include <vector>

namespace servolane::api {

struct Decision {
    std::vector<EventBody> events;      ///< happened by deciding so
    std::vector<bus::Request> requests; ///< `command` and `part` are filled in by the core loop
    std::vector<EventBody>
        whenConfirmed; ///< happened once every request was confirmed (or sent, where none confirms)
    /// May have happened if a request failed after the first byte of one was sent.
    std::vector<EventBody> whenFailed;

    void merge(Decision other);
};

using Verdict = tl::expected<Decision, Rejection>;

[[nodiscard]] inline tl::unexpected<Rejection> refuse(Rejection rejection) {
    return tl::make_unexpected(std::move(rejection));
}

} // namespace servolane::api
