// SPDX-License-Identifier: GPL-3.0-or-later
// What a command of the command line comes to: an object with the fields of its contract and the same for
// people, or a failure with a stable code and an exit code.
#pragma once

#include "app/cli/failure_code.h"

#include <nlohmann/json.hpp>
#include <string>
#include <tl/expected.hpp>

namespace servolane::cli {

/// Keeps the order in which fields are written down in the contract.
using Json = nlohmann::ordered_json;

struct Report {
    Json object = Json::object();
    std::string text; ///< for people; lines end with a newline
};

struct Failure {
    FailureCode code;
    std::string message;          ///< names the thing and the numbers
    std::string hint;             ///< the way out; may be empty
    Json fields = Json::object(); ///< what was achieved nevertheless; stands beside "error"
    /// The port was not reached or was left in the midst; nothing was done, or to do it twice comes to the
    /// same.
    bool mayBeRepeated = false;

    [[nodiscard]] Exit exit() const { return code.exit(); }
};

using Outcome = tl::expected<Report, Failure>;

[[nodiscard]] inline tl::unexpected<Failure> fail(Failure failure) {
    return tl::make_unexpected(std::move(failure));
}

[[nodiscard]] Json errorObject(const Failure& failure);

} // namespace servolane::cli
